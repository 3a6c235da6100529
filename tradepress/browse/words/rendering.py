"""Shows values of the archive as words and inert HTML. Whatever a page of the web put in stays
text."""

import json
import re
from datetime import date, datetime
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from tradepress.archive import text_forms
from tradepress.archive.search.find_stories import MARK_END, MARK_START
from tradepress.archive.stored_json import json_value
from tradepress.archive.stories.reservation_words import in_words
from tradepress.archive.text_forms import is_formula
from tradepress.story import LinkKind, Reservation

_MARKED = re.compile(f"{MARK_START}([^{MARK_START}{MARK_END}]*){MARK_END}")
_STRAY_MARKS = re.compile(f"[{MARK_START}{MARK_END}]")
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"'\\\x00-\x1f]+", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")

MOST_NAMES = 50
"""Limits the names of a list in one cell; no story has as many authors, but anybody's SQL can."""

KIND_WORDS: dict[LinkKind, str] = {
    "first_published_on": "First published on",
    "related": "Related",
    "more_on_this_story": "More on this story",
    "in_text": "Links in the text",
    "top_stories": "Top stories of that day",
}
"""Says what the kinds of related link are called, in the order a reader wants them."""


DUPLICATE_WORDS = {
    "cross-post": "the same story at another paper",
    "press release": "what a third party sent out",
    "update": "another take of the same paper",
}
"""Says what the kinds of near-duplicates are called."""


def is_web_address(value: object) -> bool:
    """Is it an absolute http or https address with a host, the only kind we ever link to?"""
    if not isinstance(value, str) or not _WEB_ADDRESS.fullmatch(value):
        return False
    try:
        return bool(urlsplit(value).hostname)
    except ValueError:
        return False


def web_link(url: object, words: str | None = None) -> Markup:
    """Returns a link that leaves the archive; anything but http and https is shown as text
    alone."""
    shown = words or ("" if url is None else str(url))
    if not is_web_address(url):
        return escape(shown)
    return Markup('<a href="{}" rel="noopener noreferrer nofollow">{}</a>').format(url, shown)


def marked(text: str | None) -> Markup:
    """Returns text with search hits: escaped first, then the markers become ``<mark>``."""
    inert = str(escape(text or ""))
    return Markup(_STRAY_MARKS.sub("", _MARKED.sub(r"<mark>\1</mark>", inert)))


def in_days(value: str | None) -> str:
    """Returns ``2017-08-04`` (or a date-time) as ``4 August 2017``; NULL as ``undated``."""
    if not value:
        return "undated"
    try:
        day = date.fromisoformat(value[:10])
    except ValueError:
        return value
    return f"{day.day} {day:%B %Y}"


def in_months(value: str) -> str:
    """Returns ``2017-08`` as ``August 2017``."""
    return f"{date.fromisoformat(f'{value}-01'):%B %Y}"


def capitalize_first(words: str) -> str:
    """Returns words as a sentence begins; the rest stays as it is."""
    return words[:1].upper() + words[1:]


def in_minutes(value: str | None) -> str:
    """Returns a UTC instant as ``4 August 2017, 09:15 UTC``; NULL as ``not known``."""
    if not value:
        return "not known"
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        return value
    zone = "UTC" if value.endswith(("Z", "+00:00")) else value[16:].lstrip("0123456789:.")
    return f"{instant.day} {instant:%B %Y, %H:%M} {zone}".rstrip()


def loaded(value: object) -> object:
    """Returns what a JSON text holds; None if the value is no such text: anybody's SQL can make
    it."""
    try:
        return json_value(value) if isinstance(value, str) else None
    except ValueError:
        return None


def has_texts(value: object, *names: str) -> bool:
    """Tells whether it is a JSON object that has a text under each of these names."""
    return isinstance(value, dict) and all(isinstance(value.get(name), str) for name in names)


def names(value: object) -> list[str]:
    """Returns a JSON array of the archive as a list of strings; anything else as no names."""
    listed = loaded(value)
    if not isinstance(listed, list):
        return []
    shown = [
        entry if isinstance(entry, str) else json.dumps(entry) for entry in listed[:MOST_NAMES]
    ]
    return [*shown, f"and {more:,} more"] if (more := len(listed) - MOST_NAMES) > 0 else shown


def fields(value: object) -> dict[str, str]:
    """Returns a JSON object of the archive, such as ``evidence``, as words by name; else
    nothing."""
    given = loaded(value)
    if not isinstance(given, dict):
        return {}
    return {
        name: words if isinstance(words, str) else json.dumps(words, ensure_ascii=False)
        for name, words in given.items()
    }


def reservations(value: object) -> list[str]:
    """Returns what a publisher reserves, each as ``noarchive (meta robots)``."""
    return [in_words(one) for one in _reserved(value)]


def _reserved(value: object) -> list[Reservation]:
    listed = loaded(value)
    if not isinstance(listed, list):
        return []
    names = ("term", "value", "evidence")
    return [
        Reservation(**{name: one[name] for name in names})
        for one in listed
        if has_texts(one, *names)
    ]


def counted(number: int | None, one: str, many: str) -> str:
    """Returns what :func:`tradepress.archive.text_forms.counted` does; None is none."""
    return text_forms.counted(number or 0, one, many)


def inert_csv_cell(value: str) -> str:
    """Returns a CSV cell that no spreadsheet runs as a formula; numbers stay numbers."""
    return "'" + value if is_formula(value) and not _NUMBER.fullmatch(value) else value
