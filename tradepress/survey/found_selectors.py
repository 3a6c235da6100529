"""Finds where a page shows what a declared selector finds no more."""

from tradepress.archive.text_forms import one_line
from tradepress.extraction.selected import Selected, select
from tradepress.extraction.tree import Element, words_of
from tradepress.source import Selectors, Source
from tradepress.story import Article

LONGEST_LINE = 140
"""Bounds the characters of an element that shows a date or names."""


def found_selectors(root: Element, article: Article, source: Source, name: str) -> tuple[str, ...]:
    """Returns selectors of one class that find on this page what the story has without any, those
    of the smallest elements first.

    :param name: a field of Selectors
    """
    found: dict[str, int] = {}
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        words = words_of(element)
        if _may_show(words, article, name):
            for one in (element.get("class") or "").split():
                if one.replace("-", "").replace("_", "").isalpha():
                    found.setdefault(f"{element.tag}.{one}", len(words))
    return tuple(
        selector
        for selector in sorted(found, key=found.__getitem__)
        if _shows(select(root, Selectors(**{name: selector}), source.day_first), article, name)
    )


def _may_show(words: str, article: Article, name: str) -> bool:
    if name == "body":
        paragraphs = (article.body or "").split("\n\n")
        return all(one_line(one) in words for one in (paragraphs[0], paragraphs[-1]))
    return len(words) <= LONGEST_LINE or words == article.headline


def _shows(selected: Selected, article: Article, name: str) -> bool:
    if name == "body":
        return len(selected.body) == 1
    if name == "headline":
        return selected.headline == article.headline
    if name == "authors":
        return selected.authors == article.authors
    date = selected.date_published
    return date is not None and date.value == article.date_published
