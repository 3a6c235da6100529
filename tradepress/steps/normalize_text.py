"""Brings characters and white space to one spelling, before anything is compared or stored."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from tradepress.archive.text_forms import composed, one_line, one_line_each, paragraphs
from tradepress.story import AnyArticle


def normalize_text(item: AnyArticle) -> AnyArticle:
    """Returns the story in NFC, no invisible characters, single spaces, blank-line paragraphs."""
    return replace(
        item,
        headline=_in(one_line, item.headline),
        description=_in(one_line, item.description),
        section=_in(one_line, item.section),
        body=_in(paragraphs, item.body),
        also_titled=_each(item.also_titled),
        authors=_each(item.authors),
        credit=_each(item.credit),
        keywords=_each(item.keywords),
        corrections=_each(item.corrections),
        image_caption=_in(one_line, item.image_caption),
        image_license=_in(one_line, item.image_license),
        related_links=tuple(
            replace(link, text=one_line(composed(link.text))) for link in item.related_links
        ),
    )


def _in(form: Callable[[str], str], text: str | None) -> str | None:
    """Returns the text in that form, or None where nothing visible is left."""
    return form(composed(text or "")) or None


def _each(texts: Iterable[str]) -> tuple[str, ...]:
    return one_line_each(map(composed, texts))
