"""Lets strangers ask of texts which words stand in them. In which order, and in which part,
tells the text word by word, so that is asked of headlines, and of passages that they may read."""

import re
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from tradepress.archive.database import Database
from tradepress.archive.search.query_language import (
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
from tradepress.archive.search.query_sql import ranked_terms
from tradepress.archive.search.small_index import tokens
from tradepress.archive.searched_form import LETTERS

SPACELESS = "\u0e00-\u109f\u1680-\u1dff\u2e00-\ua63f\ua800-\uabff\ud800-\U0010ffff"
"""Holds all signs but those of scripts that are known to part words by spaces: Latin to Sinhala,
Hangul and others."""
_ONE_WORD = re.compile(f"[^{SPACELESS}{LETTERS}]{{1,40}}")
"""Matches a word; a letter of those scripts is less than one."""
_HOLDS_TEXTS = "SELECT EXISTS (SELECT 1 FROM version_rows WHERE policy = 'archive-only')"


class PublicArchive(Database):
    """Is the archive as strangers may ask it: `as_searched` takes all words for it as
    :func:`for_strangers` does, whoever searches."""

    def __init__(
        self, connection: sqlite3.Connection, find_passages: Callable[[str, bool], Sequence[int]]
    ) -> None:
        """Opens the archive as strangers may ask it.

        :param find_passages: takes FTS5's words, and whether words are equal by their stem; gives
            the versions (``versions.id``) that have a passage with these
        """
        super().__init__(connection, recursive_triggers=False, execute_plugins=False)
        self.find_passages = find_passages


def tells_words(db: Database) -> bool:
    """May strangers learn which words stand in its texts? Not where it holds one for itself."""
    return not db.execute(_HOLDS_TEXTS).fetchone()[0]


def for_strangers(expression: Expression, *, of_texts: bool = True) -> Expression:
    """Lets what asks for an order be answered by headlines and passages alone.

    :param of_texts: may single words be looked for in all of each text (:func:`tells_words`)? Else
        they are answered as an order is
    """
    for_part = partial(for_strangers, of_texts=of_texts)
    match expression:
        case Words(field="headline") | Near(these=[Words(field="headline"), *_]) | Named():
            return expression
        case Words(field=None):
            words = tokens(expression.text)
            if of_texts and len(words) == 1 and _ONE_WORD.fullmatch(words[0]):
                return expression
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
            return Not(part=for_part(part))
        case AllOf(parts=parts):
            return AllOf(parts=tuple(map(for_part, parts)))
        case EitherOf(parts=parts):
            found = inner_parts(join(EitherOf, [*map(for_part, parts)]))
            # Of one question after another a word with all its variants would be a hundred.
            asked = [one.words for one in found if isinstance(one, Passage)]
            others = [one for one in found if not isinstance(one, Passage)]
            passages = [Passage(words=join(EitherOf, asked))] if asked else []
            return join(EitherOf, [*others, *passages])
        case _:
            raise AssertionError(expression)  # what nobody thought of is not for strangers
    return EitherOf(parts=(in_headline, Passage(words=expression)))


def shown_terms(expression: Expression) -> list[str]:
    """Returns what may be marked in a text that is shown, in FTS5's words; in passages, too."""
    match expression:
        case AllOf(parts=parts) | EitherOf(parts=parts):
            return [term for part in parts for term in shown_terms(part)]
        case Passage(words=words):
            return ranked_terms(words)
    return ranked_terms(expression)
