"""Searches read the wide rows of the stories on a page alone, however many they find."""

from typing import Any

import pytest
from archive_rows import Writer, clock, save, story, writer

from archive.search.search_matches import ORDERS, Filters, find_matches

__all__ = ["clock", "writer"]

FILTERS: tuple[Filters, ...] = (
    {},
    {"source": "signet"},
    {"source": ["signet", "makers"], "since": "2017"},
    {"section": "Trademarks"},
    {"language": "en", "access": "unknown"},
    {"access": ["open", "subscription"]},
    {"since": "2016", "until": "2017-08"},
    {"doubtful": True, "section": "Trademarks"},
    {"as_of": "2026-11-24"},
    {"as_of": "2026-11-24", "source": "signet", "section": "Trademarks"},
    {"seen_on": "2026-11-24"},
    {"seen_on": "2026-11-24", "language": "en"},
)


def plan(writer: Writer, sql: str, parameters: dict[str, Any]) -> list[str]:
    return [step["detail"] for step in writer.db.query(f"EXPLAIN QUERY PLAN {sql}", parameters)]


@pytest.mark.parametrize("order", [None, "relevance"])
@pytest.mark.parametrize("filters", FILTERS)
def test_what_is_left_out_is_told_from_an_index(
    writer: Writer, filters: Filters, order: Any
) -> None:
    save(writer, story(1))
    matches = find_matches(writer.db, "lantern", filters)
    (current, *_) = matches.select(order).split(" UNION ALL ")
    steps = plan(writer, current, matches.parameters)
    assert steps[0].startswith("SCAN articles_fts VIRTUAL TABLE")
    of_stories = [step for step in steps[1:] if "stories" in step]
    assert len(of_stories) == bool(filters)
    assert all(step.startswith("SEARCH stories USING COVERING INDEX") for step in of_stories)


@pytest.mark.parametrize("order", [None, "relevance"])
@pytest.mark.parametrize("day", ["as_of", "seen_on"])
def test_former_versions_are_read_where_they_are_hit(writer: Writer, day: str, order: Any) -> None:
    filters: Any = {day: "2026-11-24", "source": "signet"}
    matches = find_matches(writer.db, "lantern", filters)
    (_, former) = matches.select(order).split(" UNION ALL ")
    steps = plan(writer, former, matches.parameters)
    assert steps[0].startswith("SCAN versions_fts VIRTUAL TABLE")
    assert not [step for step in steps[1:] if step.startswith("SCAN")]


@pytest.mark.parametrize("filters", FILTERS[:8])
def test_stories_by_date_are_read_in_their_order_until_the_page_is_full(
    writer: Writer, filters: Filters
) -> None:
    matches = find_matches(writer.db, "lantern", filters)
    select = f"{matches.select('date')} ORDER BY {ORDERS['date']} LIMIT 20"
    first, *others = plan(writer, select, matches.parameters)
    assert "stories USING INDEX articles_published_day" in first
    assert "USE TEMP B-TREE FOR ORDER BY" not in others
