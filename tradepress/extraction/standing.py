"""Uses what the other stories of a site show: what stands on several of them is the site's own."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from tradepress.archive.site_memory import SiteMemory, pack
from tradepress.extraction.blocks import HEADINGS, Block
from tradepress.extraction.body import PARAGRAPHS
from tradepress.extraction.dateline import read_dateline
from tradepress.extraction.dates import Found
from tradepress.extraction.html_blocks import USELESS_ZONES
from tradepress.extraction.page_layout import Layout, Node
from tradepress.extraction.people import LEAD
from tradepress.extraction.readings import PageReadings
from tradepress.extraction.sentences import ends_sentence
from tradepress.story import Reading, SiteMarks

STANDING = "standing"
"""Is the zone of what the site shows with several stories."""
KEPT_ZONES = ("wall", "door", "head")
MOST_PARAGRAPHS = 75
"""Bounds what is kept of one page, so that stories take some 300 bytes."""
CLASS_WORD = re.compile(r"[A-Za-z_-][A-Za-z_-]*")
LONGEST_STEP = 30
MOST_LINKED = 0.5
T = TypeVar("T")


def mark_page(site: SiteMemory, found: PageReadings) -> SiteMarks:
    """Returns what is to be remembered of a page that was read without any memory."""
    taken = {id(block) for block in found.walked.paragraphs if block.tag not in HEADINGS}
    paragraphs = [
        site.mark("paragraph", block.text) | (id(block) in taken)
        for block in found.layout.blocks
        if id(block) in taken or _may_be_taken(block)
    ]
    if len(paragraphs) > MOST_PARAGRAPHS:  # what is the site's own stands at the ends
        del paragraphs[MOST_PARAGRAPHS // 3 : -2 * MOST_PARAGRAPHS // 3]
    headlines = [str(reading.value) for reading in found.fields["headline"]]
    marks = {
        *paragraphs,
        *(site.mark("headline", words) | (words == headlines[0]) for words in headlines),
    }
    authors = found.fields.get("authors", ())
    differ = len({reading.value for reading in authors}) > 1
    marks |= {_mark_authors(site, reading) | differ for reading in authors}
    differ = len({reading.day for reading, _ in found.published}) > 1
    marks |= {_mark_date(site, one) | differ for one in found.published}
    used = {mark - 1 for mark in marks if mark & 1}
    kept = sorted({mark | (mark in used) for mark in marks})
    return SiteMarks(
        key=site.key.hex(),
        hashes=pack(kept).hex(),
        told=site.for_page(kept).tell(kept).hex(),
        places="\n".join(read_places(found)),
    )


def read_places(found: PageReadings) -> Iterator[str]:
    """Yields where body, headline, byline and date stand."""
    layout, nodes, blocks = found.layout, found.layout.nodes, found.layout.blocks
    first = next((b for b in found.walked.paragraphs if b.tag not in HEADINGS), None)
    body = nodes[first.group] if first and nodes else None
    yield _selector(layout, nodes[body.parent] if body and body.tag in PARAGRAPHS else body)
    yield _selector(layout, None if found.at is None else nodes[blocks[found.at].group])
    names = found.best("authors") or ()
    day = next((reading.raw for reading, _ in found.published), "")
    for words in ("".join(names[:1]), day):
        near = (b for b in blocks if words and not b.prose and words in b.text)
        yield _selector(layout, next((nodes[b.group] for b in near), None))


def _selector(layout: Layout, node: Node | None) -> str:
    """Returns an element as CSS has it: its tag and first class word without a number; one that has
    none, below the element around it."""
    if node is None:
        return ""
    own = _step(node)
    return own if "." in own else f"{_step(layout.nodes[node.parent])} > {own}"


def _step(node: Node) -> str:
    words = [word for word in node.names.split() if CLASS_WORD.fullmatch(word)]
    return ".".join((node.tag, *words[:1]))[:LONGEST_STEP]


def _may_be_taken(block: Block) -> bool:
    if block.tag in HEADINGS or block.zone in USELESS_ZONES:
        return False
    is_sentence = ends_sentence(block.text) and block.link_share < MOST_LINKED
    return block.prose > 0 or (is_sentence and block.tag not in ("li", "tr"))


def zone_standing(blocks: Iterable[Block], site: SiteMemory) -> dict[Block, int]:
    """Gives paragraphs that stand on several other stories a zone of their own, and returns their
    marks."""
    standing = {}
    for block in blocks:
        if block.tag not in HEADINGS:
            mark = site.mark("paragraph", block.text)
            if site.stands(mark) and not _tells_who_or_when(block):
                standing[block] = mark
                block.zone = block.zone or STANDING
    return standing


def _tells_who_or_when(block: Block) -> bool:
    """Is it a byline or a date? Several stories have the same author, or are of one day."""
    is_byline = LEAD.match(block.text) is not None
    return not block.prose and (
        is_byline or read_dateline(block.text, pieces=block.pieces) is not None
    )


def settle_standing(blocks: Sequence[Block], standing: dict[Block, int], site: SiteMemory) -> None:
    """Leaves these out of the story, whatever was chosen; but what few others show amid its text is
    part of it, as a question or a rubric that comes again."""
    own = [i for i, block in enumerate(blocks) if block.is_open and block.prose]
    for i, block in enumerate(blocks):
        if block not in standing or block.zone in KEPT_ZONES:
            continue
        is_amid = bool(own) and own[0] < i < own[-1] and block.in_body
        if is_amid and not site.is_often(standing[block]):
            block.zone = None if block.zone == STANDING else block.zone
        elif block.is_open:
            block.zone = STANDING


def drop_standing_fields(found: PageReadings, site: SiteMemory) -> None:
    """Leaves out what nearly all other stories say of author and day, where the page says something
    else beside it."""
    authors = found.fields.get("authors", [])
    found.fields["authors"] = _own(authors, [_mark_authors(site, one) for one in authors], site)
    days = [_mark_date(site, one) for one in found.published]
    found.published = _own(found.published, days, site)


def _own(readings: list[T], marks: Sequence[int], site: SiteMemory) -> list[T]:
    own = [one for one, mark in zip(readings, marks, strict=True) if not site.stands(mark)]
    return own or readings


def _mark_authors(site: SiteMemory, reading: Reading) -> int:
    return site.mark("authors", f"{reading.evidence}\n{reading.value}")


def _mark_date(site: SiteMemory, found: Found) -> int:
    reading, evidence = found
    return site.mark("date", f"{evidence}\n{reading.raw}")


def tell_left_out(before: Sequence[str], found: PageReadings, site: SiteMemory) -> None:
    """Says in the evidence of the body what was left out of it.

    :param before: the paragraphs as they were read without the memory
    """
    kept = {block.text for block in found.walked.paragraphs}
    for text in dict.fromkeys(before):
        if text not in kept and (others := site.others(site.mark("paragraph", text))):
            found.add("body", len(text), f"left out, as it stands on {others} other stories")
