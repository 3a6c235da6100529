"""Compares texts: does one story read so in both, and is one text only a part of the other?"""

import re

from tradepress.archive.text_forms import folded
from tradepress.story import Article

OPENING = 200
"""Is how many characters are the same where two texts open alike."""
SHORTEST_OPENING = 40
"""Is how few characters will do if most words after them are the same."""
RUN_WORDS = 3
FEWEST_RUNS = 20
"""Is how many runs of words a text must have to tell by them."""
MOST_RUNS = 0.6
"""Is the share of the shorter text's runs of words that the longer one has, if they are one
story: an edit of one word in ten leaves 0.7; reports on one case, even by one hand, share much
less."""
MUCH_SHORTER = 0.7
SENTENCE_ENDS = (".", "!", "?", '"', "'", ")")
"""Is what ends a sentence, in plain type: the letters are folded."""


def opens_alike(one: str | None, other: str | None) -> bool:
    """Tells whether texts open alike, or have one beginning and few changes after it."""
    a, b = _unfinished(folded(one)), _unfinished(folded(other))
    length = min(OPENING, len(a), len(b))
    if length < SHORTEST_OPENING or a[:SHORTEST_OPENING] != b[:SHORTEST_OPENING]:
        return False
    return a[:length] == b[:length] or shares_most(a, b)


def shares_most(one: str | None, other: str | None) -> bool:
    """Are most runs of words of the shorter text in the longer one?"""
    shorter, longer = sorted((_runs(one), _runs(other)), key=len)
    return len(shorter) >= FEWEST_RUNS and len(shorter & longer) >= MOST_RUNS * len(shorter)


def is_teaser_of(kept: Article, story: Article) -> bool:
    """Is the story's text only a part of what is kept?

    If its page is known as a teaser, the kept text is the better one unless that is a teaser, too.
    Else its text must be the beginning of the kept one, or (of a page that may be a teaser) its
    words with some edits; and end in mid-sentence or early.

    A story of which no text may be kept is the least part of one that has a text.
    """
    if not kept.body or not story.body:
        return bool(kept.body)
    full, new = folded(kept.body), folded(story.body)
    if story.is_truncated and kept.is_truncated is False:
        return True
    if len(new) >= len(full):
        return False
    start = _unfinished(new)
    is_start = full.startswith(start)
    if story.is_truncated:
        return kept.is_truncated is None or is_start
    is_part = is_start or (story.is_truncated is None and shares_most(full, new))
    breaks_off = not new.endswith(SENTENCE_ENDS) or (is_start and full[len(start)].isalnum())
    return is_part and (breaks_off or len(new) < MUCH_SHORTER * len(full))


def _runs(text: str | None) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", folded(text))
    return set(zip(*(words[start:] for start in range(RUN_WORDS)), strict=False))


def _unfinished(text: str) -> str:
    return text.rstrip(". ")
