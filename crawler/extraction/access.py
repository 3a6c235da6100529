"""Is the whole story there, and who may read it: the text decides, then what the page says."""

import re
from collections.abc import Sequence

from crawler.extraction.blocks import ends_sentence
from crawler.items import Access, Reading

TEASER_LENGTH = 700
WHOLE_LENGTH = 1200
LONE_PARAGRAPH = 450
BREAKS_OFF = re.compile(r"(?:\.\.\.|…|\[(?:\.\.\.|…)\])[\"'”’]?$")
SUBSCRIPTION = re.compile(r"subscri|trial|member|abonn|suscri|unlock", re.I)
FREE = frozenset(("true", "free", "open"))
NOT_FREE = {"false": "subscription", "locked": "subscription", "metered": "registration"}


def judge_truncation(
    paragraphs: Sequence[str],
    wall: Sequence[str],
    *,
    has_close: bool,
    has_footer: bool,
    word_count: int | None,
) -> bool | None:
    """True for a teaser, False for a whole story, None where the text does not tell.

    ``has_close``: lines that editors set below a finished story stand there.
    ``has_footer``: so does the template's last line, so that no capture cut the page.
    """
    body = " ".join(paragraphs)
    if not body:
        return None
    if BREAKS_OFF.search(paragraphs[-1]):
        return True
    if word_count and word_count > 3 * len(body.split()) and len(body) < WHOLE_LENGTH:
        return True
    if not ends_sentence(paragraphs[-1]) and len(paragraphs[-1]) > LONE_PARAGRAPH // 6:
        return True
    if wall and not has_close:
        return len(paragraphs) <= 2 and len(body) < TEASER_LENGTH
    if len(paragraphs) == 1 and len(body) < LONE_PARAGRAPH and not has_close:
        return True if has_footer else None
    return False


def judge_access(
    declared: Sequence[tuple[object, str]], wall: Sequence[str], is_truncated: bool | None
) -> tuple[Access | None, tuple[Reading, ...]]:
    """A wall on a teaser outweighs what mark-up claims; one after a whole story says nothing."""
    voices: list[tuple[Access, Reading]] = []
    if wall and is_truncated:
        words = " ".join(wall)
        wanted: Access = "subscription" if SUBSCRIPTION.search(words) else "registration"
        voices.append((wanted, Reading(value=wanted, evidence="wall")))
    for value, evidence in declared:
        word = str(value).rpartition("/")[2].casefold()
        said: Access | None = None
        if word in FREE and not is_truncated:
            said = "open"
        elif word in NOT_FREE:
            said = "registration" if NOT_FREE[word] == "registration" else "subscription"
        if said:
            voices.append((said, Reading(value=said, evidence=evidence)))
    return (voices[0][0] if voices else None), tuple(reading for _, reading in voices)
