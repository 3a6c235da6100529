"""Sites that would write code, or elsewhere, by what they are called and how they are made: a
declaration is values alone, and the very values that were found."""

import ast
import asyncio
import importlib.util
import string
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from urllib.parse import quote

import pytest
from conftest import Answer, Site, Tradepress
from sites import drupal_paper, invented
from sites.invented import PaperSite

from tradepress.archive.web_address import web_address
from tradepress.crawling.page_workers import PageWorkers
from tradepress.jobs.files.file_page import FilePage
from tradepress.jobs.site_visit import PageNotHad, unknown_source
from tradepress.jobs.survey_site import SiteVisit, concluded, write_source
from tradepress.source import Source
from tradepress.survey.seen_site import SeenSite
from tradepress.survey.site_survey import SiteSurvey

pytestmark = pytest.mark.slow
HOME = "https://www.guild.example"
RUN = "__import__('pathlib').Path('canary').touch()"
WORDS = {
    "quotes": 'The "Guild" of ‘Mark’ Keepers',
    "three quotes": 'Guild """ of """ Keepers',
    "three quotes at the beginning": '"""Guild',
    "three single ones": "'''Guild'''",
    "a backslash at the end": "Guild\\",
    "a backslash before a quote": "Guild\\\" of\\' Keepers",
    "escapes": "Guild \\N{BULLET} \\x22 \\u0022 \\",
    "a line end": f"Guild\n{RUN}\n",
    "a carriage return": f"Guild\r{RUN}\r",
    "a line separator": f"Guild\u2028{RUN}\u2029",
    "a next line": f"Guild\x85{RUN}",
    "a form feed": f"Guild\x0c{RUN}",
    "an end of the docstring": f'Guild"""\n{RUN}\n"""',
    "an end of the call": f'"); {RUN}; ("',
    "an end of the call, single": f"'); {RUN}; ('",
    "an end of the call, both": f"\"'); {RUN}; ('\"",
    "braces": f"{{{RUN}}} {{0}} {{publisher}} {{{{x}}}} {{% {RUN} %}}",
    "per cent signs": "%(name)s %s %n %d 100 %",
    "a null byte": "Guild\0 of Keepers",
    "overriding directions": "Guild\u202e )'sreppeK \u2066# \u2069of",
    "its own, and a quote": "Guild's \u202e )sreppeK",
    "nothing to see": "Guild\ufeff\u200b\u00ad of\U000e0041 it's Keepers",
    "half a pair": "Guild \ud800's",
    "a terminal's colours": "Guild\x1b[31m\x1b]0;x\x07 of\x9b31m Keepers",
    "very long": "Guild 'of' \"Mark\" Keepers " * 2000,
    "one long word": "G'" * 5000,
    "a comment": "# type: ignore # noqa \\",
    "other letters": "Zunft der Zeichenhüter 文字 🖋",
    "nothing": " ",
}
PATHS = {
    "signs of patterns": "/ne(w)+s.*[a-z]{2}|^x$/",
    "quotes in it": "/n\"ew's\\/",
    "of a thousand steps": "/" + "n/" * 1000,
    "dots": "/a/../../n\u2024ews/..;/",
    "line ends in it": "/n\new\rs\u2028x/",
    "braces in it": "/{" + RUN + "}/%(name)s/",
}
HOSTS = ("class", "con", "import", "pages", "init--py", "1984", "xn--55qx5d", "None", "a" * 63)


def paper_with(home: str = HOME, *, words: str = "", path: str = "/news/") -> PaperSite:
    """A paper with such a name, which is a line of each story, too, and the title of its feed."""
    with pytest.MonkeyPatch.context() as here:
        made = lambda number, day, slug, section: f"{quote(path, safe='/')}{slug}"  # noqa: E731
        here.setattr(drupal_paper, "invent", lambda _, **given: invented.invent(made, **given))
        if words:
            here.setattr(drupal_paper, "PRINTED", f"{words} This report was first printed there.")
        paper = drupal_paper.drupal_paper(home)
    for at, answer in paper.pages.items():
        text = str(answer.body)
        if words:
            named = escape(words).replace("\0", "&#0;\0") if "html" in text else escape(words)
            text = text.replace(drupal_paper.NAME, named)
            mark = escape(words[:99])
            text = text.replace('class="node ', f'id="{mark}" class="{mark} ')
        paper.pages[at] = Answer(text.encode("utf-8", "surrogatepass"), headers=answer.headers)
    return paper


@pytest.fixture(scope="module")
def workers() -> Iterator[PageWorkers]:
    with PageWorkers() as workers:
        yield workers


@pytest.fixture
def look(workers: PageWorkers) -> Callable[[PaperSite], SiteSurvey]:
    """The look at a site whose pages are at hand."""

    def look(paper: PaperSite) -> SiteSurvey:
        async def fetch(url: str) -> FilePage:
            answer = paper.pages.get(url.removeprefix(paper.home) or "/")
            if answer is None:
                raise PageNotHad(url, "http_404", "it answers 404")
            assert isinstance(answer.body, bytes)
            kind = answer.headers.get("Content-Type")
            return FilePage(page=answer.body, raw=answer.body, url=url, content_type=kind)

        async def all_of_it() -> SiteSurvey:
            seen = SeenSite(home=f"{paper.home}/", site=unknown_source(paper.home))
            await SiteVisit(fetch, workers, seen).look_over(paper.start)
            return await concluded(seen, workers, None)

        return asyncio.run(all_of_it())

    return look


def require_values_alone(file: Path) -> Source:
    """What the file declares; it is parsed, and calls nothing but what a declaration does."""
    text = file.read_text("utf-8")
    assert all(letter.isprintable() or letter == "\n" for letter in text)
    tree = ast.parse(text)
    docstring, imported, *assigned = tree.body
    assert isinstance(docstring, ast.Expr)
    assert isinstance(docstring.value, ast.Constant)
    assert isinstance(imported, ast.ImportFrom)
    assert imported.module == "tradepress.source"
    assert {one.name for one in imported.names} <= {"Source", "Furniture"}
    allowed = (ast.Call, ast.Constant, ast.Tuple, ast.Name, ast.keyword, ast.Load, ast.Store)
    for statement in assigned:
        assert isinstance(statement, ast.Assign)
        for node in ast.walk(statement.value):
            assert isinstance(node, allowed), ast.dump(node)
            if isinstance(node, ast.Call):
                assert isinstance(node.func, ast.Name)
                assert node.func.id in ("Source", "Furniture")
    spec = importlib.util.spec_from_file_location("declared_by_a_stranger", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert isinstance(module.SOURCE, Source)
    return module.SOURCE


def require_declared(survey: SiteSurvey, folder: Path) -> None:
    sources = folder / "sources"
    written = write_source(survey, sources)
    assert require_values_alone(written.file) == survey.source
    assert {one.parent for one in folder.rglob("*") if one.is_file()} <= {
        sources,
        sources / "pages",
        sources / "__pycache__",
    }
    assert {one.name for one in sources.iterdir()} - {"__pycache__"} == {
        f"{survey.source.name}.py",
        "pages",
    }
    assert set(survey.source.name) <= {*string.ascii_lowercase, *string.digits}
    assert not Path("canary").exists()


Look = Callable[[PaperSite], SiteSurvey]


@pytest.mark.parametrize("kind", WORDS)
def test_whatever_a_site_is_called(
    kind: str, look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    survey = look(paper_with(words=WORDS[kind]))
    assert survey.source.publisher != drupal_paper.NAME
    require_declared(survey, tmp_path)


@pytest.mark.parametrize("kind", PATHS)
def test_whatever_its_addresses_are(
    kind: str, look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    survey = look(paper_with(path=PATHS[kind]))
    assert survey.source.article_url
    require_declared(survey, tmp_path)


@pytest.mark.parametrize("host", HOSTS)
def test_whatever_its_host_is(
    host: str, look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    require_declared(look(paper_with(web_address(f"https://{host}.example").rstrip("/"))), tmp_path)


def test_what_is_served_is_told_without_a_terminals_commands(
    site: Site, tradepress: Tradepress, tmp_path: Path
) -> None:
    """By the command, over a network of this machine."""
    words = " ".join((WORDS["an end of the docstring"], WORDS["a terminal's colours"]))
    paper = paper_with(site.home, words=words)
    site.pages.update(paper.pages)
    contact = ("--contact", "tests@library.example")
    done = tradepress("sources", "new", paper.start, "--name", "paper", *contact)
    assert done.returncode == 0, done.stderr
    said = done.stdout + done.stderr
    assert all(letter.isprintable() or letter == "\n" for letter in said)
    source = require_values_alone(tmp_path / "sources" / "paper.py")
    assert source.publisher.startswith('Guild"""')
    assert not (tmp_path / "canary").exists()
