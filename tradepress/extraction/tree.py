"""Parses the page, and reads the words of an element of it."""

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias, cast

from lxml import etree

from tradepress.archive.text_forms import one_line
from tradepress.extraction.not_an_article import NotAnArticle

Element: TypeAlias = etree._Element

ENDS = re.compile(rb"</(?:body|html|BODY|HTML)>")
"""Matches the tags behind which libxml2 leaves words out of the body, where browsers show them."""
SHADOW_ROOTS = ("shadowrootmode", "shadowroot", "shadowmode")
"""Names attributes of a ``<template>`` that is shown: as sites, SingleFile and Chrome's MHTML write
the inside of a component. Any other holds what a script may put into the page."""
EMPTY_COMMENT = b"<!>"
TAIL = 16_384
"""Bounds the bytes at the end of a page, where it ends on nearly every page."""
MARK = "end-of-page"


def parse_tree(page: str) -> Element | None:
    """Returns the element tree, or None where nothing can be parsed.

    :raises NotAnArticle: the page is nested so deeply that the parser would leave words out
    """
    root = _parse_whole(page)
    for template in root.iter("template") if root is not None else ():
        if any(name in template.attrib for name in SHADOW_ROOTS):
            template.tag = "div"
    return root


def _parse_whole(page: str) -> Element | None:
    data = page.encode("utf-8", "replace").replace(b"\0", b"")
    # To look for ENDS on a whole page takes a fifteenth of the time of the parser: a mark shows
    # whether one stands farther up.
    start, tail = memoryview(data)[:-TAIL], ENDS.sub(EMPTY_COMMENT, data[-TAIL:])
    root = _parse(b"".join((start, tail, f"<{MARK}>".encode())))
    last = root
    while last is not None and len(last):
        last = last[-1]
    if root is None or last is None or last.tag != MARK or root[-1].tag != "body":
        return _parse(ENDS.sub(EMPTY_COMMENT, data))
    cast("Element", last.getparent()).remove(last)
    return root


def _parse(data: bytes) -> Element | None:
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        raise NotAnArticle("too_complex", "its tags are nested too deeply")
    return root


def read_telling(root: Element) -> Mapping[str, Sequence[Element]]:
    """Returns the elements that speak to machines or are buttons, by tag, in one pass.

    Among the ``time`` elements stand ``abbr``, which hAtom has in their place, and each ``h1``,
    which tells those below from those above; among the ``button`` elements each ``input``.
    """
    found: dict[str, list[Element]] = {
        name: [] for name in ("link", "meta", "script", "time", "button")
    }
    found |= {"h1": found["time"], "abbr": found["time"], "input": found["button"]}
    for element in root.iter(*found):
        found[element.tag].append(element)
    return found


def words_of(element: Element) -> str:
    """Returns the element's words, white space collapsed."""
    return one_line(" ".join(cast("list[str]", list(element.itertext()))))


def words_before(element: Element) -> str:
    """Returns what stands right before the element, or before the one that holds it."""
    parent = element.getparent()
    for at in (element, parent):
        if at is not None and (previous := at.getprevious()) is not None:
            return one_line(f"{words_of(previous)[-40:]} {previous.tail or ''}")[-60:]
        if at is element and parent is not None and parent.text and not parent.text.isspace():
            return one_line(parent.text)[-60:]
    return ""
