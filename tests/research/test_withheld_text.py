"""Whose text is given on, and what is left of a story without it: of values alone."""

from dataclasses import fields
from typing import Any

import pytest

from tradepress.archive.stories.story_record import LinkedStory, RelatedLink, Story
from tradepress.research.export.withheld_text import (
    ExportRow,
    Texts,
    export_rows,
    reserved,
    withheld,
    without_texts,
)
from tradepress.story import Mention, Reading, Reservation
from tradepress.story_fields import WITHOUT_TEXT

LISTS = (
    *("authors", "credit", "keywords", "also_titled", "corrections", "reservations"),
    *("links", "mentions", "versions", "aliases"),
)
TDM = Reservation(term="tdm-reservation", evidence="header", value="1")


def says(term: str, value: str = "") -> tuple[Reservation, ...]:
    return (Reservation(term=term, evidence="test", value=value),)


def a_story(**given: Any) -> Story:
    values = {one.name: () if one.name in LISTS else None for one in fields(Story)}
    known = {"source": "gazette", "headline": "Lantern case", "body": "Three little words."}
    own = {"policy": "store", "policy_now": "store", "reservations_now": (), "evidence": {}}
    return Story(**{**values, **known, **own, **given})


def a_link(**given: Any) -> RelatedLink:
    known = {"kind": "related", "position": 0, "text": "They said", "url": None, "target": None}
    return RelatedLink(**{**known, **given})


def linked(**given: Any) -> LinkedStory:
    known = {"source": "gazette", "headline": "Kettle case", "published_day": None}
    return LinkedStory(**{**known, "policy": "store", "reservations": (), **given})


@pytest.mark.parametrize(
    ("given", "asked", "why"),
    [
        ({}, None, None),
        ({}, "store", None),
        ({"policy": None, "policy_now": None}, None, None),
        ({"policy": "metadata-only"}, None, "policy"),
        ({"policy_now": "metadata-only"}, None, "policy"),
        ({}, "metadata-only", "policy"),
        ({}, "skip", "policy"),
        ({"policy": "archive-only"}, None, "archive-only"),
        ({"policy_now": "archive-only"}, None, "policy"),
        ({"policy": "archive-only", "reservations": says("noarchive")}, None, "archive-only"),
        ({"reservations": says("noarchive")}, None, "noarchive"),
        ({"reservations": says("noai")}, None, "noai"),
        ({"reservations": says("ai-agents", "GPTBot")}, None, "ai-agents"),
        ({"reservations_now": says("noai")}, None, "noai"),
        ({"reservations": says("noindex") + says("nosnippet") + says("max-snippet")}, None, None),
        ({"reservations": (TDM,)}, None, "tdm-reservation"),
        ({"reservations_now": (TDM,)}, "store", "tdm-reservation"),
        ({"reservations": says("tdm-reservation", "unknown")}, None, "tdm-reservation"),
        ({"reservations": (*says("tdm-reservation", "0"), TDM)}, None, None),
        ({"reservations": (TDM, *says("noai"))}, None, "noai"),
        ({"reservations": says("noai"), "policy": "metadata-only"}, None, "noai"),
    ],
)
def test_what_speaks_against_a_text(given: dict[str, Any], asked: Any, why: str | None) -> None:
    assert reserved(a_story(**given), asked) == why


def test_a_linked_story_is_judged_by_what_is_said_today() -> None:
    assert reserved(linked()) is None
    assert reserved(linked(policy="metadata-only")) == "policy"
    assert reserved(linked(reservations=says("noai"))) == "noai"
    assert reserved(linked(), "metadata-only") == "policy"


@pytest.mark.parametrize(
    ("texts", "why_free", "why_reserved", "why_of_policy"),
    [
        ("all", None, None, None),
        ("none", "not asked for", "not asked for", "not asked for"),
        ("unreserved", None, "noai", "policy"),
    ],
)
def test_of_which_stories_the_texts_are_given_on(
    texts: Texts, why_free: str | None, why_reserved: str | None, why_of_policy: str | None
) -> None:
    policies: Any = {"gazette": "metadata-only"}
    assert withheld(a_story(), texts, {}) == why_free
    assert withheld(a_story(reservations=says("noai")), texts, {}) == why_reserved
    assert withheld(a_story(), texts, policies) == why_of_policy
    assert withheld(a_story(source="makers"), texts, policies) == why_free
    why_held = why_free if texts == "none" else "archive-only"
    assert withheld(a_story(policy="archive-only"), texts, {}) == why_held
    assert withheld(linked(policy="archive-only"), texts, {}) == why_held


def rows(*stories: Story, **how: Any) -> list[ExportRow]:
    return [*export_rows(stories, **how)]


def test_a_row_counts_the_words_that_are_held_and_says_why_they_are_not_there() -> None:
    free, kept_back, none_held = a_story(), a_story(reservations=says("noai")), a_story(body=None)
    reserved_and_none = a_story(body=None, reservations=says("noai"))
    found = rows(free, kept_back, none_held, reserved_and_none)
    assert [(row.word_count, row.why_no_text) for row in found] == [
        (3, None),
        (3, "noai"),
        (None, "not held"),
        (None, "noai"),
    ]
    assert [row.story.body for row in found] == [free.body, None, None, None]
    assert found[0].story is free
    (spaceless,) = rows(a_story(body="商標を取り消した。", reservations=says("noai")))
    assert (spaceless.word_count, spaceless.character_count) == (None, 9)
    assert spaceless.why_no_text == "noai"
    (of_all,) = rows(kept_back, texts="all")
    assert (of_all.story, of_all.why_no_text) == (kept_back, None)
    (of_none,) = rows(free, texts="none", policies={})
    assert (of_none.story.body, of_none.why_no_text) == (None, "not asked for")


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"texts": "all"}, ["They said", "They said", "They said"]),
        ({"texts": "none"}, ["They said", "Kettle case", "Kettle case"]),
        ({}, ["They said", "They said", "Kettle case"]),
        (
            {"policies": {"gazette": "metadata-only"}},
            ["They said", "Kettle case", "Kettle case"],
        ),
    ],
)
def test_a_link_to_a_story_without_text_is_worded_by_its_headline(
    how: dict[str, Any], words: list[str]
) -> None:
    closed = linked(reservations=says("noai"))
    links = tuple(
        a_link(url=f"https://gazette.example/{place}", leads_to=leads_to)
        for place, leads_to in enumerate((None, linked(), closed))
    )
    story = a_story(source="makers", links=links)
    (row,) = rows(story, **how)
    assert [link.text for link in row.story.links] == words
    assert [link.url for link in row.story.links] == [link.url for link in links]


def test_without_its_texts_nothing_of_them_is_left() -> None:
    text = "A maker of lanterns has lost its appeal over the shape of a handle, the court said."
    of_headline, of_body = (
        Mention(field=field, start=0, end=7, kind="case", value="Lantern")  # type: ignore[arg-type]
        for field in ("headline", "body")
    )
    related, in_text, bare = (
        a_link(url="https://gazette.example/1"),
        a_link(kind="in_text", url="https://gazette.example/2"),
        a_link(),
    )
    story = a_story(
        ref="gazette-1",
        body=text,
        corrections=("Correction: it was a lamp.",),
        description=text,
        section="Trademarks",
        authors=("Petra Holm", text),
        keywords=("lantern", "handle"),
        evidence={"body": (Reading(value=80, evidence="element"),)},
        content_hash="of the text",
        confidence=0.9,
        image_caption="A lantern, and a maker of lanterns",
        date_published="2017-08-04",
        aliases=("gazette-2",),
        links=(related, in_text, bare),
        mentions=(of_headline, of_body),
    )
    left = without_texts(story)
    assert (left.body, left.corrections, left.description) == (None, (), None)
    assert (left.authors, left.keywords) == (("Petra Holm",), ("lantern", "handle"))
    assert (left.section, left.headline) == ("Trademarks", "Lantern case")
    assert (left.links, left.mentions) == ((related,), (of_headline,))
    judged = {"section", "description", "authors", "keywords", "links", "mentions"}
    for one in fields(Story):
        if one.name in judged:
            continue
        before, after = getattr(story, one.name), getattr(left, one.name)
        empty = () if isinstance(before, tuple) else None
        assert after == (before if one.name in WITHOUT_TEXT else empty), one.name
