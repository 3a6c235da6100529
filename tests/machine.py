"""A machine with a systemd or a cron of its own, for one test; it leaves nothing behind."""

import json
import os
import select
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import needs
from conftest import ROOT

# `tradepress` with further sources; a scheduled run tells the test when it has ended, and how.
PROGRAM = """#!/srv/venv/bin/python
import json
import sys
import tradepress.spiders
tradepress.spiders.__path__.append("/srv/spiders")
from tradepress.__main__ import main
if __name__ == "__main__":
    try:
        main()
    except SystemExit as end:
        if "--scheduled" in sys.argv:
            with open("/srv/test/ended", "w") as stream:
                stream.write(json.dumps({"arguments": sys.argv[1:], "code": end.code}) + "\\n")
        raise
"""


NAMESPACES = ["unshare", "--mount", "--uts", "--ipc", "--cgroup"]
NAMESPACES += ["--pid", "--fork", "--kill-child", "--mount-proc"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Machine:
    """Its folders, somebody at its keyboard, and what its scheduled runs tell."""

    folder: Path
    """Seen as /srv inside."""
    process: subprocess.Popen[str]
    ended: int
    """Where scheduled runs say that they have ended."""

    def do(self, command: str, *, code: int = 0) -> str:
        """Run a line of shell, as ``daemon`` (with ``system`` as root); what it printed."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert answer["code"] == code, answer
        return str(answer["printed"])

    def scheduled_runs(self, *, count: int, seconds: float) -> list[dict[str, Any]]:
        """The next runs that the clock starts, as soon as they have ended."""
        said = b""
        deadline = time.monotonic() + seconds
        while said.count(b"\n") < count:
            left = deadline - time.monotonic()
            assert left > 0, f"only this came in {seconds} seconds: {said!r}"
            if select.select([self.ended], [], [], left)[0]:
                said += os.read(self.ended, 65536)
        return [json.loads(line) for line in said.splitlines()]


def skip_without(kind: str) -> None:
    """Say what is missing on this machine."""
    if kind == "cron":
        for program in ("cron", "crontab"):
            needs.require_program(program)
    elif shutil.which("/usr/lib/systemd/systemd") is None:
        needs.skip("systemd")
    for program in ("unshare", "mount"):
        needs.require_program(program)
    made = subprocess.run([*NAMESPACES, "true"], capture_output=True, check=False)
    if os.geteuid() != 0 or made.returncode:
        needs.skip("namespaces (a right)")
    root = hierarchy()
    if kind != "cron" and (root is None or not os.access(root, os.W_OK)):
        needs.skip("cgroup2 (the right to make a group)")


def hierarchy() -> Path | None:
    """Where cgroup2 is mounted, with or without the older kind beside it."""
    mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    return next((Path(words[1]) for words in mounts if words[2] == "cgroup2"), None)


@contextmanager
def machine(kind: str, folder: Path, program: str = PROGRAM) -> Iterator[Machine]:
    """A running one; /srv/press is its user's home, /srv/spiders has further sources."""
    skip_without(kind)
    furnish(folder, program)
    inside = [sys.executable, str(ROOT / "tests" / "machine_inside.py"), kind, str(folder)]
    with nullcontext() if kind == "cron" else own_group() as group:
        join = ["sh", "-c", 'echo $$ >"$0" && exec "$@"', f"{group}/cgroup.procs"] if group else []
        process = subprocess.Popen(
            [*join, *NAMESPACES, *inside],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        ended = os.open(folder / "test" / "ended", os.O_RDWR)
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            assert process.stdout.readline(), "the machine did not start"
            yield Machine(folder=folder, process=process, ended=ended)
        finally:
            os.close(ended)
            process.stdin.close()
            process.wait(60)
            process.stdout.close()


@contextmanager
def own_group() -> Iterator[Path]:
    """A control group that is the machine's whole tree."""
    root = hierarchy()
    assert root is not None
    group = root / f"tradepress-test-{os.getpid()}"
    group.mkdir()
    yield group
    for path in sorted(group.glob("**/"), reverse=True):
        path.rmdir()


def furnish(folder: Path, program: str) -> None:
    """The program as pip would install it, a Python beside it, and the user's folders."""
    binaries = folder / "venv" / "bin"
    packages = folder / "venv/lib" / f"python{sysconfig.get_python_version()}" / "site-packages"
    for path in (binaries, packages, folder / "press", folder / "test", folder / "spiders"):
        path.mkdir(parents=True, exist_ok=True)
    python = Path(sys.executable).resolve()
    (binaries / "python").symlink_to(python)
    (folder / "venv" / "pyvenv.cfg").write_text(f"home = {python.parent}\n")
    (folder / "packages").symlink_to(sysconfig.get_path("purelib"))
    (folder / "tradepress").symlink_to(ROOT)
    (folder / "venv" / "share").mkdir()
    (folder / "venv" / "share" / "tradepress").symlink_to("/srv/tradepress/deploy")
    (packages / "tradepress.pth").write_text("/srv/packages\n/srv/tradepress\n")
    (binaries / "tradepress").write_text(program)
    (binaries / "tradepress").chmod(0o755)
    os.mkfifo(folder / "test" / "ended")
    for path in (folder / "press", folder / "test", folder / "test" / "ended"):
        shutil.chown(path, "daemon", "daemon")
    (folder / "test" / "ended").chmod(0o666)  # another user's runs tell of their end, too
