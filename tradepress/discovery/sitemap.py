"""Reads sitemaps (sitemaps.org 0.9, Google's news extension): stories, or an index's sitemaps."""

import zlib
from dataclasses import replace

from lxml import etree

from tradepress.archive.text_forms import one_line
from tradepress.discovery.candidates import (
    LARGEST_SITEMAP,
    Candidate,
    Candidates,
    NotAListing,
    each_once,
    own_address,
    require_size,
    sorted_out,
)
from tradepress.discovery.listed_dates import date_listed, lastmod
from tradepress.source import Source

MOST_EQUAL = 10
"""Bounds entries with the same lastmod: of more of them, it is the sitemap's date, no story's."""


def read_sitemap(page: bytes, source: Source) -> Candidates:
    """Reads one sitemap or sitemap index, gzip-compressed or not.

    :raises NotAListing: it is too large, or neither
    """
    page = _unpacked(page)
    require_size(page, LARGEST_SITEMAP)
    parser = etree.XMLParser(recover=True, remove_comments=True, resolve_entities=False)
    try:
        root = etree.fromstring(page, parser)
    except etree.XMLSyntaxError as error:
        raise NotAListing("unreadable", "this is not a sitemap") from error
    kind = etree.QName(root).localname if root is not None else None
    if kind not in ("urlset", "sitemapindex"):
        raise NotAListing("unreadable", "this is not a sitemap")
    is_whole = not parser.error_log
    entries = [_read_entry(entry, source) for entry in root.iterchildren("{*}url", "{*}sitemap")]
    found = [entry for entry in entries if entry is not None]
    if kind == "sitemapindex":
        return Candidates(pages=tuple(each_once(found)), is_whole=is_whole)
    changed = {one.lastmod for one in found}
    if len(found) > MOST_EQUAL and len(changed) == 1:
        found = [replace(one, lastmod=None) for one in found]
    return sorted_out(found, source, is_whole=is_whole)


def _read_entry(entry: etree._Element, source: Source) -> Candidate | None:
    address = own_address(_text(entry, "{*}loc") or "", "", source)
    if address is None:
        return None
    has_news = entry.find("{*}news") is not None
    return Candidate(
        url=address,
        date_listed=date_listed(_text(entry, "{*}news/{*}publication_date")),
        lastmod=lastmod(_text(entry, "{*}lastmod")),
        listed_by="news-sitemap" if has_news else "sitemap",
        headline=one_line(_text(entry, "{*}news/{*}title") or "") or None,
    )


def _text(entry: etree._Element, path: str) -> str | None:
    try:
        return entry.findtext(path)
    except UnicodeDecodeError:  # half a letter (&#xd800;), which libxml2 recovers as it stands
        return None


def _unpacked(page: bytes) -> bytes:
    """Unpacks a file that is itself gzip (RFC 1952), whatever the transfer was."""
    if not page.startswith(b"\x1f\x8b"):
        return page
    reader = zlib.decompressobj(wbits=31)
    try:
        words = reader.decompress(page, LARGEST_SITEMAP + 1)
    except zlib.error as error:
        raise NotAListing("unreadable", "this is not a sitemap: its gzip is broken") from error
    if not reader.eof and len(words) <= LARGEST_SITEMAP:
        raise NotAListing("unreadable", "this sitemap breaks off")
    return words
