"""Writes how a page was read as Markdown, for whoever mends the rules: of texts, lengths alone."""

from collections.abc import Sequence
from contextlib import suppress

from tradepress.extraction import NotAnArticle, page_border
from tradepress.extraction.article import read_article
from tradepress.extraction.page_layout import Node
from tradepress.extraction.readings import PageReadings
from tradepress.extraction.rules import extractor
from tradepress.jobs.extract_page import Extraction
from tradepress.research.explaining.read_again import told_paragraphs
from tradepress.undeclared_source import source_of_site

TOLD, LONGEST = ("headline", "date_published", "date_modified", "language", "access"), 120


def extract_report(found: Extraction) -> str:
    """Reads the page again, and writes what was read of it by what."""
    (page, source), seen = found.read, list[PageReadings]()
    outcome = f"refused as {found.refused.reason}" if found.refused else "a story"
    if outcome != "refused as too_complex":  # it would take too much here, too
        with suppress(NotAnArticle):
            read, at = page_border()(read_article), page.date_captured
            read(page.page, page.url, source, page.content_type, at, page.data, tell=seen.append)
    rules = source or source_of_site("no.source")
    lines = [f"<{page.url}>: {outcome}, by {extractor(rules)}, {rules.name}"]
    for last in seen[-1:]:
        for name, every in last.fields.items():
            most = LONGEST * (name in TOLD)
            lines += [f"{name} by {one.evidence}" + f": {one.value}"[:most] for one in every]
        for part, block in zip(told_paragraphs(last), last.walked.blocks, strict=True):
            what = f"{'kept' if part.is_kept else 'left out'}, {len(part.text)} letters"
            lines += [f"{what}, {_path(last.layout.nodes, block.group)[-LONGEST:]}: {part.why}"]
    return "\n* ".join(lines) + "\n"


def _path(nodes: Sequence[Node], at: int) -> str:
    own = [nodes[at].tag, *nodes[at].called.split()] if at else []
    return f"{_path(nodes, nodes[at].parent)}/{'.'.join(own)}" if own else ""
