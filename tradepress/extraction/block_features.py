"""Reads the values by which block_model judges blocks, all of them whole numbers.

Shares are in thousandths. What is said of a block itself, of the elements around it and of the page
is for the first look (FEATURES); what the first look found around it is for the second (CONTEXT).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import TypeAlias

from tradepress.extraction.blocks import CITED, Block
from tradepress.extraction.page_layout import Layout, Node
from tradepress.extraction.sentences import share_said

Features: TypeAlias = tuple[int, ...]
"""Holds the values of one block, in the order of FEATURES and CONTEXT."""
FEATURES = (
    *("is_open", "size", "link_share", "links", "tag", "end", "is_worded", "spaces"),
    *("headline_words", "description_words", "next_is_open", "open_below", "from_headline"),
    *("prose_before", "open_before", "open_share", "beside_headline"),
    *("own_open", "own_density", "own_links", "parent_share", "parent_open"),
    *("outer_share", "outer_open", "outer_links"),
    *("alike", "alike_open", "alike_density", "alike_below_links"),
    *("opening", "opening_least", "closing", "closing_least", "named", "named_least"),
)
"""Names the values of a block.
``is_open``: do the rules take the block for the story; ``size``: characters; ``link_share``;
``links``, ``spaces``: their number; ``tag``, ``end``: numbers for the kind of element and of the
last character; ``is_worded``: does it open as furniture (-1: not asked); ``headline_words``,
``description_words``: share of their words that stand in it (-1: no description);
``next_is_open``; ``open_below``: characters that the rules take among the NEAR next blocks;
``from_headline``: blocks since the headline; ``prose_before``, ``open_before``: share of the page's
prose, and of what the rules take, that stands above; ``open_share``: of what the rules take in the
page's prose; ``beside_headline``: how many elements that hold the headline don't hold the block. Of
the block's element (own), the one around it (parent) and the one around that (outer): ``_share`` of
the page's prose, ``_open`` of what the rules take, ``_density`` of that in the element's
characters, ``_links``: share of link words. ``alike``: number of blocks in elements of the same
name; of those: ``alike_open`` and ``alike_density``, and ``alike_below_links``, the mean share of
link words in the blocks above them. What the words say with which the block begins (``opening``)
and ends (``closing``), and those of class and id of the three elements (``named``): sums of their
weights; ``_least``: the smallest weight of a word, and of any element around."""
CONTEXT = (
    *("odds", "odds_before_2", "odds_before", "odds_after", "odds_after_2"),
    *("own_odds", "parent_odds", "outer_odds", "alike_odds"),
    *("likely_before", "likely_after", "since_likely", "until_likely", "likely_share"),
)
"""Names what the first look found: ``odds`` of the block, of the two before and the two after;
means of those in the elements around it and in elements of the same name; characters of likely
blocks above and below, blocks since and until the next likely ones, and the share of all that is
likely in the page's characters."""
TAGS = {
    name: number
    for number, names in enumerate(("p", "li", "h1", "h2", "h3", "h4", "h5 h6", "div", "tr", "pre"))
    for name in names.split()
}
NEVER = frozenset(
    (
        *("comments", "paid", "overlay", "ad", "share", "embed", "footer"),
        *("bio", "head", "notice", "listed", "other story", "beside"),
    )
)
ENDS = {".": 1, "!": 1, "…": 1, "。": 1, '"': 2, "”": 2, "»": 2, "?": 3, ":": 4}
OTHER = 20
NEAR = 8
LONGEST_COUNTED = 400
"""Bounds the characters of a block that count for its neighbours."""
NO_STORY = -4 * 256
FAR = -999
"""Is ``from_headline`` where no headline is shown."""
OPENING_WORD, NAME_WORD = re.compile(r"[^\W\d_]+"), re.compile(r"[a-z]{2,}")
LONGEST_OPENING = 60
NO_LETTERS = dict.fromkeys((code for code in range(128) if not chr(code).isalpha()), " ")
"""Makes what stands between words in ASCII a space, in a third of the time of OPENING_WORD."""


class WordWeights:
    """Weighs words: how much likelier the story's blocks begin or end with one, or stand in
    elements of that name, than others do."""

    def __init__(
        self,
        openings: Mapping[str, int],
        closings: Mapping[str, int],
        names: Mapping[str, int],
    ) -> None:
        self._openings, self._closings, self._names = openings, closings, names
        self.weigh_names = lru_cache(maxsize=65536)(self._weigh_names)

    def weigh_ends(self, text: str) -> tuple[int, int, int, int]:
        """Returns the sum and the least of either end."""
        first = opening_words(text)
        last = closing_words(text) if len(text) > LONGEST_OPENING else first
        return (*_weigh(self._openings, first), *_weigh(self._closings, last))

    def _weigh_names(self, names: str) -> int:
        return sum([self._names.get(word, 0) for word in name_words(names)])


def _weigh(weights: Mapping[str, int], words: set[str]) -> tuple[int, int]:
    """Returns the sum and the least; a word that is not known weighs nothing."""
    get = weights.get
    each = [get(word, 0) for word in words]
    return sum(each), min(each, default=0)


def opening_words(text: str) -> set[str]:
    """Returns the first words of a text in lower case."""
    return _words(text[:LONGEST_OPENING])


def closing_words(text: str) -> set[str]:
    """Returns the last words of a text in lower case."""
    return _words(text[-LONGEST_OPENING:])


def _words(text: str) -> set[str]:
    return set(text.translate(NO_LETTERS).split() if text.isascii() else OPENING_WORD.findall(text))


def name_words(names: str) -> set[str]:
    """Returns the words of class and id names."""
    return set(NAME_WORD.findall(names.lower()))


def read_features(
    layout: Layout,
    at: int | None,
    headline: Sequence[str],
    description: Sequence[str],
    words: WordWeights,
) -> list[Features | None]:
    """Returns the features of each block; None for one that never is the story, unless the rules
    take it: it stands above the headline or in furniture of a kind without prose, or neither is
    prose nor stands near what the rules take.

    ``at`` is the headline's index.
    """
    blocks = layout.blocks
    sizes = [len(block.text) for block in blocks]
    is_open = [block.in_body and block.zone is None for block in blocks]
    taken = [size if own else 0 for size, own in zip(sizes, is_open, strict=True)]
    links = [int(1000 * block.link_share) for block in blocks]
    linked = [share * size // 1000 for share, size in zip(links, sizes, strict=True)]
    near = _sums([min(size, LONGEST_COUNTED) for size in taken])
    page = _PageSums(
        layout.nodes,
        words,
        chars=_sums(sizes),
        prose=_sums([block.prose for block in blocks]),
        taken=_sums(taken),
        linked=_sums(linked),
    )
    kinds: dict[tuple[str, str, str], list[int]] = {}
    alike = []
    link_above = 0
    for block, size, own, link in zip(blocks, sizes, taken, links, strict=True):
        node = layout.nodes[block.group]
        sums = kinds.setdefault((block.tag, node.tag, node.names), [0, 0, 0, 0])
        alike.append(sums)
        sums[0] += 1
        sums[1] += size
        sums[2] += own
        sums[3] += link_above
        link_above = link
    beside = _beside_headline(layout, at)
    around: dict[int, Features] = {}
    last = len(blocks) - 1
    rows: list[Features | None] = []
    for i, block in enumerate(blocks):
        below = near[min(i + NEAR, last) + 1] - near[i + 1]
        above = near[i] - near[max(i - NEAR, 0)]
        is_above = at is not None and i < at
        if not is_open[i] and (is_above or not (block.prose or below or above) or _is_never(block)):
            rows.append(None)
            continue
        group, text, size = block.group, block.text, sizes[i]
        if group not in around:
            around[group] = page.around(group)
        count, chars, open_chars, links_above = alike[i]
        lower = text.lower()
        rows.append(
            (
                is_open[i],
                size,
                links[i],
                len(block.links),
                TAGS.get(block.tag, OTHER),
                ENDS.get(text[-1], 0),
                -1 if block.is_worded is None else block.is_worded,
                text.count(" "),
                int(1000 * share_said(headline, lower)),
                int(1000 * share_said(description, lower)) if description else -1,
                i < last and is_open[i + 1],
                below,
                FAR if at is None else i - at,
                1000 * page.prose[i] // page.all_prose,
                1000 * page.taken[i] // page.all_taken,
                1000 * page.all_taken // page.all_prose,
                beside[i],
                *around[group],
                count,
                1000 * open_chars // page.all_taken,
                1000 * open_chars // chars,
                links_above // count,
                *words.weigh_ends(lower),
                *page.named(group),
            )
        )
    return rows


def read_context(
    layout: Layout, features: Sequence[Features | None], odds: Sequence[int]
) -> list[Features | None]:
    """Returns the features of each block and what the first look's odds say of its
    neighbourhood."""
    blocks, nodes = layout.blocks, layout.nodes
    sums = _sums(odds)
    means = [(sums[node.end] - sums[node.start]) // max(node.end - node.start, 1) for node in nodes]
    sizes = [len(block.text) if own > 0 else 0 for block, own in zip(blocks, odds, strict=True)]
    likely = _sums(sizes)
    share = 1000 * likely[-1] // (sum([len(block.text) for block in blocks]) or 1)
    since, until = _distances(sizes), _distances(sizes[::-1])[::-1]
    kinds: dict[tuple[str, str, str], list[int]] = {}
    alike = []
    for block, own in zip(blocks, odds, strict=True):
        node = nodes[block.group]
        both = kinds.setdefault((block.tag, node.tag, node.names), [0, 0])
        alike.append(both)
        both[0] += 1
        both[1] += own
    padded = [NO_STORY, NO_STORY, *odds, NO_STORY, NO_STORY]
    rows: list[Features | None] = []
    for i, values in enumerate(features):
        if values is None:
            rows.append(None)
            continue
        group = blocks[i].group
        parent = nodes[group].parent
        rows.append(
            (
                *values,
                odds[i],
                *padded[i : i + 2],
                *padded[i + 3 : i + 5],
                means[group],
                means[parent],
                means[nodes[parent].parent],
                alike[i][1] // alike[i][0],
                likely[i],
                likely[-1] - likely[i + 1],
                since[i],
                until[i],
                share,
            )
        )
    return rows


def _distances(sizes: Sequence[int]) -> list[int]:
    """Returns for each how many stand since the last that is not 0, itself left out."""
    found, distance = [], NEAR * NEAR
    for size in sizes:
        found.append(distance)
        distance = 0 if size else distance + 1
    return found


def _beside_headline(layout: Layout, at: int | None) -> list[int]:
    """Returns for each block how many elements hold the headline and not the block."""
    count = len(layout.blocks)
    if at is None:
        return [FAR] * count
    beside = [0] * count
    steps, number, start, end = 0, layout.blocks[at].group, at, at
    while True:
        node = layout.nodes[number]
        beside[node.start : start] = [steps] * (start - node.start)
        beside[end : node.end] = [steps] * (node.end - end)
        start, end = node.start, node.end
        if not number:
            return beside
        steps, number = steps + 1, node.parent


def _is_never(block: Block) -> bool:
    """Does it stand in furniture, by mark-up, that no likeness to a story outweighs?"""
    return block.zone in NEVER or (block.zone == "caption" and block.tag not in CITED)


def _sums(values: Iterable[int]) -> list[int]:
    return list(accumulate(values, initial=0))


class _PageSums:
    """Keeps running sums over a page's blocks: what an element holds is a difference of two."""

    def __init__(
        self,
        nodes: Sequence[Node],
        words: WordWeights,
        *,
        chars: list[int],
        prose: list[int],
        taken: list[int],
        linked: list[int],
    ) -> None:
        self._nodes, self._chars, self._linked = nodes, chars, linked
        self.prose, self.taken = prose, taken
        self.all_prose, self.all_taken = prose[-1] + 1, taken[-1] + 1
        self._named = [words.weigh_names(node.called) for node in nodes]
        self._least: list[int] = []
        for node, weight in zip(nodes, self._named, strict=True):
            self._least.append(min(weight, self._least[node.parent] if self._least else 0))

    def named(self, group: int) -> tuple[int, int]:
        """Returns what the names of the elements around a block say."""
        parent = self._nodes[group].parent
        outer = self._nodes[parent].parent
        around = {group, parent, outer}
        return sum([self._named[number] for number in around]), self._least[group]

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
            1000 * is_open // self.all_taken,
            1000 * is_open // size,
            1000 * (linked[end] - linked[start]) // size,
            1000 * (prose[parent_end] - prose[parent_start]) // self.all_prose,
            1000 * (taken[parent_end] - taken[parent_start]) // self.all_taken,
            1000 * (prose[outer_end] - prose[outer_start]) // self.all_prose,
            1000 * (taken[outer_end] - taken[outer_start]) // self.all_taken,
            1000 * (linked[outer_end] - linked[outer_start]) // outer_size,
        )
