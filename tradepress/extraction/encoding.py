"""Turns bytes into text, in the WHATWG order: BOM, transport header, meta, then detection."""

import codecs
import re

from w3lib.encoding import resolve_encoding

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
HEADER_CHARSET = re.compile(r"charset\s*+=\s*+[\"']?\s*+([\w:.+-]+)", re.I)
META_CHARSET = re.compile(
    rb"<meta\s[^>]{0,500}?charset\s*+=\s*+[\"']?\s*+([\w:.+-]+)|^\s*<\?xml\s[^>]*?encoding=[\"']([\w:.+-]+)",
    re.I,
)
COMMENT = re.compile(rb"<!--(?:-?>|.*?(?:-->|\Z))", re.S)
META_SCAN_BYTES = 4096
FAR_SCAN_BYTES = 65_536
"""Bounds the search in a page that is no UTF-8: long scripts may stand before its meta."""


def decode(page: bytes, content_type: str | None = None) -> str:
    """Returns the page's text; undecodable bytes become U+FFFD."""
    for bom, encoding in BOMS:
        if page.startswith(bom):
            return page[len(bom) :].decode(encoding, "replace")
    header = HEADER_CHARSET.search(content_type or "")
    if header and (words := _decode_as(page, header[1])) is not None:
        return words
    if (words := _decode_declared(page, META_SCAN_BYTES)) is not None:
        return words
    try:
        return page.decode("utf-8")
    except UnicodeDecodeError:
        far = _decode_declared(page, FAR_SCAN_BYTES)
        return _decode_undeclared(page) if far is None else far


def _decode_declared(page: bytes, within: int) -> str | None:
    """Returns the text in the first encoding that the page's beginning declares, outside of
    comments, and that there is."""
    for declared in META_CHARSET.finditer(COMMENT.sub(b"", page[:within])):
        label = (declared[1] or declared[2]).decode("ascii", "replace").lower()
        # A meta that could be found by reading ASCII does not stand in UTF-16.
        label = "utf-8" if label.startswith("utf-16") else label
        if (words := _decode_as(page, label)) is not None:
            return words
    return None


def _decode_as(page: bytes, label: str) -> str | None:
    """Returns the text in an encoding named by its label; None for a name that means none of
    text."""
    name = resolve_encoding(label)
    try:
        return page.decode(name, "replace") if name else None
    except (LookupError, UnicodeError):  # ``base64`` and ``idna`` are codecs too
        return None


def _decode_undeclared(page: bytes) -> str:
    """UTF-8 with a few broken bytes stays UTF-8; anything else is read as windows-1252."""
    lenient = page.decode("utf-8", "replace")
    typical = sum(map(lenient.count, "’“”–éüöäàè"))
    return lenient if typical > lenient.count("\ufffd") else page.decode("cp1252", "replace")
