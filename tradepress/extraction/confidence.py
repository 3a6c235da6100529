"""Judges how sure an extraction is of its body: what the page, or its lines, say of the choice.

The weights are fitted by bench/confidence.py, which also prints how far they can be relied on.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypeAlias

from tradepress.extraction.access import BREAKS_OFF
from tradepress.extraction.blocks import Block
from tradepress.extraction.encoding import GARBLED
from tradepress.extraction.sentences import share_said, size

Way: TypeAlias = Literal["agreement", "lines", "data"]
"""Says where the body comes from: a page, a text capture, or data that a page's script draws."""
BIAS = "bias"
WEIGHTS: Mapping[Way, Mapping[str, float]] = {
    "agreement": {
        "bias": -0.12,
        "amiss": -1.13,
        "rows": -0.61,
        "unsaid": -0.87,
        "story": 1.26,
        "undated": -0.12,
        "unsigned": -0.25,
    },
    "lines": {"bias": -4.11, "length": 0.54, "cover": 3.33, "breaks": -1.73, "undated": -0.54},
    "data": {"bias": -1.46, "length": 0.54, "breaks off": -2.97},
}
"""Holds the weights of the signals of each way; ``bias`` is that of none.
``story``: log of what speaks for a story in the page's kind, 1 where the page or its source calls
it one; ``undated``, ``unsigned``: is there no date, no author?"""
GARBLED_LETTER = re.compile(f"[{GARBLED}]")
GARBLED_SHARE = "garbled"
FEWEST_GARBLED, MOST_GARBLED, LEFT = 3, 0.02, 0.2
"""Are how many letters that no one writes make a text doubtful, and what is left of the confidence
where so many are garbled: they are too few on the labelled pages to be fitted."""
LEAST_DOUBT = 0.01
LEAST_SHARE = 0.1
"""Less proves nothing: a page is refused for its kind where something shows that kind."""
LONGEST_COUNTED = 3000
DIGITS = 6
"""Is what is kept of a signal: further digits differ from Python to Python."""


def read_block_signals(
    blocks: Iterable[Block], story: Sequence[Block], odds: Iterable[float], said: Sequence[str]
) -> dict[str, float]:
    """Returns what the block model says of a page's blocks, of which ``story`` was taken.
    ``said``: words of headline and description.

    ``amiss``: log of what is missing from 1 in the F1 of characters that its odds let expect. No
    more may be missed than was taken: a thousand labels, each hardly likely, are no story.
    ``rows``: share of table rows in what was taken; ``unsaid``: does it hold none of those words?
    """
    chosen = set(story)
    taken = sum(len(block.text) for block in story)
    right = missed = 0.0
    for block, likely in zip(blocks, odds, strict=True):
        part = len(block.text) / (1 + math.exp(-likely))
        if block in chosen:
            right += part
        else:
            missed += part
    f1 = 2 * right / (taken + right + min(missed, taken) + 1)
    rows = sum(block.tag == "tr" for block in story)
    says = any(share_said(said, block.text.lower()) for block in story)
    return {
        "amiss": math.log(1 - f1 + LEAST_DOUBT),
        "rows": rows / (len(story) or 1),
        "unsaid": float(bool(said) and not says),
    }


def read_story_signal(share: float) -> float:
    """Returns what speaks for a story, 0 to 1, as its log: below a half each bit tells more."""
    return math.log(max(share, LEAST_SHARE))


def read_line_signals(
    lines: Iterable[Block], story: Iterable[Block], breaks: float
) -> dict[str, float]:
    """Returns what the lines of a text capture say.

    ``cover``: share of its prose that was taken; ``breaks``: share of the lines between the first
    paragraph and the last that are neither text nor items of a list.
    """
    taken = sum(block.prose for block in story)
    return {"cover": taken / (sum(block.prose for block in lines) + 1), "breaks": breaks}


def read_words_signals(paragraphs: Sequence[str]) -> dict[str, float]:
    """Returns what the words alone say.
    ``length``: log of their number, or of a long story's; ``breaks off``: do they end with dots?"""
    length = sum(map(size, paragraphs))
    return {
        "length": math.log(min(length, LONGEST_COUNTED)),
        "breaks off": float(BREAKS_OFF.search(paragraphs[-1]) is not None),
    }


def read_garbled(paragraphs: Sequence[str]) -> dict[str, float]:
    """Returns the share of letters that were read in a wrong encoding, if there are several."""
    text = " ".join(paragraphs)
    garbled = len(GARBLED_LETTER.findall(text))
    return {GARBLED_SHARE: round(garbled / len(text), DIGITS)} if garbled >= FEWEST_GARBLED else {}


def choose_signals(way: Way, signals: Mapping[str, float]) -> dict[str, float]:
    """Returns the signals that count for a body of this kind, to DIGITS behind the point."""
    return {name: round(signals[name], DIGITS) for name in WEIGHTS[way] if name != BIAS}


def judge(way: Way, signals: Mapping[str, float]) -> float:
    """Returns the F1 of words that the body can be expected to have, 0 to 1."""
    signals = {BIAS: 1.0, **signals}
    total = sum(weight * signals[name] for name, weight in WEIGHTS[way].items())
    doubt = min(signals.get(GARBLED_SHARE, 0) / MOST_GARBLED, 1) * (1 - LEFT)
    return round((1 - doubt) / (1 + math.exp(-total)), 3)
