"""The table of columns, and whose text is given on."""

import re
from dataclasses import fields
from itertools import product

import pytest
from exported import a_story, reserving

from tradepress.archive.stories.story_record import Story
from tradepress.research.export.columns import COLUMNS, values_of
from tradepress.research.export.withheld_text import (
    ExportRow,
    Texts,
    WhyNoText,
    export_rows,
    reserved,
)
from tradepress.story import Policy, Reservation

NOT_TOLD = {
    *("cited_at", "cited_from", "reservations_now", "policy_now", "current_version", "site_id"),
    *("date_published_raw", "date_modified_raw"),
}
RENAMED = {"links": "related_links"}


def one_row(story: Story, texts: Texts = "unreserved", policy: Policy = "store") -> ExportRow:
    (row,) = export_rows([story], texts=texts, policies={story.source: policy})
    return row


def test_every_field_of_a_story_is_told_under_one_name() -> None:
    told = [column.name for column in COLUMNS]
    assert len(told) == len(set(told))
    assert {RENAMED.get(one.name, one.name) for one in fields(Story)} - {*told} == NOT_TOLD
    assert told[-1] == "body"


def test_every_column_has_a_meaning_and_a_form() -> None:
    for column in COLUMNS:
        assert re.fullmatch(r"[A-Z].{10,}", column.meaning), column.name
        assert column.format or column.kind in ("text", "integer"), column.name


def test_values_are_those_of_the_story() -> None:
    values = values_of(one_row(a_story()))
    assert list(values) == [column.name for column in COLUMNS]
    assert values["headline"] == "Lantern mark refused"
    assert values["word_count"] == 12
    assert values["has_text"] is True
    assert values["why_no_text"] is None
    assert values["evidence"] == ({"field": "headline", "evidence": "json-ld"},)
    assert values["related_links"][1]["target"] == "gazette-2"  # type: ignore[index, call-overload]


@pytest.mark.parametrize(
    ("reservations", "why"),
    [
        ((), None),
        ((reserving("tdm-reservation"),), "tdm-reservation"),
        ((reserving("tdm-reservation", "unknown"),), "tdm-reservation"),
        ((reserving("tdm-reservation", "0"),), None),
        ((reserving("tdm-reservation", "0"), reserving("tdm-reservation")), None),
        ((reserving("noarchive"),), "noarchive"),
        ((reserving("noai"),), "noai"),
        ((reserving("ai-agents", "GPTBot"),), "ai-agents"),
        ((reserving("noimageai"), reserving("noindex"), reserving("nosnippet")), None),
    ],
)
def test_a_publisher_is_heard(reservations: tuple[Reservation, ...], why: WhyNoText | None) -> None:
    assert reserved(a_story(reservations=reservations)) == why
    assert reserved(a_story(reservations_now=reservations)) == why


@pytest.mark.parametrize("changes", [{"policy": "metadata-only"}, {"policy_now": "metadata-only"}])
def test_source_and_operator_are_heard(changes: dict[str, str]) -> None:
    assert reserved(a_story(**changes)) == "policy"


@pytest.mark.parametrize(("asked", "why"), [("store", None), ("metadata-only", "policy")])
def test_so_is_what_they_ask_for_today(asked: Policy, why: str | None) -> None:
    assert reserved(a_story(), asked) == why
    assert reserved(a_story(policy=None), asked) == why


def test_what_is_given_on_without_a_text_holds_none_of_it() -> None:
    story = a_story(
        headline="Lantern mark refused",
        description="Wordsofsummary here.",
        body="Wordsofbody are here for all who read.",
        corrections=("Wordsofcorrection",),
        image_caption="Wordsofcaption",
        keywords=("Wordsofbody are here for all who read.",),
    )
    values = values_of(one_row(story, "none"))
    assert "Wordsof" not in repr(values)
    assert "an appeal" not in repr(values)  # the words of a link in the text
    assert "Orrin" not in repr(values)  # a mention of the body
    assert values["word_count"] == 7
    assert (values["has_text"], values["why_no_text"]) == (False, "not asked for")
    assert values["mentions"] == (
        {"field": "headline", "start": 0, "end": 7, "kind": "case", "value": "Lantern"},
    )


def test_a_reserved_text_is_there_only_if_it_is_asked_for() -> None:
    story = a_story(reservations=(reserving("noai"),))
    told = {texts: values_of(one_row(story, texts)) for texts in ("none", "unreserved", "all")}  # type: ignore[arg-type]
    assert {texts: values["why_no_text"] for texts, values in told.items()} == {
        "none": "not asked for",
        "unreserved": "noai",
        "all": None,
    }
    assert [texts for texts, values in told.items() if values["body"]] == ["all"]


@pytest.mark.parametrize(("body", "texts"), [*product((None, ""), ("unreserved", "all"))])
def test_a_text_that_is_not_held_is_told_from_one_that_is_reserved(
    body: str | None, texts: Texts
) -> None:
    values = values_of(one_row(a_story(body=body), texts))
    assert (values["why_no_text"], values["word_count"]) == ("not held", None)
    assert values["character_count"] is None
    assert values["description"] == "The office said no."
