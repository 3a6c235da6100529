"""Full-text search: what a person types in, ranked stories with marked passages out."""

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from archive.articles import DOUBTFUL_BELOW
from archive.clean import clean_text

MARK_START, MARK_END = "\x02", "\x03"
"""Around each hit; the gate into the archive lets no control character in."""

MATCHES_NOTHING = '""'
MOST_TERMS = 64
"""Words and phrases of a query that count; FTS5 refuses endless ones."""
PASSAGE_WORDS = 30

_SHOWN = (
    "ref, source, url, articles.headline, published_day, section, access, is_truncated, "
    "confidence, corrections, version, gone_at"
)

_TERM = re.compile(r'(?P<minus>-?)(?:["“”„](?P<phrase>[^"“”„]*)["“”„]?(?P<star>\*?)|(?P<word>\S+))')


class EmptyQuery(ValueError):
    """Nothing in the query can be searched for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """One story that a search found."""

    ref: str
    source: str
    url: str
    headline: str
    headline_marked: str
    """With MARK_START and MARK_END around the hits, as in ``passage``."""
    passage: str
    """Of the body, or of the description where only that was hit; "" if there is neither.
    Without a query the opening."""
    published_day: str | None
    section: str | None
    access: str | None
    is_truncated: bool | None
    confidence: float | None
    corrections: list[str]
    version: int
    gone_at: str | None
    rank: float | None
    """BM25 of SQLite: the lower, the better; None without a query."""


def match_query(text: str | None) -> str:
    """What a person typed as an FTS5 expression that is always valid.

    Words must all occur; ``"a phrase"`` as it stands (so does ``non-use``); ``trade*`` any word
    that begins so; ``-word`` must not occur (beside a word that must). Other signs mean nothing.
    Where nothing is left to search for, the expression matches nothing.

    >>> match_query('non-use "bad faith" -copyright mark*')
    '("non-use" AND "bad faith" AND "mark"*) NOT ("copyright")'
    """
    wanted: list[str] = []
    unwanted: list[str] = []
    for is_unwanted, term in _terms(text or ""):
        (unwanted if is_unwanted else wanted).append(term)
    if not wanted:
        return MATCHES_NOTHING
    query = f"({' AND '.join(wanted)})"
    return f"{query} NOT ({' OR '.join(unwanted)})" if unwanted else query


def search(
    db: Database,
    query: str | None,
    *,
    source: str | None = None,
    since: str | None = None,
    until: str | None = None,
    doubtful: bool = False,
    limit: int = 20,
    offset: int = 0,
    stemmed: bool = False,
) -> list[Hit]:
    """Stories that match, best first; equal ones newest first, so that pages never overlap.

    :param query: may be None if ``doubtful``
    :param since: first day (``2017-08-04``), month or year, by ``published_day``
    :param until: last day, month or year
    :param doubtful: only stories whose confidence is below DOUBTFUL_BELOW, the least sure first
    :param stemmed: words count as equal by their stem (``opposing``, ``opposed``)
    :raises EmptyQuery: nothing to search for
    :raises ValueError: a date is none
    """
    table, condition, parameters = _condition(query, source, since, until, doubtful, stemmed)
    parameters |= {"limit": limit, "offset": offset}
    if query is None:
        openings = db.query(
            f"""
            SELECT {_SHOWN}, NULL AS rank, headline AS headline_marked,
                description AS of_description, body AS of_body
            FROM articles WHERE {condition}
            ORDER BY confidence, published_day DESC, id LIMIT :limit OFFSET :offset
            """,
            parameters,
        )
        return [
            _hit({**row, "of_body": _opening(row["of_body"] or row["of_description"] or "")})
            for row in openings
        ]
    first = "articles.confidence, " if doubtful else ""
    # Two steps: the passages are cut for the stories shown only, not for all that match.
    rows = db.query(
        f"""
        WITH hits AS MATERIALIZED (
            SELECT articles.id, {table}.rank AS score, published_day AS day
            FROM {table} JOIN articles ON articles.id = {table}.rowid
            WHERE {condition}
            ORDER BY {first}score, day DESC, articles.id LIMIT :limit OFFSET :offset
        )
        SELECT {_SHOWN}, score AS rank,
            highlight({table}, 0, :start, :end) AS headline_marked,
            snippet({table}, 1, :start, :end, '…', {PASSAGE_WORDS}) AS of_description,
            snippet({table}, 2, :start, :end, '…', {PASSAGE_WORDS}) AS of_body
        FROM hits CROSS JOIN {table} ON {table}.rowid = hits.id JOIN articles USING (id)
        WHERE {table} MATCH :query
        ORDER BY {first}score, day DESC, hits.id
        """,
        {**parameters, "start": MARK_START, "end": MARK_END},
    )
    return [_hit(row) for row in rows]


def count_hits(
    db: Database,
    query: str | None,
    *,
    source: str | None = None,
    since: str | None = None,
    until: str | None = None,
    doubtful: bool = False,
    stemmed: bool = False,
) -> int:
    """How many stories :func:`search` would find on all its pages.

    :raises EmptyQuery: nothing to search for
    :raises ValueError: a date is none
    """
    table, condition, parameters = _condition(query, source, since, until, doubtful, stemmed)
    tables = "articles" if query is None else table
    if query is not None and len(parameters) > 1:
        tables += f" JOIN articles ON articles.id = {table}.rowid"
    sql = f"SELECT count(*) FROM {tables} WHERE {condition}"
    return int(db.execute(sql, parameters).fetchone()[0])


def _condition(
    query: str | None,
    source: str | None,
    since: str | None,
    until: str | None,
    doubtful: bool,
    stemmed: bool,
) -> tuple[str, str, dict[str, Any]]:
    table = "articles_stems" if stemmed else "articles_fts"
    conditions: list[str] = []
    parameters: dict[str, Any] = {}
    if query is not None or not doubtful:
        conditions.append(f"{table} MATCH :query")
        parameters["query"] = match_query(query)
        if parameters["query"] == MATCHES_NOTHING:
            raise EmptyQuery(f"nothing to search for in {query!r}: give a word that must occur")
    if doubtful:
        conditions.append("confidence < :doubtful_below")
        parameters["doubtful_below"] = DOUBTFUL_BELOW
    if source is not None:
        conditions.append("source = :source")
        parameters["source"] = source
    if since is not None:
        conditions.append("published_day >= :since")
        parameters["since"] = _date(since)
    if until is not None:
        # "~" sorts after "-", so that a month or a year includes all its days.
        conditions.append("published_day <= :until || '~'")
        parameters["until"] = _date(until)
    return table, " AND ".join(conditions), parameters


def _terms(text: str) -> Iterator[tuple[bool, str]]:
    """Whether it is unwanted, and the quoted term, for each part that can be searched for."""
    found = 0
    for match in _TERM.finditer(clean_text(text)):
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


def _opening(text: str) -> str:
    words = text.split()
    return " ".join(words[:PASSAGE_WORDS]) + ("…" if len(words) > PASSAGE_WORDS else "")


def _date(text: str) -> str:
    if not re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", text, re.ASCII):
        raise ValueError(f"{text!r} is not a date; write 2017-08-04, 2017-08 or 2017")
    return text


def _hit(row: dict[str, Any]) -> Hit:
    of_description, of_body = row.pop("of_description") or "", row.pop("of_body") or ""
    passage = of_body or of_description
    if MARK_START in of_description and MARK_START not in of_body:
        passage = of_description
    corrections, truncated = json.loads(row.pop("corrections")), row.pop("is_truncated")
    return Hit(
        **row,
        passage=passage,
        is_truncated=None if truncated is None else bool(truncated),
        corrections=corrections,
    )
