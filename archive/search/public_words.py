"""What strangers may ask of texts: which words stand in them. In which order, and in which part,
tells the text word by word, so that is asked of headlines, and of passages that they may read."""

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from sqlite_utils import Database

from archive.search.query_language import (
    AllOf,
    EitherOf,
    Expression,
    Named,
    Near,
    Not,
    Passage,
    Words,
    inner_parts,
    join,
)
from archive.search.query_sql import ranked_terms
from archive.search.small_index import tokens

SPACELESS = "\u0e00-\u109f\u1680-\u1dff\u2e00-\ua63f\ua800-\uabff\ud800-\U0010ffff"
"""All signs but those of scripts that are known to part their words by spaces: Latin to Sinhala,
Georgian, Ethiopic, Hangul and others. Of Chinese or Thai FTS5 takes a whole clause for one word,
and how it begins tells it sign by sign."""
LONGEST_WORD = 40
"""Letters; what is longer may be a text without spaces."""
_ONE_WORD = re.compile(f"[^{SPACELESS}]{{1,{LONGEST_WORD}}}")


class PassageFinder(Protocol):
    def __call__(self, words: str, *, stemmed: bool) -> Sequence[int]:
        """The versions (``versions.id``) that have a passage which strangers may read with these,
        in FTS5's words."""


class PublicArchive(Database):
    """The archive as strangers may ask it: :func:`archive.search.search_matches.read_words` takes
    all words for it as :func:`for_strangers` does, whoever searches."""

    def __init__(self, connection: sqlite3.Connection, find_passages: PassageFinder) -> None:
        super().__init__(connection, recursive_triggers=False, execute_plugins=False)
        self.find_passages = find_passages


def for_strangers(expression: Expression) -> Expression:
    """The same, with what asks for an order answered by headlines and passages alone.

    >>> for_strangers(Words(text="lamp"))
    Words(text='lamp', is_prefix=False, field=None)
    """
    match expression:
        case Words(field=None) if _is_one_word(expression.text):
            return expression
        case Words(field="headline") | Near(these=[Words(field="headline"), *_]):
            return expression
        case Words(field=None):
            in_headline: Expression = replace(expression, field="headline")
        case Near(these=[Words(field=None), *_]):
            these, those = (
                tuple(replace(words, field="headline") for words in side)
                for side in (expression.these, expression.those)
            )
            in_headline = replace(expression, these=these, those=those)
        case Words() | Near():
            return Passage(words=expression)
        case Not(part=part):
            return Not(part=for_strangers(part))
        case AllOf(parts=parts):
            return AllOf(parts=tuple(map(for_strangers, parts)))
        case EitherOf(parts=parts):
            return join(EitherOf, [*map(for_strangers, parts)])
        case Named():
            return expression
        case _:
            raise AssertionError(expression)  # what nobody thought of is not for strangers
    return EitherOf(parts=(in_headline, Passage(words=expression)))


def asks_for_passages(expression: Expression) -> bool:
    return isinstance(expression, Passage) or any(map(asks_for_passages, inner_parts(expression)))


def shown_terms(expression: Expression) -> list[str]:
    """What may be marked in a text that is shown, each in FTS5's words: that of passages, too."""
    match expression:
        case Passage(words=words):
            return ranked_terms(words)
        case AllOf(parts=parts) | EitherOf(parts=parts):
            return [term for part in parts for term in shown_terms(part)]
    return ranked_terms(expression)


def _is_one_word(text: str) -> bool:
    words = tokens(text)
    return len(words) == 1 and bool(_ONE_WORD.fullmatch(words[0]))
