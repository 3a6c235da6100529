"""The parsed page, and the words of an element of it."""

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias, cast

from lxml import etree

from crawler.extraction.blocks import clean
from crawler.extraction.refusal import NotAnArticle

Element: TypeAlias = etree._Element

ENDS = re.compile(rb"</(?:body|html|BODY|HTML)>")
"""Behind these libxml2 leaves everything out, where browsers show it."""
EMPTY_COMMENT = b"<!>"


def parse_tree(page: str) -> Element | None:
    """The element tree, or None where nothing can be parsed.

    :raises NotAnArticle: the page is nested so deeply that the parser would leave words out
    """
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False
    )
    data = ENDS.sub(EMPTY_COMMENT, page.encode("utf-8", "replace").replace(b"\0", b""))
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        raise NotAnArticle("too_complex", "its tags are nested too deeply")
    return root


def read_telling(root: Element) -> Mapping[str, Sequence[Element]]:
    """The elements that say something of the page to machines or are buttons, by tag, in one pass.

    Each ``h1`` stands among the ``time`` elements, of which it tells those below from those above,
    and each ``input`` among the ``button`` elements.
    """
    found: dict[str, list[Element]] = {
        name: [] for name in ("link", "meta", "script", "time", "button")
    }
    found |= {"h1": found["time"], "input": found["button"]}
    for element in root.iter(*found):
        found[element.tag].append(element)
    return found


def words_of(element: Element) -> str:
    """The element's words, white space collapsed."""
    return clean(" ".join(cast("list[str]", list(element.itertext()))))
