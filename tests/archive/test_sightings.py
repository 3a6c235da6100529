"""When a story's page stood and how: the same, in whatever order its captures come in."""

import itertools
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from archive_rows import (
    PAPER,
    SITE,
    Clock,
    Writer,
    article_of,
    clock,
    find,
    open_writer,
    rows,
    story,
    value,
    writer,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tradepress.archive.care.verify import verify
from tradepress.archive.frontier.mementos import Memento
from tradepress.archive.stories.locations import locations_of
from tradepress.archive.stories.stories import Saved
from tradepress.archive.stories.story_record import load_story
from tradepress.archive.stories.versions import days_seen, list_versions
from tradepress.story import Capture, Origin

__all__ = ["clock", "writer"]

FIRST = datetime(2015, 3, 1, 9, tzinfo=UTC)
TODAY = datetime(2026, 3, 1, 9, tzinfo=UTC)
URL = story()["url"]
Page = tuple[int, int, Origin]
"""A day, the text that stood then, and how the page came in."""


def day(number: int) -> datetime:
    return FIRST + timedelta(days=number)


def text_of(number: int) -> dict[str, Any]:
    return story(headline=f"Lantern, text {number}")


def memento_url(number: int | None) -> str:
    return f"https://web.archive.example/web/{number}id_/{URL}"


def save_page(
    writer: Writer,
    number: int | None,
    text: int,
    origin: Origin = "file",
    *,
    until: int | None = None,
    **changes: Any,
) -> Saved:
    """A page of that day; None: nobody knows of which."""
    capture = Capture(
        url=changes.get("url", URL),
        body=b"",
        date_captured=None if number is None else day(number),
        seen_until=None if until is None else day(until),
        origin=origin,
        retrieved_from=memento_url(number) if origin == "wayback" else None,
        source="signet",
    )
    article = replace(article_of({**text_of(text), **changes}), capture=capture)
    return writer.run.stories.save(article, extractor="tests 1")


def shown_on(writer: Writer, number: int) -> str | None:
    hits = find(writer.db, "lantern", seen_on=f"{day(number):%Y-%m-%d}")
    assert len(hits) < 2
    return hits[0].headline if hits else None


def sightings(writer: Writer) -> list[tuple[str, str | None]]:
    return [
        (row["seen_at"][:10], row["headline"])
        for row in rows(
            writer,
            "SELECT seen_at, headline FROM sightings LEFT JOIN versions ON id = version_id "
            "ORDER BY seen_at",
        )
    ]


@contextmanager
def new_archive() -> Iterator[Writer]:
    stopped = patch("tradepress.archive.clock.datetime", SimpleNamespace(now=lambda _: TODAY))
    with (
        tempfile.TemporaryDirectory() as folder,
        stopped,
        open_writer(Path(folder) / "archive.db") as writer,
    ):
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        yield writer


PAGES = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 2), st.sampled_from(["crawl", "file", "wayback"])),
    min_size=1,
    max_size=6,
    unique_by=lambda page: page[0],
)


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PAGES, st.data())
def test_the_order_in_which_captures_come_does_not_matter(pages: list[Page], data: Any) -> None:
    """Some come once more without a date, and some with the day up to which an index knows them."""
    text_on = {number: text for number, text, _ in pages}
    known = sorted(set(text_on.values()))
    undated = data.draw(st.lists(st.sampled_from(known), max_size=2, unique=True))
    coming = [*pages, *((None, text, "file") for text in undated)]
    with new_archive() as writer:
        for number, text, origin in data.draw(st.permutations(coming)):
            later = [one for one in text_on if number is not None and one > number]
            same = [one for one in later if text_on[one] == text and origin == "wayback"]
            until = data.draw(st.none() | st.sampled_from(same)) if same else None
            save_page(writer, number, text, origin, until=until)
        writer.commit()
        require_as_they_stood(
            writer, {number: f"Lantern, text {text}" for number, text in text_on.items()}
        )


def require_as_they_stood(writer: Writer, by_day: dict[int, str]) -> None:
    """
    :param by_day: the headlines that were seen
    """
    assert sightings(writer) == [(f"{day(one):%Y-%m-%d}", by_day[one]) for one in sorted(by_day)]
    kept = load_story(writer.db, "signet-1")
    assert kept.headline == by_day[max(by_day)]
    seen = [f"{day(end(by_day)):%Y-%m-%dT%H:%M:%SZ}" for end in (min, max)]
    assert [kept.first_seen, kept.last_seen] == seen
    for number in range(-1, 11):
        before = [one for one in by_day if one <= number]
        assert shown_on(writer, number) == (by_day[max(before)] if before else None)
    spans = sorted(
        (since[:10], until[:10], version.headline)
        for version in list_versions(writer.db, "signet-1")
        for since, until in version.spans
    )
    runs = [[*run] for _, run in itertools.groupby(sorted(by_day), key=by_day.__getitem__)]
    stood = [
        (f"{day(run[0]):%Y-%m-%d}", f"{day(run[-1]):%Y-%m-%d}", by_day[run[0]]) for run in runs
    ]
    assert spans == stood
    assert verify(writer.path, captures=writer.path.parent, quick=True, history=True).findings == []


@pytest.mark.parametrize("order", [*itertools.permutations(((1, 0), (5, 1), (9, 0)))])
def test_a_text_that_came_back_is_the_current_one(
    writer: Writer, order: Sequence[tuple[int, int]]
) -> None:
    for number, text in order:
        save_page(writer, number, text)
    writer.commit()
    require_as_they_stood(
        writer, {1: "Lantern, text 0", 5: "Lantern, text 1", 9: "Lantern, text 0"}
    )


@pytest.mark.parametrize("order", [*itertools.permutations((0, 1, 2))])
def test_what_an_index_calls_the_same_from_to_is_left_open_between(
    writer: Writer, order: Sequence[int]
) -> None:
    for step in order:
        if step == 0:
            save_page(writer, 1, 0, "wayback", until=9)
        elif step == 1:
            save_page(writer, 4, 1, "wayback")
        else:
            save_page(writer, 6, 2)
    writer.commit()
    texts = {1: 0, 4: 1, 6: 2, 9: 0}
    require_as_they_stood(writer, {one: f"Lantern, text {text}" for one, text in texts.items()})


# Files that nobody can date


@pytest.mark.parametrize("order", [*itertools.permutations(((None, 0), (3, 0), (7, 1)))])
def test_a_version_without_a_date_gets_that_of_a_page_that_shows_it(
    writer: Writer, order: Sequence[tuple[int | None, int]]
) -> None:
    for number, text in order:
        save_page(writer, number, text)
    writer.commit()
    require_as_they_stood(writer, {3: "Lantern, text 0", 7: "Lantern, text 1"})
    dated = rows(writer, "SELECT headline, min(date_captured) AS day FROM versions GROUP BY 1")
    assert [row["day"][:10] for row in dated] == ["2015-03-04", "2015-03-08"]
    article = load_story(writer.db, "signet-1")
    assert article.date_captured == "2015-03-08T09:00:00Z"


@pytest.mark.parametrize("order", [*itertools.permutations(((3, 0), (None, 1)))])
def test_what_came_without_a_date_is_on_no_day_and_current_only_alone(
    writer: Writer, order: Sequence[tuple[int | None, int]]
) -> None:
    for number, text in order:
        save_page(writer, number, text)
    writer.commit()
    assert load_story(writer.db, "signet-1").headline == "Lantern, text 0"
    assert shown_on(writer, 9) == "Lantern, text 0"
    assert sorted([*row.spans] for row in list_versions(writer.db, "signet-1")) == [
        [],
        [("2015-03-04T09:00:00Z", "2015-03-04T09:00:00Z")],
    ]


def test_as_of_a_day_is_what_was_held_whatever_is_learned_later(
    writer: Writer, clock: Clock
) -> None:
    def held(on: str) -> str:
        (hit,) = find(writer.db, "lantern", as_of=on)
        return hit.headline[-1]

    clock.now = "2026-11-24T09:00:00Z"
    save_page(writer, 7, 1)
    clock.now = "2026-11-25T09:00:00Z"
    save_page(writer, None, 0)
    clock.now = "2026-11-26T09:00:00Z"
    save_page(writer, 3, 0)  # so the undated one is older than what was there
    clock.now = "2026-11-27T09:00:00Z"
    save_page(writer, 5, 2)  # another that is older
    clock.now = "2026-11-28T09:00:00Z"
    save_page(writer, 9, 0)
    writer.commit()
    assert [held(f"2026-11-{number}") for number in range(24, 30)] == [*"111100"]


# Pages that show less, or stand elsewhere


def test_a_teaser_tells_that_the_story_stood_and_ends_no_text(writer: Writer) -> None:
    save_page(writer, 1, 0)
    teaser = {"body": story()["body"][:60] + "…", "is_truncated": True}
    saved = save_page(writer, 5, 0, **teaser)
    assert (saved.outcome, saved.reason) == ("unchanged", "teaser: the full text is kept")
    writer.commit()
    assert sightings(writer) == [(f"2015-03-0{day}", "Lantern, text 0") for day in (2, 6)]
    (whole, cut) = list_versions(writer.db, "signet-1")
    assert (whole.is_current, len(cut.spans)) == (True, 1)
    assert load_story(writer.db, "signet-1").last_seen == "2015-03-06T09:00:00Z"
    assert shown_on(writer, 5) == "Lantern, text 0"
    save_page(writer, 9, 0)
    whole, cut = list_versions(writer.db, "signet-1")
    assert [days_seen(one.spans) for one in (whole, cut)] == [
        "2015-03-02 to 2015-03-10",
        "2015-03-06",
    ]


def test_other_words_at_another_address_are_no_sighting(writer: Writer) -> None:
    save_page(writer, 1, 0)
    saved = save_page(writer, 5, 1, url=f"{SITE}/m/orrin-vale-1")
    assert saved.outcome == "duplicate"
    assert sightings(writer) == [("2015-03-02", "Lantern, text 0")]


@pytest.mark.parametrize("order", list(itertools.permutations((1, 3, 9))))
def test_a_story_that_has_moved_since_has_the_texts_of_both_addresses(
    writer: Writer, order: Sequence[int]
) -> None:
    old = f"{SITE}/old/orrin-vale-1"
    for number in order:
        if number == 9:
            save_page(writer, number, number, "crawl")
            continue
        at = {"date_captured": day(number), "seen_until": day(number)}
        memento = Memento(url=memento_url(number), original_url=old, **at)
        writer.run.mementos.add("signet", [memento], found_on=None)
        save_page(writer, number, number, "wayback", url=old)
    assert [text for _, text in sightings(writer)] == [f"Lantern, text {n}" for n in (1, 3, 9)]
    article = load_story(writer.db, "signet-1")
    assert (article.headline, article.url) == ("Lantern, text 9", URL)
    assert len(locations_of(writer.db, "signet-1")) == 2


def test_a_first_shorter_text_found_later_is_a_version(writer: Writer) -> None:
    whole = story()["body"]
    save_page(writer, 5, 0, body=f"{whole}\n\n" + "More was said of lamps. " * 20)
    saved = save_page(writer, 1, 0, body=whole)
    assert (saved.outcome, saved.reason) == ("stored", "older than the current version")


def test_a_merged_story_has_the_sightings_of_both(writer: Writer) -> None:
    tail = "\n\nBoth sides had brought surveys of what lamp buyers think of when they see it."
    same = {"site_id": None, "body": story()["body"] + tail}
    https = URL.replace("http://", "https://www.")
    older = save_page(writer, 1, 0, **same)
    other = save_page(writer, 5, 1, **same, url=https)
    assert older.ref != other.ref
    save_page(writer, 9, 1, **same, url=https, canonical_url=URL)
    writer.commit()
    assert value(writer, "SELECT count(*) FROM articles") == 1
    require = [("2015-03-02", "0"), ("2015-03-06", "1"), ("2015-03-10", "1")]
    assert [(at, str(text)[-1]) for at, text in sightings(writer)] == require
    assert [shown_on(writer, number) for number in (2, 5)] == ["Lantern, text 0", "Lantern, text 1"]
    assert verify(writer.path, captures=writer.path.parent, quick=True, history=True).findings == []


# Outcomes


def test_each_page_of_a_web_archive_has_a_clear_outcome(writer: Writer) -> None:
    saved = [
        save_page(writer, number, text, "wayback")
        for number, text in ((5, 1), (5, 1), (7, 1), (1, 0), (3, 0), (2, 1))
    ]
    assert [(one.outcome, one.version, one.reason) for one in saved] == [
        ("stored", 1, None),
        ("unchanged", 1, None),
        ("unchanged", 1, "stood then, too"),
        ("stored", 2, "older than the current version"),
        ("unchanged", 2, "stood then, too"),
        ("unchanged", 1, "stood then, too"),
    ]
    urls = rows(writer, "SELECT url, kind, version FROM fetches ORDER BY id")
    assert {row["kind"] for row in urls} == {"memento"}
    assert all(row["url"].startswith("https://web.archive.example/web/") for row in urls)
    assert [row["version"] for row in urls] == [1, 1, 2, 2, 1]


def test_the_first_visit_to_a_story_known_from_a_web_archive_is_no_duplicate(
    writer: Writer,
) -> None:
    memento = Memento(url=memento_url(5), original_url=URL, date_captured=day(5), seen_until=day(5))
    writer.run.mementos.add("signet", [memento], found_on=None)
    save_page(writer, 5, 1, "wayback")
    saved = save_page(writer, 9, 1, "crawl")
    assert (saved.outcome, saved.reason) == ("unchanged", None)


# Visits that give no page


def test_not_modified_is_a_sighting_of_what_stood(writer: Writer, clock: Clock) -> None:
    save_page(writer, 1, 0, "crawl")
    for now in ("2026-11-25T09:00:00Z", "2026-11-26T09:00:00Z"):
        next_run(writer)
        clock.now = now
        writer.settle(URL, "unchanged", status=304)
    (version,) = list_versions(writer.db, "signet-1")
    assert version.spans == (("2015-03-02T09:00:00Z", clock.now),)
    assert load_story(writer.db, "signet-1").last_seen == clock.now


def test_not_modified_after_a_teaser_is_a_sighting_of_the_teaser(
    writer: Writer, clock: Clock
) -> None:
    save_page(writer, 1, 0, "crawl")
    save_page(writer, 5, 0, "crawl", body=story()["body"][:60] + "…", is_truncated=True)
    next_run(writer)
    writer.settle(URL, "unchanged", status=304)
    assert [len(one.spans) for one in list_versions(writer.db, "signet-1")] == [1, 1]
    (cut,) = [one for one in list_versions(writer.db, "signet-1") if not one.is_current]
    assert days_seen(cut.spans) == "2015-03-06 to 2026-11-24"
    assert load_story(writer.db, "signet-1").last_seen == clock.now


def list_capture(writer: Writer, number: int) -> None:
    """As the index of a web archive names it, always with the same bytes."""
    memento = Memento(
        url=memento_url(number),
        original_url=URL,
        date_captured=day(number),
        seen_until=day(number),
        digest="SAME",
    )
    writer.run.mementos.add("signet", [memento], found_on=None)


def test_what_an_index_names_later_with_the_same_bytes_is_a_sighting(writer: Writer) -> None:
    list_capture(writer, 1)
    save_page(writer, 1, 0, "wayback")
    list_capture(writer, 5)
    assert sightings(writer) == [
        ("2015-03-02", "Lantern, text 0"),
        ("2015-03-06", "Lantern, text 0"),
    ]
    assert load_story(writer.db, "signet-1").last_seen == "2015-03-06T09:00:00Z"


def next_run(writer: Writer) -> None:
    writer.end_run("done", 0)
    writer.start_run("tests", ["signet"], "0")


def test_a_story_that_is_gone_was_seen_until_then(writer: Writer, clock: Clock) -> None:
    save_page(writer, 1, 0, "crawl")
    next_run(writer)
    writer.settle(URL, "failed", "http_404", status=404, gone=True)
    assert load_story(writer.db, "signet-1").gone_at == clock.now
    save_page(writer, 5, 0, "wayback")
    kept = load_story(writer.db, "signet-1")
    assert (kept.gone_at, kept.last_seen) == (clock.now, "2015-03-06T09:00:00Z")


def test_a_former_version_that_an_index_names_later_is_the_current_one(writer: Writer) -> None:
    list_capture(writer, 1)
    save_page(writer, 1, 0, "wayback")
    save_page(writer, 3, 1, "file")
    list_capture(writer, 5)
    assert load_story(writer.db, "signet-1").headline == "Lantern, text 0"
