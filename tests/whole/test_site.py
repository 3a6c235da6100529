"""The documentation as a site: no barrier on any page, no other host, and a search that finds."""

import shutil
import subprocess
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import quote, urlsplit

import pytest
from conftest import ROOT
from documentation_questions import QUESTIONS
from needs import skip
from room_browser import Visitor, visiting

from tradepress.documentation import read_pages

pytestmark = pytest.mark.slow
MKDOCS = ROOT / ".venv-docs" / "bin" / "mkdocs"


class Quiet(SimpleHTTPRequestHandler):
    """A web server of files that says nothing of what it is asked."""

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site as `make docs` builds it, served."""
    if not MKDOCS.exists():
        skip(".venv-docs (make docs)")
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(ROOT / "mkdocs.yml", folder)
    for name in ("docs", "tools/site"):
        shutil.copytree(ROOT / name, folder / name)
    told = subprocess.run(
        [MKDOCS, "build", "--strict", "--quiet"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    handler = partial(Quiet, directory=str(folder / "build" / "site"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def visitor(home: str) -> Iterator[Visitor]:
    with visiting(home) as visitor:
        yield visitor


def address(path: Path) -> str:
    inside = path.relative_to(ROOT / "docs").with_suffix("")
    return "/" if inside.name == "index" else f"/{inside}/"


@pytest.mark.parametrize("name", read_pages())
def test_a_page_has_no_barrier_and_asks_no_other_host(visitor: Visitor, name: str) -> None:
    shown = read_pages()[name]
    page = visitor.open(address(shown.path))
    assert page.locator("h1").inner_text().removesuffix("¶").strip() == shown.title


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_finds_its_page(visitor: Visitor, question: str) -> None:
    page = visitor.page
    page.goto(f"{visitor.home}/?q={quote(question)}")
    page.locator(".md-search-result__item").first.wait_for(state="attached")
    links = page.locator(".md-search-result__item > a:first-child").all()
    found = dict.fromkeys(urlsplit(link.get_attribute("href") or "").path for link in links)
    names = [path.rstrip("/").rpartition("/")[2] for path in found]
    assert set(names[:3]) & set(QUESTIONS[question]), names[:6]
