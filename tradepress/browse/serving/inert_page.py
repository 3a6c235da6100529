"""Makes a captured page such that a browser can show it and nothing comes of it."""

import re

from w3lib.encoding import html_to_unicode

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


def is_html(content_type: str | None) -> bool:
    """Tells by what its header says; what says nothing is read as HTML, as a crawl does."""
    return (content_type or HTML[0]).partition(";")[0].strip().lower() in HTML


def inert_text(page: bytes, content_type: str | None) -> str:
    """Returns a page's text as a browser would decode it; HTML without addresses that lead
    elsewhere, and with a style that stands behind all of its own.

    For no header keeps a browser from connecting to where a page points: it does so beforehand for
    ``<link rel=preconnect>``, for a frame that it then refuses, and at a click on a link.

    :param page: as sent, Content-Encoding undone
    :param content_type: as sent
    """
    text = _decoded(page, content_type)
    return _ADDRESSES.sub(r"data-\g<0>", text) + _STYLE if is_html(content_type) else text


def _decoded(page: bytes, content_type: str | None) -> str:
    """Decodes by BOM, header, what the page says, in this order (WHATWG, Encoding)."""
    try:
        return html_to_unicode(content_type, page, "cp1252", _guessed)[1]
    except (LookupError, UnicodeError):  # the name of a codec that is none of text, as base64
        return page.decode("utf-8", "replace")


def _guessed(page: bytes) -> str | None:
    try:
        page.decode()
    except UnicodeDecodeError:
        return None
    return "utf-8"
