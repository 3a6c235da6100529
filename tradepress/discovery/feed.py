"""Reads RSS, Atom and JSON feeds: the addresses of their entries, with their dates."""

import codecs
import io
import json
import re
from collections.abc import Mapping
from typing import Any, TypedDict

from tradepress.archive.text_forms import one_line, without_markup
from tradepress.discovery.candidates import (
    Candidate,
    Candidates,
    NotAListing,
    own_address,
    require_size,
    sorted_out,
)
from tradepress.discovery.listed_dates import date_listed, lastmod
from tradepress.extraction.people import read_names
from tradepress.source import Source

JSON_FEED = "https://jsonfeed.org/version/"
REFERENCE = re.compile(rb"&#(?:0*([0-9]{1,8})|[xX]0*([0-9a-fA-F]{1,7}));?")
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
DECLARATION = re.compile(r"\A<\?xml[^>]*>")
BLANK = "\ufeff \t\r\n"


def read_feed(page: bytes, source: Source, *, url: str = "") -> Candidates:
    """Reads one feed.

    :param url: its address; relative links are resolved against it
    :raises NotAListing: it is too large, or has no entries and is not a feed at all
    """
    require_size(page)
    is_whole = True
    if page.lstrip(BLANK.encode()).startswith(b"{"):
        entries, names = _read_json(page), ("url", "date_published", "date_modified")
    else:
        feed = _read_xml(page, url)
        entries, names = feed.entries, ("link", "published", "updated")
        is_whole = not feed.bozo
    candidates = []
    for entry in entries:
        # A plain dict's get: feedparser's own answers `updated` with `published`.
        link, published, updated = (dict.get(entry, name) for name in names)
        # An empty one would be the feed's own address.
        named = link.strip() if isinstance(link, str) else ""
        if named and (address := own_address(named, url, source)):
            candidates.append(
                Candidate(
                    url=address,
                    date_listed=date_listed(published),
                    lastmod=lastmod(updated),
                    listed_by="feed",
                    **_words(entry, source),
                )
            )
    return sorted_out(candidates, source, is_whole=is_whole)


class _Words(TypedDict, total=False):
    headline: str
    authors: tuple[str, ...]
    section: str
    description: str


def _words(entry: Mapping[str, Any], source: Source) -> _Words:
    """Returns what an entry says of headline and authors, and of other fields that the source takes
    from listings."""
    taken, words = source.from_listings, _Words()
    title = entry.get("title")
    if isinstance(title, str) and (headline := one_line(without_markup(title))):
        words["headline"] = headline
    named = [one.get("name") for one in _dicts(entry, "authors")] or [entry.get("author")]
    said = [name for name in named if isinstance(name, str)]
    words["authors"] = read_names(said, declared=True, is_known=True)
    if "section" in taken:
        tags = entry.get("tags")
        listed = tags if isinstance(tags, list) else ()
        terms = [tag.get("term") if isinstance(tag, dict) else tag for tag in listed]
        if section := next((one_line(term) for term in terms if isinstance(term, str)), ""):
            words["section"] = section
    if "description" in taken:
        summary = entry.get("summary") or entry.get("content_text") or ""
        if isinstance(summary, str) and (text := one_line(without_markup(summary))):
            words["description"] = text
    return words


def _dicts(entry: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    found = entry.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _read_xml(page: bytes, url: str) -> Any:
    """Reads RSS and Atom, as feedparser has them."""
    import feedparser  # in the worker alone

    page = REFERENCE.sub(_possible, _in_utf_8(page))
    # With no base of its own feedparser keeps an element's xml:base for all that follow.
    headers = {"content-location": url, "content-type": "application/xml"}
    # Bytes alone might be the name of a file.
    feed = feedparser.parse(io.BytesIO(page), response_headers=headers)
    if not feed.get("version") and not feed.entries:
        raise NotAListing("unreadable", "this is not a feed")
    return feed


def _in_utf_8(page: bytes) -> bytes:
    """Returns a page in UTF-16 by its mark in UTF-8, undeclared; any other as it stands."""
    is_utf_16 = page.startswith(UTF_16) and page[2:4] != b"\0\0"  # that would be UTF-32
    if not is_utf_16:
        return page
    return codecs.BOM_UTF8 + DECLARATION.sub("", page.decode("utf-16", "replace")).encode()


def _possible(reference: re.Match[bytes]) -> bytes:
    """Returns a reference to a character, or to U+FFFD where there is no such one: feedparser would
    fall over that, and with it all other entries."""
    decimal, hexadecimal = reference.groups()
    number = int(decimal or 0) or int(hexadecimal or b"0", 16)
    is_one = 0 < number < 0xD800 or 0xE000 <= number < 0x110000
    return reference[0] if is_one else b"&#xfffd;"


def _read_json(page: bytes) -> list[dict[str, Any]]:
    """Returns the entries of a JSON Feed 1.1 (jsonfeed.org), which feedparser does not read."""
    words = page.decode("utf-8", "replace").lstrip(BLANK)
    try:
        # Line breaks in a headline, and numbers of any length: only addresses and dates are read.
        feed = json.loads(words, strict=False, parse_int=float)
    except (ValueError, RecursionError) as error:
        raise NotAListing("unreadable", "this is not a feed") from error
    items = feed.get("items")
    if not str(feed.get("version")).startswith(JSON_FEED) or not isinstance(items, list):
        raise NotAListing("unreadable", "this is not a JSON feed")
    return [item for item in items if isinstance(item, dict)]
