"""The sample papers, crawled half by half and merged: as one crawl of all."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import preloaded
import pytest
from archive_contents import addresses_in, differing, pages_in, stories_in
from archive_rows import Child, child

from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.read_only import read_archive
from tradepress.archive.search.story_query import StoryQuery
from tradepress.research.queries.saved_queries import result_lines

__all__ = ["child"]
pytestmark = pytest.mark.slow

CRAWL = """
import sys
from pathlib import Path
from tradepress.configuration import Configuration
from tradepress.declared_sources import all_sources
from tradepress.jobs.crawl import run_crawl
from tradepress.sample.proxy import sample_settings
from tradepress.sample.server import SamplePapers

edition, names, archive = sys.argv[1:]
sources = [one for one in all_sources() if one.sample and one.name in names]
with SamplePapers(edition) as papers:
    run_crawl(
        sources, Configuration(), archive=Path(archive), command="half", hears_signals=True,
        settings={**sample_settings(papers.proxy_url), "LOG_LEVEL": "CRITICAL"}, revisit="all",
    )
"""
MERGE = """
import sys
from tradepress.configuration import Configuration
from tradepress.jobs.merge_archives import merge

def wait(path, done, of):
    print(done, flush=True)
    sys.stdin.readline()

merge(sys.argv[2], archive=sys.argv[1], progress=wait, configuration=Configuration())
"""


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``all.db``, ``both.db`` (that and the later edition), ``signet.db``,
    ``makers.db`` and ``later.db`` (the later edition alone)."""
    folder = tmp_path_factory.mktemp("crawled")
    for name, edition, papers in (
        ("all", "base", "signet,makers"),
        ("signet", "base", "signet"),
        ("makers", "base", "makers"),
        ("later", "later", "signet,makers"),
    ):
        crawl(folder / f"{name}.db", edition, papers)
    copy(folder / "all.db", folder / "both.db")
    crawl(folder / "both.db", "later", "signet,makers")
    return folder


def crawl(archive: Path, edition: str, papers: str) -> None:
    result = preloaded.run(["-c", CRAWL, edition, papers, archive], cwd=archive.parent)
    assert result.returncode == 0, result.stderr


def copy(archive: Path, to: Path) -> Path:
    shutil.copy(archive, to)
    shutil.copytree(capture_folder(archive), capture_folder(to))
    return to


def tradepress(archive: Path, *arguments: object) -> str:
    command = ["-m", "tradepress", *arguments, "--archive", archive]
    result = preloaded.run([*map(str, command)], cwd=archive.parent)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def require_same(archive: Path, whole: Path, *, has_first_pages: bool) -> None:
    """But for the moments at which two crawls came by."""
    with read_archive(archive) as ours, read_archive(whole) as theirs:
        stories = [stories_in(db, with_times=False) for db in (ours, theirs)]
        assert len(stories[1]) > 60
        assert differing(*stories) == {}
        digests = [sorted(digest for _, digest in pages_in(db)) for db in (ours, theirs)]
        assert len(digests[0]) == len(digests[1])
        # Of one text the page is kept that the archive had which the other comes into.
        assert digests[0] == digests[1] or not has_first_pages
        states = [
            {
                key: (source, state, ref)
                for key, (source, state, *_, ref) in addresses_in(db).items()
            }
            for db in (ours, theirs)
        ]
        assert differing(*states) == {}
        query = StoryQuery(words="mark OR court")
        lines = [result_lines(db, query) for db in (ours, theirs)]
        if not has_first_pages:  # what was there keeps its number, though it be the later text
            lines = [[re.sub(r"@\d+ ", " ", line) for line in found] for found in lines]
        assert lines[0] == lines[1]
        assert len(lines[0]) > 20
        robots = "SELECT DISTINCT origin, path, status, digest FROM site_files ORDER BY 1, 2, 3, 4"
        assert ours.execute(robots).fetchall() == theirs.execute(robots).fetchall()
    assert "no fault" in tradepress(archive, "verify", "--history")


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("signet", "makers", "all"),
        ("makers", "signet", "all"),
        ("all", "later", "both"),
        ("later", "all", "both"),
    ],
)
def test_two_halves_are_the_whole(
    crawled: Path, tmp_path: Path, first: str, second: str, whole: str
) -> None:
    """Paper by paper, and edition by edition."""
    archive = copy(crawled / f"{first}.db", tmp_path / "archive.db")
    tradepress(archive, "merge", crawled / f"{second}.db")
    require_same(archive, crawled / f"{whole}.db", has_first_pages=first != "later")
    assert ": stored" not in tradepress(archive, "merge", crawled / f"{second}.db")
    require_same(archive, crawled / f"{whole}.db", has_first_pages=first != "later")


def test_its_raw_pages_are_sound_to_other_tools(crawled: Path, tmp_path: Path) -> None:
    archive = copy(crawled / "signet.db", tmp_path / "archive.db")
    tradepress(archive, "merge", crawled / "makers.db")
    files = sorted(map(str, capture_folder(archive).iterdir()))
    assert len(files) == 2
    warcio = Path(sys.executable).with_name("warcio")
    checked = subprocess.run([warcio, "check", *files], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout) == (0, ""), checked.stderr
    subprocess.run(["gunzip", "-t", *files], check=True)


@pytest.mark.parametrize("stories", [1, 27, 61])
def test_killed_at_any_moment_it_goes_on(
    crawled: Path, tmp_path: Path, child: Callable[..., Any], stories: int
) -> None:
    """Whatever was committed by then, and with a page half written."""
    archive = tmp_path / "archive.db"
    killed: Child = child(MERGE, archive, crawled / "all.db")
    while int(killed.line()) < stories:
        killed.go_on()
    killed.kill()
    for file in capture_folder(archive).iterdir():
        with file.open("ab") as stream:
            stream.write(b"\x1f\x8b\x08")
    tradepress(archive, "merge", crawled / "all.db")
    with read_archive(archive) as ours, read_archive(crawled / "all.db") as theirs:
        assert differing(stories_in(ours), stories_in(theirs)) == {}
        assert pages_in(ours) == pages_in(theirs)
    assert "no fault" in tradepress(archive, "verify", "--history")
