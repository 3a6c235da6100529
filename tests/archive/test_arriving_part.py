"""A part that comes in is as if its pages had been read here."""

import sqlite3
from pathlib import Path

import pytest
from archive_rows import PAPER, SITE, open_writer, save, story, withdraw
from arriving_pages import Pages, open_run, read_pages
from taken_apart import different

from tradepress.archive.ledger.outcomes import RunState
from tradepress.archive.merging.bring_archive import MergedArchive, bring_archive
from tradepress.archive.merging.other_archive import open_other
from tradepress.archive.withdrawal.request import tombstone_for
from tradepress.story import Reading

KETTLE = {
    "site_id": None,
    "headline": "Kettle whistle refused",
    "body": "A maker of kettles asked whether its whistle tells buyers whose kettle boils, and was "
    "told that it does not, since two notes a third apart are what most of them have.",
}
HERE, ELSEWHERE, PRINT = (f"{SITE}/news/{name}" for name in ("here", "elsewhere", "print"))
TWO = story(2)
"""Kept here."""
REWORDED = story(
    **{**KETTLE, "body": "Kettles."},
    url=PRINT,
    canonical_url=ELSEWHERE,
    evidence={"canonical_url": (Reading(value=ELSEWHERE, evidence="link"),)},
)
REWORDED = story(
    **{**KETTLE, "body": "Kettles."},
    url=PRINT,
    canonical_url=ELSEWHERE,
    evidence={"canonical_url": (Reading(value=ELSEWHERE, evidence="link"),)},
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An archive from which a story was withdrawn, that stood at :data:`HERE`."""
    path = tmp_path / "home.db"
    with open_writer(path) as writer:
        writer.save_source(PAPER)
        writer.start_run("crawl", ["signet"], "0")
        save(writer, story(1, url=HERE))
        save(writer, story(2))
        writer.end_run("done", 0)
        withdraw(writer, None, [tombstone_for(writer.db, 1, reason="asked for")])
    return path


@pytest.mark.parametrize(
    "pages",
    [
        pytest.param([(ELSEWHERE, story(1, url=ELSEWHERE))], id="withdrawn, at a new address"),
        pytest.param(
            [(HERE, story(1, url=HERE)), (PRINT, story(1, url=HERE))],
            id="withdrawn, at its own and a second one",
        ),
        pytest.param(
            [(ELSEWHERE, story(1, url=ELSEWHERE)), (PRINT, story(1, url=ELSEWHERE))],
            id="withdrawn, at two new ones",
        ),
        pytest.param(
            [
                (ELSEWHERE, story(**KETTLE, url=ELSEWHERE)),
                (PRINT, REWORDED),
                (PRINT, story(3, url=PRINT, site_id=None)),
            ],
            id="an address that is two stories'",
        ),
        pytest.param(
            [(TWO["url"], TWO), (TWO["url"], TWO | {"body": "Pans. " * 40})],
            id="an address with what is known here, and then other words",
        ),
    ],
)
def test_a_part_is_as_if_it_was_read_here(home: Path, pages: Pages) -> None:
    require_equal(home, pages, captures=True)


def test_without_raw_pages_their_sizes_are_those_of_the_part(home: Path) -> None:
    require_equal(home, [(ELSEWHERE, story(**KETTLE, url=ELSEWHERE))], captures=False)


def require_equal(home: Path, pages: Pages, *, captures: bool) -> None:
    """
    :param captures: are raw pages kept?
    """
    one, part = home.with_name("one.db"), home.with_name("part.db")
    for file in home.parent.glob("home*"):
        home.with_name(file.name.replace("home", "one")).write_bytes(file.read_bytes())
    last = (f"{SITE}/last", story(9, url=f"{SITE}/last"))
    for path, is_part in ((one, False), (part, True)):
        archive, run = open_run(path, is_part=is_part, captures=captures)
        with archive:
            read_pages(run, [*pages, last])
            run.end(RunState.DONE)
    archive, run = open_run(home, captures=captures)
    with archive, open_other(part, part="the part") as other:
        for _ in bring_archive(run, other, lambda article: article, MergedArchive(path=part)):
            pass
        run.page_files.forget("the part")
        run.end(RunState.DONE)
    assert different(home, one) == {}


def test_texts_of_a_part_are_indexed_where_it_comes_in(tmp_path: Path) -> None:
    """Nobody searches a part: they wait in it, and a writer that opens it indexes them."""
    path = tmp_path / "part.db"
    archive, run = open_run(path, is_part=True)
    read_pages(run, [(PRINT, story(2, url=PRINT))])
    run.end(RunState.DONE, exit_code=0)
    archive.close()
    indexed = "SELECT count(*) FROM articles_fts_docsize"
    with sqlite3.connect(path) as part:
        assert part.execute(indexed).fetchall() == [(0,)]
    with open_writer(path) as writer:
        assert writer.db.execute(indexed).fetchall() == [(1,)]
