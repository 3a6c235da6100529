"""What is wrong in an archive is seen: each aspect is judged by itself."""

from dataclasses import replace

import pytest
from zoo.operated import ASPECTS, Expected, RelatedLink, StoredStory, compare
from zoo.stories import SECTIONS, invent_stories

HOME = "http://paper.example/"
STORIES = invent_stories()
EXPECTED = [
    Expected(
        address=f"{HOME}{story.slug}/",
        headline=story.headline,
        published=story.published,
        authors=story.authors,
        section=story.section,
        lines=story.lines,
    )
    for story in STORIES
]
STORED = [
    StoredStory(
        address=story.address,
        headline=story.headline.replace("’", "'"),
        published=story.published.isoformat(),
        authors=story.authors,
        section=story.section,
        body="\n\n".join(story.lines),
        related=(RelatedLink(words=other.headline, address=other.address),),
    )
    for story, other in zip(EXPECTED, [*EXPECTED[1:], EXPECTED[0]], strict=True)
]
FIRST = STORED[0]
WRONG = {
    "foreign": replace(FIRST, address=f"{HOME}about/"),
    "headline": replace(FIRST, headline="News"),
    "day": replace(FIRST, published="2025-08-22"),
    "minute": replace(FIRST, published=(FIRST.published or "")[:10]),
    "authors": replace(FIRST, authors=("Odile",)),
    "section": replace(FIRST, section=None),
    "body": replace(FIRST, body=f"{FIRST.body}\n\nShare"),
    "related": replace(FIRST, related=(RelatedLink(words="More", address=f"{HOME}more/"),)),
}


def test_what_is_right_has_no_fault() -> None:
    compared = compare(STORED, EXPECTED)
    assert not any(compared.faults.values()), compared.report()
    assert {*compared.f1_of_words} == {1.0}


@pytest.mark.parametrize("aspect", WRONG)
def test_what_is_wrong_is_told(aspect: str) -> None:
    faults = compare([WRONG[aspect], *STORED[1:]], EXPECTED).faults
    told = {name for name in ASPECTS if faults[name]}
    also = {"foreign": {"reached"}, "day": {"minute"}}.get(aspect, set())
    assert told == {aspect} | also


def test_a_field_that_nobody_prints_may_be_unknown_and_not_wrong() -> None:
    story = replace(EXPECTED[0], unprinted=frozenset({"section", "authors", "minute"}))
    day = (FIRST.published or "")[:10]
    unknown = replace(FIRST, section=None, authors=(), published=day, related=())
    assert not any(compare([unknown], [story]).faults.values())
    wrong = replace(unknown, section="Odile d’Orvanne")
    assert [*filter(None, compare([wrong], [story]).faults.values())] != []


def test_no_sentence_comes_twice() -> None:
    lines = [line for story in STORIES for line in story.lines]
    assert len(lines) == len({*lines})
    assert {story.section for story in STORIES} == {*SECTIONS}
    assert any(story.link_slug for story in STORIES)
