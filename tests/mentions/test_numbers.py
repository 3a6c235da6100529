"""Numbers and statutes in invented sentences, marked as in golden_text.py: each with its normal
form, and nothing else found."""

from itertools import pairwise
from pathlib import Path

import pytest
from golden_text import MarkedText, read_marked
from hypothesis import given
from hypothesis import strategies as st

from tradepress.mentions.eu_numbers import find_cjeu_numbers, find_euipo_numbers
from tradepress.mentions.mark_numbers import find_mark_numbers
from tradepress.mentions.neutral_citations import find_neutral_citations
from tradepress.mentions.nice_classes import find_nice_classes
from tradepress.mentions.spot import Finder, Spot
from tradepress.mentions.statutes import find_statutes
from tradepress.mentions.ttab_numbers import find_ttab_numbers
from tradepress.mentions.udrp_numbers import find_udrp_numbers
from tradepress.mentions.us_dockets import find_us_dockets
from tradepress.mentions.us_reports import find_us_reports
from tradepress.story import NUMBER_KINDS

FINDERS: tuple[Finder, ...] = (
    find_us_dockets,
    find_ttab_numbers,
    find_us_reports,
    find_cjeu_numbers,
    find_euipo_numbers,
    find_neutral_citations,
    find_udrp_numbers,
    find_mark_numbers,
    find_nice_classes,
    find_statutes,
)
SENTENCES = [
    item
    for file in sorted(Path(__file__).with_name("numbers").glob("*.txt"))
    for item in read_marked(file)
]
PIECES = st.sampled_from(
    [
        *(one for item in SENTENCES for one in item.text.split(" ")),
        *(one for item in SENTENCES for one in (item.text,)),
        *"0123456789-/.,()[]§ \n\u2011\u00a0İß\U0001f600",
    ]
)


def find(text: str) -> list[Spot]:
    found = [one for finder in FINDERS for one in finder(text)]
    return sorted(found, key=lambda one: (one.start, one.end, one.kind, one.value))


@pytest.mark.parametrize("item", SENTENCES, ids=lambda item: item.text[:40])
def test_a_sentence(item: MarkedText) -> None:
    told = [(item.text[one.start : one.end], one.kind, one.value) for one in find(item.text)]
    assert told == [
        (item.text[one.start : one.end], one.kind, one.value)
        for one in sorted(item.marks, key=lambda one: (one.start, one.end, one.kind, one.value))
    ]


def test_each_kind_has_sentences_enough() -> None:
    marks = [one.kind for item in SENTENCES for one in item.marks]
    assert all(marks.count(kind) >= 10 for kind in (*NUMBER_KINDS, "nice-class", "statute"))


def test_of_a_range_each_class_is_named() -> None:
    text = "in Classes 1 to 4, 9 and 35–37 and in none else"
    told = [(text[one.start : one.end], one.value) for one in find_nice_classes(text)]
    assert told == [
        *(("1 to 4", f"Class {number}") for number in (1, 2, 3, 4)),
        ("9", "Class 9"),
        *(("35–37", f"Class {number}") for number in (35, 36, 37)),
    ]


def test_a_range_that_runs_back_is_none() -> None:
    assert [one.value for one in find_nice_classes("The mark is of Class 9-3")] == ["Class 9"]


def test_a_list_ends_with_its_paragraph() -> None:
    assert [one.value for one in find_nice_classes("Classes 9, 16,\n\n35 years later")] == [
        "Class 9",
        "Class 16",
    ]


@given(
    st.one_of(
        st.text(),
        st.lists(PIECES, max_size=40).map("".join),
        st.lists(PIECES, max_size=40).map(" ".join),
    )
)
def test_places_are_in_the_text_and_apart(text: str) -> None:
    places: dict[str, set[tuple[int, int]]] = {}
    seen = set()
    for one in find(text):
        assert 0 <= one.start < one.end <= len(text)
        printed = text[one.start : one.end]
        assert printed == printed.strip()
        assert any(letter.isalnum() for letter in printed)
        assert "\n" not in printed
        assert (one.start, one.kind, one.value) not in seen
        seen.add((one.start, one.kind, one.value))
        places.setdefault(one.kind, set()).add((one.start, one.end))
    for of_kind in places.values():
        row = sorted(of_kind)
        assert all(left[1] <= right[0] for left, right in pairwise(row))
