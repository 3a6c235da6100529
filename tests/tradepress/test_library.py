"""The library that the command line stands on: each name's example runs, each result is shown."""

import asyncio
import doctest
import inspect
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, a_story
from preloaded import run

import tradepress as library
from tradepress.archive.care.faults import Verified
from tradepress.archive.errors import NoSuchArticle
from tradepress.archive.ledger.outcomes import OUTCOMES, RunState
from tradepress.archive.ledger.run_report import RunSums, sums_table
from tradepress.crawling.page_workers import PageWorkers
from tradepress.jobs.extract_page import Extraction
from tradepress.jobs.files.file_page import FilePage
from tradepress.jobs.reextract_report import Report, SourceTally
from tradepress.notebook import installed
from tradepress.research.counting.count_svg import draw_counts
from tradepress.story import Article, Reading

NAMES = (
    *(
        "open",
        "crawl",
        "fetch",
        "ingest",
        "backfill",
        "extract",
        "reextract",
        "merge",
        "export",
        "count",
    ),
    *("cite", "release", "health", "verify", "backup", "withdraw", "inspect"),
)
CRAWLING = ("crawl", "backfill", "fetch")
STORY = "http://signetgazette.example/copyright/court-asks-who-wrote-the-weather-report"
HERE = {"PYTHONPATH": str(ROOT), "TRADEPRESS_ALLOW_ADDRESSES": "127.0.0.1"}
SITE = "https://www.worldipreview.com/news"
HOSTILE = "<script>alert('lantern')</script>"
DOCUMENT = (ROOT / "docs" / "developer" / "library.md").read_text()
PROGRAM = """
import doctest, logging, sys
import tradepress
from tradepress.crawling import scrapy_settings
from tradepress.sample.proxy import sample_settings
from tradepress.sample.server import SamplePapers

with SamplePapers() as papers:
    for name, value in {**sample_settings(papers.proxy_url), "LOG_LEVEL": "CRITICAL"}.items():
        setattr(scrapy_settings, name, value)
    logging.disable()
    page, *names = sys.argv[1:]
    given = {"tradepress": tradepress, "PAGE": page}
    for name in names:
        doctest.run_docstring_examples(getattr(tradepress, name), given, name=name)
"""


@pytest.fixture(scope="module")
def in_this_process() -> Iterator[None]:
    """Pages are read without a process of their own: it is not the point, and takes a second."""

    async def read(_: PageWorkers, function: Any, *args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PageWorkers, "run", read)
        yield


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory, in_this_process: None) -> Path:
    """A folder with ``press.db``, three stories; ``theirs.db``, one; and ``saved.html``, one."""
    folder = tmp_path_factory.mktemp("library")
    pages = {
        "4711": a_story("Lantern mark refused", "4 August 2017"),
        "4712": a_story("Lantern mark allowed", "5 August 2018"),
        "4710": a_story("Beacon mark &lt;b&gt;refused&lt;/b&gt;").replace("lantern", "beacon"),
    }
    for number, page in pages.items():
        file = folder / f"{number}.html"
        file.write_text(page)
        archives = ("press.db", "theirs.db") if number == "4712" else ("press.db",)
        for archive in archives:
            library.ingest(
                file,
                archive=folder / archive,
                url=f"{SITE}/lantern-{number}",
                configuration=library.Configuration(),
            )
        file.unlink()
    (folder / "saved.html").write_text(a_story("Lantern mark lost", "6 August 2019"))
    return folder


@pytest.fixture
def folder(sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, in which this process is."""
    shutil.copytree(sample, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", [name for name in NAMES if name not in CRAWLING])
def test_an_example_runs(folder: Path, name: str) -> None:
    given = {"tradepress": library, "PAGE": f"{SITE}/lantern-4713"}
    function = getattr(library, name)
    (example,) = doctest.DocTestFinder(recurse=False).find(function, name, globs=given)
    assert example.examples
    told: list[str] = []
    failed = doctest.DocTestRunner().run(example, out=told.append).failed
    assert failed == 0, "".join(told)


@pytest.mark.slow
def test_the_examples_of_crawls_run_on_the_sample_papers(tmp_path: Path) -> None:
    result = run(["-c", PROGRAM, STORY, *CRAWLING], cwd=tmp_path, env=HERE)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.parametrize("name", NAMES)
def test_help_tells_what_a_name_does_and_takes(name: str) -> None:
    function = getattr(library, name)
    told = inspect.getdoc(function) or ""
    assert re.match(r"[A-Z].+\.(\n\n|$)", told), "a first line that is a sentence"
    assert "Example:\n\n>>> " in told
    if name == "open":
        return
    assert function.__name__ == name
    parameters = inspect.signature(function).parameters.values()
    unsaid = {one.name for one in parameters if f":param {one.name}:" not in told}
    assert unsaid <= {"archive", "source", "pace", "style"}
    assert "Settings" not in str(inspect.signature(function)).replace("settings: ", "")


def test_the_page_names_them_all_and_its_example_runs(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert re.findall(r"^\| `(\w+)", DOCUMENT, re.MULTILINE) == list(NAMES)
    (example,) = re.findall(r"^```python\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
    (printed,) = re.findall(r"^```text\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
    exec(example, {})
    assert capsys.readouterr().out == printed


def test_what_a_notebook_shows_is_text_and_no_markup(folder: Path) -> None:
    with library.open("press.db") as archive:
        hits = archive.search("beacon")
    article = Article(
        headline=HOSTILE, evidence={"headline": (Reading(value=None, evidence=HOSTILE),)}
    )
    verified = Verified()
    verified.add("captures", HOSTILE)
    report = Report()
    report.sources[HOSTILE] = SourceTally(versions=1, no_capture=0, read_before=0, is_declared=True)
    sums = RunSums(
        id=1,
        state=RunState.DONE,
        exit_code=0,
        reason=None,
        urls=1,
        outcomes={},
        reasons={},
        by_source={HOSTILE: {"urls": 1, **dict.fromkeys(OUTCOMES, 0)}},
        new_versions=0,
    )
    (folder / f"{HOSTILE.replace('/', '')}.db").touch()
    shown = [
        hits._repr_html_(),
        sums_table(sums, [HOSTILE]),
        verified._repr_html_(),
        report._repr_html_(),
        Extraction(
            url=HOSTILE, article=article, refused=None, read=(FilePage(page=b"", raw=b""), None)
        )._repr_html_(),
        library.health(f"{HOSTILE.replace('/', '')}.db")._repr_html_(),
        library.count("press.db", by="section")._repr_html_(),
        library.extract("saved.html")._repr_html_(),
    ]
    for html in shown:
        assert html.startswith("<table><caption>")
        assert set(re.findall(r"<[^>]*>", html)) <= {
            f"<{slash}{name}>"
            for name in ("table", "caption", "tr", "th", "td", "p")
            for slash in ("", "/")
        }
    assert "&lt;b&gt;refused&lt;/b&gt;" in shown[0]
    assert all("&lt;script&gt;" in html for html in shown[1:6])


def test_tables_are_frames_of_pandas(folder: Path) -> None:
    years = library.count("press.db", "lantern", by="year", share=True).to_pandas()
    assert years.to_dict("list") == {
        "year": ["2017", "2018"],
        "stories": [1, 1],
        "of": [2, 1],
        "share": [0.5, 1.0],
    }
    with library.open("press.db") as archive:
        found = archive.search("lantern", order="date").to_pandas()
    assert list(found["ref"]) == ["wipr-4712", "wipr-4711"]
    assert list(library.health("press.db").to_pandas().columns)[:2] == ["source", "check"]
    assert library.verify("press.db", quick=True).to_pandas().empty


def test_the_versions_of_a_story_are_listed_and_compared(folder: Path) -> None:
    page = (folder / "saved.html").read_text()
    for headline in ("Lantern mark lost", "Lantern mark won"):
        (folder / "saved.html").write_text(page.replace("Lantern mark lost", headline))
        library.ingest("saved.html", archive="press.db", url=f"{SITE}/lantern-4713")
    with library.open("press.db") as archive:
        told = [(one.version, one.changed) for one in archive.versions("wipr-4713")]
        assert told == [(1, ()), (2, ("headline",))]
        (words,) = archive.diff("wipr-4713", 1, 2).fields["headline"]
        assert words == [("equal", "Lantern mark"), ("delete", "lost"), ("insert", "won")]
        with pytest.raises(NoSuchArticle, match="has no version '3'"):
            archive.diff("wipr-4713", 1, 3)


def test_counts_draw_themselves(folder: Path) -> None:
    counts = library.count("press.db", by="year")
    assert counts.to_svg() == draw_counts(counts)
    assert 'width="420" ' in counts.to_svg(width=420)
    with pytest.raises(ValueError, match="by one thing"):
        library.count("press.db", by=("year", "source")).to_svg()


def test_a_loop_that_runs_is_no_obstacle(folder: Path) -> None:
    """As in a notebook."""

    async def cell() -> tuple[int, int]:
        address = f"{SITE}/lantern-4713"
        assert library.extract("saved.html", url=address).article is not None
        done = library.ingest("saved.html", url=address)
        return done.counts["stored"], library.reextract(again=True, configuration=alone).read

    alone = library.Configuration(archive=Path("press.db"))
    assert asyncio.run(cell()) == (1, 3)


def test_an_address_is_that_of_one_file(folder: Path) -> None:
    for files in ([], ["saved.html", "saved.html"]):
        with pytest.raises(ValueError, match="give one file with it"):
            library.ingest(files, url=f"{SITE}/lantern-4713")


def test_what_is_not_installed_is_named() -> None:
    with pytest.raises(ImportError, match="nosuchframe is not installed: pip install nosuchframe"):
        installed("nosuchframe")


def test_a_file_beside_the_program_sets_what_a_job_is_not_told(folder: Path) -> None:
    """As of the commands: what the operator forbids is not kept because a script asks."""
    (folder / "tradepress.toml").write_text('archive = "own.db"\npolicy = "metadata-only"\n')
    done = library.ingest("saved.html", url=f"{SITE}/lantern-4713")
    assert done.counts["stored"] == 1
    with library.open("own.db") as archive:
        assert archive.story("wipr-4713").body is None


def test_what_is_withdrawn_may_be_refused(folder: Path) -> None:
    asked = []
    done = library.withdraw(
        "press.db", ["wipr-4711"], reason="a test", confirm=lambda plan: bool(asked.append(plan))
    )
    assert [plan.headlines for plan in asked] == [{"wipr-4711": "Lantern mark refused"}]
    assert (done.erased, done.exit_code) == (None, 1)
    assert library.count("press.db", "lantern").total == 2
    with pytest.raises(ValueError, match="say why"):
        library.withdraw("press.db", "wipr-4711")
