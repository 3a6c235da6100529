"""Searches read the wide rows of the stories on a page alone, however many they find."""

import re
from typing import Any

import pytest
from archive_rows import Writer, asked, clock, save, story, writer

from tradepress.archive.search.find_stories import HitCount, count_hits, search, search_and_count
from tradepress.archive.search.search_matches import ORDERS, find_matches

__all__ = ["clock", "writer"]

FILTERS: tuple[dict[str, Any], ...] = (
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

WIDE = re.compile(r"SCAN (articles|version_rows|stories)\b(?! USING COVERING INDEX)")


def plan(writer: Writer, sql: str, parameters: dict[str, Any]) -> list[str]:
    return [step["detail"] for step in writer.db.query(f"EXPLAIN QUERY PLAN {sql}", parameters)]


@pytest.mark.parametrize("order", [None, "relevance", "oldest", "doubt"])
@pytest.mark.parametrize("filters", FILTERS)
def test_what_is_left_out_is_told_from_an_index(
    writer: Writer, filters: dict[str, Any], order: Any
) -> None:
    save(writer, story(1))
    matches = find_matches(writer.db, asked("lantern", **filters))
    (current, *_) = matches.select(order).split(" UNION ALL ")
    steps = plan(writer, current, matches.parameters)
    assert steps[0].startswith("SCAN articles_fts VIRTUAL TABLE")
    of_stories = [step for step in steps[1:] if "stories" in step]
    assert len(of_stories) == bool(filters or order in ("oldest", "doubt"))
    assert all(step.startswith("SEARCH stories USING COVERING INDEX") for step in of_stories)


@pytest.mark.parametrize("order", [None, "relevance", "date", "oldest", "doubt"])
@pytest.mark.parametrize("narrowed", [{}, {"source": "signet", "section": "Trademarks"}])
@pytest.mark.parametrize("day", ["as_of", "seen_on"])
def test_former_versions_are_read_where_they_are_hit(
    writer: Writer, day: str, narrowed: Any, order: Any
) -> None:
    matches = find_matches(writer.db, asked("lantern", **{day: "2026-11-24"}, **narrowed))
    current, former = matches.select(order).split(" UNION ALL ")
    parameters = {**matches.parameters, "former_scale": 1.0}
    of_current, of_former = (plan(writer, one, parameters) for one in (current, former))
    assert of_current[0].startswith("SCAN articles_fts VIRTUAL TABLE")
    assert of_former[0].startswith("SCAN versions_fts VIRTUAL TABLE")
    assert not [step for step in [*of_former[1:], *of_current[1:]] if WIDE.match(step)]
    versions = [step for step in [*of_former, *of_current] if "version_rows USING" in step]
    (hit,) = [step for step in versions if "COVERING INDEX" not in step]
    assert hit == "SEARCH version_rows USING INTEGER PRIMARY KEY (rowid=?)"


@pytest.mark.parametrize("filters", FILTERS[:8])
def test_stories_by_date_are_read_in_their_order(writer: Writer, filters: dict[str, Any]) -> None:
    matches = find_matches(writer.db, asked("lantern", **filters))
    select = f"{matches.select('date')} ORDER BY {ORDERS['date']} LIMIT 20"
    first, *others = plan(writer, select, matches.parameters)
    assert "stories USING COVERING INDEX articles_day" in first
    assert "USE TEMP B-TREE FOR ORDER BY" not in others  # until the page is full


@pytest.mark.parametrize("order", [None, "relevance", "date", "oldest", "doubt"])
def test_doubtful_stories_without_a_query_are_told_by_an_index(writer: Writer, order: Any) -> None:
    matches = find_matches(writer.db, asked(doubtful=True))
    (step, *_) = plan(writer, matches.select(order), matches.parameters)
    assert "stories USING COVERING INDEX" in step


@pytest.mark.parametrize("fold", [True, False])
@pytest.mark.parametrize("filters", FILTERS)
def test_only_the_stories_of_a_page_are_read(
    writer: Writer, filters: dict[str, Any], fold: bool
) -> None:
    for number in range(3):
        save(writer, story(number, confidence=number / 3))
    writer.write("UPDATE articles SET duplicate_group = 1 WHERE id < 3")
    ran: list[str] = []
    writer.db.conn.set_trace_callback(ran.append)
    query = asked("lantern", **filters)
    hits = search(writer.db, query, fold=fold)
    whole, stories = (count_hits(writer.db, query, fold=once) for once in (False, fold))
    count = HitCount(stories=stories, copies=whole - stories)
    assert search_and_count(writer.db, query, fold=fold) == (hits, count)
    writer.db.conn.set_trace_callback(None)
    steps = [step for sql in ran if not sql.startswith("--") for step in plan(writer, sql, {})]
    assert any("VIRTUAL TABLE" in step for step in steps)
    assert not [step for step in steps if WIDE.match(step)]
