"""The parsed page, and the two questions asked of it everywhere."""

from typing import TypeAlias, cast

from lxml import etree

from crawler.extraction.blocks import clean

Element: TypeAlias = etree._Element


def parse_tree(page: str) -> Element | None:
    """The element tree, or None where nothing can be parsed."""
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(page.replace("\0", "").encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def find_all(root: Element, path: str) -> list[Element]:
    """The elements an XPath leads to, in page order."""
    return cast("list[Element]", root.xpath(path))


def words_of(element: Element) -> str:
    """The element's words, white space collapsed."""
    return clean(" ".join(cast("list[str]", list(element.itertext()))))
