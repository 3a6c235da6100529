"""Filters by kinds of mentions, and by having no day, are true of the stories themselves."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from random_stories import random_archive
from sqlite_utils import Database

from tradepress.archive.errors import QueryError
from tradepress.archive.search.chosen_stories import stream_stories
from tradepress.archive.search.find_stories import search
from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.stories.story_record import Story
from tradepress.story import NUMBER_KINDS


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with random_archive(tmp_path_factory.mktemp("kinds") / "archive.db") as db:
        yield db


def mentions(*kinds: str) -> Callable[[Story], bool]:
    return lambda story: any(mention.kind in kinds for mention in story.mentions)


@pytest.mark.parametrize("day", [{}, {"as_of": "2020-06-01"}])
@pytest.mark.parametrize("words", [None, "lantern"])
@pytest.mark.parametrize(
    ("filters", "is_meant"),
    [
        ({"mentions": ("court",)}, mentions("court")),
        ({"mentions": ("firm", "cjeu")}, mentions("firm", "cjeu")),
        ({"mentions": ("udrp",)}, mentions("udrp")),
        ({"mentions": ("case", "number")}, mentions("case", *NUMBER_KINDS)),
        ({"undated": True}, lambda story: story.published_day is None),
        (
            {"undated": True, "mentions": ("office",)},
            lambda story: story.published_day is None and mentions("office")(story),
        ),
    ],
)
def test_they_keep_the_stories_that_are_so(
    db: Database,
    filters: dict[str, Any],
    is_meant: Callable[[Story], bool],
    words: str | None,
    day: dict[str, str],
) -> None:
    asked = StoryQuery(words=words, **day, **filters)
    expected = [
        one.ref for one in stream_stories(db, StoryQuery(words=words, **day)) if is_meant(one)
    ]
    assert [one.ref for one in stream_stories(db, asked)] == expected
    found = search(db, asked, fold=False, limit=100, order="oldest")
    assert sorted(hit.ref for hit in found) == sorted(expected)
    if "udrp" not in filters.get("mentions", ()):
        assert expected


def test_the_oldest_come_first_and_the_undated_last(db: Database) -> None:
    found = search(db, StoryQuery(), fold=False, limit=100, order="oldest")
    days = [hit.published_day for hit in found]
    assert days == sorted(days, key=lambda day: (day is None, day))
    assert None in days
    pages = [
        search(db, StoryQuery(), limit=7, offset=offset, order="oldest")
        for offset in range(0, 70, 7)
    ]
    refs = [hit.ref for page in pages for hit in page]
    assert refs == [hit.ref for hit in search(db, StoryQuery(), limit=100, order="oldest")]


def test_a_kind_that_is_none_is_refused(db: Database) -> None:
    with pytest.raises(QueryError, match="nothing is a 'witch'; write one of number, case, court"):
        search(db, StoryQuery(mentions=("witch",)))
