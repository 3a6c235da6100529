"""Counts in memory are those of what a click finds, and say so where they may not be."""

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from archive_rows import Writer, open_writer, save, story
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap
from random_stories import PAST, QUERIES, random_archive
from sqlite_utils import Database

from tradepress.archive.read_only import read_archive
from tradepress.archive.search.find_stories import count_hits, hits_of, search
from tradepress.archive.search.story_query import StoryQuery
from tradepress.browse.facets import kept_index
from tradepress.browse.facets.facet_index import FacetIndex, StorySet, build_index
from tradepress.browse.facets.facet_values import FILTERS, Facet
from tradepress.browse.facets.kept_index import KeptIndex
from tradepress.browse.facets.result_counts import ResultCounts, count_result, find_stories
from tradepress.story import Mention

SIGNET = StoryQuery(source=("signet",))


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with random_archive(tmp_path_factory.mktemp("facets") / "archive.db") as db:
        yield db


@pytest.fixture(scope="module")
def index(db: Database) -> FacetIndex:
    return build_index(db)


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeptIndex]:
    """Of the same stories as ``db``, which are not written to."""
    path = tmp_path_factory.mktemp("everything") / "archive.db"
    with random_archive(path), closing(KeptIndex(path)) as kept:
        yield kept


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Writer]:
    with random_archive(tmp_path / "archive.db"):
        pass
    with open_writer(tmp_path / "archive.db") as writer:
        writer.start_run("tests", ["signet"], "0")
        yield writer


@pytest.fixture
def kept(live: Writer) -> Iterator[KeptIndex]:
    with closing(KeptIndex(live.path)) as kept:
        yield kept


@pytest.fixture
def reader(live: Writer) -> Iterator[Database]:
    with closing(read_archive(live.path)) as db:
        yield db


ASKED = st.builds(
    replace,
    QUERIES,
    seen_on=st.just(None),
    mentions=st.sampled_from([(), (), ("court",), ("cjeu", "firm")]),
)


@settings(deadline=None, max_examples=20)
@given(query=ASKED, fold=st.booleans(), day=st.sampled_from(["2020-06-01", "2022-01-01"]))
def test_an_old_index_changes_no_number_of_stories(
    db: Database, index: FacetIndex, query: StoryQuery, fold: bool, day: str
) -> None:
    query = replace(query, as_of=None, seen_on=day)
    counts = count_result(db, query, index, fold=fold, is_true=False)
    assert counts.is_about
    assert replace(counts, is_about=False) == count_result(
        db, query, index, fold=fold, is_true=True
    )
    alone = count_result(db, query, None, fold=fold, is_true=False)
    assert (alone.stories, alone.copies, alone.facets) == (counts.stories, counts.copies, None)


@settings(deadline=None, max_examples=60)
@given(
    query=QUERIES,
    fold=st.booleans(),
    offset=st.integers(0, 40),
    limit=st.sampled_from([1, 3, 25, 100]),
)
def test_a_page_by_date_is_what_a_search_finds(
    everything: KeptIndex,
    db: Database,
    query: StoryQuery,
    fold: bool,
    offset: int,
    limit: int,
) -> None:
    found = everything.newest(db, query, fold=fold, offset=offset, limit=limit)
    assert found is not None
    hits = search(db, query, order="date", fold=fold, offset=offset, limit=limit)
    assert hits_of(db, query, found, fold=fold) == hits


def words_and_day(query: StoryQuery) -> StoryQuery:
    """Without what else it asks."""
    words = StoryQuery(words=query.words, stemmed=query.stemmed, variants=query.variants)
    return replace(words, as_of=query.as_of, seen_on=query.seen_on)


@settings(deadline=None, max_examples=150)
@given(query=(QUERIES | PAST) | (QUERIES | PAST).map(words_and_day))
def test_the_same_versions_are_found_in_memory_as_in_sql(
    everything: KeptIndex, db: Database, query: StoryQuery
) -> None:
    known = everything.found(db, query)
    assert known is not None
    found, asked = known.stories, find_stories(db, query)
    assert (found.current, found.former) == (asked.current, asked.former)
    assert {story: found.version_of[story] for story in found.former} == asked.version_of


def test_values_that_a_filter_takes_for_one_are_one(db: Database, index: FacetIndex) -> None:
    counts = index.count(StorySet(current=BitMap(range(1000))), fold=False)
    assert {name.lower() for name in counts["section"]} == {"trademarks", "designs"}
    assert len(counts["section"]) == 2
    assert sorted(counts["author"]) in (
        ["Anselm Pryce", name] for name in ("Petra Holm", "PETRA HOLM")
    )


def counted(kept: KeptIndex, reader: Database, query: StoryQuery = SIGNET) -> ResultCounts:
    """As a page does; what it says without "about" is true."""
    counts = kept.count(reader, query, fold=True)
    assert counts.stories == count_hits(reader, query)
    if not counts.is_about and counts.facets is not None:
        for facet in FILTERS:
            for value, number in counts.facets[facet].items():
                clicked = replace(query, **{facet: (value,)})  # type: ignore[arg-type]
                assert number == count_hits(reader, clicked)
    return counts


def in_beside(kept: KeptIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the archive were a large one."""
    monkeypatch.setattr(kept_index, "_IS_SMALL", "SELECT 0")
    monkeypatch.setattr(kept_index, "AT_ONCE", 0)


@pytest.mark.parametrize("is_large", [False, True])
def test_a_live_archive_is_counted_truly_or_about(
    live: Writer,
    kept: KeptIndex,
    reader: Database,
    monkeypatch: pytest.MonkeyPatch,
    is_large: bool,
) -> None:
    if is_large:
        in_beside(kept, monkeypatch)
        monkeypatch.setattr(kept_index, "PAUSE", 0)

    def comes_to_be_true() -> ResultCounts:
        first = counted(kept, reader)
        assert first.is_about is is_large
        kept.wait()
        then = counted(kept, reader)
        assert not then.is_about
        return then

    before = comes_to_be_true()
    save(
        live,
        story(
            100,
            section="Patents",
            mentions=[Mention(field="body", start=0, end=1, kind="court", value="New Court")],
        ),
    )
    live.commit()
    new = comes_to_be_true()
    assert (new.stories, new.of("section")["Patents"]) == (before.stories + 1, 1)
    assert (before.of("court")["New Court"], new.of("court")["New Court"]) == (0, 1)
    # As re-extraction writes into a version that is there.
    live.write("UPDATE mentions SET value = 'Old Court' WHERE value = 'New Court'")
    live.commit()
    assert comes_to_be_true().of("court")["Old Court"] == 1
    assert "New Court" not in comes_again(kept, reader).of("court")
    live.write("UPDATE articles SET section = NULL WHERE section = 'Patents'")
    live.commit()
    assert "Patents" not in comes_to_be_true().of("section")


@pytest.mark.parametrize("fold", [True, False])
def test_a_page_by_date_has_what_was_written_since_its_stories_were_counted(
    live: Writer,
    kept: KeptIndex,
    reader: Database,
    monkeypatch: pytest.MonkeyPatch,
    fold: bool,
) -> None:
    in_beside(kept, monkeypatch)
    monkeypatch.setattr(kept_index, "PAUSE", 10_000)
    kept.current()
    kept.wait()
    for number, day in enumerate(("2019-01-02", "2031-05-06", None, "2015-11-02")):
        save(live, story(200 + number, date_published=day))
    (gone,) = live.db.execute("SELECT max(id) FROM articles WHERE source = 'makers'").fetchone()
    live.write("UPDATE articles SET source = 'signet', site_id = NULL WHERE id = ?", [gone])
    live.commit()
    assert not kept.current()[1]
    for query in (SIGNET, StoryQuery(), StoryQuery(section=("Trademarks",))):
        for offset in (0, 3):
            found = kept.newest(reader, query, fold=fold, offset=offset, limit=30)
            assert found is not None
            hits = search(reader, query, order="date", fold=fold, offset=offset, limit=30)
            assert hits_of(reader, query, found, fold=fold) == hits


def comes_again(kept: KeptIndex, reader: Database) -> ResultCounts:
    """Nothing is asked of the archive: it was not written to."""
    asked: list[str] = []
    reader.conn.set_trace_callback(asked.append)
    counts = kept.count(reader, SIGNET, fold=True)
    reader.conn.set_trace_callback(None)
    assert not [sql for sql in asked if "SELECT" in sql]
    return counts


def test_a_result_is_found_once_for_all_values_of_its_facets(
    live: Writer, kept: KeptIndex, reader: Database
) -> None:
    counted(kept, reader)
    of_court = comes_again(kept, reader)
    asked: list[str] = []
    reader.conn.set_trace_callback(asked.append)
    narrowed = kept.count(reader, replace(SIGNET, court=("Hill Court",)), fold=True)
    reader.conn.set_trace_callback(None)
    assert not [sql for sql in asked if "SELECT" in sql]
    assert narrowed.stories == of_court.of("court")["Hill Court"]


def test_what_is_remembered_is_bounded(
    live: Writer, kept: KeptIndex, reader: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_index, "MOST_FOUND", 2)
    for number in range(9):
        kept.count(reader, StoryQuery(words=f"lantern -{number}"), fold=True)
    assert len(kept._found) == 2


def test_a_commit_while_a_result_is_counted_makes_it_about(
    live: Writer, kept: KeptIndex, reader: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = find_stories

    def find_beside_a_writer(db: Database, query: StoryQuery) -> StorySet:
        found = find(db, query)
        save(live, story(200))
        live.commit()
        return found

    kept.current()
    monkeypatch.setattr(kept_index, "find_stories", find_beside_a_writer)
    assert counted(kept, reader, StoryQuery(words="lantern")).is_about
    assert not kept._found


def test_the_page_of_a_large_archive_does_not_wait(
    live: Writer, kept: KeptIndex, reader: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_beside(kept, monkeypatch)
    may_build = threading.Event()

    def build_later(db: Database) -> FacetIndex:
        may_build.wait(30)
        return build_index(db)

    monkeypatch.setattr(kept_index, "build_index", build_later)
    first = counted(kept, reader)
    assert (first.facets, first.is_about) == (None, True)
    assert counted(kept, reader).facets is None, "one is built, and nobody waits for it"
    may_build.set()
    kept.wait()
    assert counted(kept, reader).facets is not None


def test_an_index_of_a_large_archive_is_used_for_a_while(
    live: Writer, kept: KeptIndex, reader: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_beside(kept, monkeypatch)
    monkeypatch.setattr(kept_index, "PAUSE", 1e9)
    kept.current()
    kept.wait()
    (old, is_true) = kept.current()
    assert is_true
    save(live, story(300))
    live.commit()
    for _ in range(3):
        assert kept.current() == (old, False)
        kept.wait()


@pytest.mark.parametrize("is_large", [False, True])
def test_an_archive_that_was_moved_away_is_still_shown(
    live: Writer,
    kept: KeptIndex,
    reader: Database,
    monkeypatch: pytest.MonkeyPatch,
    is_large: bool,
) -> None:
    if is_large:
        in_beside(kept, monkeypatch)
    live.path.rename(live.path.with_name("away.db"))
    for _ in range(3):
        found = counted(kept, reader)
        kept.wait()
        assert (found.facets, found.is_about) == (None, True)


def test_counts_are_had_again_when_the_archive_can_be_read(
    live: Writer,
    kept: KeptIndex,
    reader: Database,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(kept_index, "AFTER_FAILURE", 0)

    def unreadable(path: Path) -> Database:
        raise sqlite3.DatabaseError("disk I/O error")

    with monkeypatch.context() as patch:
        patch.setattr(kept_index, "read_archive", unreadable)
        assert counted(kept, reader).facets is None
    (said,) = caplog.messages
    assert said.endswith("disk I/O error")
    assert not counted(kept, reader).is_about


def test_closing_waits_for_what_is_being_built(
    live: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = KeptIndex(live.path)
    in_beside(kept, monkeypatch)
    kept.current()
    kept.close()
    assert not [one for one in threading.enumerate() if one is kept._builder]
    with pytest.raises(sqlite3.ProgrammingError):
        kept.current()
    shutil.rmtree(tmp_path)


def test_facets_have_the_names_of_filters() -> None:
    known: Facet
    for known in FILTERS:
        assert getattr(StoryQuery(), known) == ()
