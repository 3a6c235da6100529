"""Compiles an expression to SQL: one query of the full text where that can be, else conditions."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import product

from tradepress.archive.errors import QueryError
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
    parse_query,
)
from tradepress.archive.searched_form import searched_form

MOST_PAIRS = 100
"""Limits the pairs that NEARs ask for: each word or phrase of one side with each of the other."""
HEADLINES = "{headline also_titled}"
MATCHES_NOTHING = '""'

NameFinder = Callable[[Named], Sequence[str]]
"""Finds the values of the column that have such a name: sections, or JSON lists of authors."""

FoundPassages = Callable[[str], Sequence[int]]
"""Finds the versions that have a passage with these words of FTS5's."""

IN_TEXT = "stories.{{key}} IN (SELECT rowid FROM {{index}} WHERE {{index}} MATCH :{0})"
BY_AUTHOR = (
    "stories.{{key}} IN (SELECT id FROM {{texts}} "
    "WHERE authors IN (SELECT value FROM json_each(:{0})) "
    "OR credit IN (SELECT value FROM json_each(:{0})))"
)
IN_PASSAGE = "stories.version_id IN (SELECT value FROM json_each(:{0}))"
IN_SECTION = (
    "(stories.section IS NOT NULL AND stories.section IN (SELECT value FROM json_each(:{0})))"
)
"""Tells whether a story is in a section; never NULL: it may stand under NOT."""


@dataclass(frozen=True, kw_only=True, slots=True)
class QuerySql:
    """Holds what an expression asks of a story."""

    match: str | None = None
    """Is all that one query of the full text can ask, in FTS5's words; it ranks, and marks hits."""
    conditions: tuple[str, ...] = ()
    """Holds the rest, on a row of ``stories``; ``{key}``, ``{index}`` and ``{texts}`` are to be
    filled in (:class:`tradepress.archive.search.search_matches.Side`)."""
    parameters: dict[str, str] = field(default_factory=dict)
    marks: str | None = None
    """Says what is marked in a story, in FTS5's words: all that may occur."""


def compile_query(
    expression: Expression,
    find_names: NameFinder,
    find_passages: FoundPassages = lambda _: (),
) -> QuerySql:
    """Compiles the expression for the stories of an archive.

    :raises QueryError: too much stands on both sides of its NEARs
    """
    if (pairs := _count_pairs(expression)) > MOST_PAIRS:
        raise QueryError(
            f"NEAR looks for {MOST_PAIRS} pairs of words at most, and for {pairs:,} here, with "
            "each word and spelling of one side and each of the other: ask for fewer"
        )
    parts = expression.parts if isinstance(expression, AllOf) else (expression,)
    fit = [part for part in parts if full_text(part.part if isinstance(part, Not) else part)]
    match = full_text(AllOf(parts=tuple(fit))) if fit else None
    maker = _Conditions(find_names, find_passages)
    conditions = [maker.condition(part) for part in parts if match is None or part not in fit]
    # Over NEAR beside OR, FTS5's snippet() takes some rows for damaged (SQLite 3.46).
    marks = None if _has_near(expression) else match
    return QuerySql(
        match=match,
        conditions=tuple(conditions),
        parameters=maker.parameters,
        marks=marks or " OR ".join(ranked_terms(expression)) or None,
    )


def full_text(expression: Expression) -> str | None:
    """Puts an expression in FTS5's words; None: it asks for what is not in the full text, or for
    nothing but exclusions, which FTS5 can't say."""
    match expression:
        case Words():
            return _term(expression)
        case Near():
            return _near(expression)
        case EitherOf(parts=parts):
            found = [full_text(part) for part in parts]
            return None if None in found else f"({' OR '.join(filter(None, found))})"
        case AllOf(parts=parts):
            return _all_of(parts)
    return None


def _all_of(parts: Sequence[Expression]) -> str | None:
    wanted = [full_text(part) for part in parts if not isinstance(part, Not)]
    unwanted = [full_text(part.part) for part in parts if isinstance(part, Not)]
    if not wanted or None in wanted or None in unwanted:
        return None
    query = f"({' AND '.join(filter(None, wanted))})"
    return f"({query} NOT ({' OR '.join(filter(None, unwanted))}))" if unwanted else query


def match_query(text: str | None) -> str:
    """Returns what a person typed as an FTS5 expression that is always valid; one that matches
    nothing where it can't be read, or asks for what the full text can't tell.

    >>> match_query('non-use "bad faith" -copyright mark*')
    '(("non-use" AND "bad faith" AND "mark"*) NOT ("copyright"))'
    """
    try:
        return full_text(parse_query(text or "")) or MATCHES_NOTHING
    except QueryError:
        return MATCHES_NOTHING


def ranked_terms(expression: Expression) -> list[str]:
    """Returns the words and phrases that may occur, each as an FTS5 expression."""
    match expression:
        case Words():
            return [_term(expression)]
        case Near(these=these, those=those):
            return [_term(words) for words in (*these, *those)]
        case AllOf(parts=parts) | EitherOf(parts=parts):
            return [term for part in parts for term in ranked_terms(part)]
    return []


def _count_pairs(expression: Expression) -> int:
    if isinstance(expression, Near):
        return len(expression.these) * len(expression.those)
    return sum(map(_count_pairs, inner_parts(expression)))


def _has_near(expression: Expression) -> bool:
    return isinstance(expression, Near) or any(map(_has_near, inner_parts(expression)))


def _term(words: Words) -> str:
    return _column(words.field) + _quoted(words)


def _column(field: str | None) -> str:
    """Returns what narrows words to a field; what else a story is titled is a headline, too."""
    return f"{HEADLINES if field == 'headline' else field} : " if field else ""


def _quoted(words: Words) -> str:
    escaped = searched_form(words.text).replace('"', '""')
    return f'"{escaped}"{"*" if words.is_prefix else ""}'


def _near(near: Near) -> str:
    """NEAR of FTS5 has one phrase on each side; its number is that of the words between at most."""
    column = _column(near.these[0].field)
    pairs = [
        f"{column}NEAR({_quoted(one)} {_quoted(other)}, {near.distance})"
        for one, other in product(near.these, near.those)
    ]
    return f"({' OR '.join(pairs)})"


class _Conditions:
    """Makes conditions, and numbers their parameters."""

    def __init__(self, find_names: NameFinder, find_passages: FoundPassages) -> None:
        self.find_names, self.find_passages = find_names, find_passages
        self.parameters: dict[str, str] = {}

    def condition(self, expression: Expression) -> str:
        if (query := full_text(expression)) is not None:
            return IN_TEXT.format(self._name(query))
        match expression:
            case Named():
                values = self._name(json.dumps(self.find_names(expression)))
                return (BY_AUTHOR if expression.field == "author" else IN_SECTION).format(values)
            case Passage(words=words):
                found = self.find_passages(full_text(words) or MATCHES_NOTHING)
                return IN_PASSAGE.format(self._name(json.dumps([*found])))
            case Not(part=part):
                return f"NOT {self.condition(part)}"
            case AllOf(parts=parts):
                return self._joined(" AND ", parts)
            case EitherOf(parts=parts):
                return self._joined(" OR ", parts)
        raise AssertionError(expression)  # words and NEAR are always full text

    def _joined(self, operator: str, parts: Sequence[Expression]) -> str:
        """Joins conditions; those that the full text tells together are asked for together."""
        joined = AllOf if operator == " AND " else EitherOf
        fit = [part for part in parts if full_text(part) is not None]
        others = [self.condition(part) for part in parts if full_text(part) is None]
        if fit:
            others.insert(0, self.condition(fit[0] if len(fit) == 1 else joined(parts=tuple(fit))))
        return f"({operator.join(others)})"

    def _name(self, value: str) -> str:
        name = f"words_{len(self.parameters)}"
        self.parameters[name] = value
        return name
