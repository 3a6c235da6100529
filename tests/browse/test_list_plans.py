"""Pages read the wide rows of what they show alone: the plans of all SQL that Datasette runs."""

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from archive_rows import clock
from browsing import a_run, answers, column, page, path, save
from datasette.database import Database

__all__ = ["clock", "path"]

LIST = "/archive/articles"
STORIES = 70
NARROWED = [
    "",
    "source=signet",
    "section=Designs",
    "source=signet&section=Designs",
    "source__in=signet,makers",
    "language=en",
    "access=open",
    "access__isnull=1",
    "published_day__gte=2016-01-01",
    "published_day__gte=2016-01-01&published_day__lte=2016-12-31",
    "published_day__isnull=1",
    "confidence__lt=0.9",
    "version__gt=1&word_count__gt=2",
    "gone_at__notnull=1",
    "_search=lantern",
    "_search=lantern&_fts_table=articles_stems",
    "_search=lantern&source=signet&section=Designs&language=en&access=open&published_day__gte=2016",
]
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


def offered(tree: Any) -> list[str]:
    return [str(value) for value in tree.xpath("//select[@id='_sort']/option/@value")]


@pytest.mark.parametrize("narrowed", NARROWED)
def test_lists_are_narrowed_counted_and_sorted_by_indexes(
    stories: Path, plans: Plans, narrowed: str
) -> None:
    asked = [f"{LIST}?{narrowed}", f"{LIST}.json?{narrowed}&_sort=id", f"{LIST}.csv?{narrowed}"]
    assert {answer.status_code for answer in answers(stories, asked)} == {200}
    assert any("indexed by articles_listed" in sql for sql in plans)
    assert not wide(plans)


def test_every_sort_that_is_offered_and_later_pages_read_indexes(
    stories: Path, plans: Plans
) -> None:
    columns = offered(page(stories, LIST))
    assert {"id", "published_day", "confidence", "gone_at"} <= set(columns)
    first = [f"{LIST}?{order}={name}" for order in ("_sort", "_sort_desc") for name in columns]
    first += [f"{LIST}?_search=lantern", f"{LIST}?language=en"]
    for _ in range(2):
        following = []
        for answer in answers(stories, first):
            assert answer.status_code == 200
            [link] = re.findall(r'rel="next" href="http://localhost([^"]+)"', answer.text)
            following.append(link.replace("&amp;", "&"))
        first = following
    assert not wide(plans)


@pytest.mark.parametrize("column", ["", "id", "article_id", "date_archived", "extractor"])
def test_the_list_of_versions_reads_an_index(stories: Path, plans: Plans, column: str) -> None:
    addresses = ["/archive/versions?extractor=rules+1"]
    addresses += [f"/archive/versions?_sort_desc={column}"] if column else ["/archive/versions"]
    for answer in answers(stories, addresses):
        assert answer.status_code == 200
    assert not wide(plans)


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/archive",
        *("/changed", "/runs", "/run/1", "/sources", "/source/signet"),
        "/stories?q=lantern",
        "/stories?q=lantern&order=date&source=signet",
        "/stories?order=oldest",
        "/stories/values?facet=section&q=lantern",
        "/archive/articles/1.json",
        "/archive/versions/1",
    ],
)
def test_pages_read_no_texts_but_those_that_they_show(
    stories: Path, plans: Plans, address: str
) -> None:
    assert answers(stories, [address])[0].status_code == 200
    assert plans
    assert not wide(plans)


def test_what_an_index_does_not_hold_is_still_found(stories: Path, plans: Plans) -> None:
    tree = page(stories, f"{LIST}?headline__endswith=+7")
    assert column(tree, "headline") == ["The lantern mark 7"]
    assert wide(plans)


def test_the_table_of_stories_counts_by_value_only_what_is_asked_for(
    stories: Path, plans: Plans
) -> None:
    """Datasette's own way; all that a reader wants to see counted stands beside a result."""
    table, asked = answers(stories, [f"{LIST}.json", f"{LIST}.json?language=en&_facet=source"])
    assert table.json()["facet_results"] == {}
    assert table.json()["filtered_table_rows_count"] == STORIES
    assert asked.json()["filtered_table_rows_count"] == STORIES
    [facet] = asked.json()["facet_results"].values()
    counts = {one["value"]: one["count"] for one in facet["results"]}
    assert counts == {"makers": 35, "signet": 35}
    assert not wide(plans)
