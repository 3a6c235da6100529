"""Names of courts, offices, cases, firms and people in invented sentences, marked as in
golden_text.py: each with its normal form, and nothing else found."""

import runpy
from itertools import pairwise
from pathlib import Path

import pytest
from golden_text import MarkedText, read_marked
from hypothesis import given
from hypothesis import strategies as st

from tradepress.mentions import named_people
from tradepress.mentions.cases import find_cases
from tradepress.mentions.find_names import find_names
from tradepress.mentions.named_people import find_people
from tradepress.mentions.spot import Spot

FILES = sorted(Path(__file__).with_name("names").glob("*.txt"))
SENTENCES = [(file.stem, item) for file in FILES for item in read_marked(file)]
PIECES = st.sampled_from(
    [
        *(word for _, item in SENTENCES for word in item.text.split(" ")),
        *(item.text for _, item in SENTENCES),
        *"’'&.,()-v \n\u2011\u00a0İß\U0001f600",
    ]
)


def find(text: str, *, people: bool = False) -> list[Spot]:
    finders = (find_people,) if people else (find_cases, find_names)
    return sorted(
        (one for finder in finders for one in finder(text)),
        key=lambda one: (one.start, -one.end, one.kind),
    )


def told(text: str, spots: list[Spot]) -> list[tuple[str, str, str]]:
    return [(text[one.start : one.end], one.kind, one.value) for one in spots]


@pytest.mark.parametrize(
    ("kind", "item"), SENTENCES, ids=lambda one: getattr(one, "text", one)[:40]
)
def test_a_sentence(kind: str, item: MarkedText) -> None:
    spots = find(item.text, people=kind == "people")
    assert told(item.text, spots) == told(
        item.text, sorted(item.marks, key=lambda one: (one.start, -one.end, one.kind))
    )


def test_people_are_looked_for_only_where_asked() -> None:
    assert "person" not in {one.kind for _, item in SENTENCES for one in find(item.text)}


def test_no_pattern_of_people_is_made_before_somebody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most archives never look for people, and each command would wait for it."""
    made: list[str] = []
    monkeypatch.setattr("re.compile", made.append)
    assert "find_people" in runpy.run_path(str(named_people.__file__))
    assert made == []


def test_a_name_without_a_place_is_of_the_country_spoken_of() -> None:
    values = [
        [one.value for one in find_names(f"{where} the Supreme Court was asked.")]
        for where in ("In India", "In Norway", "In London", "As the US Senate knows")
    ]
    assert values == [
        ["Supreme Court of India"],
        ["Supreme Court of Norway"],
        ["UK Supreme Court"],
        ["US Supreme Court"],
    ]


def test_a_name_without_a_place_stays_as_it_is_where_nothing_tells() -> None:
    assert [one.value for one in find_names("Then the Supreme Court was asked.")] == [
        "Supreme Court"
    ]


def test_one_case_has_one_name() -> None:
    printed = (
        "Vellum Inc. v. Quoin GmbH & Co. KG",
        "Vellum v Quoin",
        "Vellum vs. Quoin Ltd",
        "Vellum Inc et al v. Quoin, LLC et al.",
    )
    values = {one.value for name in printed for one in find_cases(f"See {name}, above.")}
    assert values == {"Vellum v Quoin"}


@given(
    st.one_of(
        st.text(),
        st.lists(PIECES, max_size=30).map("".join),
        st.lists(PIECES, max_size=30).map(" ".join),
    )
)
def test_places_of_names_are_in_the_text_and_apart(text: str) -> None:
    for people in (False, True):
        spots = find(text, people=people)
        for one in spots:
            assert 0 <= one.start < one.end <= len(text)
            assert text[one.start : one.end].strip() == text[one.start : one.end]
            assert one.value
        for kind in {one.kind for one in spots}:
            row = [one for one in spots if one.kind == kind]
            assert all(left.end <= right.start for left, right in pairwise(row))
