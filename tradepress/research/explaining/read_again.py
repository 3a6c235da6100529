"""Reads a kept page again by today's rules, to tell of each paragraph what became of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from math import exp
from pathlib import Path

from tradepress.archive.captures.kept_page import UnreadablePage, read_kept_page
from tradepress.archive.database import Database
from tradepress.archive.rereading import load_rereads
from tradepress.archive.site_host import is_site_name
from tradepress.archive.stories.site_marks import SiteMemories
from tradepress.declared_sources import NoSuchSource, source_named
from tradepress.extraction import NotAnArticle, page_border
from tradepress.extraction.article import read_article
from tradepress.extraction.readings import PageReadings
from tradepress.extraction.rules import extractor
from tradepress.research.explaining.explain_field import Explained
from tradepress.steps.normalize_text import normalize_text
from tradepress.story import ReadParagraph, StoredArticle
from tradepress.undeclared_source import source_of_site

VERSION = """
    SELECT versions.id FROM versions JOIN articles ON articles.id = article_id
    WHERE ref = ? AND versions.version = ?
"""
WHY = {
    "box": "a box on the author or the site",
    "rule": "a rule of furniture, as walls, sign-ups and labels are",
    "notice": "taken as keywords or a correction",
    "entry": "an entry of a list of links",
    "pointer": "leads elsewhere, or stands where the story is over",
    "unlikely": "the block model: hardly likely to be the story's",
    "standing": "the site's memory: it stands on other stories, too",
    "head": "headline, standfirst, date or byline",
}
"""Says what left a paragraph out, by step of the walk and zone of the page."""


def with_paragraphs(db: Database, told: Explained, folder: Path) -> Explained:
    """Adds what today's rules make of each paragraph of the page that the body was read from."""
    if told.no_page:
        return told
    [(version_id,)] = db.execute(VERSION, [told.ref, told.version])
    [read] = load_rereads(db, [version_id])
    seen: list[PageReadings] = []
    try:
        name = read.source
        source = source_of_site(name) if is_site_name(name) else source_named(name)
        article = page_border()(read_article)(
            read_kept_page(folder, read.capture),
            read.capture["url"],
            source,
            read.capture["content_type"],
            datetime.fromisoformat(read.date_captured) if read.date_captured else None,
            data=read_kept_page(folder, read.data) if read.data else None,
            site=SiteMemories(db).of_version(name, version_id),
            tell=seen.append,
        )
    except (NoSuchSource, NotAnArticle, UnreadablePage) as error:
        return replace(told, read_again=f"today's rules read no story there: {error}")
    body = normalize_text(StoredArticle.of(article, source=name, url=read.url)).body
    same = "the same text as is stored" if body == told.value else "another text than is stored"
    words = f"today's rules ({extractor(source)}) give {same}"
    return replace(told, read_again=words, paragraphs=tuple(_paragraphs(seen[-1])))


def _paragraphs(found: PageReadings) -> Iterator[ReadParagraph]:
    walked = found.walked
    for block in walked.blocks:
        likely = "" if block.odds is None else f" ({1 / (1 + exp(-block.odds)):.0%} by the model)"
        is_kept = block in walked.paragraphs
        why = "stands in what was chosen as the body"
        if not is_kept and block.zone:
            why = WHY.get(block.zone, f"its element is furniture: {block.zone}")
        elif not is_kept and not block.in_body:
            why = "stands outside of what was chosen as the body"
        elif not is_kept:
            why = WHY.get(walked.passed_by.get(block, ""), "said twice, or of author or day alone")
        yield ReadParagraph(block.text, is_kept, f"{why}{likely}")
