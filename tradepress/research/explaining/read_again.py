"""Reads a kept page again by today's rules, to tell of each paragraph what became of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from tradepress.archive.captures.kept_page import UnreadablePage, read_kept_page
from tradepress.archive.database import Database
from tradepress.archive.rereading import load_rereads
from tradepress.archive.site_host import is_site_name
from tradepress.archive.stories.ref import resolve_ref
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

VERSION = "SELECT id FROM versions WHERE article_id = ? AND version = ?"
BY = {"unlikely": "the block model, as unlikely", "standing": "the site's memory"}


def with_paragraphs(db: Database, told: Explained, folder: Path) -> Explained:
    """Adds what today's rules make of each paragraph of the page that a body was read from."""
    seen: list[PageReadings] = []
    [(version_id,)] = db.execute(VERSION, resolve_ref(db, f"{told.ref}@{told.version}"))
    [read] = load_rereads(db, [version_id])
    try:
        find = source_of_site if is_site_name(read.source) else source_named
        article = page_border()(read_article)(
            read_kept_page(folder, read.capture),
            read.capture["url"],
            source := find(read.source),
            read.capture["content_type"],
            datetime.fromisoformat(read.date_captured) if read.date_captured else None,
            data=read_kept_page(folder, read.data) if read.data else None,
            site=SiteMemories(db).of_version(read.source, version_id),
            tell=seen.append,
        )
    except (NoSuchSource, NotAnArticle, UnreadablePage) as error:
        return replace(told, remarks=(*told.remarks, f"today's rules read no story: {error}"))
    body = normalize_text(StoredArticle.of(article, source=read.source, url=read.url)).body
    words = "the text that is stored" if body == told.value else "another text than is stored"
    remark = f"read again just now by {extractor(source)}: {words}"
    paragraphs = tuple(told_paragraphs(seen[-1]))
    return replace(told, remarks=(*told.remarks, remark), paragraphs=paragraphs)


def told_paragraphs(found: PageReadings) -> Iterator[ReadParagraph]:
    """Yields what became of each block of a page, and why."""
    for block in found.walked.blocks:
        is_kept = block in found.walked.paragraphs
        by = BY.get(block.zone or "", f"its element, as {block.zone}")
        if is_kept or not (block.zone or block.in_body):
            by = f"standing {'in' if is_kept else 'outside of'} what holds the story"
        elif not block.zone:
            by = found.walked.passed_by.get(block, "saying twice, or of author or day alone")
        yield ReadParagraph(block.text, is_kept, by)
