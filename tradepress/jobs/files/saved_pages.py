"""Reads pages that people and browsers saved: HTML, text captures and MHTML, gzipped or not."""

import email
import gzip
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import IO

from tradepress.archive.archived_address import capture_time, unwrap
from tradepress.archive.captures.content_encoding import LARGEST
from tradepress.archive.clock import has_come, utc_text
from tradepress.archive.web_address import web_address
from tradepress.jobs.files.file_page import FilePage, UnreadableFile

HEAD = 1 << 16
"""Bounds the bytes of a page in which whoever saved it says from where."""
SINGLE_FILE = re.compile(
    r"<!--\s*Page saved with SingleFile\s+url:\s*(?P<url>\S+)\s+saved date:\s*\w{3} "
    r"(?P<date>\w{3} \d\d \d{4} \d\d:\d\d:\d\d) GMT(?P<zone>[+-]\d{4})"
)
SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d{4}\)(?P<url>\S+?)\s*-->")
"""Matches what Chrome, Edge and others write, with ``--`` as ``%2D%2D``: it would end the
comment."""
REPLAYED = (
    re.compile(r"__wm\.wombat\(\"(?P<url>[^\"]+)\",\s*\"(?P<time>\d{14})\""),
    re.compile(r"wbinfo\.url = \"(?P<url>[^\"]+)\";\s+wbinfo\.timestamp = \"(?P<time>\d{14})\""),
    re.compile(
        r"/(?P<time>\d{14})\*/(?P<url>[^\"\s]+)\"\s+title=\"See a list of every capture for this"
    ),
)
"""Are as in pages of the Wayback Machine, of pywb, and the toolbar that the former wrote up to
2018."""
ARCHIVED_ON = re.compile(
    rb"FILE ARCHIVED ON (\d\d?:\d\d:\d\d \w{3} \d\d?, \d{4}|\d{14}) AND RETRIEVED FROM THE"
)
"""Stands at the end of each; in the latter form where there was no toolbar yet (2010)."""
MIRRORED = re.compile(
    r"<!-- Mirrored from (?P<url>\S+) by HTTrack Website Copier/[^,>]*, (?P<date>[^>]*?) -->"
)
"""The address has no scheme."""
OTHER_FORMS = {
    b"bplist00": "it is a .webarchive: save it from Safari as Page Source",
    b"filedesc://": "it is an ARC file: give it the ending .arc",
    b"PK\x03\x04": "it is a ZIP file: unpack it first",
    b"\x28\xb5\x2f\xfd": "it is packed by zstd: unpack it first",
    b"BZh": "it is packed by bzip2: unpack it first",
    b"\xfd7zXZ": "it is packed by xz: unpack it first",
}
"""Says how files begin that hold pages in a form that is not read."""


def read_saved_page(name: str, stream: IO[bytes]) -> FilePage:
    """Reads the one page of a file; where it stood and when, as far as the file says so.

    :param name: of the file; its endings tell text and MHTML
    :raises UnreadableFile: it is an MHTML file without a page, or in a form that is not read
    :raises OSError: it can't be read, or not be unpacked (EOFError and zlib.error, too)
    """
    raw = stream.read(LARGEST + 1)
    if raw.startswith(b"\x1f\x8b"):
        with gzip.open(io.BytesIO(raw)) as unpacked:
            raw = unpacked.read(LARGEST + 1)
    for start, words in OTHER_FORMS.items():
        if raw.startswith(start):
            raise UnreadableFile(words)
    endings = {ending.lower() for ending in Path(name).suffixes[-2:]}
    if endings & {".mht", ".mhtml"}:
        return _read_mhtml(raw)
    page = FilePage(
        page=raw, raw=raw, content_type="text/plain" if ".txt" in endings else "text/html"
    )
    return page if ".txt" in endings else _with_own_address(page)


def in_the_past(moment: datetime) -> datetime | None:
    """Returns the time of a capture, in UTC, which also is meant where no zone is said; None:
    calendars begin later.

    :raises UnreadableFile: it has not come
    """
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if not has_come(moment):
        words = f"it says that it was captured at {utc_text(moment)}, which has not come"
        raise UnreadableFile(words)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return None


def at_publisher(page: FilePage) -> FilePage:
    """Returns the page with the address that it was captured at, if its own is that of a web
    archive; then the time of that capture counts, not that of a visit to the archive."""
    if page.url is None:
        return page
    if archived := unwrap(page.url):
        return replace(page, url=archived.url, date_captured=archived.date_captured)
    return replace(page, url=web_address(page.url))


def _with_own_address(page: FilePage) -> FilePage:
    """Reads the address and the time that are written into a page when it is saved or replayed."""
    head = page.raw[:HEAD].decode("utf-8", "replace")
    if said := SINGLE_FILE.search(head):
        page = replace(page, url=said["url"], date_captured=_javascript_date(said))
    elif said := SAVED_FROM.search(head):
        page = replace(page, url=said["url"].replace("%2D%2D", "--"))
    elif said := MIRRORED.search(head):
        page = replace(page, url=f"http://{said['url']}", date_captured=_mail_date(said["date"]))
    page = at_publisher(replace(page, url=_web_address(page.url)))
    for pattern in REPLAYED:
        if said := pattern.search(head):
            url = _web_address(said["url"].replace("&amp;", "&"))  # escaped in scripts, too
            return replace(page, url=url, date_captured=_instant(said["time"]))
    if ended := ARCHIVED_ON.search(page.raw, max(0, len(page.raw) - HEAD)):
        return replace(page, date_captured=_instant(ended[1].decode()))
    return page


def _instant(written: str) -> datetime | None:
    """Reads the time of a capture, as a web archive writes it."""
    with suppress(ValueError):
        return in_the_past(datetime.strptime(written, "%H:%M:%S %b %d, %Y"))
    return capture_time(written)


def _javascript_date(said: re.Match[str]) -> datetime | None:
    try:
        date = datetime.strptime(f"{said['date']} {said['zone']}", "%b %d %Y %H:%M:%S %z")
    except ValueError:
        return None
    return in_the_past(date)


def _read_mhtml(raw: bytes) -> FilePage:
    """Reads the root part of an MHTML file (RFC 2557), decoded.

    :raises UnreadableFile: there is none in HTML
    """
    message = email.message_from_bytes(raw)
    root = next(_root_parts(message), None)
    if root is None:
        raise UnreadableFile("it is no MHTML file with a page in HTML")
    page = root.get_payload(decode=True)
    assert isinstance(page, bytes)
    places = (_header(message, "Snapshot-Content-Location"), _header(root, "Content-Location"))
    whole = (place.replace(" ", "") for place in places)  # a long one goes over several lines
    return at_publisher(
        FilePage(
            page=page,
            raw=page,
            url=next(filter(None, map(_web_address, whole)), None),
            content_type=_header(root, "Content-Type"),
            date_captured=_mail_date(_header(message, "Date")),
        )
    )


def _root_parts(message: Message) -> Iterator[Message]:
    """Yields the part that the message names as its start, then all in HTML in their order."""
    start = message.get_param("start")
    pages = [part for part in message.walk() if part.get_content_type() == "text/html"]
    yield from (part for part in pages if start and part["Content-ID"] == start)
    yield from pages


def _header(part: Message, name: str) -> str:
    """Returns the header on one line; empty if there is none. Bytes beyond ASCII are UTF-8."""
    raw = (str(value) for key, value in part.raw_items() if key.lower() == name.lower())
    return " ".join(
        next(raw, "").encode("ascii", "surrogateescape").decode("utf-8", "replace").split()
    )


def _mail_date(written: str) -> datetime | None:
    try:
        return in_the_past(parsedate_to_datetime(written))
    except ValueError:
        return None


def _web_address(url: str | None) -> str | None:
    with suppress(ValueError):
        return web_address(url or "")
    return None
