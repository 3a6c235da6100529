"""How sure an extraction is of its body: what other readings of the page say of it.

The weights are fitted by bench/confidence.py, which also prints how far they can be relied on.
"""

import math
from collections.abc import Mapping, Sequence

from crawler.extraction.blocks import LONG, Block
from crawler.extraction.html_blocks import Node

BIAS = 2.58
WEIGHTS: Mapping[str, float] = {
    "containers": -0.47,
    "paragraphs": 0.27,
    "dropped": -3.28,
    "links": -5.46,
    "description": 0.6,
    "wall": -0.51,
    "run": 0.6,
    "labels": -1.07,
}
LONGEST_COUNTED = 400
LABEL_COST = 60
LINK_COST = 120
MOST_LINKS = 0.3
UNDESCRIBED = 0.75
"""Taken where the page declares no description: the mean of those that do."""
MOST_OPENING, LONGEST_OPENING = 20, 3000


def read_signals(
    blocks: Sequence[Block],
    nodes: Sequence[Node],
    at: int | None,
    story: Sequence[Block],
    *,
    description: str,
    has_wall: bool,
) -> dict[str, float]:
    """What speaks for and against the chosen paragraphs ``story``; ``at`` is the headline's index.

    ``containers``: log of the number of elements the paragraphs stand in; ``paragraphs``: log of
    their number; ``dropped``: share of the body's prose that was taken for furniture; ``links``:
    share of link words; ``description``: share of the declared description's words that the opening
    has; ``wall``: is there one; ``run``: how far the longest run of prose below the headline, read
    without any mark-up, is the same (F1 of characters); ``labels``: share of short paragraphs.
    """
    chosen = {id(block) for block in story}
    long = sum(block.prose for block in story)
    dropped = sum(b.prose for b in blocks if b.in_body and b.prose and id(b) not in chosen)
    run = _heaviest_run(blocks, 0 if at is None else at + 1)
    same = sum(block.prose for block in run if id(block) in chosen)
    said = set(description.casefold().split())
    opening = " ".join(block.text for block in story[:MOST_OPENING])[:LONGEST_OPENING]
    words = said.intersection(opening.casefold().split())
    linked = sum(block.link_share * len(block.text) for block in story if block.links)
    return {
        "containers": math.log1p(len({nodes[block.group].parent for block in story})),
        "paragraphs": math.log(len(story)),
        "dropped": dropped / (long + dropped + 1),
        "links": min(linked / sum(len(block.text) for block in story), MOST_LINKS),
        "description": len(words) / len(said) if said else UNDESCRIBED,
        "wall": float(has_wall),
        "run": 2 * same / (long + sum(block.prose for block in run) + 1),
        "labels": sum(len(block.text) < LONG for block in story) / len(story),
    }


def judge(signals: Mapping[str, float]) -> float:
    """The expected F1 of the body's words, 0 to 1."""
    return round(1 / (1 + math.exp(-BIAS - sum(WEIGHTS[n] * x for n, x in signals.items()))), 3)


def _heaviest_run(blocks: Sequence[Block], since: int) -> Sequence[Block]:
    """The stretch of prose that neither links nor labels outweigh."""
    best, weight, start, run = 0, 0, since, slice(since, since)
    for i in range(since, len(blocks)):
        block = blocks[i]
        cost = LABEL_COST if block.link_share < 0.5 else LINK_COST
        weight += min(block.prose, LONGEST_COUNTED) or -cost
        if weight <= 0:
            weight, start = 0, i + 1
        elif weight > best:
            best, run = weight, slice(start, i + 1)
    return blocks[run]
