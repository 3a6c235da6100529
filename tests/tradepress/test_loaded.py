"""What a command loads: who only reads does not wait for what a crawl or a server needs."""

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, a_story, quick_first

from tradepress.archive.frontier.sources import SourceRow
from tradepress.archive.ledger.outcomes import RunKind
from tradepress.archive.open import open_archive
from tradepress.command_line import SHORT_HELPS
from tradepress.story import StoredArticle

# Prints the modules that are loaded when the command has ended.
COMMAND = """
import sys
from tradepress.command_line import run
code = run(sys.argv[1:])
print(*sys.modules, file=sys.stderr)
sys.exit(code)
"""
NOT_FOR_READING = {
    *("scrapy", "twisted", "tldextract", "requests", "feedparser", "lxml"),
    *("datasette", "apprise", "asyncio", "pandas", "pyarrow", "eyecite", "citeproc"),
    "tradepress.mentions.read_names",
}
NOT_FOR_A_HELP = NOT_FOR_READING - {"asyncio"}


CODES = {
    "health": 1,
    "show gazette-4711 --capture": 2,  # none is kept
    "open gazette-4711": 1,  # no browser is here
    "captures export -o press.wacz": 1,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With an archive of one story, gazette-4711, a file of another, and a configuration."""
    folder = tmp_path_factory.mktemp("loaded")
    gazette = SourceRow(
        name="gazette",
        publisher="The Gazette",
        home_url="https://gazette.example/",
        language="en",
        timezone="UTC",
    )
    story = StoredArticle(
        source="gazette",
        url="https://gazette.example/lantern-4711",
        site_id="4711",
        headline="Lantern cleared",
        body="The office has let the mark pass.",
    )
    with (
        open_archive(folder / "archive.db") as archive,
        archive.run(RunKind.INGEST, sources=[gazette]) as run,
    ):
        run.stories.save(story, extractor="by hand")
    (folder / "page.html").write_text(a_story("Lantern mark lost"))
    (folder / "tradepress.toml").write_text(
        'contact = "press@library.example"\nsources = ["wipr"]\n[source.tbo]\nevery = "7d"\n'
    )
    return folder


def loaded(folder: Path, *command: str, code: int = 0) -> set[str]:
    result = subprocess.run(
        [sys.executable, "-c", COMMAND, *command],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "BROWSER": "false"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == code, result.stderr
    return set(result.stderr.split())


@pytest.mark.parametrize(
    "command",
    quick_first(
        [
            "--help",
            "--version",
            "search mark",
            "search mark --json",
            "show gazette-4711",
            "show gazette-4711 --versions",
            "explain gazette-4711 headline",
            "explain gazette-4711 body",
            "show gazette-4711 --capture",
            "open gazette-4711",
            "count mark --by source",
            "cite gazette-4711 --format ris",
            "cite mark --format bibtex",
            "query save marks mark",
            "query list",
            "query run --all --atom feed.xml",
            "captures export -o press.wacz",
            "captures prune --older-than 1",
            "export --format csv -o press.csv",
            "runs",
            "runs 1",
            "health",
            "sources list",
            "sources show wipr",
        ],
        5,
    ),
)
def test_a_command_that_reads_loads_nothing_of_the_crawler(folder: Path, command: str) -> None:
    modules = loaded(folder, *command.split(), code=CODES.get(command, 0))
    assert "tradepress.command_line" in modules
    assert modules & NOT_FOR_READING == set()


def test_a_merge_loads_nothing_of_a_server_and_no_reader_of_pages(folder: Path) -> None:
    modules = loaded(folder, "merge", "archive.db", "--archive", "other.db")
    assert "tradepress.archive.merging.bring_story" in modules
    assert modules & {"datasette", "apprise", "feedparser", "citeproc"} == set()
    assert "tradepress.extraction.article" not in modules


@pytest.mark.parametrize("command", ["--help", "crawl --help", "ingest --help", "doctor --help"])
def test_a_help_loads_no_archive(folder: Path, command: str) -> None:
    modules = loaded(folder, *command.split())
    assert "tradepress.command_line" in modules
    assert modules & {"sqlite_utils", "filelock", "tradepress.archive.searched_form"} == set()


@pytest.mark.parametrize("command", quick_first(SHORT_HELPS, 3))
def test_the_help_of_a_command_loads_nothing_of_its_job(folder: Path, command: str) -> None:
    modules = loaded(folder, command, "--help")
    assert f"tradepress.commands.{command.replace('-', '_')}_command" in modules
    assert modules & {*NOT_FOR_A_HELP, "dask", "distributed", "fsspec"} == set()
    assert {one for one in modules if one.startswith("tradepress.crawling")} == set()


def test_a_page_in_a_file_is_read_without_scrapy(folder: Path) -> None:
    modules = loaded(folder, "extract", "page.html")
    assert modules & {"scrapy", "twisted", "tradepress.extraction.article"} == set()


def test_one_source_is_read_without_the_others(tmp_path: Path) -> None:
    modules = loaded(tmp_path, "sources", "show", "wipr")
    assert "tradepress.spiders.wipr" in modules
    assert "tradepress.spiders.tbo" not in modules


def test_a_library_that_reads_loads_nothing_of_the_crawler() -> None:
    program = (
        "import sys, tradepress.archive.search.find_stories\ntradepress.read_archive\n"
        "print(*sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert set(result.stdout.split()) & NOT_FOR_READING == set()


def test_a_crawl_loads_no_server_that_is_switched_off() -> None:
    settings = """
import sys
from scrapy.settings import Settings
settings = Settings()
settings.setmodule("tradepress.crawling.scrapy_settings")
print(len(settings.get_component_priority_dict_with_base("EXTENSIONS")), "aiohttp" in sys.modules)
"""
    told = subprocess.run(
        [sys.executable, "-c", settings], capture_output=True, text=True, timeout=60, check=True
    )
    extensions, has_server = told.stdout.split()
    assert (int(extensions) > 5, has_server) == (True, "False")
