"""The captured page of a version, so that a browser can show it and nothing comes of it."""

import re
from dataclasses import dataclass
from pathlib import Path

from w3lib.encoding import html_to_unicode

from archive.captures.content_encoding import decode
from archive.captures.folder import capture_folder
from archive.captures.packing import payload_digest
from archive.captures.warc import read_capture
from archive.file.rows import fetch_row
from archive.read_only import read_archive
from archive.stories.ref import resolve_ref
from archive.story import METADATA_ONLY

CAPTURED = """
    SELECT ref, versions.version, versions.headline, versions.policy, publisher, is_sample,
        captures.id AS capture_id, captures.url, captures.date_captured, origin, retrieved_from,
        content_type, digest, file, "offset", length
    FROM articles JOIN versions ON article_id = articles.id JOIN sources ON name = articles.source
    LEFT JOIN captures ON captures.id = capture_id
    WHERE articles.id = :id AND versions.version = coalesce(:number, articles.version)
"""
HTML = ("text/html", "application/xhtml+xml")

# Without the styles that it links to, an icon would fill the window, and nothing tells its links.
_STYLE = (
    "<style>:where(svg:not([height])) { max-height: 6rem } "
    ":where(a[data-href]) { text-decoration: underline }</style>"
)
_ADDRESSES = re.compile(
    r"""
    (?<=[\s/"':])  # before an attribute; the colon is that of xlink:href
    (?: (?:href|src) (?=\s*= (?!\s*["']? (?:\#|data:image/)))
    |   (?:srcdoc|attributeName) (?=\s*=)  # a page within the page; what SVG is to change
    )
    """,
    re.IGNORECASE | re.ASCII | re.VERBOSE,
)


class NoCapturedPage(Exception):
    """The version is kept, and no page that it was read from."""


class UnreadableCapture(Exception):
    """The index names a page that is not there, or not as it was written."""


@dataclass(frozen=True, kw_only=True)
class InertPage:
    """The page that one version of a story was read from."""

    ref: str
    """With the number of the version, ``wipr-14415@2``."""
    headline: str
    publisher: str
    is_sample: bool
    url: str
    """Where the publisher had it."""
    date_captured: str | None
    """UTC, ISO 8601; None if nobody knows."""
    origin: str
    """How it came in, as :class:`archive.story.Capture` has it."""
    retrieved_from: str | None
    """Its address at the web archive that it was taken from."""
    content_type: str | None
    """As it was sent."""
    body: bytes
    """As it was sent, Content-Encoding undone."""

    @property
    def is_html(self) -> bool:
        """What says nothing of itself is read as HTML, as the crawl does."""
        media_type = (self.content_type or HTML[0]).partition(";")[0].strip().lower()
        return media_type in HTML


def read_captured_page(archive: Path, ref: str) -> InertPage:
    """The page that a version was read from.

    :param ref: ``wipr-14415@2``, or ``wipr-14415`` for its current version
    :raises NoSuchArticle: no such story or version, or it was withdrawn
    :raises NoCapturedPage: none is kept
    :raises UnreadableCapture: it should be there
    :raises archive.errors.ArchiveError: the archive can't be read
    """
    with read_archive(archive) as db:
        article_id, number = resolve_ref(db, ref)
        found = fetch_row(db, CAPTURED, {"id": article_id, "number": number})
    if found is None or found["capture_id"] is None or found["policy"] == METADATA_ONLY:
        raise NoCapturedPage(f"No captured page of {ref} is kept.")
    folder, where = capture_folder(archive), f"{found['file']} at byte {found['offset']}"
    try:
        record = read_capture(folder, found["file"], found["offset"], found["length"])
        raw = record.reader.read()
        body = decode(raw, record.http_headers.get("Content-Encoding") if record.is_http else None)
    except (OSError, ValueError) as error:
        raise UnreadableCapture(f"The page in {where} can't be read.") from error
    if payload_digest(raw) != found["digest"]:
        raise UnreadableCapture(f"What lies in {where} is another page (other digest).")
    return InertPage(
        ref=f"{found['ref']}@{found['version']}",
        headline=found["headline"],
        publisher=found["publisher"],
        is_sample=bool(found["is_sample"]),
        url=found["url"],
        date_captured=found["date_captured"],
        origin=found["origin"],
        retrieved_from=found["retrieved_from"],
        content_type=found["content_type"],
        body=body,
    )


def inert_text(page: InertPage) -> str:
    """Its text as a browser would decode it; HTML without addresses that lead elsewhere, and
    with a style that stands behind all of its own.

    For no header keeps a browser from connecting to where a page points: it does so beforehand for
    ``<link rel=preconnect>``, for a frame that it then refuses, and at a click on a link.
    """
    text = _decoded(page)
    return _ADDRESSES.sub(r"data-\g<0>", text) + _STYLE if page.is_html else text


def _decoded(page: InertPage) -> str:
    """By BOM, header, what the page says, in this order (WHATWG, Encoding)."""
    try:
        return html_to_unicode(page.content_type, page.body, "cp1252", _guessed)[1]
    except (LookupError, UnicodeError):  # the name of a codec that is none of text, as base64
        return page.body.decode("utf-8", "replace")


def _guessed(page: bytes) -> str | None:
    try:
        page.decode()
    except UnicodeDecodeError:
        return None
    return "utf-8"
