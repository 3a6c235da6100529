"""Turns bytes into text: BOM, what is whole UTF-8, transport header, meta, then detection.

Browsers believe the header, whatever comes of it. An archive can look: of several encodings that
are declared the one is taken that reads as words.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress

from w3lib.encoding import resolve_encoding

from tradepress.extraction.wording import WORDING

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
UNDECLARED = (
    *("utf-8", "windows-1252", "euc-jp", "shift_jis", "gb18030", "big5", "euc-kr"),
    *("windows-1251", "koi8-r", "iso-2022-jp"),
)
"""Names the encodings of pages that declare none, of equals the first."""
UNCHOSEN = "cp1252"
"""Is what servers and editors declare where nobody has told them."""
GARBLED = "\ufffd\ue000-\uf8ff"
"""Is the inside of a set of characters that no one writes: the mark of a byte that could not be
read, and those for private use."""
MISREAD = re.compile(
    rf"[{GARBLED}\x1b\x80-\x9f]|[a-zß-ÿа-яё][À-ÞА-ЯЁ]|[À-ÿ][¡-¿€-™]"
    r"|[A-Za-z][Ѐ-ӿ]|[Ѐ-ӿ][A-Za-z─-╿▀-▓]"
)
"""Matches what stands in hardly a text, but in one that is read in a wrong encoding."""
SWITCHED = re.compile(rb"[\0\x1b]|~\{")
"""Matches what ASCII holds that stands for other letters: UTF-16, ISO-2022-JP, HZ."""
COMMON = re.compile(f"[{WORDING['letters']['common']}]")


def decode(page: bytes, content_type: str | None = None) -> str:
    """Returns the page's text; undecodable bytes become U+FFFD."""
    for bom, encoding in BOMS:
        if page.startswith(bom):
            return page[len(bom) :].decode(encoding, "replace")
    if not (page.isascii() and SWITCHED.search(page)):
        with suppress(UnicodeDecodeError):
            return page.decode("utf-8")  # no other text has only such bytes, whatever it is called
    header = HEADER_CHARSET.search(content_type or "")
    labels = [header[1]] if header else []
    labels += _declared(page, META_SCAN_BYTES) or _declared(page, FAR_SCAN_BYTES)
    known = filter(None, map(resolve_encoding, labels))
    named = [*sorted(known, key=UNCHOSEN.__eq__), "utf-8"] if labels else UNDECLARED
    return min(_readings(page, dict.fromkeys(named)), key=_doubt)


def _declared(page: bytes, within: int) -> list[str]:
    """Returns the encodings that the page's beginning declares, outside of comments."""
    metas = META_CHARSET.finditer(COMMENT.sub(b"", page[:within]))
    labels = ((meta[1] or meta[2]).decode("ascii", "replace").lower() for meta in metas)
    # A meta that could be found by reading ASCII does not stand in UTF-16.
    return ["utf-8" if label.startswith("utf-16") else label for label in labels]


def _readings(page: bytes, encodings: Iterable[str]) -> Iterator[str]:
    """Yields the text in each encoding that there is."""
    for name in encodings:
        with suppress(LookupError, UnicodeError):  # ``base64`` and ``idna`` are codecs too
            yield page.decode(name, "replace")


def _doubt(words: str) -> int:
    """Counts what makes it unlikely that they are read in the right encoding; what is common counts
    for it."""
    return len(MISREAD.findall(words)) - len(COMMON.findall(words))
