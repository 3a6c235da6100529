"""Decides which blocks are the story: trees over what the rules chose, how it looks, and what
stands around it.

The rules find the element that holds the story; the trees correct them block by block, since they
were fitted on pages of over a thousand sites. They look twice: what the first look is not sure of
they judge again, knowing the odds of the blocks around. bench/block_model.py makes block_model.json
and says what that is worth on sites it was not fitted on.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tradepress.extraction.block_features import (
    NO_STORY,
    Features,
    WordWeights,
    read_context,
    read_features,
)
from tradepress.extraction.blocks import ALL_LINK, Block
from tradepress.extraction.decision_trees import UNIT, DecisionTrees, Trees
from tradepress.extraction.page_layout import Layout
from tradepress.extraction.sentences import ends_sentence, is_for_machines, is_label

LEAST_TO_STAY, LEAST_TO_ENTER = -0.7, 0.0
"""Are log odds above which a block that the rules take stays, and another one comes in."""
LEAST_OF_ROWS, ROWS = -1.6, ("tr", "pre")
"""Are the odds above which one of these stays, or a sentence that is a link: they have few words
that speak for them."""
LEAST_NAMED, UNNAMED = 1.0, (None, "hidden", "meta")
"""Are the odds for one whose zone is not among these."""
LEAST_BELOW = 2.0
"""Are the odds for one below the whole text."""
FEWEST_ROWS, MOST_ROWS, LONGEST_CELL = 3, 0.8, 200
SURE = 3 * UNIT
"""Is from where the first look's odds stay as they are: the second changes no choice there."""
MOST_LINKED = 0.5
"""Bounds the share of linked words in one that comes in."""
NEAR_TEXT, LONGEST_LABEL, SHORTEST_LEAD = 10, 40, 60


@dataclass(frozen=True, kw_only=True)
class BlockModel:
    """Holds what was learned of blocks."""

    words: WordWeights
    first: DecisionTrees
    second: DecisionTrees


def load_model(learned: Mapping[str, Any]) -> BlockModel:
    """Makes a model of what bench/block_model.py has written."""
    first, second = (DecisionTrees(Trees(**learned[look])) for look in ("first", "second"))
    return BlockModel(words=WordWeights(**learned["words"]), first=first, second=second)


MODEL = load_model(
    json.loads(Path(__file__).with_name("block_model.json").read_text(encoding="utf-8"))
)


def select_story(
    layout: Layout,
    at: int | None,
    headline: Sequence[str],
    description: Sequence[str],
    model: BlockModel = MODEL,
) -> list[float]:
    """Opens the blocks that are likelier the story than not, and gives those that hardly are a zone
    of their own, ``unlikely``.

    ``at`` is the headline's index; of headline and description the words count. The rules have set
    ``in_body`` and ``zone`` before.

    :returns: each block's log odds of being the story
    """
    rows = read_features(layout, at, headline, description, model.words)
    first = [NO_STORY if row is None else model.first.total(row) for row in rows]
    again = zip(first, read_context(layout, unsure(rows, first), first), strict=True)
    odds = [(one if row is None else model.second.total(row)) / UNIT for one, row in again]
    _level(odds, layout)
    entering = _entering(odds, layout)
    for i, block in enumerate(layout.blocks):
        block.odds = odds[i]
        if i in entering:
            block.in_body, block.zone = True, None
        elif block.is_open:
            is_linked = block.link_share > ALL_LINK and ends_sentence(block.text)
            least = LEAST_OF_ROWS if is_linked or block.tag in ROWS else LEAST_TO_STAY
            block.zone = "unlikely" if odds[i] <= least or _is_data(block) else None
    return odds


def unsure(rows: Sequence[Features | None], odds: Sequence[int]) -> list[Features | None]:
    """Returns the rows of which the first look's odds are not sure; for the others None."""
    return [None if abs(one) > SURE else row for one, row in zip(odds, rows, strict=True)]


def _is_data(block: Block) -> bool:
    return block.tag != "pre" and is_for_machines(block.text)


def _entering(odds: Sequence[float], layout: Layout) -> set[int]:
    """Returns the blocks that the rules left out and that come in: no list of links, nothing hidden
    that is shown as well, nothing pulled out and set above the text, no label there or in a box
    that is named like no part of a story, and hardly one below the whole text, in such a box, or
    alone in one that is hidden."""
    blocks = layout.blocks
    shown = {block.text: i for i, block in enumerate(blocks) if block.is_open}
    texts = [i for i, block in enumerate(blocks) if block.is_open and block.prose]
    first, last = (texts[0], texts[-1]) if texts else (0, len(blocks))
    boxes: dict[int, list[int]] = {}
    entering = set()
    for i, block in enumerate(blocks):
        is_named = block.zone not in UNNAMED
        least = LEAST_NAMED if is_named else LEAST_TO_ENTER
        least = LEAST_BELOW if i > last else least
        if odds[i] <= least or block.is_open or block.link_share > MOST_LINKED:
            continue
        is_above = first - NEAR_TEXT <= i < first and block.tag not in ("h2", "h3")
        is_label_above = is_above and (
            len(block.text) < SHORTEST_LEAD or is_label(block.text, LONGEST_LABEL)
        )
        is_label_beside = is_named and block.tag == "p" and is_label(block.text, LONGEST_LABEL)
        is_pulled = len(block.text) > SHORTEST_LEAD and i < shown.get(block.text, -1)
        is_shown_twice = is_pulled or (block.zone == "hidden" and block.text in shown)
        if is_label_above or is_label_beside or is_shown_twice:
            continue
        if block.zone == "hidden":
            boxes.setdefault(_box_of(layout, block), []).append(i)
        entering.add(i)
    lone = {found[0] for found in boxes.values() if len(found) == 1}
    return entering - {i for i in lone if odds[i] <= LEAST_NAMED}


def _box_of(layout: Layout, block: Block) -> int:
    """Returns the number of the element whose name gives a block its zone."""
    number = block.group
    while layout.nodes[number].own_zone is None and number:
        number = layout.nodes[number].parent
    return number


def _level(odds: list[float], layout: Layout) -> None:
    """Makes the items of a list stand or fall together, and the rows of a table with the likeliest,
    be its cells rows of words or paragraphs of their own."""
    lists: dict[tuple[str, int], list[int]] = {}
    cells: dict[int, list[int]] = {}
    for i, block in enumerate(layout.blocks):
        if block.tag == "li" or layout.nodes[block.group].tag == "tr":
            lists.setdefault((block.tag, layout.nodes[block.group].parent), []).append(i)
        elif block.tag == "tr" and (row := _nearest(layout, block, "tr")):
            cells.setdefault(layout.nodes[row].parent, []).append(i)
    for (tag, _), items in lists.items():
        each = [odds[i] for i in items]
        together = max(each) if tag == "tr" else sum(each) / len(each)
        for i in items:
            odds[i] = together
    for i in range(len(odds) - 2, -1, -1):  # the head of a table with the row below
        is_row = layout.blocks[i].tag == layout.blocks[i + 1].tag == "tr"
        if is_row and _nearest(layout, layout.blocks[i], "thead"):
            odds[i] = max(odds[i], odds[i + 1])
    for items in cells.values():
        if _is_table([layout.blocks[i] for i in items], layout):
            together = max(odds[i] for i in items)
            for i in items:
                odds[i] = together


def _nearest(layout: Layout, block: Block, tag: str) -> int:
    """Returns the number of the element with this tag close around the block's own; 0: there is
    none."""
    number = block.group
    for _ in range(3):
        number = layout.nodes[number].parent
        if layout.nodes[number].tag == tag:
            return number
    return 0


def _is_table(cells: Sequence[Block], layout: Layout) -> bool:
    """Are they short, without links and mostly several in a row, as no layout of a page is?"""
    rows = Counter(_nearest(layout, cell, "tr") for cell in cells)
    several = sum(number > 1 for number in rows.values())
    return (
        len(rows) >= FEWEST_ROWS
        and several >= MOST_ROWS * len(rows)
        and all(len(cell.text) < LONGEST_CELL and not cell.links for cell in cells)
    )
