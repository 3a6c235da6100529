"""Serves the result page: what stands in its form, and what is withdrawn since."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from tradepress.archive.database import Database
from tradepress.archive.search.find_stories import (
    Hit,
    hits_of,
    search,
    usual_order,
    withdrawn_since,
)
from tradepress.archive.search.meant_names import UnknownValue, has_alternatives, meant_names
from tradepress.archive.search.named_values import mentioned_values
from tradepress.archive.search.search_matches import can_rank, find_matches
from tradepress.archive.search.spelling import Suggestion, suggest
from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.search.why_nothing import Nothing, explain_nothing
from tradepress.archive.stories.ref import resolve_ref
from tradepress.archive.withdrawal.tombstones import PublicTombstone
from tradepress.browse.addresses.result_address import PAGE_SIZE, ResultAddress
from tradepress.browse.facets.kept_index import KeptIndex
from tradepress.browse.facets.result_counts import widened
from tradepress.browse.queries.source_facts import publishers
from tradepress.mentions.asked_names import number_as_stored

MOST_RANKED = 25_000
"""Limits the stories that have the words: among more to find the best match takes long, and
tells little."""
MOST_OFFERED = 40
"""Limits the names that a field offers; of more it offers none."""
LONGEST_NUMBER, FEWEST_DIGITS = 40, 5
"""Limit the letters and digits of words that may be the number of a mark or a case."""

# From name to name by the index, and no farther than to the first that is too many.
_FIRST_NAMES = """
    WITH RECURSIVE names (value) AS (
        SELECT min(value COLLATE NOCASE) FROM mentions WHERE kind = :kind
        UNION ALL
        SELECT (
            SELECT min(value COLLATE NOCASE) FROM mentions
            WHERE kind = :kind AND value COLLATE NOCASE > names.value
        ) FROM names WHERE value IS NOT NULL
        LIMIT :most + 2
    )
    SELECT value FROM names WHERE value IS NOT NULL
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundStories:
    """Is one page of a result, and what is said of it."""

    hits: Sequence[Hit]
    withdrawn: Sequence[PublicTombstone]
    """Lists what the archive held on the day asked for and has erased since."""
    meant: StoryQuery
    """Is the query with the names that its filters mean."""
    unknown: Sequence[UnknownValue]
    """Lists names in filters that no story has, or that may be several."""
    numbers: Sequence[str]
    """Lists what stories name that the words are, written in another way."""
    did_you_mean: Sequence[Suggestion]
    nothing: Nothing | None
    """Says why the first page has no story; None: it has some."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Offered:
    """Lists what the words and fields of the page are made of."""

    publishers: Mapping[str, str]
    """Maps names of sources to their publishers."""
    cases: Sequence[str]
    """Lists the cases of the archive, if they are few."""
    firms: Sequence[str]


def is_ranked_in_vain(db: Database, address: ResultAddress, facets: KeptIndex) -> bool:
    """Would its words be ranked by the order that nobody asked for, though more than MOST_RANKED
    stories have them?

    :raises ValueError: the query can't be read; says why
    """
    query = address.query
    if query.doubtful or address.order is not None or not can_rank(db, query):
        return False
    alone = StoryQuery(words=query.words, variants=query.variants, stemmed=query.stemmed)
    # Where pages and numbers need them all nothing is counted twice.
    found = facets.found(db, alone) if widened(query) == alone else None
    if found is not None:
        stories = len(found.stories.stories)
    else:
        matches = find_matches(db, alone)
        sql = f"SELECT count(*) FROM (SELECT 1 FROM ({matches.select(None)}) LIMIT :most)"
        asked = {**matches.parameters, "most": MOST_RANKED + 1}
        (stories,) = db.execute(sql, asked).fetchone()
    return bool(stories > MOST_RANKED)


def find_page(
    db: Database,
    address: ResultAddress,
    facets: KeptIndex,
    typed: Mapping[str, Sequence[str]] | None = None,
) -> FoundStories:
    """Finds a page of stories.

    :param facets: knows the stories of a day
    :param typed: as in :func:`tradepress.archive.search.meant_names.with_meant_names`
    :raises ValueError: the query can't be read; says why
    """
    query = address.query
    offset = PAGE_SIZE * (address.page - 1)
    order, fold = address.order or usual_order(db, query), address.fold
    if order == "date":
        hits = find_newest(db, query, facets, fold=fold, offset=offset)
    else:
        hits = search(db, query, order=order, fold=fold, limit=PAGE_SIZE, offset=offset)
    found_nothing = not hits and address.page == 1
    is_doubted = found_nothing or has_alternatives(query)
    meant, unknown = meant_names(db, query, typed) if is_doubted else (query, ())
    nothing = explain_nothing(db, query, fold=address.fold) if found_nothing else None
    if nothing is not None:
        did_you_mean = nothing.did_you_mean
    else:
        did_you_mean = suggest(db, query) if address.page == 1 else ()
    return FoundStories(
        hits=hits,
        withdrawn=withdrawn_since(db, query),
        meant=meant,
        unknown=unknown,
        numbers=numbers_meant(db, query.words or ""),
        did_you_mean=did_you_mean,
        nothing=nothing,
    )


def find_newest(
    db: Database,
    query: StoryQuery,
    facets: KeptIndex,
    *,
    fold: bool = True,
    offset: int = 0,
    limit: int = PAGE_SIZE,
) -> list[Hit]:
    """Finds the newest stories, from memory where that knows the archive as it is.

    :raises ValueError: the query can't be read; says why
    """
    found = facets.newest(db, query, fold=fold, offset=offset, limit=limit)
    if found is not None:
        return hits_of(db, query, found, fold=fold)
    return search(db, query, order="date", fold=fold, offset=offset, limit=limit)


def numbers_meant(db: Database, words: str) -> Sequence[str]:
    """Returns numbers of marks and cases that stories name: ``EUTM 10007386`` for ``010 007
    386``. Texts have them as the paper wrote them, so a search for the words finds one writing
    alone."""
    if len(words) > LONGEST_NUMBER or sum(map(str.isdigit, words)) < FEWEST_DIGITS:
        return []
    return mentioned_values(db, "number", [number_as_stored(words.strip('"“” '))])


def is_story_of(db: Database, ref: str, sources: Collection[str]) -> bool:
    """Is it a story of one of these sources, and no text of it held for this archive alone?

    :raises NoSuchArticle: no such ref or version
    """
    article_id, _ = resolve_ref(db, ref)
    source, is_held = db.execute(
        "SELECT source, EXISTS (SELECT 1 FROM version_rows WHERE article_id = articles.id "
        "AND policy = 'archive-only') FROM articles WHERE id = ?",
        [article_id],
    ).fetchone()
    return source in sources and not is_held


def offered(db: Database) -> Offered:
    return Offered(
        publishers=publishers(db),
        cases=_few_names(db, "case"),
        firms=_few_names(db, "firm"),
    )


def _few_names(db: Database, kind: str) -> Sequence[str]:
    found = db.execute(_FIRST_NAMES, {"kind": kind, "most": MOST_OFFERED}).fetchall()
    return [] if len(found) > MOST_OFFERED else [value for (value,) in found]
