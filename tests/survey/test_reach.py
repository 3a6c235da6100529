"""How many stories are in reach is said with what suggests how many there are, and only then."""

from functools import partial

import pytest

from tradepress.source import Source
from tradepress.survey.checked_pages import CheckedListing
from tradepress.survey.reach import judge_reach

HOME = "https://gazette.example/"
SOURCE = Source(
    name="gazette",
    publisher="The Gazette",
    domains=("gazette.example",),
    language="en",
    timezone="UTC",
    sections=(HOME,),
    article_url=r"/story/\d+",
    article_id=r"/story/(\d+)",
)


Listed = partial(CheckedListing, kind="section", url=HOME)


def numbered(*numbers: int) -> tuple[str, ...]:
    return tuple(f"{HOME}story/{number}" for number in numbers)


def named(count: int) -> tuple[str, ...]:
    return tuple(f"{HOME}{'abcdefghijkl'[n]}" for n in range(count))


LAST_FEW = numbered(*range(105, 115))


@pytest.mark.parametrize(
    ("listed", "words", "is_short"),
    [
        (Listed(stories=named(8)), "8 stories", False),
        (Listed(stories=named(5), last_page=9), "5 of about 41 stories", True),
        (Listed(stories=named(5), last_page=9, has_more=True), "41 of about 41", False),
        (Listed(stories=LAST_FEW), "10 of about 10 stories", False),
        (Listed(stories=(*LAST_FEW, *numbered(75, 80))), "12 of about 40 stories", True),
        (
            Listed(stories=(*LAST_FEW, *numbered(75)), has_more=True),
            "at least 11 of about 40",
            False,
        ),
        (Listed(), "at least 0 stories", False),
        (Listed(url=f"{HOME}other", stories=named(8)), "at least 0 stories", False),
    ],
)
def test_what_is_in_reach_of_what_seems_to_be_there(
    listed: CheckedListing, words: str, is_short: bool
) -> None:
    reach = judge_reach(SOURCE, [listed])
    assert reach.words.startswith(words)
    assert reach.is_short == is_short


def test_what_suggests_a_number_is_said_and_that_nothing_does() -> None:
    reach = judge_reach(SOURCE, [Listed(stories=named(5), last_page=9)])
    assert reach.evidence == f"9 pages of 5 at {HOME}"
    assert "nothing suggests" in judge_reach(SOURCE, [Listed(stories=named(5))]).evidence
