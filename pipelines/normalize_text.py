"""One spelling of characters and white space before anything is compared or stored."""

import re
import unicodedata
from dataclasses import replace

from archive.story import Article, Link

# Soft hyphens, zero-width and bidirectional controls: invisible, and they break search.
INVISIBLE = re.compile("[\\u00ad\\u200b-\\u200f\\u202a-\\u202e\\u2060\\u2066-\\u2069\\ufeff]")


def normalize_text(item: Article) -> Article:
    """Article -> Article: NFC, no invisible characters, single spaces, blank-line paragraphs."""
    return replace(
        item,
        headline=normalize_line(item.headline),
        description=normalize_line(item.description),
        section=normalize_line(item.section),
        body=normalize_paragraphs(item.body),
        authors=tuple(filter(None, map(normalize_line, item.authors))),
        keywords=tuple(filter(None, map(normalize_line, item.keywords))),
        corrections=tuple(filter(None, map(normalize_line, item.corrections))),
        image_caption=normalize_line(item.image_caption),
        image_license=normalize_line(item.image_license),
        related_links=tuple(map(normalize_link, item.related_links)),
    )


def normalize_link(link: Link) -> Link:
    """Its text as one line."""
    text = normalize_line(link.text) or ""
    return link if text == link.text else replace(link, text=text)


def normalize_line(text: str | None) -> str | None:
    """One line of text; None where nothing visible is left."""
    if text is None:
        return None
    if not text.isascii():
        text = INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return " ".join(text.split()) or None


def normalize_paragraphs(text: str | None) -> str | None:
    """Paragraphs joined by a blank line, each one line."""
    if text is None:
        return None
    paragraphs = (normalize_line(paragraph) for paragraph in re.split(r"\n\s*\n", text))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph) or None
