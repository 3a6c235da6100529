"""Our pages read the wide rows of what they show alone: the plans of all SQL that they run."""

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from archive_rows import clock
from browsing import a_run, answers, path, save
from datasette.database import Database

__all__ = ["clock", "path"]

STORIES = 70
WIDE = re.compile(r"(SCAN|SEARCH) (articles|versions|stories|story|undated)\b(?P<how>.*)")
OF_FEW = re.compile(
    r" USING (COVERING INDEX|INTEGER PRIMARY KEY|INDEX \w+ \((ref|article_id|duplicate_group)=\?)"
)
"""An index that holds all, the row of one number or name, the versions of one story, or its copies
at other papers."""

Plans = dict[str, list[str]]


@pytest.fixture
def stories(path: Path) -> Path:
    with a_run(path) as writer:
        for number in range(STORIES):
            save(
                writer,
                f"The lantern mark {number}",
                source=("signet", "makers")[number % 2],
                section=("Designs", "Cases", None)[number % 3],
                language="en",
                access=("open", None)[number % 2],
                date_published=None
                if number % 9 == 5
                else f"20{10 + number % 9}-03-0{number % 9 + 1}",
                confidence=number / STORIES,
            )
        again = {"source": "makers", "section": "Cases", "language": "en"}
        save(writer, "The lantern mark 1", body="Another text.", **again)
    return path


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> Plans:
    """The plan of each statement that a page ran, by its SQL with all values."""
    seen: Plans = {}
    execute = Database.execute_fn

    async def execute_fn(self: Database, ask: Callable[[sqlite3.Connection], Any]) -> Any:
        def asked(connection: sqlite3.Connection) -> Any:
            run: list[str] = []
            connection.set_trace_callback(run.append)
            try:
                return ask(connection)
            finally:
                connection.set_trace_callback(None)
                # What the full text asks of its own tables begins with a comment.
                for sql in run:
                    if re.match(r"\s*(select|with)\b", sql, re.IGNORECASE):
                        steps = connection.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()
                        seen[sql] = [step[3] for step in steps]

        return await execute(self, asked)

    monkeypatch.setattr(Database, "execute_fn", execute_fn)
    return seen


def wide(plans: Plans) -> list[str]:
    """The steps that read rows of texts which the page may not show."""
    return [
        f"{step}: {' '.join(sql.split())}"
        for sql, steps in plans.items()
        if "in ()" not in sql  # labels of no row
        for step in steps
        if (match := WIDE.match(step)) and not OF_FEW.match(match["how"])
    ]


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/data",
        *("/changed", "/runs", "/run/1", "/sources", "/source/signet"),
        "/stories?q=lantern",
        "/stories?q=lantern&order=date&source=signet",
        "/stories?order=oldest",
        "/stories/values?facet=section&q=lantern",
        "/data/articles/1.json",
        "/data/versions/1",
    ],
)
def test_pages_read_no_texts_but_those_that_they_show(
    stories: Path, plans: Plans, address: str
) -> None:
    assert answers(stories, [address])[0].status_code == 200
    assert plans
    assert not wide(plans)
