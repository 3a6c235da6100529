"""Frees the zones of a page whose names mislead: the story stands in what is named furniture."""

from collections.abc import Sequence
from itertools import accumulate

from tradepress.extraction.blocks import Block
from tradepress.extraction.page_layout import BESIDE, Layout, Node, zone_of

MOST = 0.4
OPEN_FACTOR = 2.0
GALLERY_TEXT = 600
FREED_LEAST = 200
SECTIONS = ("ad", "aside")
"""Names zones into which a story's sections may all be put, by names that mislead."""
BOXES = frozenset(("aside", "signup", "related", "meta", "share"))
RUNNING, MOST_LINKED = 3, 0.2
MOST_BOX = 0.25
"""Bounds the share of the page's prose in a box that asks for a subscription."""


def free_large_zones(layout: Layout) -> None:
    """Frees zones whose names mislead, which count for nothing.

    No element of a zone may hold most of the page's prose where little stands in the open
    (comments: hardly any; a footer: none above it), nor may hidden parts do so together, or
    SECTIONS where hardly anything stands in the open, nor a box named like furniture hold
    paragraphs that follow each other; and captions are the story where there is no other.
    """
    prose = list(accumulate([block.prose for block in layout.blocks], initial=0))

    def held(zone: str | None) -> int:
        return sum([block.prose for block in layout.blocks if block.zone == zone])

    in_open = held(None)
    most = max(MOST * prose[-1], FREED_LEAST, OPEN_FACTOR * in_open)
    large = [
        node
        for node in layout.nodes
        if node.own_zone not in (None, "paid")
        and prose[node.end] - prose[node.start] > most
        and (node.own_zone != "comments" or in_open < FREED_LEAST)
        and not (node.own_zone == "footer" and _has_open_prose(layout.blocks[: node.start]))
    ]
    if in_open < GALLERY_TEXT and held("hidden") > most:  # tabs, or parts to unfold
        large += [node for node in layout.nodes if node.own_zone == "hidden"]
    large += _running(layout, prose)
    _free(layout, large)
    for zone in SECTIONS:
        if held(None) < FREED_LEAST and held(zone) > max(GALLERY_TEXT, MOST * prose[-1]):
            _free(layout, [node for node in layout.nodes if node.own_zone == zone])
    if held(None) < min(GALLERY_TEXT, (held("caption") + held(BESIDE)) / OPEN_FACTOR):
        _free(layout, [node for node in layout.nodes if node.own_zone in ("caption", BESIDE)])


def _has_open_prose(blocks: Sequence[Block]) -> bool:
    return any(block.prose and block.zone is None for block in blocks)


def _running(layout: Layout, prose: Sequence[int]) -> list[Node]:
    """Returns the boxes in which so many paragraphs follow each other as in a story; ``prose``:
    running sums over the blocks."""
    boxes = [
        node
        for node in layout.nodes
        if node.own_zone in BOXES
        and node.end - node.start >= RUNNING
        and (
            node.own_zone != "signup" or prose[node.end] - prose[node.start] > MOST_BOX * prose[-1]
        )
    ]
    if not boxes:
        return []
    running = [
        block.prose > 0 and block.tag == "p" and block.link_share < MOST_LINKED
        for block in layout.blocks
    ]
    shifted = (running[i:] for i in range(RUNNING))
    runs = list(accumulate(map(all, zip(*shifted, strict=False)), initial=0))
    return [node for node in boxes if runs[node.end - RUNNING + 1] > runs[node.start]]


def _free(layout: Layout, misnamed: list[Node]) -> None:
    for node in misnamed:
        node.own_zone = None
    if misnamed:
        for node in layout.nodes[1:]:
            node.zone = zone_of(layout.nodes, node)
        for block in layout.blocks:
            block.zone = layout.nodes[block.group].zone
