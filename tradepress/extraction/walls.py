"""Finds the box before which a story stops: it leads to where one subscribes or logs in."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Literal

from tradepress.extraction.blocks import Block
from tradepress.extraction.furniture import LONGEST_RULED
from tradepress.extraction.html_blocks import BLOCK_TAGS, USELESS_ZONES
from tradepress.extraction.page_layout import Layout, Node
from tradepress.extraction.tree import Element, words_of
from tradepress.extraction.wording import WORDING, pattern

LOG_IN, JOIN = (frozenset(WORDING["addresses"][name]) for name in ("log_in", "join"))
DOORS = LOG_IN | JOIN
STEP = re.compile(r"[/#?&=.]")
CALLED = pattern("parts", "wall_names")
LIKE_WALL, LETTER = pattern("like_wall"), pattern("letter")
PRICE = re.compile(r"[€$£¥] ?\d|\d ?(?:[€£]|(?:euros?|pounds|dollars)\b)", re.I)
NO_WALL = USELESS_ZONES - {"paid"} | {"footer", "head"}
LONGEST, MOST_BLOCKS, MOST_BETWEEN, MOST_PROSE = 900, 12, 3, 400
"""Bound the characters and blocks of such a box, the blocks between the text and it, and the
characters of its paragraphs."""
MOST_LINKS = 3000
Zone = Literal["wall", "door"]
COMMENTING = "comment"
"""Stands in the address of a door that leads back to the comments."""


def is_door(href: str) -> bool:
    """Does the address lead to where one subscribes or logs in, whatever the language?"""
    return not _steps(href).isdisjoint(DOORS) and COMMENTING not in href


def _steps(href: str) -> set[str]:
    return set(STEP.split(href.lower().replace("-", "").replace("_", "")))


def is_like_wall(line: str) -> bool:
    """Could it be a wall's, where it comes again below the stories of a site?"""
    return bool(LIKE_WALL.search(line) or PRICE.search(line)) and not LETTER.search(line)


def doors(blocks: Sequence[Block]) -> list[str]:
    """Returns the addresses of all doors to which the blocks lead."""
    return [href for block in blocks for _, href in block.links if is_door(href)]


def door_lines(root: Element) -> Iterator[str]:
    """Yields lines of a page that lead to a door."""
    for link in islice(root.iter("a"), MOST_LINKS):
        if is_door(link.get("href") or ""):
            around = next(one for one in link.iterancestors() if one.tag in BLOCK_TAGS)
            if 0 < len(line := words_of(around)) <= LONGEST_RULED:
                yield line


def mark_wall(layout: Layout) -> None:
    """Gives the lines of the outermost such box below the text the zone ``wall``, if it is called
    one, and ``door`` if it leads to both, as none for letters, gifts or comments does."""
    blocks = layout.blocks
    text = [i for i, block in enumerate(blocks) if block.prose and block.is_open]
    last = text[-1] if text else len(blocks)
    for node in layout.nodes[1:]:
        if node.end <= last or node.end - node.start > MOST_BLOCKS:
            continue
        above = bisect_left(text, node.start) - 1
        if above >= 0 and node.start <= text[above] + MOST_BETWEEN:
            box = blocks[node.start : node.end]
            if zone := _zone_of(node, box):
                for block in box:
                    block.zone = zone
                return


def _zone_of(node: Node, box: Sequence[Block]) -> Zone | None:
    is_long = sum(len(block.text) for block in box) > LONGEST
    if is_long or sum(block.prose for block in box) > MOST_PROSE or node.zone in NO_WALL:
        return None
    found = doors(box)
    if not found or 2 * len(found) < sum(len(block.links) for block in box):
        return None
    if CALLED.search(node.names.lower()):
        return "wall"
    words = " ".join(block.text for block in box)
    if LETTER.search(words):
        return None
    steps = set().union(*map(_steps, found))
    return None if steps.isdisjoint(JOIN) or steps.isdisjoint(LOG_IN) else "door"
