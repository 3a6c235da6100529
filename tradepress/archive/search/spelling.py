"""Offers the word that was meant for one that no story has, or one alone: the nearest by spelling
that more have."""

import json
import string
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import groupby, islice

from tradepress.archive.database import Database
from tradepress.archive.search.public_words import PublicArchive, tells_words
from tradepress.archive.search.query_language import (
    Expression,
    Not,
    Words,
    inner_parts,
    parse_query,
)
from tradepress.archive.search.query_sql import full_text
from tradepress.archive.search.search_matches import CURRENT, FORMER, as_searched
from tradepress.archive.search.small_index import tokens
from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.stories.ref import is_address, is_ref
from tradepress.archive.text_forms import counted

MOST_OFFERED = 3
"""Limits what is offered for one word, and the words of a query for which something is."""
MOST_LOOKED_FOR = 40
"""Limits the words of a query that are looked for: who pastes a page does not ask for its words."""
FEWEST_LETTERS, FAR_LETTERS, MOST_LETTERS = 3, 6, 30
"""Limit the letters of a word: that anything is offered, also at a distance of two, and at all."""
_HEAD = 3
"""Is how many first letters tell which part of the archive's words is read: all of them, in a
large archive, take a second."""
_BLOCK = 128
"""Counts the signs of a block of Unicode."""
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NAME = "temp.spelling_words"


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """Says what a word may have been meant for."""

    word: str
    """Is what was typed."""
    better: str
    """Is as the index has it: in small letters, without accents."""
    stories: int
    """Counts those that have it, whatever else the query asks."""
    query: StoryQuery
    """Asks for it instead, and for the best of what is offered for each other word."""


def suggest(db: Database, query: StoryQuery) -> list[Suggestion]:
    """Returns what the words of a query may have been meant for, where one story has them at most:
    word by word, for each the best first.

    To strangers headlines alone tell words, and nothing does where the archive holds texts for
    itself.

    :raises QueryError: the query can't be read
    """
    if query.words is None or is_address(query.words) or is_ref(db, query.words):
        return []
    if isinstance(db, PublicArchive) and not tells_words(db):
        return []
    wanted = {
        token: words.is_prefix and token == found[-1]
        for words in _wanted(parse_query(query.words))
        for found in [tokens(words.text)]
        for token in found
    }
    had_by = (
        (word, _count(db, query, Words(text=word, is_prefix=wanted[word])))
        for word in [*filter(_may_be_misspelt, wanted)][:MOST_LOOKED_FOR]
    )
    rare = [*islice(((word, stories) for word, stories in had_by if stories < 2), MOST_OFFERED)]
    if not rare:
        return []
    with _vocabulary(db) as there:
        found = {word: _nearest(db, there, word, had_by=stories) for word, stories in rare}
    offered = {word: near[:MOST_OFFERED] for word, near in found.items() if near}
    best = {word: near[0][0] for word, near in offered.items()}
    return [
        Suggestion(
            word=word,
            better=better,
            stories=stories,
            query=replace(query, words=_mended(query.words, {**best, word: better})),
        )
        for word, near in offered.items()
        for better, stories in near
    ]


def offers_in_words(suggestions: Iterable[Suggestion]) -> list[str]:
    """Puts suggestions in lines, one for each word, without a full stop."""
    return [
        f"“{word}”: did you mean "
        + " or ".join(
            f"“{one.better}” ({counted(one.stories, 'story', 'stories')})" for one in ones
        )
        + "?"
        for word, ones in groupby(suggestions, lambda one: one.word)
    ]


def _wanted(expression: Expression) -> Iterator[Words]:
    """Yields words that are not excluded."""
    if isinstance(expression, Words):
        yield expression
    for part in () if isinstance(expression, Not) else inner_parts(expression):
        yield from _wanted(part)


def _may_be_misspelt(word: str) -> bool:
    is_word = not any(map(str.isnumeric, word))  # a number is right, or another one
    return is_word and FEWEST_LETTERS <= len(word) <= MOST_LETTERS


def _count(db: Database, query: StoryQuery, word: Words) -> int:
    """Counts the stories that have a word: none, one or more."""
    match = full_text(as_searched(db, word, variants=query.variants))
    if match is None:  # strangers may not ask
        return 2
    count = "SELECT count(*) FROM (SELECT 1 FROM {0} WHERE {0} MATCH ? LIMIT 2)"
    sides = (CURRENT, FORMER) if query.as_of or query.seen_on else (CURRENT,)
    indexes = [side.index(query.stemmed) for side in sides]
    return sum(db.execute(count.format(one), [match]).fetchone()[0] for one in indexes)


@contextmanager
def _vocabulary(db: Database) -> Iterator[str]:
    """Lets the words of the index be read: yields a selection of ``term``, and of ``doc``, how many
    stories have it.

    The table ends with it: who may send SQL by the same connection would read words of all texts
    there.
    """
    is_public = isinstance(db, PublicArchive)
    kind, condition = ("col", "col = 'headline'") if is_public else ("row", "1")
    db.execute(f"CREATE VIRTUAL TABLE {_NAME} USING fts5vocab(main, {CURRENT.table}, {kind})")
    try:
        yield f"{_NAME} WHERE {condition}"
    finally:
        db.execute(f"DROP TABLE {_NAME}")


def _nearest(db: Database, words: str, word: str, *, had_by: int) -> Sequence[tuple[str, int]]:
    """Returns words that more stories have, and how many: the nearest, of these those that a slip
    of the hand makes the word of, of these what most stories have."""
    head, edits = word[:_HEAD], dict(_edits(word))
    near = {"others": json.dumps(sorted(one for one in edits if not one.startswith(head)))}
    of_head = {"head": head, "end": head + chr(sys.maxunicode), "letters": len(word)}
    found: dict[str, int] = dict(
        db.execute(
            f"SELECT term, doc FROM json_each(:others) CROSS JOIN {words} AND term = value "
            f"UNION ALL SELECT term, doc FROM {words} AND term >= :head AND term < :end "
            "AND length(term) BETWEEN :letters - 2 AND :letters + 2",
            near | of_head,
        ).fetchall()
    )
    more = {one: stories for one, stories in found.items() if stories > had_by}
    slips = [one for one in more if edits.get(one)]
    if had_by:
        # The word is there: what is near it may be another name, and what it begins with a form.
        nearest = [one for one in slips if not (one.startswith(word) or word.startswith(one))]
    else:
        nearest = slips or [one for one in more if one in edits]
    if not (nearest or had_by) and len(word) >= FAR_LETTERS:
        nearest = [one for one in more if _is_within_two(word, one)]
    return [(one, more[one]) for one in sorted(nearest, key=lambda one: (-more[one], one))]


def _edits(word: str) -> Iterator[tuple[str, bool]]:
    """Yields what is one letter from a word, and whether a slip of the hand made the word of it:
    two letters swapped, one dropped, doubled, or taken for one of its neighbours on the keyboard.
    """
    alphabet = sorted({letter for sign in word for letter in _alphabet(sign)})
    for at in range(len(word) + 1):
        before, here, after = word[:at], word[at : at + 1], word[at + 1 :]
        for letter in alphabet:
            yield before + letter + here + after, True
            if here not in ("", letter):
                yield before + letter + after, letter in _neighbours(here)
        if here:
            yield before + after, here in (before[-1:], after[:1])
        if after and here != after[0]:
            yield before + after[0] + here + after[1:], True


def _alphabet(sign: str) -> Iterable[str]:
    """Returns the small letters of the script of a letter."""
    if sign.isascii():
        return string.ascii_lowercase
    first = ord(sign) - ord(sign) % _BLOCK
    block = map(chr, range(first, first + _BLOCK))
    return [one for one in block if unicodedata.category(one) in ("Ll", "Lo", "Mn", "Mc")]


def _neighbours(letter: str) -> str:
    """Returns the letters on keys beside that of a letter."""
    return "".join(
        _KEYS[y][max(x - 1 + (y < row), 0) : x + 2 - (y > row)]
        for row, keys in enumerate(_KEYS)
        for x in [keys.find(letter)]
        if x >= 0
        for y in range(max(row - 1, 0), min(row + 2, len(_KEYS)))
    )


def _is_within_two(one: str, other: str) -> bool:
    """Are they no more than two letters dropped, added, changed or swapped apart?"""
    if len(set(one) ^ set(other)) > 4:  # to look costs a tenth
        return False
    row, last = list(range(len(other) + 1)), list[int]()
    for at, letter in enumerate(one, start=1):
        before_last, last, row = last, row, [at]
        for to, sign in enumerate(other, start=1):
            least = min(last[to] + 1, row[-1] + 1, last[to - 1] + (letter != sign))
            if at > 1 and to > 1 and letter == other[to - 2] and sign == one[at - 2]:
                least = min(least, before_last[to - 2] + 1)
            row.append(least)
        if min(row) > 2:
            return False
    return row[-1] <= 2


def _mended(text: str, better: Mapping[str, str]) -> str:
    """Returns what was typed, with other words in the place of some."""
    parts = ("".join(part) for _, part in groupby(text, lambda sign: _is_of_word(sign)))
    return "".join(
        better.get(tokens(part)[0], part) if _is_of_word(part[0]) else part for part in parts
    )


def _is_of_word(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LMN"
