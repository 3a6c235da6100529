"""Search through time and across papers: what stood on a day, and which stories are copies."""

import itertools
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import archive_rows
import pytest
from archive_rows import (
    PAPER,
    SISTER,
    Clock,
    Writer,
    asked,
    clock,
    count,
    find,
    open_writer,
    story,
    writer,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from tradepress.archive.search.find_stories import Hit, withdrawn_since

__all__ = ["clock", "writer"]

LONG = (
    "Orrin Vale brought forty lanterns before judges yesterday, arguing that curved brass handles "
    "identify makers rather than merely helping anybody carry lamps through draughty corridors. "
    "Opponents answered that every workshop along this coast bends metal alike, because straight "
    "handles break during winter, while curved ones survive until spring without repair. "
)
OTHER = (
    "Nine bakeries received letters about crescent pastry names, although none had registered "
    "anything; solicitors demanded payment within fourteen days, threatening proceedings abroad. "
    "Trade associations urged members never to reply before asking counsel, since several letters "
    "carried invented docket numbers, borrowed letterheads, plus signatures nobody recognised. "
)


def save(writer: Writer, article: dict[str, Any], **facts: Any) -> None:
    """Texts are in the indexes from the commit on."""
    archive_rows.save(writer, article, **facts)
    writer.commit()


def refs(hits: list[Hit]) -> list[str]:
    return [hit.ref for hit in hits]


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# What the archive held

VISITS = st.lists(
    st.tuples(
        st.integers(1, 3),  # story
        st.integers(0, 3),  # text
        st.none() | st.integers(-4, 6),  # captured so many days from then; None: nobody knows
    ),
    max_size=5,
)


def shown(db: Database, **how: Any) -> dict[str, tuple[int, str]]:
    return {
        hit.ref: (hit.version, hit.headline)
        for hit in find(db, "lantern", fold=False, limit=100, **how)
    }


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(VISITS, min_size=1, max_size=5))
def test_a_search_as_of_a_day_finds_what_was_found_on_that_day(days: list[Any]) -> None:
    first = datetime(2026, 3, 1, tzinfo=UTC)
    then: dict[str, dict[str, tuple[int, str]]] = {}
    now = [first]
    stopped = patch("tradepress.archive.clock.datetime", SimpleNamespace(now=lambda _: now[0]))
    with (
        tempfile.TemporaryDirectory() as folder,
        stopped,
        open_writer(Path(folder) / "archive.db", command="tests") as writer,
    ):
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        for number, visits in enumerate(days):
            today = first + timedelta(days=number)
            for minute, (which, text, captured) in enumerate(visits):
                now[0] = today + timedelta(hours=9, minutes=minute)
                fields = story(which, headline=f"Lantern {which}, text {text}")
                moment = None if captured is None else now[0] + timedelta(days=captured)
                save(writer, fields, kind="file", date_captured=moment)
            then[f"{today:%Y-%m-%d}"] = shown(writer.db)
        for past, expected in then.items():
            assert shown(writer.db, as_of=past) == expected
            assert shown(writer.db, as_of=past, order="date") == expected
            assert shown(writer.db, as_of=past, stemmed=True) == expected
            assert count(writer.db, "lantern", as_of=past) == len(expected)
            assert shown(writer.db, as_of=past, source="signet", until="2017") == expected
        assert shown(writer.db, as_of="2026-02-28") == {}


def test_words_that_a_story_has_no_more_are_found_as_of_their_day(
    writer: Writer, clock: Clock
) -> None:
    clock.now = "2020-05-01T10:00:00Z"
    save(writer, story(headline="Lantern mark refused"), date_captured=day("2020-05-01"))
    clock.now = "2020-05-03T10:00:00Z"
    save(writer, story(headline="Beacon mark refused"), date_captured=day("2020-05-03"))
    assert find(writer.db, "lantern refused") != []  # of the body
    assert find(writer.db, '"lantern mark refused"') == []
    (hit,) = find(writer.db, '"lantern mark refused"', as_of="2020-05-02")
    assert (hit.ref, hit.version, hit.headline) == ("signet-1", 1, "Lantern mark refused")
    assert "\x02Lantern mark refused\x03" in hit.headline_marked
    assert find(writer.db, "beacon", as_of="2020-05-02") == []
    assert [hit.version for hit in find(writer.db, "beacon", as_of="2020-05-03")] == [2]


# What the papers showed


@pytest.fixture
def shown_later(writer: Writer, clock: Clock) -> Database:
    """A story in two versions, the older one back-filled later, then gone; and a loose file."""
    clock.now = "2020-05-01T10:00:00Z"
    save(writer, story(1, headline="Lantern two"), date_captured=day("2019-06-01"))
    clock.now = "2021-05-01T10:00:00Z"
    save(writer, story(1, headline="Lantern one"), date_captured=day("2015-06-01"))
    save(writer, story(2, headline="Lantern loose"), kind="file")
    writer.end_run("done", 0)
    writer.start_run("tests", ["signet"], "0")
    writer.settle(story(1)["url"], "rejected", "404", gone=True)
    return writer.db


@pytest.mark.parametrize(
    ("seen_on", "found"),
    [
        ("2015-05-31", []),
        ("2015-06-01", ["Lantern one"]),
        ("2019-05-31", ["Lantern one"]),
        ("2019-06-01", ["Lantern two"]),
        ("2021-05-01", ["Lantern two"]),  # gone in the course of that day
        ("2021-05-02", []),
    ],
)
def test_what_the_papers_showed_on_a_day(
    shown_later: Database, seen_on: str, found: list[str]
) -> None:
    hits = find(shown_later, "lantern", seen_on=seen_on)
    assert [hit.headline for hit in hits] == found
    assert count(shown_later, "lantern", seen_on=seen_on) == len(found)


def test_it_is_gone_only_from_the_day_on_which_it_went(shown_later: Database) -> None:
    def gone(**how: str) -> list[bool]:
        hits = find(shown_later, "lantern", order="date", source="signet", **how)
        return [hit.gone_at is not None for hit in hits if hit.ref == "signet-1"]

    assert gone() == [True]
    assert gone(as_of="2021-05-02") == [True]
    assert gone(as_of="2020-12-31") == [False]


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"as_of": "2020-05"}, "is not a day"),
        ({"as_of": "last year"}, "is not a day"),
        ({"seen_on": "2020"}, "is not a day"),
        ({"as_of": "2020-05-01", "seen_on": "2020-05-01"}, "not both"),
        ({"access": "free"}, "is no access; write one of open, registration"),
        ({"order": "random"}, "is no order; write one of relevance, date"),
    ],
)
def test_what_can_not_be_meant_is_refused(writer: Writer, how: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        find(writer.db, "lantern", **how)


# Copies


@pytest.fixture
def copied(writer: Writer) -> Database:
    """A story at two papers, the better match at the second; and one that stands alone."""
    writer.save_source(SISTER)
    save(writer, story(1, headline="Court rules", body=LONG, date_published="2017-08-04"))
    save(
        writer,
        story(
            2,
            source="makers",
            url=f"{SISTER['home_url']}news/2",
            headline="Lanterns, lanterns",
            body=LONG + "The ruling binds nobody else.",
            date_published="2017-08-06",
        ),
    )
    save(writer, story(3, headline="Lanterns and pastry", body=OTHER, date_published="2016-01-01"))
    assert writer.db.execute("SELECT count(*) FROM near_duplicates").fetchone() == (1,)
    return writer.db


def test_copies_are_folded_into_the_best_match(copied: Database) -> None:
    hits = find(copied, "lanterns")
    assert refs(hits) == ["makers-2", "signet-3"]
    (copy,) = hits[0].also_at
    assert (copy.ref, copy.source, copy.publisher, copy.published_day) == (
        "signet-1",
        "signet",
        "The Signet Gazette",
        "2017-08-04",
    )
    assert hits[1].also_at == []
    assert count(copied, "lanterns") == 2


def test_copies_are_listed_by_themselves_when_asked_for(copied: Database) -> None:
    hits = find(copied, "lanterns", fold=False)
    assert sorted(refs(hits)) == ["makers-2", "signet-1", "signet-3"]
    assert [hit.also_at for hit in hits] == [[], [], []]
    assert count(copied, "lanterns", fold=False) == 3


def test_a_copy_is_named_though_the_filters_leave_it_out(copied: Database) -> None:
    (hit,) = find(copied, "brass", source="signet")
    assert [copy.ref for copy in hit.also_at] == ["makers-2"]
    (hit,) = find(copied, "binds")
    assert [copy.ref for copy in hit.also_at] == ["signet-1"]


def test_by_date_the_newest_copy_stands_for_all(copied: Database) -> None:
    assert refs(find(copied, "lanterns", order="date")) == ["makers-2", "signet-3"]
    assert refs(find(copied, "lanterns", order="date", until="2017-08-05")) == [
        "signet-1",
        "signet-3",
    ]


def test_a_copy_that_came_later_is_not_named_as_of_a_day(writer: Writer, clock: Clock) -> None:
    writer.save_source(SISTER)
    clock.now = "2020-05-01T10:00:00Z"
    save(writer, story(1, body=LONG))
    clock.now = "2020-05-03T10:00:00Z"
    copy = story(2, source="makers", url=f"{SISTER['home_url']}news/2", body=LONG)
    save(writer, copy)
    named = {
        past: [len(hit.also_at) for hit in find(writer.db, "brass", as_of=past)]
        for past in ("2020-05-02", "2020-05-03")
    }
    assert named == {"2020-05-02": [0], "2020-05-03": [1]}


def test_pages_of_folded_hits_are_full_and_show_each_group_once(writer: Writer) -> None:
    for number in range(1, 21):
        save(writer, story(number, headline="Lantern", body=f"Text number {number}."))
    # Three groups whose members stand next to each other in the order of hits, and five alone.
    writer.db.execute("UPDATE articles SET duplicate_group = (id - 1) / 5 WHERE id <= 15")
    found = [find(writer.db, "lantern", limit=3, offset=offset) for offset in (0, 3, 6, 9)]
    assert [len(page) for page in found] == [3, 3, 2, 0]
    seen = refs(list(itertools.chain(*found)))
    assert len(set(seen)) == 8 == count(writer.db, "lantern")
    assert [len(hit.also_at) for hit in found[0]] == [4, 4, 4]
    assert refs(find(writer.db, "lantern", limit=100)) == seen


# Filters and order


@pytest.fixture
def varied(writer: Writer) -> Database:
    rows: list[dict[str, Any]] = [
        {"section": "Trademarks", "language": "en", "access": "open"},
        {"section": "trademarks", "language": "de", "access": None},
        {"section": None, "language": None, "access": "subscription", "date_published": None},
        {"section": "Designs", "language": "en", "date_published": "2019-01-01"},
    ]
    for number, fields in enumerate(rows, 1):
        save(writer, story(number, **fields))
    return writer.db


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"section": "Trademarks"}, [1, 2]),
        ({"section": "Trade"}, []),
        ({"language": "EN"}, [1, 4]),
        ({"access": "open"}, [1]),
        ({"access": "unknown"}, [2, 4]),
        ({"access": "subscription"}, [3]),
        ({"language": "en", "section": "designs", "since": "2018"}, [4]),
        ({"section": (), "access": ()}, [1, 2, 3, 4]),
    ],
)
def test_filters(varied: Database, filters: Any, found: list[int]) -> None:
    for how in ({}, {"order": "date"}, {"as_of": "2026-11-24"}):
        hits = find(varied, "lantern", **filters, **how)
        assert sorted(refs(hits)) == [f"signet-{number}" for number in found]
    assert count(varied, "lantern", **filters) == len(found)


def test_newest_first_undated_last(varied: Database) -> None:
    hits = find(varied, "lantern", order="date")
    assert refs(hits) == ["signet-4", "signet-2", "signet-1", "signet-3"]
    assert {hit.rank for hit in hits} == {None}
    pages = [find(varied, "lantern", order="date", limit=1, offset=n) for n in range(5)]
    assert refs(list(itertools.chain(*pages))) == refs(hits)


# Withdrawn stories


def test_withdrawn_since_a_day(writer: Writer) -> None:
    writer.save_source(SISTER)
    for ref, source, archived, withdrawn in (
        ("signet-1", "signet", "2020-01-01", "2020-06-01"),
        ("signet-2", "signet", "2020-03-01", "2020-06-01"),
        ("makers-3", "makers", "2020-01-01", "2020-07-01"),
        ("signet-4", "signet", "2020-01-01", "2020-02-01"),
    ):
        writer.db.execute(
            "INSERT INTO tombstones (ref, source, published_day, date_archived, reason, "
            "withdrawn_at) VALUES (?, ?, ?, ?, 'asked for', ?)",
            [ref, source, archived, f"{archived}T09:00:00Z", f"{withdrawn}T09:00:00Z"],
        )

    def told(as_of: str, **filters: str) -> list[str]:
        return [row.ref for row in withdrawn_since(writer.db, asked(as_of=as_of, **filters))]

    assert told("2020-02-10") == ["makers-3", "signet-1"]
    assert told("2020-02-10", source="signet") == ["signet-1"]
    assert told("2020-03-01", until="2020-02") == ["makers-3", "signet-1"]
    assert told("2020-03-01", since="2020-02") == ["signet-2"]
    assert told("2020-01-31") == ["makers-3", "signet-1", "signet-4"]
    assert told("2020-02-01") == ["makers-3", "signet-1"]  # gone by the end of that day
    assert told("2020-07-01") == []
    with pytest.raises(ValueError, match="is not a day"):
        withdrawn_since(writer.db, asked(as_of="2020"))
