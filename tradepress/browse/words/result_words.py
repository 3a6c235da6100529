"""Puts a result in a reader's words: what its filters and their values are called."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from tradepress.archive.search.languages import language_names
from tradepress.browse.facets.facet_values import Facet
from tradepress.browse.words import rendering
from tradepress.browse.words.value_words import ACCESS_WORDS, MENTION_WORDS

FACET_TITLES: dict[Facet, str] = {
    "source": "Source",
    "court": "Court",
    "office": "Office",
    "section": "Section",
    "author": "Author",
    "mentions": "Mentions",
    "language": "Language",
    "access": "Access",
}
"""Names facets that narrow a result, in the order of the page; year and month have bars."""
FACET_PLURALS: dict[Facet, str] = {
    "source": "Sources",
    "court": "Courts",
    "office": "Offices",
    "section": "Sections",
    "author": "Authors",
    "mentions": "Kinds of mentions",
    "language": "Languages",
    "access": "Ways of access",
}
_TITLES = {
    **{str(facet): title for facet, title in FACET_TITLES.items()},
    **{"case": "Case", "number": "Number", "firm": "Law firm"},
}
_KINDS = {
    **{str(kind): words for kind, words in MENTION_WORDS.items()},
    "number": "numbers of any kind",
}
_SWITCHES = {
    "undated": "Without a day of publication",
    "doubtful": "Doubtful stories",
    "forms": "Other forms of the words, too",
    "variants": "Other spellings, old names and languages, too",
}


def value_words(name: str, value: str, publishers: Mapping[str, str]) -> str:
    """Returns a value of a filter: ``The Signet Gazette`` for ``signet``, ``German`` for ``de``.

    :param publishers: by name of the source
    """
    known: Mapping[str, str] = {
        "source": publishers,
        "mentions": _KINDS,
        "language": language_names(),
        "access": ACCESS_WORDS,
    }.get(name, {})
    return known.get(value, value)


def plural_words(kind: str) -> str:
    """Returns a facet, or a kind of mention, as a heading: ``Courts``, ``Law firms``."""
    facets = {str(facet): words for facet, words in FACET_PLURALS.items()}
    return facets.get(kind) or rendering.capitalize_first(_KINDS[kind])


def filters_in_words(
    given: Iterable[tuple[str, str]], publishers: Mapping[str, str]
) -> Iterator[tuple[str, str, str]]:
    """Yields name, value and words of each filter in force: ``Court: General Court``. The two ends
    of a time are one, under the name of the first: ``Published from 2016 to March 2017``.

    :param given: names and values, as an address has them
    """
    given = list(given)
    ends = {name: value for name, value in given if name in ("since", "until")}
    for name, value in given:
        if name == "until" and "since" in ends:
            continue
        if name in ends:
            yield name, value, span_words(ends.get("since"), ends.get("until"))
        else:
            yield name, value, _in_words(name, value, publishers)


def _in_words(name: str, value: str, publishers: Mapping[str, str]) -> str:
    match name:
        case "q":
            return f"Words: {value}"
        case "as_of":
            return f"As of {time_words(value)}, in this archive"
        case "seen_on":
            return f"As of {time_words(value)}, at the papers"
    if name in _SWITCHES:
        return _SWITCHES[name]
    return f"{_TITLES[name]}: {value_words(name, value, publishers)}"


def span_words(since: str | None, until: str | None) -> str:
    """Says when stories were published: ``Published from 2016 on``, ``Published from 4 March 2016
    to the end of 2017``.

    :param since: day, month or year, as ``until``: both count; one may be None
    """
    if since is None or until is None:
        if since is not None:
            return f"Published from {time_words(since)} on"
        time = until or ""
        return f"Published up to {'' if _is_day(time) else 'the end of '}{time_words(time)}"
    if since == until:
        return f"Published {'on' if _is_day(since) else 'in'} {time_words(since)}"
    beginning = "the beginning of " if len(since) < len(until) else ""
    end = "the end of " if len(since) > len(until) else ""
    return f"Published from {beginning}{time_words(since)} to {end}{time_words(until)}"


def _is_day(time: str) -> bool:
    return len(time) == len("2017-08-04")


def time_words(time: str) -> str:
    """Puts a day, month or year in words: ``4 August 2017``, ``August 2017``, ``2017``."""
    if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", time, re.ASCII) and time[:4] != "0000":
        return f"{date.fromisoformat(f'{time}-01'):%B %Y}"
    return rendering.in_days(time)
