"""The same captures make the same record, in any order and by any way: versions by what they say,
which of them is current, when each stood, and how each is cited."""

import itertools
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from archive_rows import PAPER, article_of, story
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from libraries import Library

from tradepress.archive.database import Database
from tradepress.archive.read_only import read_archive
from tradepress.archive.stories.story_record import load_stories, load_story
from tradepress.archive.stories.versions import list_versions
from tradepress.research.citation.cited_story import citation_of
from tradepress.story import Capture

FIRST = datetime(2015, 6, 1, 12, tzinfo=UTC)
BODY = story()["body"] + "\n\n" + " ".join(f"Ground {n} was dismissed." for n in range(30))
TEXTS: tuple[dict[str, Any], ...] = (
    {"headline": "Lantern mark refused"},
    {"headline": "Lantern mark refused", "body": BODY},
    {"headline": "Beacon mark refused", "body": f"{BODY}\n\nAn appeal was lodged.", "section": "X"},
    {"headline": "Beacon mark refused", "body": BODY[:130] + "…", "is_truncated": True},
    {"headline": "Register to read", "body": "Register to read on.", "is_truncated": True},
    {"headline": "Beacon mark refused", "body": BODY[:400], "date_modified": "2018-01-01"},
)
"""Two of a teaser, one of a text that lost its end, one of other words at the same length."""
Seen = tuple[int | None, int]
"""A year after the first, or None: nobody knows when; and which text stood then."""

SEEN = st.lists(
    st.tuples(st.integers(0, 5) | st.none(), st.integers(0, len(TEXTS) - 1)),
    min_size=1,
    max_size=6,
    unique_by=lambda seen: seen if seen[0] is None else seen[0],
)


def take_in(library: Library, seen: Sequence[Seen]) -> Library:
    with library.open() as writer:
        for year, text in seen:
            # The site moved to https in its fourth year.
            url = story()["url"].replace(
                "http://", "https://www." if (year or 0) > 2 else "http://"
            )
            at = None if year is None else FIRST + timedelta(days=365 * year)
            is_memento = year is not None and year % 2 == 1
            page = Capture(
                url=url,
                body=repr(TEXTS[text]).encode(),
                date_captured=at,
                origin="wayback" if is_memento else "file",
                retrieved_from=f"http://web.example/{at:%Y}id_/{url}" if is_memento else None,
                source="signet",
            )
            article = replace(article_of({**story(), **TEXTS[text]}), capture=page)
            writer.run.stories.save(article, extractor="tests 1")
        writer.end_run("done", 0)
    return library


def record(library: Library) -> dict[str, Any]:
    with read_archive(library.path) as db:
        return _record(db)


def _record(db: Database) -> dict[str, Any]:
    current = load_story(db, "signet-1")
    ids = [id for (id,) in db.execute("SELECT id FROM versions")]
    cited = sorted(
        (one.ref, one.captured_at or "", one.headline)
        for one in (citation_of(story, "2026-12-02") for story in load_stories(db, ids))
    )
    chain = [
        (load_story(db, f"signet-1@{one.version}").cited_name, one.spans, one.is_current)
        for one in list_versions(db, "signet-1")
        if one.spans
    ]
    sightings = db.execute(
        "SELECT seen_at, content_hash FROM sightings JOIN versions ON id = version_id ORDER BY 1"
    ).fetchall()
    return {
        "current": (current.cited_name, current.body, current.first_seen, current.last_seen),
        "cited": cited,
        "chain": chain,
        "sightings": sightings,
    }


def dated(seen: Sequence[Seen]) -> bool:
    return any(year is not None for year, _ in seen)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SEEN.filter(dated), st.data())
def test_any_order_and_any_two_libraries(seen: list[Seen], data: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        in_order = take_in(Library(Path(folder) / "one.db", [PAPER]), seen)
        shuffled = data.draw(st.permutations(seen))
        other = take_in(Library(Path(folder) / "other.db", [PAPER]), shuffled)
        assert record(other) == record(in_order)
        parted = data.draw(st.integers(0, len(seen)))
        here = take_in(Library(Path(folder) / "here.db", [PAPER]), shuffled[:parted])
        there = take_in(Library(Path(folder) / "there.db", [PAPER]), shuffled[parted:])
        if parted and parted < len(seen):
            here.take(there)
            assert record(here) == record(in_order)


@pytest.mark.parametrize("order", [*itertools.permutations(((0, 1), (1, 2), (3, 1)))])
def test_a_text_that_came_back_is_cited_alike(tmp_path: Path, order: Sequence[Seen]) -> None:
    found = record(take_in(Library(tmp_path / "archive.db", [PAPER]), order))
    (first, second), current = found["cited"], found["current"][0]
    assert {first[0], second[0]} == {name for name, *_ in found["chain"]}
    back = next(spans for name, spans, is_current in found["chain"] if is_current)
    assert [since[:4] for since, _ in back] == ["2015", "2018"]
    assert current in (first[0], second[0])
    assert {one[1][:4] for one in found["cited"]} == {"2015", "2016"}


@pytest.mark.parametrize("order", [*itertools.permutations(((0, 3), (1, 1), (2, 3)))])
def test_a_teaser_is_a_version_before_and_behind_its_text(
    tmp_path: Path, order: Sequence[Seen]
) -> None:
    found = record(take_in(Library(tmp_path / "archive.db", [PAPER]), order))
    assert len(found["cited"]) == 2
    assert found["current"][1] == BODY
    assert len(found["sightings"]) == 3
