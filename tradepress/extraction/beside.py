"""Judges what stands beside the element that was chosen for the story: lists that go on with it,
what a site says of itself, and cards of other stories."""

import re
from collections.abc import Iterable, Sequence

from tradepress.extraction.blocks import ALL_LINK, HEADINGS, LONG, Block
from tradepress.extraction.page_layout import Layout, Node
from tradepress.extraction.sentences import share_said

HARDLY_SAID, SAID = 0.15, 0.4
"""Are shares of the words of headline and description: what is no part of the story says up to the
one, the story at least the other."""
ENTRIES = frozenset(("li", "tr", "dt", "dd"))
FEWEST_ENTRIES, MOST_LINKED = 3, 0.1
OF_POST = re.compile(r"\bpost-\d.*")
"""Matches what differs in the names of a WordPress theme's posts: number, categories and tags."""


def take_lists(layout: Layout, at: int, said: Sequence[str]) -> None:
    """Takes in an element of list items or rows without links right below the story's, if the
    element that holds the headline holds both and it says a word of the headline."""
    blocks, nodes = layout.blocks, layout.nodes
    taken = [i for i in range(at + 1, len(blocks)) if blocks[i].is_open]
    if not taken:
        return
    number, end = blocks[at].group, taken[-1] + 1
    while nodes[number].end < end:
        number = nodes[number].parent
    for node in nodes[number:]:
        below = blocks[node.start : node.end]
        if (
            node.start == end
            and node.end <= nodes[number].end
            and sum([block.tag in ENTRIES for block in below]) >= FEWEST_ENTRIES
            and all(block.zone is None and block.link_share < MOST_LINKED for block in below)
            and share_said(said, _words(below)) > 0
        ):
            for block in below:
                block.in_body = True
            return


def leave_strangers(layout: Layout, at: int, said: Sequence[str]) -> None:
    """Leaves out, where the element that holds the headline holds a story, too, what stands beside
    it and says hardly a word of that: what a site says of itself may be longer than a note."""
    blocks, number = layout.blocks, layout.blocks[at].group
    taken = [i for i in range(at + 1, len(blocks)) if blocks[i].is_open]
    inside = _before(taken, layout.nodes[number].end)
    while number and sum([blocks[i].prose for i in inside]) < LONG:
        number = layout.nodes[number].parent
        inside = _before(taken, layout.nodes[number].end)
    beside = taken[len(inside) :]
    if not beside:
        return
    here, there = (share_said(said, _words([blocks[i] for i in part])) for part in (inside, beside))
    if there <= HARDLY_SAID and here >= SAID:
        for i in beside:
            blocks[i].zone = "other story"


def leave_cards(layout: Layout, at: int, host: str) -> None:
    """Leaves out boxes of one name that each begin with a headline that leads to another page of
    the site, where they hold prose, lead there again (“Read more”), and other prose stands beside
    them; once the body is chosen, also where it has more prose beside theirs."""
    blocks = layout.blocks
    leading = {i for i in range(at, len(blocks)) if _leads_to(host, blocks[i])}
    if not leading:
        return
    text = next((i for i in range(at, len(blocks)) if blocks[i].is_open and blocks[i].prose), at)
    named: dict[tuple[int, str, str], list[Node]] = {}
    for node in layout.nodes:
        if node.start > text and node.end > node.start + 1:
            name = OF_POST.sub("", node.names)
            named.setdefault((node.parent, node.tag, name), []).append(node)
    for boxes in named.values():
        if len(boxes) > 1 and leading.issuperset([node.start for node in boxes]):
            inside = {i for node in boxes for i in range(node.start, node.end)}
            cards = [blocks[i] for i in sorted(inside)]
            beside = [blocks[i] for i in range(at, len(blocks)) if i not in inside]
            leads_again = all(_leads_again(blocks[node.start : node.end]) for node in boxes)
            if (leads_again and _has_prose(cards) and _has_prose(beside)) or (
                _open_prose(cards) < _open_prose(beside)
            ):
                for block in cards:
                    block.zone = block.zone or "other story"


def _leads_to(host: str, block: Block) -> bool:
    is_linked = block.tag in HEADINGS and block.link_share > ALL_LINK
    return is_linked and any("//" not in href or host in href for _, href in block.links)


def _leads_again(card: Sequence[Block]) -> bool:
    """Does the last of it lead where its headline does?"""
    return any(href == card[0].links[0][1] for _, href in card[-1].links)


def _open_prose(blocks: Iterable[Block]) -> int:
    return sum([block.prose for block in blocks if block.is_open])


def _has_prose(blocks: Iterable[Block]) -> bool:
    return any(block.prose and block.zone is None for block in blocks)


def _before(taken: Sequence[int], end: int) -> list[int]:
    return [i for i in taken if i < end]


def _words(blocks: Iterable[Block]) -> str:
    return " ".join([block.text for block in blocks]).lower()
