"""Saved queries: one archive gives one hash, and a difference is exactly what happened."""

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest
from archive_rows import (
    PAPER,
    SITE,
    Clock,
    Page,
    Pages,
    Writer,
    article_of,
    asked,
    clock,
    open_writer,
    save,
    story,
    withdraw,
    writer,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.care.backup import backup as make_backup
from tradepress.archive.care.snapshot import query_folder
from tradepress.archive.read_only import read_archive
from tradepress.archive.rereading import FIELDS, load_rereads, save_rereading
from tradepress.archive.search.story_query import query_in_words
from tradepress.archive.stories.ref import resolve_ref
from tradepress.archive.withdrawal.request import tombstone_for
from tradepress.research.press_archive import PressArchive
from tradepress.research.queries.query_changes import ResultChange, sums_of
from tradepress.research.queries.query_feed import feed_of
from tradepress.research.queries.saved_queries import (
    QueryFileError,
    SavedQueries,
    SavedQuery,
    WrongQueryName,
    lines_of,
)

__all__ = ["clock", "writer"]

LANTERN = asked("lantern")


@pytest.fixture
def queries(writer: Writer) -> SavedQueries:
    """Beside an archive of two stories with lanterns and one without."""
    save(writer, story(1))
    save(writer, story(2))
    save(writer, story(3, headline="Beacon", body="Of beacons alone it speaks, as beacons do."))
    writer.commit()
    return SavedQueries(writer.db, writer.path)


def withdraw_story(writer: Writer, ref: str, **how: Any) -> None:
    article_id, _ = resolve_ref(writer.db, ref)
    stone = tombstone_for(writer.db, article_id, reason="court order", **how)
    withdraw(writer, None, [stone])
    writer.commit()


def told(changes: tuple[ResultChange, ...]) -> list[tuple[Any, ...]]:
    return [(one.word, one.ref, one.former_version, one.version) for one in changes]


def test_the_first_run_is_made_when_it_is_saved(queries: SavedQueries, clock: Clock) -> None:
    saved = queries.save("lanterns", LANTERN)
    (run,) = saved.runs
    assert (run.number, run.at, run.stories, run.removed) == (1, clock.now, 2, ())
    assert run.schema == queries.db.execute("PRAGMA user_version").fetchone()[0]
    assert queries.load("lanterns") == saved
    assert queries.names() == ["lanterns"]


def test_anybody_can_compute_the_hash(queries: SavedQueries) -> None:
    """As docs/researcher/counting.md says it."""
    (run,) = queries.save("lanterns", LANTERN).runs
    rows = queries.db.query(
        "SELECT ref, version, content_hash FROM articles WHERE ref <> 'signet-3'"
    )
    lines = sorted(f"{row['ref']}@{row['version']} {row['content_hash']}\n" for row in rows)
    assert run.sha256 == hashlib.sha256("".join(lines).encode()).hexdigest()
    assert [f"{line}\n" for line in run.added] == lines
    nothing = queries.save("nothing", asked("zebra")).runs[0]
    assert nothing.sha256 == hashlib.sha256(b"").hexdigest()


def test_one_archive_gives_one_hash(writer: Writer, queries: SavedQueries, tmp_path: Path) -> None:
    """After VACUUM, with a new index, from a backup, under another name."""
    (run,) = queries.save("lanterns", LANTERN).runs
    made = make_backup(writer.path, tmp_path / "backups", captures=capture_folder(writer.path)).path
    elsewhere = tmp_path / "elsewhere" / "press.db"
    elsewhere.parent.mkdir()
    shutil.copy(made, elsewhere)
    db = sqlite3.connect(elsewhere, isolation_level=None)
    db.execute("INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')")
    db.execute("VACUUM")
    db.close()
    for path in (made, elsewhere):
        with read_archive(path) as other:
            (again,) = SavedQueries(other, path).save("again", LANTERN).runs
            assert (again.sha256, again.added) == (run.sha256, run.added)
    assert queries.run("lanterns").after.sha256 == run.sha256
    assert queries.diff("lanterns", 1, 2).changes == ()


def test_new_changed_and_withdrawn_stories_are_told(writer: Writer, queries: SavedQueries) -> None:
    queries.save("lanterns", LANTERN)
    save(writer, story(1, headline="Lantern mark lost"))
    save(writer, story(4, headline="Lantern mark won"))
    writer.commit()
    withdraw_story(writer, "signet-2", keep_headline=True)
    save(writer, story(5, headline="A beacon again", body="Of beacons alone it speaks again."))
    writer.commit()
    found = queries.diff("lanterns")
    assert told(found.changes) == [
        ("new", "signet-4", None, 1),
        ("changed", "signet-1", 1, 2),
        ("withdrawn", "signet-2", 1, None),
    ]
    new, changed, withdrawn = found.changes
    assert (new.headline, new.publisher, new.published_day, new.url) == (
        "Lantern mark won",
        PAPER["publisher"],
        "2017-08-04",
        f"{SITE}/trademark/orrin-vale-4",
    )
    assert changed.headline == "Lantern mark lost"
    assert (withdrawn.headline, withdrawn.reason) == (
        "Orrin Vale loses appeal 2",
        "court order (2026-11-24)",
    )
    assert sums_of(found.changes) == "1 new, 1 changed, 1 withdrawn"
    assert found.after.number is None
    ran = queries.run("lanterns")
    assert (ran.changes, ran.before) == (found.changes, found.before)
    assert ran.after.number == 2
    assert queries.diff("lanterns").changes == ()
    assert queries.diff("lanterns", 1).changes == ran.changes
    assert queries.diff("lanterns", 2, 2).changes == ()
    with pytest.raises(ValueError, match="run 2 is later than run 1: name the earlier one first"):
        queries.diff("lanterns", 2, 1)


def test_what_is_not_found_any_more_says_why(writer: Writer, queries: SavedQueries) -> None:
    queries.save("lanterns", LANTERN)
    save(writer, story(1, headline="Beacon mark lost", body="It spoke of beacons all the time."))
    writer.commit()
    (gone,) = queries.run("lanterns").changes
    assert (gone.word, gone.ref, gone.reason) == ("gone", "signet-1", "the query finds it no more")


def test_in_another_archive_others_are_found(queries: SavedQueries, tmp_path: Path) -> None:
    queries.save("lanterns", LANTERN)
    folder = tmp_path / "colleague"
    with open_writer(folder_made(folder) / "archive.db") as other:
        other.save_source(PAPER)
        other.start_run("tests", ["signet"], "0")
        save(other, story(1))
        other.commit()
        shutil.copytree(queries.folder, folder / "queries")
        (gone,) = SavedQueries(other.db, other.path).run("lanterns").changes
    assert (gone.word, gone.ref, gone.reason) == ("gone", "signet-2", "it is not in this archive")


def folder_made(folder: Path) -> Path:
    folder.mkdir()
    return folder


HTTP = story()["url"]
OLD = {"site_id": None, "body": story()["body"] + "\n\nBoth sides had brought surveys of buyers."}
NEW = {**OLD, "headline": "Orrin Vale loses a mark", "url": HTTP.replace("http:", "https:")}
NEW["url"] = NEW["url"].replace("https://", "https://www.")


@pytest.mark.parametrize("words", [None, '"a mark"', '"loses appeal"'])
def test_a_merged_story_is_not_called_new(writer: Writer, clock: Clock, words: str | None) -> None:
    """Whether the query found both of them before, the younger one alone or the older one."""
    older = save(writer, story(**OLD)).ref
    clock.now = "2026-11-25T09:00:00Z"
    younger = save(writer, story(**NEW)).ref
    writer.commit()
    queries = SavedQueries(writer.db, writer.path)
    (before,) = queries.save("both", asked(words)).runs
    save(writer, story(**NEW, canonical_url=HTTP))
    writer.commit()
    assert older != younger
    found = {
        2: [("changed", older, 1, 2), ("merged", younger, 1, None)],
        1: [("merged", younger, 1, None)]
        if younger in before.added[0]
        else [("gone", older, 1, None)],
    }
    changes = queries.run("both").changes
    assert told(changes) == found[before.stories]
    assert {one.into for one in changes if one.word == "merged"} <= {older}


def test_what_our_own_rules_changed_is_told_apart(tmp_path: Path, clock: Clock) -> None:
    with open_writer(tmp_path / "archive.db", captures=Pages()) as writer:
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        save(writer, story(headline="Lantern wrong"), capture=Page())
        writer.commit()
        queries = SavedQueries(writer.db, writer.path)
        queries.save("lanterns", LANTERN)
        (read,) = load_rereads(writer.db, [1])
        fields = {name: read.fields[name] for name in FIELDS if name != "related_links"}
        fields |= {"source": "signet", "url": read.url, "site_id": "1"}
        fields |= {"headline": "Lantern right"}
        save_rereading(writer.run, read, article_of(fields), extractor="tests 2")
        writer.commit()
        assert told(queries.run("lanterns").changes) == [("re-read", "signet-1", 1, 2)]
        clock.now = "2026-11-25T09:00:00Z"
        save(writer, story(headline="Lantern lost"), capture=Page())
        writer.commit()
        assert told(queries.run("lanterns").changes) == [("changed", "signet-1", 2, 3)]
        assert told(queries.diff("lanterns", 1).changes) == [("changed", "signet-1", 1, 3)]


STEPS = st.lists(
    st.tuples(st.sampled_from(["write", "write", "write", "withdraw"]), st.integers(1, 5),
              st.booleans()),
    min_size=1,
    max_size=6,
)  # fmt: skip


@pytest.mark.slow
@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(crawls=st.lists(STEPS, min_size=1, max_size=4))
def test_a_difference_is_exactly_what_happened(
    monkeypatch: pytest.MonkeyPatch, crawls: list[list[tuple[str, int, bool]]]
) -> None:
    """Against a list of what each story says, kept beside a random history."""
    now = [datetime(2026, 1, 1, tzinfo=UTC)]
    monkeypatch.setattr("tradepress.archive.clock.datetime", Stopped(now))
    says: dict[str, tuple[int, bool]] = {}
    withdrawn: set[str] = set()
    with tempfile.TemporaryDirectory() as folder, open_writer(Path(folder) / "a.db") as writer:
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        writer.commit()
        queries = SavedQueries(writer.db, writer.path)
        results = [result_of(says)]
        queries.save("lanterns", LANTERN)
        texts = 0
        for crawl in crawls:
            now[0] += timedelta(days=1)
            for step, number, has_word in crawl:
                ref = f"signet-{number}"
                if step == "withdraw" and ref in says:
                    withdraw_story(writer, ref)
                    del says[ref]
                    withdrawn.add(ref)
                elif step == "write" and ref not in withdrawn:
                    texts += 1
                    word = "lantern" if has_word else "beacon"
                    body = f"Text {texts} tells of a {word}, at some length and with a number."
                    save(writer, story(number, headline=f"Of the {word}", body=body))
                    says[ref] = (says.get(ref, (0, False))[0] + 1, has_word)
            writer.commit()
            results.append(result_of(says))
            before, after = results[-2:]
            expected = {("new", ref, None, after[ref]) for ref in after.keys() - before.keys()}
            expected |= {
                ("changed", ref, before[ref], after[ref])
                for ref in after.keys() & before.keys()
                if before[ref] != after[ref]
            }
            expected |= {
                ("withdrawn" if ref in withdrawn else "gone", ref, before[ref], None)
                for ref in before.keys() - after.keys()
            }
            changes = told(queries.run("lanterns").changes)
            assert set(changes) == expected
            assert len(changes) == len(expected)
        saved = queries.load("lanterns")
        for number, result in enumerate(results, 1):
            lines = lines_of(saved, number)
            assert {line.split(" ")[0] for line in lines} == {
                f"{ref}@{version}" for ref, version in result.items()
            }
            assert saved.runs[number - 1].stories == len(result)


def result_of(says: dict[str, tuple[int, bool]]) -> dict[str, int]:
    return {ref: version for ref, (version, has_word) in says.items() if has_word}


class Stopped:
    """A clock that a test sets."""

    def __init__(self, now: list[datetime]) -> None:
        self.times = now

    def now(self, _: object) -> datetime:
        return self.times[0]


# The files


@pytest.mark.parametrize(
    "name", ["", "../x", "a/b", "A", "ä", ".hidden", "-x", "a b", "x" * 65, "con\n", "a.json"]
)
def test_a_name_is_no_path(queries: SavedQueries, name: str) -> None:
    for use in (queries.load, queries.run, queries.diff, queries.remove):
        with pytest.raises(WrongQueryName, match="can't be the name"):
            use(name)
    with pytest.raises(WrongQueryName, match="can't be the name"):
        queries.save(name, LANTERN)
    assert not queries.folder.exists()


def test_a_name_that_is_not_there_says_which_are(queries: SavedQueries) -> None:
    queries.save("lanterns", LANTERN)
    for use in (queries.load, queries.run, queries.diff, queries.remove):
        with pytest.raises(WrongQueryName, match="'lamps'; there are: lanterns"):
            use("lamps")
    with pytest.raises(WrongQueryName, match="is there already"):
        queries.save("lanterns", asked("beacon"))
    assert queries.load("lanterns").query == LANTERN
    queries.remove("lanterns")
    assert queries.names() == []


def test_a_query_that_can_not_be_read_leaves_no_file(queries: SavedQueries) -> None:
    with pytest.raises(ValueError, match="2017-1"):
        queries.save("lanterns", asked("lantern", since="2017-1"))
    assert not queries.folder.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ("{", "no saved query"),
        ("[]", "no object"),
        ({"saved_query": 2}, '"saved_query" is not 1'),
        ({"query": {"colour": "red"}}, "a query has no 'colour'"),
        ({"query": []}, '"query" is no object'),
        ({"runs": {}}, '"runs" is no list'),
        ({"runs": [1]}, "run 1 is no object"),
        ({"runs": [{}]}, '"at" of run 1 is missing or wrong'),
        ({"told": {"x": "1"}}, '"told" is no object with numbers'),
    ],
)
def test_a_file_changed_by_hand_says_what_is_wrong(
    queries: SavedQueries, changes: Any, words: str
) -> None:
    queries.save("lanterns", LANTERN)
    file = queries.folder / "lanterns.json"
    whole = json.loads(file.read_text())
    file.write_text(changes if isinstance(changes, str) else json.dumps({**whole, **changes}))
    text = file.read_text()
    for use in (queries.load, queries.run, queries.diff):
        with pytest.raises(QueryFileError, match=words):
            use("lanterns")
    assert file.read_text() == text
    queries.remove("lanterns")


def test_lines_that_do_not_give_the_hash_are_not_believed(queries: SavedQueries) -> None:
    queries.save("lanterns", LANTERN)
    file = queries.folder / "lanterns.json"
    file.write_text(file.read_text().replace("signet-1@1", "signet-7@1"))
    with pytest.raises(QueryFileError, match="run 1 of lanterns don't give its sha256"):
        queries.run("lanterns")
    whole = json.loads(file.read_text())
    file.write_text(json.dumps({**whole, "runs": []}))
    ran = queries.run("lanterns")
    assert (ran.before, ran.changes, ran.after.number) == (None, (), 1)


@pytest.mark.parametrize("name", ["lanterns", "sent.by.a-colleague", "Lanterns"])
def test_other_files_are_left_alone(queries: SavedQueries, name: str) -> None:
    queries.save("marks", LANTERN)
    (queries.folder / f"{name}.txt").write_text("mine")
    (queries.folder / "README.json").write_text("{}")
    assert queries.names() == ["marks"]


@pytest.mark.parametrize(
    "make",
    [os.mkfifo, Path.mkdir, lambda file: file.symlink_to("nowhere")],
    ids=["pipe", "folder", "link to nothing"],
)
def test_what_is_no_file_is_told_and_stops_nothing(
    queries: SavedQueries, make: Callable[[Path], None]
) -> None:
    queries.save("marks", LANTERN)
    odd = queries.folder / "lanterns.json"
    make(odd)
    assert queries.names() == ["lanterns", "marks"]
    for use in (queries.load, queries.run, queries.diff):
        with pytest.raises(QueryFileError, match=r"lanterns\.json is no file: remove it"):
            use("lanterns")
    path = queries.folder.parent / "archive.db"
    made = make_backup(path, path.with_name("backups"), captures=capture_folder(path), by_hand=True)
    assert made.problems == [f"{odd} is no file, so it was not copied: remove it"]
    assert [file.name for file in (path.parent / "backups" / "queries").iterdir()] == ["marks.json"]


def test_a_run_that_found_the_same_is_a_few_lines(queries: SavedQueries) -> None:
    queries.save("lanterns", LANTERN)
    file = queries.folder / "lanterns.json"
    size = file.stat().st_size
    queries.run("lanterns")
    assert file.stat().st_size < size + 250


def test_of_two_runs_at_once_none_is_lost(queries: SavedQueries) -> None:
    queries.save("lanterns", LANTERN)

    def run_some() -> None:
        with PressArchive(queries.folder.parent / "archive.db") as archive:
            for _ in range(5):
                archive.queries.run("lanterns")

    threads = [threading.Thread(target=run_some) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(queries.load("lanterns").runs) == 1 + 3 * 5
    assert [file.name for file in queries.folder.iterdir()] == ["lanterns.json"]


def test_they_lie_beside_the_archive_and_are_backed_up(queries: SavedQueries) -> None:
    path = queries.folder.parent / "archive.db"
    assert query_folder(path) == queries.folder
    link = path.with_name("elsewhere") / "press.db"
    link.parent.mkdir()
    link.symlink_to(path)
    assert query_folder(link) == queries.folder
    queries.save("lanterns", LANTERN)
    folder = path.with_name("backups")
    make_backup(path, folder, captures=capture_folder(path), by_hand=True)
    queries.run("lanterns")
    shutil.rmtree(queries.folder)
    shutil.copytree(folder / "queries", queries.folder)
    assert len(queries.load("lanterns").runs) == 1


def test_a_query_in_words() -> None:
    query = asked("lantern mark", source=("signet", "makers"), since="2015", stemmed=True)
    assert query_in_words(query) == "lantern mark; source signet, makers; since 2015; stemmed"
    assert query_in_words(asked()) == "all stories"


# The feed


def test_a_feed_has_each_version_once_and_nothing_of_the_clock(
    writer: Writer, queries: SavedQueries, clock: Clock
) -> None:
    clock.now = "2026-12-01T09:00:00Z"
    save(
        writer,
        story(1, headline="Lantern & <mark> lost", date_published="2017-08-04T10:00:00+01:00"),
    )
    writer.commit()
    saved = [queries.save("lanterns", LANTERN), queries.save("all", asked())]
    feed = feed_of(writer.db, saved)
    clock.now = "2027-01-01T09:00:00Z"
    assert feed_of(writer.db, saved) == feed
    read = feedparser.parse(feed)
    assert not read.bozo
    assert [entry.id for entry in read.entries] == [
        "tag:signetgazette.example,2026-12-01:signet-1@2",
        "tag:signetgazette.example,2026-11-24:signet-2@1",
        "tag:signetgazette.example,2026-11-24:signet-3@1",
    ]
    first, second, third = read.entries
    assert (first.title, first.updated) == (
        "Lantern & <mark> lost",
        "2026-12-01T09:00:00Z",
    )
    assert (first.link, first.author) == (story(1)["url"], "Petra Holm")
    assert first.published == "2017-08-04T10:00:00+01:00"
    assert "published" not in second
    assert first.summary == "The Signet Gazette, 2017-08-04, changed: version 2 (signet-1)"
    assert [tag.term for tag in second.tags] == ["lanterns", "all"]
    assert [tag.term for tag in third.tags] == ["all"]
    assert read.feed.updated == "2026-12-01T09:00:00Z"
    assert not feedparser.parse(feed_of(writer.db, [queries.save("none", asked("zebra"))])).bozo


@pytest.mark.parametrize(
    ("facts", "summary"),
    [
        ({}, "The Signet Gazette, 2017-08-04 (signet-9): A brass lamp in short"),
        ({"description": None}, "The Signet Gazette, 2017-08-04 (signet-9)"),
        ({"policy": "metadata-only", "body": None}, "The Signet Gazette, 2017-08-04 (signet-9)"),
        (
            {"reservations": [{"term": "noai", "evidence": "meta", "value": "noai"}]},
            "The Signet Gazette, 2017-08-04 (signet-9)",
        ),
    ],
)
def test_an_entry_has_the_summary_where_nothing_reserves_it(
    writer: Writer, queries: SavedQueries, facts: dict[str, Any], summary: str
) -> None:
    save(writer, story(9, **{"description": "A  brass lamp\nin short", **facts}))
    writer.commit()
    nine = SavedQuery(name="nine", query=asked("signet-9"), runs=(), told={})
    (entry,) = feedparser.parse(feed_of(writer.db, [nine])).entries
    assert entry.summary == summary


def test_what_no_xml_may_hold_does_not_break_a_feed(writer: Writer, queries: SavedQueries) -> None:
    save(writer, story(1, headline="Lantern\uffffmark", authors=["Ann\ufffe Holm"]))
    writer.commit()
    query = SavedQuery(name="all", query=asked(section=["\x01\ud800"]), runs=(), told={})
    lanterns = queries.save("lanterns", LANTERN)
    feed = ElementTree.fromstring(feed_of(writer.db, [lanterns, query]))
    assert {"Lantern\ufffdmark", "Ann\ufffd Holm"} <= {*feed.itertext()}
