"""Knows other spellings, names and translations of words, for a search that asks for them."""

import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from tradepress.archive.search.named_values import fold
from tradepress.archive.search.query_language import (
    AllOf,
    EitherOf,
    Expression,
    Near,
    Not,
    Words,
    join,
)

_Tokens = tuple[str, ...]
_Groups = Mapping[_Tokens, Sequence[Mapping[_Tokens, str]]]
"""Maps members, in folded words, to the groups that they are in: members by their words."""

MOST_VARIANTS = 24
"""Limits the spellings of one word or phrase; what it is in other languages comes beside them."""
MOST_WORDS = 8
"""Limits the words of a spelling or name that is looked for within what was typed."""
ARTICLE = "ال"


def with_variants(expression: Expression) -> Expression:
    """Returns an expression with all spellings and names beside each word or phrase with others,
    and what it is in other languages; within phrases and beside NEAR spellings and names alone.

    ``trade mark`` without quotation marks is taken for the pair, too: a story may have both words,
    or ``trademark``.
    """
    match expression:
        case Words():
            return join(EitherOf, [expression, *_others(expression)])
        case Near(these=these, those=those):
            return replace(expression, these=_spelled(these), those=_spelled(those))
        case Not(part=part):
            return Not(part=with_variants(part))
        case EitherOf(parts=parts):
            return join(EitherOf, [with_variants(part) for part in parts])
        case AllOf(parts=parts):
            return join(AllOf, [*_of_pairs(parts)])
    return expression


def _spelled(side: Iterable[Words]) -> tuple[Words, ...]:
    found = [[words, *_as(words, _spellings(words.text)[1:])] for words in side]
    return tuple(one for each in found for one in each)


def _others(words: Words) -> Iterable[Words]:
    """Returns all that a word or phrase stands for beside itself."""
    found = dict.fromkeys(spellings := _spellings(words.text))
    for spelling in spellings:
        found |= dict.fromkeys(_members(_groups("concept"), _key(spelling)))
    for text in [*found]:
        found |= dict.fromkeys(_clitics(text))
    return _as(words, [*found][1:])


def _as(words: Words, texts: Iterable[str]) -> Iterable[Words]:
    return (replace(words, text=text) for text in texts)


def _spellings(text: str) -> list[str]:
    """Returns how a text is written, first as it stands, in its words."""
    typed, key, place, found = _words(text), _key(text), 0, [""]
    while place < len(typed):
        end = place + (_longest(key[place:], _groups("spellings")) or 1)
        members = [" ".join(typed[place:end]), *_members(_groups("spellings"), key[place:end])]
        found = [f"{before} {one}".strip() for before in found for one in members][:MOST_VARIANTS]
        place = end
    return [form for one in found for form in dict.fromkeys(_in_han(one))]


def _in_han(text: str) -> Iterable[str]:
    """Returns a text, and what it is with old Han letters, simplified ones, and Japanese ones."""
    return [text, *map(text.translate, _han())]


def _clitics(text: str) -> Iterator[str]:
    """Yields an Arabic word or phrase with what is written in one piece with it."""
    rest = text.removeprefix(ARTICLE)
    for kind, is_so in (("bare", rest == text), ("with_article", rest != text)):
        if "\u0621" <= text[:1] <= "\u064a" and (is_so or " " not in text):
            yield from (clitic + rest for clitic in _data()[kind])


def _of_pairs(parts: Sequence[Expression]) -> Iterator[Expression]:
    """Yields all parts with their variants; words that are one name have those of the name."""
    while parts:
        run: list[Words] = []
        for part in parts[:MOST_WORDS]:
            if not isinstance(part, Words) or part.is_prefix or len(_key(part.text)) != 1:
                break
            if part.field != (*run, part)[0].field:
                break
            run.append(part)
        key = tuple(_key(words.text)[0] for words in run)
        length = max(_longest(key, _groups(kind)) for kind in ("spellings", "concept"))
        if length > 1:
            name = replace(run[0], text=" ".join(words.text for words in run[:length]))
            yield join(EitherOf, [AllOf(parts=tuple(run[:length])), *_others(name)])
        else:
            yield with_variants(parts[0])
        parts = parts[max(length, 1) :]


def _longest(key: _Tokens, groups: _Groups) -> int:
    """Returns of how many words the longest member is that they begin with, or 0."""
    lengths = range(min(len(key), MOST_WORDS), 0, -1)
    return next((length for length in lengths if key[:length] in groups), 0)


def _members(groups: _Groups, key: _Tokens) -> list[str]:
    """Returns the others of all groups of a member."""
    return [text for group in groups.get(key, ()) for one, text in group.items() if one != key]


def _words(text: str) -> list[str]:
    """Returns the words of a text as the full text parts them, with vowel signs in them."""
    return "".join(one if unicodedata.category(one)[0] in "LNM" else " " for one in text).split()


def _key(text: str) -> _Tokens:
    return tuple(map(fold, _words(text)))


@cache
def _data() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


@cache
def _han() -> Sequence[Mapping[int, str]]:
    rows = _data()["han"].split()
    return [{ord(one): row[form] for row in rows for one in row} for form in range(3)]


@cache
def _groups(kind: Literal["spellings", "concept"]) -> _Groups:
    """Returns groups by each of their members."""
    found: dict[_Tokens, list[Mapping[_Tokens, str]]] = defaultdict(list)
    for one in _data()[kind]:
        texts = " | ".join(one.values() if kind == "concept" else [one]).split(" | ")
        group = {_key(form): form for text in texts for form in _in_han(text)}
        for key in group:
            found[key].append(group)
    return found
