"""JSON of a damaged file: never an error but ValueError, and never a value of another kind."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradepress.archive.stored_json import (
    UNREADABLE,
    readable_names,
    stored_evidence,
    stored_names,
    stored_reservations,
)
from tradepress.story import Reading, Reservation

BAD = ("{bad", "", " ", "null", "1", "[1]", "[[]]", '{"a":1}', '["\\ud800"]', "[" * 100_000)
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda part: (
        st.lists(part, max_size=3)
        | st.dictionaries(st.sampled_from(["term", "value", "evidence", "x"]), part, max_size=3)
    ),
    max_leaves=8,
)


def test_what_is_stored_is_read() -> None:
    assert stored_names('["Ana", "B\\u00f6"]') == ("Ana", "Bö")
    assert stored_names(None) == ()
    said = {"term": "noai", "evidence": "meta", "value": "noai"}
    assert stored_reservations(json.dumps([said])) == (Reservation(**said),)
    read = {"headline": [{"value": ["a"], "evidence": "h1"}], "body": []}
    found = {"headline": (Reading(value=["a"], evidence="h1"),), "body": ()}
    assert stored_evidence({"evidence": json.dumps(read)}) == found
    assert stored_evidence({"evidence": None}) == {}


@pytest.mark.parametrize("stored", BAD)
def test_what_can_not_be_read_is_said_or_closed(stored: str) -> None:
    if stored:
        with pytest.raises(ValueError, match=r"."):
            stored_names(stored)
        assert [one.evidence for one in stored_evidence({"evidence": stored})["evidence"]] == [
            UNREADABLE
        ]
    assert readable_names(stored) == ()
    assert [one.value for one in stored_reservations(stored)] == ["unknown"]


@given(ANY)
def test_whatever_json_it_is_only_what_is_meant_comes_of_it(value: object) -> None:
    stored = json.dumps(value)
    assert all(isinstance(one, str) for one in readable_names(stored))
    for reservation in stored_reservations(stored):
        assert isinstance(reservation.value, str)
    for readings in stored_evidence({"evidence": stored}).values():
        assert all(isinstance(one.evidence, str) for one in readings)
