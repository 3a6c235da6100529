"""The only place where an Article becomes rows."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from scrapy.exceptions import DropItem

from archive.fields import ARTICLE_FIELDS
from archive.ledger import Ledger, running_ledger
from archive.url_key import url_key
from archive.writer import Quarantined, Saved
from crawler.items import Article

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class SaveToArchive:
    """Article -> Article; returns after the commit that contains it."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.saved: list[Saved] = []

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        ledger = running_ledger(Path(crawler.settings["TRADEPRESS_ARCHIVE"]))
        assert ledger is not None, "the ArchiveRun extension is not enabled"
        return cls(ledger)

    async def process_item(self, item: Article) -> Article:
        capture = item.capture
        assert capture is not None, "the way in attaches the capture"
        headers = {name.lower(): value for name, value in capture.http_headers}
        try:
            saved = await self.ledger.save(
                article_row(item),
                [link_row(link) for link in map(asdict, item.related_links)],
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
        self.saved.append(saved)
        return item


def article_row(article: Article) -> dict[str, Any]:
    """Column values of one story, as the page gave them."""
    return {name: getattr(article, name) for name in ARTICLE_FIELDS}


def evidence_rows(article: Article) -> dict[str, Any]:
    """For each field what gave it, ready for JSON."""
    return {
        name: [asdict(reading) for reading in readings]
        for name, readings in article.evidence.items()
    }


def link_row(link: dict[str, Any]) -> dict[str, Any]:
    """Column values of one link."""
    key = None
    if link["url"]:
        try:
            key = url_key(link["url"])
        except ValueError:
            link["url"] = None
    return {**link, "url_key": key}
