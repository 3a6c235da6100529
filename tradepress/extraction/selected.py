"""Finds what a source's selectors name on its page."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from lxml import etree

from tradepress.extraction.dates import DateReading, find_date
from tradepress.extraction.people import read_names
from tradepress.extraction.tree import Element, words_of
from tradepress.source import Selectors

EVIDENCE = "selector"


@dataclass(frozen=True, kw_only=True)
class Selected:
    """Is empty where nothing is selected."""

    headline: str = ""
    body: tuple[Element, ...] = ()
    date_published: DateReading | None = None
    authors: tuple[str, ...] = ()


NOTHING = Selected()


def select(root: Element, selectors: Selectors, day_first: bool | None) -> Selected:
    """Returns what they select below ``root``."""
    dates = (
        date
        for element in _all(root, selectors.date_published)
        for words in (element.get("datetime"), element.get("content"), words_of(element))
        if words and (date := find_date(words, day_first)) and date.value
    )
    lines = [words_of(element) for element in _all(root, selectors.authors)]
    return Selected(
        headline=next(filter(None, map(words_of, _all(root, selectors.headline))), ""),
        body=tuple(_all(root, selectors.body)),
        date_published=next(dates, None),
        authors=read_names(lines, declared=True, is_known=True),
    )


def _all(root: Element, selector: str | None) -> Iterator[Element]:
    if selector is not None:
        yield from cast("list[Element]", _path(selector)(root))


@lru_cache(maxsize=64)
def _path(selector: str) -> etree.XPath:
    from parsel.csstranslator import HTMLTranslator  # few sources select, and it is long in loading

    return etree.XPath(HTMLTranslator().css_to_xpath(selector))
