"""Reads the rows of a listing: what stands beside the link to a story, where a source asks it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tradepress.archive.text_forms import one_line, words_key
from tradepress.extraction.blocks import Block
from tradepress.extraction.dateline import Dateline, read_dateline
from tradepress.extraction.html_blocks import cut_blocks
from tradepress.extraction.page_layout import Layout
from tradepress.extraction.people import is_names, read_names
from tradepress.extraction.sentences import ends_sentence
from tradepress.extraction.tree import Element
from tradepress.source import Source

MORE = re.compile(
    r"\s*(?:read|see|view|find out|continue reading)\s*(?:the\s)?(?:full\s)?"
    r"(?:more|blog|story|article)?\s*[>»→…]*$",
    re.I,
)
"""Matches the button behind a dek."""
SHORTEST_DEK = 40


@dataclass(frozen=True, kw_only=True)
class ListingRow:
    """Holds what a listing says of one story, beside its address and day."""

    authors: tuple[str, ...] = ()
    section: str | None = None
    description: str | None = None


def read_row(items: Sequence[Element], source: Source) -> ListingRow:
    """Reads what stands beside the links to one story.

    :param items: elements around the links to one story, with no link to another in them
    """
    layouts = [cut_blocks(item) for item in items]
    blocks = [block for layout in layouts for block in layout.blocks]
    headlines = {words_key(words) for block in blocks for words, _ in block.links}
    headlines |= {words_key(block.text) for block in blocks if re.fullmatch("h[1-6]", block.tag)}
    beside = [block for block in blocks if words_key(block.text) not in headlines]
    read = [(block.text, _dateline(block, source)) for block in beside]
    lines = [line for _, line in read if line]
    texts = [text for text, line in read if not line]
    authors = (*_authors(layouts, texts), *(line.authors for line in lines))
    sections = (*_sections(layouts, texts, source), *(line.section for line in lines))
    return ListingRow(
        authors=next(filter(None, authors), ()),
        section=next(filter(None, sections), None),
        description=next(_descriptions(texts), None),
    )


def _dateline(block: Block, source: Source) -> Dateline | None:
    return read_dateline(block.text, source.section_names, source.day_first, block.pieces)


def _authors(layouts: Sequence[Layout], texts: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Finds authors by an element's name, by a line that leads them in, or holds nothing else."""
    for layout in layouts:
        yield read_names((words for words, _ in layout.bylines), is_known=True)
    yield from (read_names([text], is_known=True) for text in texts if text[:3].lower() == "by ")
    yield from (read_names([text], is_known=True) for text in texts if is_names(text))


def _sections(layouts: Sequence[Layout], texts: Sequence[str], source: Source) -> Iterator[str]:
    """Finds sections: one that the source knows, or that a link's ``rel`` calls a category."""
    known = {words_key(name): name for name in source.section_names}
    yield from (known[key] for text in texts if (key := words_key(text)) in known)
    yield from (words for layout in layouts for words in layout.categories)


def _descriptions(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        words = one_line(MORE.sub("", text)) if not ends_sentence(text) else text
        if len(words) >= SHORTEST_DEK and not is_names(words):
            yield words
