"""What the page of a story says in words."""

from typing import Any, get_args

import pytest

from tradepress.browse.words.story_words import reservation_sentence
from tradepress.browse.words.value_words import ACCESS_WORDS, MENTION_WORDS
from tradepress.research.explaining.reading_words import evidence_words, reading_words
from tradepress.story import Access, MentionKind, Reading, Reservation


def test_all_that_there_is_has_words() -> None:
    assert {*MENTION_WORDS} == {*get_args(MentionKind)}
    assert {*ACCESS_WORDS} == {*get_args(Access), "unknown"}


@pytest.mark.parametrize(
    ("term", "value", "said"),
    [
        ("noai", "noai", "not be used to train AI"),
        ("tdm-reservation", "1", "reserves text and data mining"),
        ("tdm-reservation", "0", "does not reserve"),
        ("tdm-policy", "https://x.example/tdm", "https://x.example/tdm"),
        ("ai-agents", "GPTBot, CCBot", "GPTBot, CCBot"),
        ("nosuch", "odd", "nosuch odd"),
    ],
)
def test_a_reservation_is_a_sentence(term: str, value: str, said: str) -> None:
    assert said in reservation_sentence(Reservation(term=term, value=value, evidence="header"))


def test_a_reading_is_told_with_where_it_was_read() -> None:
    readings = [
        Reading(value=["Petra Holm", "Idris Colm"], evidence="byline"),
        Reading(value=None, evidence="disbelieved"),
        Reading(value=True, evidence="og:nothing"),
    ]
    assert [*reading_words("authors", readings)] == [
        "“Petra Holm; Idris Colm”: the byline",
        "left open: what the page declares can’t be so",
        "yes: what the page declares of itself (og:nothing)",
    ]
    assert evidence_words("a way of tomorrow") == "a way of tomorrow"


@pytest.mark.parametrize("field", ["body", "headline", "confidence"])
@pytest.mark.parametrize(
    "value", [None, "", 0, -1, 1.5, True, [], {}, [None, [1]], {"a": {"b": 1}}, "x" * 9_999, "٣"]
)
def test_no_value_breaks_the_words_for_it(field: str, value: Any) -> None:
    [said] = reading_words(field, [Reading(value=value, evidence="h1")])
    assert said.endswith("the heading of the page")
    assert len(said) < 300
