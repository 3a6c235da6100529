"""Writes how a page was read as Markdown, for whoever mends the rules: of texts, lengths alone."""

from contextlib import suppress

from tradepress.extraction import NotAnArticle, page_border
from tradepress.extraction.article import read_article
from tradepress.extraction.readings import PageReadings
from tradepress.extraction.rules import extractor
from tradepress.jobs.check_report import plain, table
from tradepress.jobs.extract_page import Extraction
from tradepress.research.explaining.read_again import told_paragraphs
from tradepress.undeclared_source import source_of_site

TOLD = ("headline", "date_published", "date_modified", "language", "access")
LONGEST, MOST_ELEMENTS = 120, 4


def extract_report(found: Extraction) -> str:
    """Reads the page again, and writes what was read of it by what."""
    (page, source), seen = found.read, list[PageReadings]()
    outcome = f"refused as {found.refused.reason}" if found.refused else "a story"
    if outcome != "refused as too_complex":  # it would take too much here, too
        with suppress(NotAnArticle):
            read, at = page_border()(read_article), page.date_captured
            read(page.page, page.url, source, page.content_type, at, page.data, tell=seen.append)
    rules = source or source_of_site("no.source")
    lines = [f"## {plain(page.url or 'A page without an address')}"]
    lines += [f"{outcome}, by {extractor(rules)}, {rules.name}; {len(page.page):,} bytes"]
    for last in seen[-1:]:
        fields = [(name, one) for name, every in last.fields.items() for one in every]
        told = [
            (name, str(one.value)[:LONGEST] if name in TOLD else "", one.evidence)
            for name, one in fields
        ]
        lines += table(("field", "value", "read in"), [*told])
        parts = zip(told_paragraphs(last), last.walked.blocks, strict=True)
        where = [(one, str(len(one.text)), _at(last, block.group)) for one, block in parts]
        rows = [("kept" if one.is_kept else "left out", one.why, *about) for one, *about in where]
        lines += table(("paragraph", "by", "letters", "element"), [*rows])
    return "\n".join(lines) + "\n"


def _at(read: PageReadings, at: int) -> str:
    """Names the elements around a block, the innermost first."""
    names = list[str]()
    while at and len(names) < MOST_ELEMENTS:
        node = read.layout.nodes[at]
        names.append(".".join([node.tag, *node.called.split()])[:LONGEST])
        at = node.parent
    return " < ".join(names)
