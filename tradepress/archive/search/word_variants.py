"""Knows other spellings, names and translations of words, for a search that asks for them."""

import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

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
_Group = Mapping[_Tokens, str]
"""Maps members, in folded words, to how they are written."""
_Groups = Mapping[_Tokens, Sequence[_Group]]
"""Maps members to the groups that they are in."""

MOST_VARIANTS = 24
"""Limits the spellings of one word or phrase; what it is in other languages comes beside them."""
MOST_WORDS = 8
"""Limits the words of one spelling or name that is looked for within what was typed."""
ARTICLE = "ال"


@dataclass(frozen=True, kw_only=True, slots=True)
class Variants:
    """Holds what word_variants.toml says."""

    spellings: _Groups
    concepts: _Groups
    han: Sequence[Mapping[int, str]]
    """Maps letters to their old forms, to simplified ones, and to Japanese ones."""
    bare: Sequence[str]
    with_article: Sequence[str]

    def forms(self, text: str) -> Iterator[str]:
        """Yields a text, and what it is with other forms of its Han letters."""
        yield from dict.fromkeys([text, *map(text.translate, self.han)])

    def clitics(self, text: str) -> Iterator[str]:
        """Yields an Arabic word or phrase with what is written in one piece with it."""
        if "\u0621" <= text[:1] <= "\u064a":
            bare = text.removeprefix(ARTICLE)
            if (is_word := " " not in text) or bare == text:
                yield from (one + bare for one in self.bare)
            if is_word or bare != text:
                yield from (one + bare for one in self.with_article)


def with_variants(expression: Expression) -> Expression:
    """Returns an expression with all spellings and names beside each word or phrase with others,
    and what it is in other languages. Beside NEAR and within a phrase spellings and names alone.

    ``trade mark`` without quotation marks is taken for the pair, too: a story may have both words,
    or ``trademark``.
    """
    match expression:
        case Words():
            return join(EitherOf, [expression, *_others(expression)])
        case Near(these=these, those=those):
            near = [
                tuple(
                    one
                    for words in side
                    for one in (words, *_each(words, _spellings(words.text)[1:]))
                )
                for side in (these, those)
            ]
            return replace(expression, these=near[0], those=near[1])
        case Not(part=part):
            return Not(part=with_variants(part))
        case EitherOf(parts=parts):
            return join(EitherOf, [with_variants(part) for part in parts])
        case AllOf(parts=parts):
            return join(AllOf, [*_of_pairs(parts)])
    return expression


def _others(words: Words) -> Iterator[Words]:
    """Yields all that a word or phrase stands for beside itself."""
    spellings = _spellings(words.text)
    found = dict.fromkeys(spellings)
    for spelling in spellings:
        found |= dict.fromkeys(_members(_variants().concepts, _key(spelling)))
    clitics = (one for text in found for one in _variants().clitics(text))
    yield from _each(words, [*dict.fromkeys([*found, *clitics])][1:])


def _each(words: Words, texts: Iterable[str]) -> Iterator[Words]:
    return (replace(words, text=text) for text in texts)


def _spellings(text: str) -> list[str]:
    """Returns how a text is written, first as it stands, in its words."""
    typed, key, place = _words(text), _key(text), 0
    found = [""]
    while place < len(typed):
        end = place + (_longest(key[place:], _variants().spellings) or 1)
        members = [" ".join(typed[place:end]), *_members(_variants().spellings, key[place:end])]
        found = [f"{before} {one}".strip() for before in found for one in members][:MOST_VARIANTS]
        place = end
    return [form for one in found for form in _variants().forms(one)]


def _of_pairs(parts: Sequence[Expression]) -> Iterator[Expression]:
    """Yields all parts with their variants; words that are one name have those of the name."""
    place = 0
    while place < len(parts):
        run: list[Words] = []
        for part in parts[place : place + MOST_WORDS]:
            is_plain = isinstance(part, Words) and not part.is_prefix and len(_key(part.text)) == 1
            if not is_plain or (run and part.field != run[0].field):  # type: ignore[union-attr]
                break
            run.append(part)  # type: ignore[arg-type]
        key = tuple(_key(words.text)[0] for words in run)
        length = max(_longest(key, _variants().spellings), _longest(key, _variants().concepts))
        if length < 2:
            yield with_variants(parts[place])
            place += 1
            continue
        name = replace(run[0], text=" ".join(words.text for words in run[:length]))
        yield join(EitherOf, [AllOf(parts=tuple(run[:length])), *_others(name)])
        place += length


def _longest(key: _Tokens, groups: _Groups) -> int:
    """Returns of how many words the longest name or spelling is that they begin with, or 0."""
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
def _variants() -> Variants:
    """Reads word_variants.toml."""
    read = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    rows = read["han"].split()
    han = [{ord(one): row[form] for row in rows for one in row} for form in range(3)]
    concepts = (" | ".join(concept.values()) for concept in read["concept"])
    return Variants(
        spellings=_groups(read["spellings"], ()),
        concepts=_groups(concepts, han),
        han=han,
        bare=read["bare"],
        with_article=read["with_article"],
    )


def _groups(lines: Iterable[str], han: Sequence[Mapping[int, str]]) -> _Groups:
    """Returns the groups, one a line, by each of their members, all forms of Han letters in it."""
    found: dict[_Tokens, list[_Group]] = defaultdict(list)
    for line in lines:
        texts = [
            one.strip() for text in (line, *map(line.translate, han)) for one in text.split("|")
        ]
        group = {_key(text): text for text in texts}
        for key in group:
            found[key].append(group)
    return found
