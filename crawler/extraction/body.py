"""Which element holds the story: the one whose blocks weigh most as prose."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from crawler.extraction.blocks import HEADINGS, Block, ends_sentence, is_prose, words_key
from crawler.extraction.dateline import read_dateline
from crawler.extraction.furniture import CAPTION, CREDIT
from crawler.extraction.html_blocks import Layout, Node
from crawler.extraction.people import read_names

PARAGRAPHS = frozenset((*HEADINGS, "p", "li", "blockquote", "pre", "tr"))
LONG = 80
LONGEST_COUNTED = 800
MARKED_SHARE = 0.3
ARTICLE_SHARE = 0.35
INNER_SHARE = 0.9


def weight(block: Block) -> float:
    """Positive for story prose, negative for links and labels."""
    length = min(len(block.text), LONGEST_COUNTED)
    share = block.link_share
    if block.zone is not None:
        return 0.0
    if share > 0.5:
        return -20.0 - min(length, 120) / 4
    if block.tag in HEADINGS:
        return 0.0
    if length >= LONG:
        return length * (1.0 - share)
    if ends_sentence(block.text):
        return length / 2
    return -5.0 if block.tag == "p" else -10.0


def choose_body(layout: Layout) -> list[Block]:
    """All blocks of the page, ``in_body`` set on those of the story's element.

    The heaviest element is taken, then the likeliest inside it that its mark-up calls a story, then
    the innermost that still holds nearly all of its weight.
    """
    if not layout.blocks:
        return []
    sums = list(accumulate(map(weight, layout.blocks), initial=0.0))

    def total(node: Node) -> float:
        return sums[node.end] - sums[node.start]

    def rank(node: Node) -> tuple[float, int]:
        return total(node), node.start - node.end

    holders = [node for node in layout.nodes if node.tag not in PARAGRAPHS] or layout.nodes
    best = max(holders, key=rank)
    marked = [node for node in holders if node.marked]
    articles = [node for node in holders if node.tag == "article"]
    for nodes, share in ((marked, MARKED_SHARE), (articles, ARTICLE_SHARE)):
        inside = [n for n in nodes if best.start <= n.start and n.end <= best.end]
        likeliest = max(inside, key=rank, default=best)
        if total(likeliest) >= share * total(best):
            best = likeliest
    # Nodes stand in page order, so that each step inwards lies further on.
    for node in holders:
        is_inside = best.start <= node.start and node.end <= best.end
        if is_inside and total(node) >= INNER_SHARE * total(best):
            best = node
    for i in range(best.start, best.end):
        layout.blocks[i] = replace(layout.blocks[i], in_body=True)
    return layout.blocks


def trim(blocks: Sequence[Block], headline: str) -> list[Block]:
    """Take headline, date, byline and picture lines off the body's top."""
    title = words_key(headline)
    kept = list(blocks)
    body = [i for i, block in enumerate(blocks) if block.is_open]
    for i in body:
        block = blocks[i]
        if is_prose(block.text):
            break
        is_label = block.tag not in (*HEADINGS, "li") and not ends_sentence(block.text)
        if (
            block.tag == "h1"
            or (is_label and len(block.text) < LONG)
            or words_key(block.text) == title
            or read_dateline(block.text, parts=block.parts)
            or _is_byline(block.text)
            or CAPTION.fullmatch(block.text)
            or CREDIT.fullmatch(block.text)
        ):
            kept[i] = replace(block, in_body=False)
    return kept


def _is_byline(text: str) -> bool:
    return len(text) < LONG and text[:3].casefold() == "by " and bool(read_names([text]))
