"""Hits as strangers may read them: with a passage, or with how often their words stand there."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlite_utils import Database

from archive.search.find_stories import PASSAGE_WORDS, Hit, read_again
from archive.search.public_words import asks_for_passages, shown_terms
from archive.search.query_sql import ranked_terms
from archive.search.search_matches import read_words
from archive.search.small_index import MARK_START, mark
from archive.search.story_query import StoryQuery
from browse.passages.quoting import Quoting
from browse.passages.shown_passages import shown_versions

_NUMBERS = "SELECT id FROM articles WHERE ref IN (SELECT value FROM json_each(?))"
_Name = tuple[str, int]
"""Ref and version."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicHits:
    """A page of them."""

    hits: Sequence[Hit]
    """All of those of open sources; of others the passage that has most of what was searched for,
    "" if none has."""
    places: Mapping[str, int]
    """Of those without a passage, by ref: how often words that were searched for stand there."""
    is_by_passages: bool
    """Was something asked that headlines and passages alone tell?"""


def shown_to_public(
    db: Database, query: StoryQuery, *, hits: Sequence[Hit], quoting: Quoting
) -> PublicHits:
    """Nothing is searched for here: whether ``NOT author:…`` finds a hit tells who wrote it.

    :param db: with texts
    """
    expression = read_words(db, query)
    passages, places = dict[_Name, str](), dict[_Name, int]()
    if expression is not None and hits:
        terms = shown_terms(expression), ranked_terms(expression)
        passages, places = _found_within(db, query, hits, quoting, *terms)
    opened = [hit for hit in hits if hit.source in quoting.open_sources]
    whole = {hit.ref: hit for hit in (read_again(db, query, opened) if opened else ())}

    def shown(hit: Hit) -> Hit:
        passage = passages.get((hit.ref, hit.version), "")
        hit = whole.get(hit.ref, hit)
        usual = hit.passage if hit.ref in whole else ""
        return replace(hit, passage=passage or usual)

    return PublicHits(
        hits=[*map(shown, hits)],
        places={ref: number for (ref, _), number in places.items()},
        is_by_passages=expression is not None and asks_for_passages(expression),
    )


def _found_within(
    db: Database,
    query: StoryQuery,
    hits: Sequence[Hit],
    quoting: Quoting,
    terms: Sequence[str],
    words: Sequence[str],
) -> tuple[dict[_Name, str], dict[_Name, int]]:
    """The best passage of each that has one, and the number of places of the others.

    :param terms: what is marked in a passage
    :param words: what is counted in all of a text: nothing that tells an order
    """
    wanted = {(hit.ref, hit.version) for hit in hits}
    numbers = db.execute(_NUMBERS, [json.dumps([ref for ref, _ in wanted])]).fetchall()
    versions = [
        version
        for version in shown_versions(db, [id_ for (id_,) in numbers], quoting)
        if version.name in wanted
    ]
    passages = {
        (version.name, place): passage
        for version in versions
        for place, passage in enumerate(version.passages)
    }
    best: dict[_Name, str] = {}
    marked = mark(passages, terms, stemmed=query.stemmed, most_words=PASSAGE_WORDS)
    for (name, _), texts in marked.items():
        best[name] = max(best.get(name, ""), *texts, key=_hits_in)
    others = {one.name: one.text for one in versions if one.name not in best}
    places = mark(others, words, stemmed=query.stemmed)
    return best, {name: sum(map(_hits_in, texts)) for name, texts in places.items()}


def _hits_in(text: str) -> int:
    return text.count(MARK_START)
