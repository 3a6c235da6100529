"""Writes how a page was read as Markdown, for whoever mends the rules: of texts, lengths alone."""

import re

from tradepress.extraction import NotAnArticle, page_border
from tradepress.extraction.article import read_article
from tradepress.extraction.readings import PageReadings
from tradepress.extraction.rules import extractor
from tradepress.jobs.check_report import plain, table
from tradepress.jobs.extract_page import Extraction
from tradepress.research.explaining.read_again import told_paragraphs
from tradepress.undeclared_source import source_of_site

TOLD = "headline date_published date_modified language access is_truncated confidence site_id"
LONGEST_VALUE, LONGEST_ELEMENT, MOST_ELEMENTS = 120, 60, 4


def extract_report(found: Extraction) -> str:
    """Reads the page again, and writes what was read of it by what."""
    (page, source), seen, outcome = found.read, list[PageReadings](), "a story"
    try:
        read, at = page_border()(read_article), page.date_captured
        read(page.page, page.url, source, page.content_type, at, page.data, tell=seen.append)
    except NotAnArticle as error:  # what it quotes of the page stays there
        outcome = f"no story, {error.reason}: {re.split('[:“]', error.words)[0]}"
    rules = source or source_of_site("no.source")
    size = f"{len(page.page):,} bytes, {page.content_type or 'no declared type'}"
    told = f"{extractor(rules)} by the rules of {rules.name}; {size}; {outcome}"
    lines = [f"## {plain(page.url or 'no address')}", plain(told)]
    for last in seen[-1:]:
        fields = [
            (name, _value(name, one.value), one.evidence)
            for name, readings in last.fields.items()
            for one in readings
        ]
        blocks = [
            (("left out", "kept")[one.is_kept], str(len(one.text)), _at(last, block.group), one.why)
            for block, one in zip(last.walked.blocks, told_paragraphs(last), strict=True)
        ]
        lines += table(("field", "value", "read in"), fields)
        lines += table(("paragraph", "letters", "element", "by"), blocks)
    return "\n".join(lines) + "\n"


def _value(name: str, value: object) -> str:
    is_told = name in TOLD.split() or isinstance(value, int)
    return str(value)[:LONGEST_VALUE] if is_told else f"{len(str(value))} letters"


def _at(read: PageReadings, at: int) -> str:
    """Names the elements around a block, the innermost first."""
    names = list[str]()
    while at and len(names) < MOST_ELEMENTS:
        node = read.layout.nodes[at]
        names.append(".".join([node.tag, *node.called.split()])[:LONGEST_ELEMENT])
        at = node.parent
    return " < ".join(names)
