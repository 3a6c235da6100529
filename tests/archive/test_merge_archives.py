"""Another archive's stories come into this one: as they are, and once."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from archive_contents import addresses_in, differing, pages_in
from archive_rows import SITE, Writer, story, value
from libraries import LONG, Library, changed, here, keep, there

from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.clock import utc_text
from tradepress.archive.ledger.outcomes import Outcome
from tradepress.archive.read_only import read_archive
from tradepress.archive.rereading import load_rereads, save_rereading
from tradepress.archive.stories.kept import load_kept
from tradepress.archive.stories.versions import list_versions
from tradepress.story import Capture

__all__ = ["here", "there"]

LOG = ("log_leaves", "log_roots", "log_head")
OWN_TABLES = ("runs", "fetches", "_sqlite_migrations", "sqlite_sequence", *LOG)
"""That a merge writes in any case."""


def dump(path: Path) -> dict[str, list[Any]]:
    """All rows of all tables but those of the ledger."""
    with closing(sqlite3.connect(path)) as db:
        names = [
            name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        return {
            name: sorted(db.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)
            for name in names
            if name not in OWN_TABLES and not name.startswith(("articles_", "versions_"))
        }


def a_library_with_everything(there: Library) -> None:
    """Links, a second address, several versions, a merged ref, a page that is no story, a visit."""
    link = {"kind": "related", "text": "x", "url": story(2)["url"], "position": 0}
    with there.open() as writer:
        keep(writer, 0, story(1), links=[link], requested_url=f"{SITE}/?p=1")
        keep(writer, 1, changed(1))
        keep(writer, 2, changed(1))
        keep(writer, 1, story(2), evidence={"headline": [{"value": "x", "evidence": "h1"}]})
        keep(writer, 0, story(**LONG, url=f"{SITE}/long"))
        longer = {**LONG, "headline": "Orrin Vale loses lantern", "url": f"{SITE}/amp/long"}
        keep(writer, 1, story(**longer))
        keep(writer, 2, story(**longer, canonical_url=f"{SITE}/long"))
        keep(writer, 3, story(7, source="makers", url="http://marksandmakers.example/7"))
        refused = Capture(url=f"{SITE}/about", body=b"about us", status=200, source="signet")
        writer.keep_page(refused)
        writer.add_urls("signet", [(f"{SITE}/about", None), (f"{SITE}/due", SITE)])
        writer.settle(f"{SITE}/about", "rejected", "no story")
        writer.end_run("done", 0)


def test_a_library_comes_in_as_it_is(here: Library, there: Library) -> None:
    a_library_with_everything(there)
    merged = here.take(there)
    assert merged.stories == {Outcome.STORED: 4}
    assert merged.told == merged.unreadable == merged.withdrawn == []
    assert merged.exit_code == 0
    assert len(there.stories()) == 4
    assert differing(here.stories(), there.stories()) == {}
    with read_archive(here.path) as ours, read_archive(there.path) as theirs:
        assert pages_in(ours) == pages_in(theirs)
        assert addresses_in(ours) == addresses_in(theirs)
    numbers = (
        "SELECT ref, versions.version, versions.content_hash FROM versions "
        "JOIN articles ON articles.id = article_id"
    )
    assert sorted(here.ask(numbers)) == sorted(there.ask(numbers))
    assert here.load("signet-1@1").headline == story()["headline"]
    (alias,) = there.ask("SELECT ref, first_version, last_version FROM aliases")
    assert here.ask("SELECT ref, first_version, last_version FROM aliases") == [alias]
    assert here.ask("SELECT count(*) FROM capture_records") == there.ask(
        "SELECT count(*) FROM capture_records"
    )
    assert here.ask("SELECT count(*) FROM holdings") == [(0,)]


def test_its_run_has_one_outcome_for_each_story(here: Library, there: Library) -> None:
    a_library_with_everything(there)
    merged = here.take(there)
    assert merged.sums is not None
    assert (merged.sums.urls, merged.sums.outcomes[Outcome.STORED]) == (4, 4)
    assert here.ask("SELECT kind, state, exit_code FROM runs") == [("merge", "done", 0)]
    assert {run for (run,) in here.ask("SELECT run_id FROM versions")} == {1}


def test_the_second_time_nothing_changes(here: Library, there: Library) -> None:
    a_library_with_everything(there)
    here.keep((5, story(1)), (0, story(3)))
    here.take(there)
    before, pages = dump(here.path), sizes(here)
    again = here.take(there)
    assert set(again.stories) == {Outcome.UNCHANGED}
    assert sizes(here) == pages
    after = dump(here.path)
    for table in before:
        if table == "urls":
            for rows in (before[table], after[table]):
                rows[:] = [row[:13] + row[14:] for row in rows]  # scheduled_run_id
        assert after[table] == before[table], table


def sizes(library: Library) -> dict[str, int]:
    return {file.name: file.stat().st_size for file in capture_folder(library.path).iterdir()}


def test_the_other_archive_is_left_alone(here: Library, there: Library) -> None:
    a_library_with_everything(there)
    before = there.path.read_bytes(), sizes(there)
    here.take(there)
    assert (there.path.read_bytes(), sizes(there)) == before


# Histories of one story


def test_the_same_text_is_one_version_that_was_seen_by_both(here: Library, there: Library) -> None:
    here.keep((1, story()))
    there.keep((4, story()), page=b"the same in other bytes")
    merged = here.take(there)
    assert merged.stories == {Outcome.UNCHANGED: 1}
    kept = here.stories()["signet-1"]
    assert [seen[:10] for seen, _ in kept["sightings"]] == ["2026-03-02", "2026-03-05"]
    assert (len(kept["versions"]), kept["last_seen"][:10]) == (1, "2026-03-05")
    assert here.ask("SELECT count(*) FROM captures") == [(1,)]


@pytest.mark.parametrize("is_later_there", [True, False])
def test_what_was_seen_last_is_current(
    here: Library, there: Library, *, is_later_there: bool
) -> None:
    early, late = (here, there) if is_later_there else (there, here)
    early.keep((1, story()))
    late.keep((4, changed()))
    merged = here.take(there)
    assert here.load("signet-1").headline == changed()["headline"]
    assert [one.renumbered for one in merged.told] == [{1: 2}]
    assert merged.told[0].reason == "signet-1@1 there is signet-1@2 here"
    assert here.ask("SELECT reason FROM fetches WHERE run_id = 2") == [(merged.told[0].reason,)]
    assert here.ask("SELECT count(*) FROM holdings") == [(int(is_later_there),)]


def test_both_ways_round_it_is_one_history(tmp_path: Path) -> None:
    one, two, all_ = (Library(tmp_path / f"{name}.db") for name in ("one", "two", "all"))
    pages = [(0, story()), (2, changed()), (4, changed(words="settles")), (6, story(2))]
    one.keep(pages[0], pages[2])
    two.keep(pages[1], pages[3])
    all_.keep(*pages)
    third = Library(tmp_path / "third.db")
    third.take(two)
    third.take(one)
    one.take(two)
    for merged in (one, third):
        assert differing(merged.stories(), all_.stories()) == {}


def test_a_text_that_came_back_is_the_version_that_it_was_as_in_a_crawl(
    here: Library, there: Library
) -> None:
    here.keep((0, story()))
    there.keep((2, changed()), (4, story()))
    here.take(there)
    assert here.load("signet-1").version == 1
    with read_archive(here.path) as db:
        assert [len(one.spans) for one in list_versions(db, "signet-1")] == [2, 1]
    here.take(there)
    assert here.ask("SELECT count(*) FROM versions") == [(2,)]


@pytest.mark.parametrize("is_teaser_there", [True, False])
def test_a_teaser_is_kept_and_never_current(
    here: Library, there: Library, *, is_teaser_there: bool
) -> None:
    teaser = story(**LONG | {"body": LONG["body"][:100] + "…", "is_truncated": True})
    whole, cut = (here, there) if is_teaser_there else (there, here)
    whole.keep((1, story(**LONG)))
    cut.keep((5, teaser))
    here.take(there)
    (ref,) = here.stories()
    assert here.load(ref).body == LONG["body"]
    assert here.ask("SELECT count(*) FROM versions") == [(2,)]


def test_a_page_that_nobody_can_date_gets_its_day(here: Library, there: Library) -> None:
    here.keep((None, story()))
    there.keep((3, story()))
    here.take(there)
    kept = here.stories()["signet-1"]
    assert kept["versions"][0]["date_captured"][:10] == "2026-03-04"
    assert kept["first_seen"][:10] == "2026-03-04"


def test_a_reading_by_better_rules_comes_in_as_one(here: Library, there: Library) -> None:
    for library in (here, there):
        library.keep((1, story()))
    with there.open() as writer:
        (read,) = load_rereads(writer.db, [value(writer, "SELECT version_id FROM articles")])
        article = replace(load_story_of(writer), body="Case 1. The lantern mark was refused.")
        save_rereading(writer.run, read, article, extractor="tests 2")
        writer.end_run("done", 0)
    here.take(there)
    assert here.ask("SELECT version, is_reread, extractor FROM versions ORDER BY version") == [
        (1, 0, "tests 1"),
        (2, 1, "tests 2"),
    ]
    assert here.load("signet-1").version == 2
    assert here.ask("SELECT count(*), count(DISTINCT capture_id) FROM captures, versions") == [
        (2, 1)
    ]
    assert here.take(there).stories == {Outcome.UNCHANGED: 1}


def load_story_of(writer: Writer) -> Any:
    return load_kept(writer.db, value(writer, "SELECT id FROM articles")).article


@pytest.mark.parametrize(
    "said",
    [
        "state = 'done', next_due = NULL, outcome = 'failed', reason = 'defect'",
        "state = 'done', next_due = NULL, reason = 'gone'",
        "next_due = '9998-01-01T00:00:00Z'",
    ],
)
@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(weeks=9999)])
def test_no_other_archive_takes_a_known_story_out_of_the_crawl(
    here: Library, there: Library, said: str, ahead: timedelta
) -> None:
    """Its clock may be ahead, a little or by years."""
    here.keep((0, story(1)), next_due="2027-01-01T00:00:00Z")
    there.keep((0, story(1)))
    with there.open() as writer:
        fetched_at = utc_text(datetime.now(UTC) + ahead)
        writer.write(f"UPDATE urls SET {said}, fetched_at = ?", [fetched_at])
        writer.end_run("done", 0)
    here.take(there)
    assert here.ask("SELECT state, next_due FROM urls") == [("due", "2027-01-01T00:00:00Z")]


@pytest.mark.parametrize("fetched_at", [None, "2099-01-01T00:00:00Z"])
def test_what_the_other_archive_has_of_a_file_puts_no_visit_off(
    here: Library, there: Library, fetched_at: str | None
) -> None:
    """An `ingest` of 0.1.0 wrote the time at which it read the file as that of a visit."""
    here.keep((0, story(1)), next_due="2027-01-01T00:00:00Z")
    there.keep((0, story(1)), (1, changed(2)))
    with there.open() as writer:
        writer.write(
            "UPDATE urls SET state = 'done', next_due = NULL, fetched_at = ?", [fetched_at]
        )
        writer.end_run("done", 0)
    schedule = "SELECT * FROM urls WHERE url = ?"
    before = here.ask(schedule, story(1)["url"])
    here.take(there)
    without_run = [row[:13] + row[14:] for row in before]
    assert [row[:13] + row[14:] for row in here.ask(schedule, story(1)["url"])] == without_run
    assert here.ask("SELECT state, next_due FROM urls WHERE url <> ?", story(1)["url"]) == [
        ("done", None)
    ]
