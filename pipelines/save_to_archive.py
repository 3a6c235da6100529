"""The only place where an Article becomes rows."""

from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from scrapy.exceptions import DropItem

from archive.fields import ARTICLE_FIELDS
from archive.ledger import Ledger, running_ledger
from archive.url_key import url_key
from archive.writer import Quarantined, Saved
from crawler.items import Article, Link

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

LINK_FIELDS = tuple(field.name for field in fields(Link))


class SaveToArchive:
    """Article -> Article; returns after the commit that contains it."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.saved: Saved | None = None
        """What became of the last story."""

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        ledger = running_ledger(Path(crawler.settings["TRADEPRESS_ARCHIVE"]))
        assert ledger is not None, "the ArchiveRun extension is not enabled"
        return cls(ledger)

    async def process_item(self, item: Article) -> Article:
        capture = item.capture
        assert capture is not None, "the way in attaches the capture"
        headers = {name.lower(): value for name, value in capture.http_headers}
        if item.policy == "metadata-only":
            headers = {}  # "not modified" would hide that the text may be kept by now
        try:
            saved = await self.ledger.save(
                article_row(item),
                [link_row(link) for link in item.related_links],
                requested_url=capture.requested_url or capture.url,
                capture=capture,
                extractor=self.ledger.extractor(item.source),
                evidence=evidence_rows(item),
                status=capture.status,
                size=len(capture.body),
                etag=headers.get("etag"),
                last_modified=headers.get("last-modified"),
                date_captured=capture.date_captured,
                kind="article" if capture.origin == "crawl" else "file",
            )
        except Quarantined as error:
            raise DropItem(f"quarantined: {error}") from error
        self.saved = saved
        return item


def article_row(article: Article) -> dict[str, Any]:
    """Column values of one story, as the page gave them."""
    row = {name: getattr(article, name) for name in ARTICLE_FIELDS}
    return {**row, "reservations": [asdict(one) for one in article.reservations]}


def evidence_rows(article: Article) -> dict[str, Any]:
    """For each field what gave it, ready for JSON."""
    return {
        # asdict copies what it finds, down to the last string.
        name: [{"value": reading.value, "evidence": reading.evidence} for reading in readings]
        for name, readings in article.evidence.items()
    }


def link_row(link: Link) -> dict[str, Any]:
    """Column values of one link."""
    row = {name: getattr(link, name) for name in LINK_FIELDS}
    try:
        row["url_key"] = url_key(link.url) if link.url else None
    except ValueError:
        row["url"] = row["url_key"] = None
    return row
