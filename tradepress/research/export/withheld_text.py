"""Decides whose text is given on in an export, and what is left of a story without it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, get_args

from tradepress.archive.stories.story_record import LinkedStory, RelatedLink, Story
from tradepress.steps.apply_policy import judge_policy, without_text
from tradepress.story import ARCHIVE_ONLY, Article, Policy, Reservation
from tradepress.story_fields import FIELDS, OF_WORDS, WITHOUT_TEXT

Texts = Literal["none", "unreserved", "all"]
"""Asks for the texts of no story, of those whose publisher reserves nothing, or all that the
archive holds."""
WhyNoText = Literal[
    "not held",
    "not asked for",
    "policy",
    "archive-only",
    "tdm-reservation",
    "noarchive",
    "noai",
    "ai-agents",
]
WHY_NO_TEXT: tuple[WhyNoText, ...] = get_args(WhyNoText)
WHY_WITHOUT: Mapping[WhyNoText, str] = {
    "not held": "of which the archive holds none",
    "not asked for": "whose text was not asked for",
    "policy": "of which source or operator let only metadata be kept",
    "archive-only": "whose text is held on a basis, for this archive alone",
    "tdm-reservation": "whose publisher reserves text and data mining",
    "noarchive": "whose publisher asks that it not be archived",
    "noai": "whose publisher asks that AI not use it",
    "ai-agents": "whose site keeps out agents that collect for AI",
}
"""Says of a story why it is given on without a text: what follows its name, or their number."""
RESERVING: tuple[WhyNoText, ...] = ("noarchive", "noai", "ai-agents")
"""Lists terms that reserve a text by being there. The last two don't keep an archive from
keeping it, but a corpus is what they speak of."""
JUDGED = tuple(
    one.name for one in FIELDS if one.name in WITHOUT_TEXT & OF_WORDS and one.kind != "objects"
)
"""Lists fields that go without the text as far as they hold nothing of it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportRow:
    """Is a story as it is given on."""

    story: Story
    """Has no texts, where they are left out."""
    word_count: int | None
    """Counts the words of the body that the archive holds, given on or not; None: it holds none, or
    they can't be told."""
    character_count: int | None
    """Counts the characters of that body; None: the archive holds none."""
    why_no_text: WhyNoText | None
    """Is None if its body is there."""


def export_rows(
    stories: Iterable[Story],
    *,
    texts: Texts = "unreserved",
    policies: Mapping[str, Policy] | None = None,
) -> Iterator[ExportRow]:
    """Yields stories as they are given on, in their order. Papers word a link by the opening of the
    text that it leads to: where that is not given on, the headline stands for it.

    :param policies: what source and operator ask for by now, by name of the source
    """
    for story in stories:
        why = withheld(story, texts, policies or {})
        given = story if why is None else without_texts(story)
        links = tuple(_by_headline(one, texts, policies or {}) for one in given.links)
        yield ExportRow(
            story=given if links == given.links else replace(given, links=links),
            word_count=story.word_count if story.body else None,
            character_count=story.character_count if story.body else None,
            why_no_text=why or (None if story.body else "not held"),
        )


def _by_headline(link: RelatedLink, texts: Texts, policies: Mapping[str, Policy]) -> RelatedLink:
    if link.leads_to is None or withheld(link.leads_to, texts, policies) is None:
        return link
    return replace(link, text=link.leads_to.headline)


def withheld(
    story: Story | LinkedStory, texts: Texts, policies: Mapping[str, Policy]
) -> WhyNoText | None:
    """Says why its text is not given on where these texts are asked for; None: it is, if held.
    What is held for this archive alone is never given on."""
    if texts == "all" and story.policy != ARCHIVE_ONLY:
        return None
    return "not asked for" if texts == "none" else reserved(story, policies.get(story.source))


def reserved(story: Story | LinkedStory, asked: Policy | None = None) -> WhyNoText | None:
    """Says why its text is not given on by itself; None: nothing speaks against it.

    What was said with this version counts, and what is said by now. Of TDMRep's declarations in one
    place the first counts, and one that could not be had (``unknown``) is no permission.
    """
    if story.policy == ARCHIVE_ONLY:
        return "archive-only"
    said, policies = [story.reservations], {story.policy, asked}
    if isinstance(story, Story):
        said.append(story.reservations_now)
        policies.add(story.policy_now)
    for reservations in said:
        if why := _reserved_by(reservations):
            return why
    return None if policies <= {None, "store"} else "policy"


def _reserved_by(reservations: tuple[Reservation, ...]) -> WhyNoText | None:
    if not reservations:
        return None
    terms = {one.term for one in reservations}
    for term in RESERVING:
        if term in terms:
            return term
    is_kept = judge_policy(Article(reservations=reservations)) == "store"
    return None if is_kept else "tdm-reservation"


def without_texts(story: Story) -> Story:
    """Returns the story as a catalogue has it: nothing of its body, nor of what was read in it."""
    texts = {name: getattr(story, name) for name in (*JUDGED, "body", "corrections")}
    judged = without_text(Article(**texts))
    left: dict[str, Any] = {name: getattr(judged, name) for name in JUDGED}
    for name in {one.name for one in fields(story)} - WITHOUT_TEXT:
        left[name] = () if isinstance(getattr(story, name), tuple) else None
    # One without an address may be worded as the opening of a text.
    left["links"] = tuple(
        one for one in story.links if one.kind != "in_text" and one.url is not None
    )
    left["mentions"] = tuple(one for one in story.mentions if one.field == "headline")
    return replace(story, **left)
