"""What a person types into a search, as FTS5 reads it."""

import re
import unicodedata
from collections.abc import Iterator

from archive.text_forms import storable

MATCHES_NOTHING = '""'
MOST_TERMS = 64
"""Words and phrases of a query that count; FTS5 refuses endless ones."""

OPERATORS = ("OR", "AND", "NOT")
"""What they would mean elsewhere can't be said here, and as words they only spoil a search."""

_TERM = re.compile(r'(?P<minus>-?)(?:["“”„](?P<phrase>[^"“”„]*)["“”„]?(?P<star>\*?)|(?P<word>\S+))')


class EmptyQuery(ValueError):
    """Nothing in the query can be searched for."""


class UnknownOperator(ValueError):
    """The query is written for another search engine."""


def require_no_operators(text: str | None) -> None:
    """
    :raises UnknownOperator: OR, AND or NOT stands in it as a word by itself, also in brackets or in
        full width; in quotes it is a word
    """
    for match in _TERM.finditer(storable(text or "")):
        word = unicodedata.normalize("NFKC", match["word"] or "").strip("()[]{}")
        if word in OPERATORS and not match["minus"]:
            raise UnknownOperator(
                f'{word} is no operator here: all words must occur, "a phrase" as it stands, '
                f'begin* and -not are known; the word itself is "{word}"'
            )


def match_query(text: str | None) -> str:
    """What a person typed as an FTS5 expression that is always valid.

    Words must all occur; ``"a phrase"`` as it stands (so does ``non-use``); ``trade*`` any word
    that begins so; ``-word`` must not occur (beside a word that must). Other signs mean nothing.
    Where nothing is left to search for, the expression matches nothing.

    >>> match_query('non-use "bad faith" -copyright mark*')
    '("non-use" AND "bad faith" AND "mark"*) NOT ("copyright")'
    """
    wanted, unwanted = query_terms(text)
    if not wanted:
        return MATCHES_NOTHING
    query = f"({' AND '.join(wanted)})"
    return f"{query} NOT ({' OR '.join(unwanted)})" if unwanted else query


def query_terms(text: str | None) -> tuple[list[str], list[str]]:
    """The quoted terms that must occur, and those that must not; each a valid FTS5 expression."""
    terms = list(_terms(text or ""))
    return [t for minus, t in terms if not minus], [t for minus, t in terms if minus]


def _terms(text: str) -> Iterator[tuple[bool, str]]:
    """Whether it is unwanted, and the quoted term, for each part that can be searched for."""
    found = 0
    for match in _TERM.finditer(storable(text)):
        words, star = match["phrase"], match["star"]
        if words is None:
            words = match["word"].rstrip("*")
            star = "*" if words != match["word"] else ""
        if not any(map(_is_searchable, words)):
            continue
        found += 1
        if found > MOST_TERMS:
            return
        quoted = words.replace('"', '""')
        yield bool(match["minus"]), f'"{quoted}"{star}'


def _is_searchable(character: str) -> bool:
    """As unicode61 sees it: letters, numbers and private use are words, all else is not."""
    category = unicodedata.category(character)
    return category[0] in "LN" or category == "Co"
