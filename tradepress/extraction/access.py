"""Is the whole story there, and who may read it: the text decides, then what the page says."""

import re
from collections.abc import Mapping, Sequence
from typing import cast

from tradepress.archive.text_lengths import count_characters, count_words
from tradepress.extraction.sentences import ends_sentence
from tradepress.extraction.wording import pattern
from tradepress.story import Access, Reading

TEASER_LENGTH = 700
WHOLE_LENGTH = 1200
LONGEST_TEASER = 3500
"""Is the length above which a wall is one that others meet, who have read their share."""
LONE_PARAGRAPH = 450
SHORTEST_BREAK = 75
BREAKS_OFF = re.compile(r"(?:\.\.\.|…|\[(?:\.\.\.|…)\])[\"'”’]?$")
FOOTNOTE = re.compile(
    r"(?<=[^\d\s][.!?\"”’'])\s?(?:\[[ivxlc\d]{1,6}\]|[ivxlc]{1,6}|\d{1,3})$"
    r"|(?<=[.!?])\s\((?:[^()]|\([^()]*\)){1,160}\)$"
)
"""Matches the mark of a note, or a reference in brackets, behind the last stop."""
SUBSCRIPTION = pattern("subscription")
FREE = frozenset(("true", "free", "open"))
NOT_FREE: Mapping[str, Access] = {
    "false": "subscription",
    "locked": "subscription",
    "metered": "registration",
}


def judge_truncation(
    paragraphs: Sequence[str],
    wall: Sequence[str],
    *,
    has_close: bool,
    has_footer: bool,
    word_count: int | None,
    is_cut: bool = False,
    is_feature: bool = False,
) -> Reading | None:
    """Returns True for a teaser, False for a whole story, None where the text does not tell.

    ``has_close``: lines that editors set below a finished story stand there.
    ``has_footer``: so does the template's last line, so that no capture cut the page. ``is_cut``:
    the wall right below the text says that it goes on. ``is_feature``: of the kind that publishers
    cut without a word.
    """
    body = " ".join(paragraphs)
    if not body:
        return None
    last = FOOTNOTE.sub("", paragraphs[-1])
    if BREAKS_OFF.search(last):
        return Reading(value=True, evidence="ellipsis")
    if word_count and len(body) < WHOLE_LENGTH and word_count > 3 * _length(body):
        return Reading(value=True, evidence="json-ld wordCount")
    if not ends_sentence(last) and len(last) > SHORTEST_BREAK:
        return Reading(value=True, evidence="mid-sentence")
    if wall and not has_close and len(paragraphs) <= 2 and len(body) < TEASER_LENGTH:
        return Reading(value=True, evidence="wall below a teaser")
    if is_cut and not has_close and len(body) < LONGEST_TEASER:
        return Reading(value=True, evidence="wall that goes on")
    if len(paragraphs) == 1 and len(body) < LONE_PARAGRAPH and not has_close:
        return Reading(value=True, evidence="lone paragraph") if has_footer else None
    if is_feature and len(body) < WHOLE_LENGTH and not has_close:
        return None if ends_sentence(last) else Reading(value=True, evidence="ends on a heading")
    return Reading(value=False, evidence="whole text")


def _length(body: str) -> int:
    return count_words(body) or count_characters(body)


def judge_access(
    declared: Sequence[tuple[object, str]], wall: Sequence[str], is_truncated: bool | None
) -> tuple[Access | None, list[Reading]]:
    """Judges the access: a wall on a teaser outweighs what mark-up claims, and a whole story
    without a wall what it claims of being closed; one below a whole story says nothing. All voices
    are returned."""
    chosen: list[Reading] = []
    others: list[Reading] = []
    if wall and is_truncated:
        is_paid = SUBSCRIPTION.search(" ".join(wall))
        chosen.append(Reading(value="subscription" if is_paid else "registration", evidence="wall"))
    for value, evidence in declared:
        word = str(value).rpartition("/")[2].casefold()
        said: Access | None = "open" if word in FREE else NOT_FREE.get(word)
        if said is None:
            continue
        is_likely = not is_truncated if said == "open" else (wall or is_truncated is not False)
        (chosen if is_likely else others).append(Reading(value=said, evidence=evidence))
    access = cast("Access | None", chosen[0].value if chosen else None)
    if others and not chosen:
        chosen = [Reading(value=None, evidence="disbelieved")]
    return access, chosen + others
