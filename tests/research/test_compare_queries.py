"""Queries side by side count what each counts alone, over the same times."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import a_run, get, page, path, save
from hypothesis import given, settings
from hypothesis import strategies as st
from random_stories import WORDS, random_archive, some
from sqlite_utils import Database

from tradepress.archive.search.find_stories import count_hits
from tradepress.archive.search.story_query import StoryQuery
from tradepress.research.counting.compare_queries import compare_queries
from tradepress.research.counting.count_stories import COUNTED_BY, TIMES, count_stories

__all__ = ["path"]


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with random_archive(tmp_path_factory.mktemp("compared") / "archive.db") as db:
        yield db


@settings(deadline=None, max_examples=30)
@given(
    asked=st.lists(some(WORDS), min_size=2, max_size=4, unique=True),
    by=some([*TIMES, "source", "language"]),
    share=st.booleans(),
    fold=st.booleans(),
)
def test_each_query_counts_as_it_does_alone(
    db: Database, asked: list[str], by: str, share: bool, fold: bool
) -> None:
    query = StoryQuery(words=asked[0])
    counts = compare_queries(db, query, asked[1:], by, share=share, fold=fold)
    assert counts.by == ("query", by)
    values = [row.keys[1] for row in counts.rows if row.keys[0] == asked[0]]
    all_stories = count_stories(db, StoryQuery(), by, fold=fold)
    whole = {row.keys[0]: row.stories for row in all_stories.rows}
    for words in asked:
        alone = count_stories(db, StoryQuery(words=words), by, fold=fold)
        rows = [row for row in counts.rows if row.keys[0] == words]
        assert [row.keys[1] for row in rows] == values
        there = {row.keys[1]: row.stories for row in rows if row.stories}
        assert there == {row.keys[0]: row.stories for row in alone.rows if row.stories}
        for row in rows:
            assert row.of == (whole.get(row.keys[1], 0) if share else None)
    each = [count_hits(db, StoryQuery(words=words), fold=fold) for words in asked]
    assert counts.total == sum(each)


@pytest.mark.parametrize("others", [[], ["lamp"], ["oil", "oil"], ["a", "b", "c", "d"], [""]])
def test_what_can_not_be_compared_is_refused(db: Database, others: list[str]) -> None:
    with pytest.raises(ValueError, match="2 to 4 different queries"):
        compare_queries(db, StoryQuery(words="lamp"), [*others] or ["lamp"])
    with pytest.raises(ValueError, match=re.escape(COUNTED_BY[0])):
        compare_queries(db, StoryQuery(words="lamp"), ["oil"], "hour")


def test_the_page_draws_each_on_one_scale_and_its_bars_lead_to_the_stories(path: Path) -> None:
    with a_run(path) as writer:
        for number, words in enumerate(("red lamp", "blue lamp", "oil", "lamp oil")):
            date = f"201{number}-01-01"
            save(writer, f"Story of {words}", f"A {words} was sold.", date_published=date)
    tree = page(path, "/stories/picture", by="year", q="lamp", compare="oil")
    assert tree.xpath("//h2/text()[1]") == ["lamp ", "oil "]
    links = tree.xpath("//section[2]//tbody//a/@href")
    assert links == ["/stories?q=oil&since=2012&until=2012", "/stories?q=oil&since=2013&until=2013"]
    assert tree.xpath("//input[@name='compare']/@value") == ["oil", ""]
    rows = get(path, "/stories/counts.csv?by=year&q=lamp&compare=oil").text.splitlines()
    assert rows[1:] == [
        *(f'"lamp","201{n}",{stories}' for n, stories in enumerate((1, 1, 0, 1))),
        *(f'"oil","201{n}",{stories}' for n, stories in enumerate((0, 0, 1, 1))),
    ]
    wrong = get(path, "/stories/picture?by=source,year&q=lamp&compare=oil")
    assert wrong.status_code == 400
    assert "compared by one thing" in wrong.text
