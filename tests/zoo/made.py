"""A site that a generator makes of the stories, and a server on loopback for its files."""

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

import needs
from conftest import serving
from zoo.operated import Expected

ROOT = Path(__file__).parent.parent.parent
ZOO = ROOT / ".venv-zoo"


@dataclass(frozen=True, kw_only=True)
class MadeSite:
    start: str
    """The address that an operator gives."""
    expected: tuple[Expected, ...]


@dataclass(frozen=True, kw_only=True)
class Served:
    """A folder on loopback, as a plain web server answers."""

    home: str
    """Without a final stroke."""
    paths: list[str] = field(default_factory=list)
    """Of every request."""


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    paths: list[str] = []

    class Handler(SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            paths.append(self.path)
            super().do_GET()

        def list_directory(self, path: object) -> None:
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with serving(partial(Handler, directory=str(folder))) as port:  # type: ignore[arg-type]
        yield Served(home=f"http://127.0.0.1:{port}", paths=paths)


def tool_of_python(name: str) -> Path:
    """The program of a generator from PyPI; else the test is skipped."""
    __tracebackhide__ = True
    program = ZOO / "bin" / name
    return program if program.exists() else needs.skip("`make .venv-zoo/installed`")


def tool_of_node(name: str) -> Path:
    """The program of a generator from npm; else the test is skipped."""
    __tracebackhide__ = True
    program = ZOO / "node_modules" / ".bin" / name
    return program if program.exists() else needs.skip("`make .venv-zoo/node_modules` (npm)")


def run_tool(*command: str | Path, folder: Path) -> None:
    """
    :raises AssertionError: it ended in an error, which is told
    """
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
