"""Decides which blocks are the story: small trees over what the rules chose and how it looks.

The rules find the element that holds the story; the trees correct them block by block, since they
were fitted on pages of over a thousand sites. bench/block_model.py makes block_trees.py and says
what that is worth on sites it was not fitted on.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from typing import TypeAlias

from tradepress.extraction.block_trees import log_odds
from tradepress.extraction.blocks import CITED, Block
from tradepress.extraction.html_blocks import Layout, Node
from tradepress.extraction.sentences import is_label

Features: TypeAlias = tuple[float, ...]
"""Holds the values of one block, in the order of FEATURES."""
FEATURES = (
    *("is_open", "size", "link_share", "tag", "zone", "end", "next_is_open", "open_below"),
    *("from_headline", "prose_before", "open_before", "open_share"),
    *("own_open", "own_density", "own_links", "parent_share", "parent_open"),
    *("outer_share", "outer_open", "outer_links", "alike", "alike_open", "alike_density"),
    *("below_link", "alike_below_links"),
)
"""Names the values of a block.
``is_open``: do the rules take the block for the story; ``size``: characters; ``link_share``;
``tag``, ``zone``, ``end``: numbers for the kind of element, of furniture and of the last character;
``next_is_open``; ``open_below``: characters that the rules take among the NEAR next blocks;
``from_headline``: blocks since the headline; ``prose_before``, ``open_before``: share of the page's
prose, and of what the rules take, that stands above; ``open_share``: of what the rules take in the
page's prose. Of the block's element (own), the one around it (parent) and the one around that
(outer): ``_share`` of the page's prose, ``_open`` of what the rules take, ``_density`` of that in
the element's characters, ``_links``: share of link words. ``alike``: number of blocks in elements
of the same name; of those: ``alike_open`` and ``alike_density``, and ``alike_below_links``, the
mean of ``below_link``: the share of link words in the block above."""
TAGS = {
    name: number
    for number, names in enumerate(("p", "li", "h1", "h2", "h3", "h4", "h5 h6", "div", "tr", "pre"))
    for name in names.split()
}
ZONES = {
    name: number
    for number, name in enumerate(
        (
            *("aside", "related", "signup", "caption", "meta", "head", "bio", "footer"),
            *("comments", "hidden", "paid", "overlay", "share", "ad", "embed"),
        ),
        start=1,
    )
}
NEVER = frozenset(
    (
        *("comments", "paid", "overlay", "ad", "share", "embed", "footer"),
        *("head", "notice", "listed", "other story", "beside"),
    )
)
ENDS = {".": 1, "!": 1, "…": 1, "。": 1, '"': 2, "”": 2, "»": 2, "?": 3, ":": 4}
OTHER = 20
NEAR = 8
LONGEST_COUNTED = 400
"""Bounds the characters of a block that count for its neighbours."""
LEAST_TO_STAY, LEAST_TO_ENTER = -1.5, 0.0
"""Are log odds above which a block that the rules take stays, and another one comes in."""
LEAST_ALONE, BOXED = 1.0, ("signup", "hidden")
"""Are the odds for one that would come in alone out of such a box."""
FEWEST_ROWS, MOST_ROWS, LONGEST_CELL = 3, 0.8, 200
MOST_LINKED = 0.5
"""Bounds the share of linked words in one that comes in."""
NEAR_TEXT, LONGEST_LABEL = 6, 40
NO_STORY = -4.0
FAR = -999
"""Is ``from_headline`` where no headline is shown."""


def select_story(
    layout: Layout, at: int | None, score: Callable[..., float] = log_odds
) -> list[float]:
    """Opens the blocks that are likelier the story than not, and gives those that hardly are a zone
    of their own, ``unlikely``.

    ``at`` is the headline's index. The rules have set ``in_body`` and ``zone`` before.

    :returns: each block's log odds of being the story
    """
    features = read_features(layout, at)
    odds = [NO_STORY if values is None else score(*values) for values in features]
    _level(odds, layout)
    entering = _entering(odds, layout)
    for i, block in enumerate(layout.blocks):
        if i in entering:
            block.in_body, block.zone = True, None
        elif odds[i] <= LEAST_TO_STAY and block.is_open:
            block.zone = "unlikely"
    return odds


def _entering(odds: Sequence[float], layout: Layout) -> set[int]:
    """Returns the blocks that the rules left out and that come in: no list of links, nothing hidden
    that is shown as well, no label above the text, and hardly a lone block out of a box that is
    named like no part of a story."""
    blocks = layout.blocks
    shown = {block.text for block in blocks if block.is_open}
    text = next((i for i, block in enumerate(blocks) if block.is_open and block.prose), 0)
    boxes: dict[int, list[int]] = {}
    entering = set()
    for i, block in enumerate(blocks):
        if odds[i] <= LEAST_TO_ENTER or block.is_open or block.link_share > MOST_LINKED:
            continue
        is_above = text - NEAR_TEXT <= i < text and block.tag not in ("h2", "h3")
        is_label_above = is_above and is_label(block.text, LONGEST_LABEL)
        if is_label_above or (block.zone == "hidden" and block.text in shown):
            continue
        if block.zone in BOXED:
            boxes.setdefault(_box_of(layout, block), []).append(i)
        entering.add(i)
    lone = {found[0] for found in boxes.values() if len(found) == 1}
    return entering - {i for i in lone if odds[i] <= LEAST_ALONE}


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


def read_features(layout: Layout, at: int | None) -> list[Features | None]:
    """Returns the features of each block; None for one that never is the story, unless the rules
    take it: it stands above the headline or in furniture of a kind without prose, or neither is
    prose nor stands near what the rules take."""
    blocks = layout.blocks
    sizes = [len(block.text) for block in blocks]
    is_open = [block.in_body and block.zone is None for block in blocks]
    taken = [size if own else 0 for size, own in zip(sizes, is_open, strict=True)]
    near = _sums([min(size, LONGEST_COUNTED) for size in taken])
    page = _PageFeatures(
        layout.nodes,
        chars=_sums(sizes),
        prose=_sums([block.prose for block in blocks]),
        taken=_sums(taken),
        linked=_sums([block.link_share * size for block, size in zip(blocks, sizes, strict=True)]),
    )
    kinds: dict[tuple[str, str, str], list[float]] = {}
    alike = []
    above = [0.0, *(block.link_share for block in blocks)]
    for block, size, own, link_above in zip(blocks, sizes, taken, above, strict=False):
        node = layout.nodes[block.group]
        sums = kinds.setdefault((block.tag, node.tag, node.names), [0, 0, 0, 0])
        alike.append(sums)
        sums[0] += 1
        sums[1] += size
        sums[2] += own
        sums[3] += link_above
    around: dict[int, Features] = {}
    last = len(blocks) - 1
    rows: list[Features | None] = []
    for i, block in enumerate(blocks):
        below = near[min(i + NEAR, last) + 1] - near[i + 1]
        is_near = block.prose or below or near[i] > near[max(i - NEAR, 0)]
        is_above = at is not None and i < at
        if not is_open[i] and (is_above or not is_near or _is_never(block)):
            rows.append(None)
            continue
        group = block.group
        if group not in around:
            around[group] = page.around(group)
        count, chars, open_chars, links_above = alike[i]
        rows.append(
            (
                is_open[i],
                sizes[i],
                block.link_share,
                TAGS.get(block.tag, OTHER),
                ZONES.get(block.zone, OTHER) if block.zone else 0,
                ENDS.get(block.text[-1], 0),
                i < last and is_open[i + 1],
                below,
                FAR if at is None else i - at,
                page.prose[i] / page.all_prose,
                page.taken[i] / page.all_taken,
                page.all_taken / page.all_prose,
                *around[group],
                count,
                open_chars / page.all_taken,
                open_chars / chars,
                above[i],
                links_above / count,
            )
        )
    return rows


def _is_never(block: Block) -> bool:
    """Does it stand in furniture, by mark-up, that no likeness to a story outweighs?"""
    return block.zone in NEVER or (block.zone == "caption" and block.tag not in CITED)


def _sums(values: Iterable[float]) -> list[float]:
    return list(accumulate(values, initial=0))


class _PageFeatures:
    """Keeps running sums over a page's blocks: what an element holds is a difference of two."""

    def __init__(
        self,
        nodes: Sequence[Node],
        *,
        chars: list[float],
        prose: list[float],
        taken: list[float],
        linked: list[float],
    ) -> None:
        self._nodes, self._chars, self._linked = nodes, chars, linked
        self.prose, self.taken = prose, taken
        self.all_prose, self.all_taken = prose[-1] + 1, taken[-1] + 1

    def around(self, group: int) -> Features:
        """Returns what the three innermost elements around a block hold."""
        chars, prose, taken, linked = self._chars, self.prose, self.taken, self._linked
        own = self._nodes[group]
        parent = self._nodes[own.parent]
        outer = self._nodes[parent.parent]
        start, end = own.start, own.end
        parent_start, parent_end = parent.start, parent.end
        outer_start, outer_end = outer.start, outer.end
        size = chars[end] - chars[start] + 1
        outer_size = chars[outer_end] - chars[outer_start] + 1
        is_open = taken[end] - taken[start]
        return (
            is_open / self.all_taken,
            is_open / size,
            (linked[end] - linked[start]) / size,
            (prose[parent_end] - prose[parent_start]) / self.all_prose,
            (taken[parent_end] - taken[parent_start]) / self.all_taken,
            (prose[outer_end] - prose[outer_start]) / self.all_prose,
            (taken[outer_end] - taken[outer_start]) / self.all_taken,
            (linked[outer_end] - linked[outer_start]) / outer_size,
        )
