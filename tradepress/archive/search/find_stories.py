"""Searches the full text: what a person types in, ranked stories with marked passages out."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import islice

from tradepress.archive.database import Database
from tradepress.archive.errors import EmptyQuery, QueryError
from tradepress.archive.file.rows import Row
from tradepress.archive.search.asked_days import with_days
from tradepress.archive.search.query_sql import MATCHES_NOTHING, match_query
from tradepress.archive.search.search_matches import (
    ACCESS,
    ORDERS,
    Matches,
    Order,
    can_rank,
    conditions_of,
    end_of,
    find_matches,
    former_scale,
)
from tradepress.archive.search.shown_texts import shown_texts
from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.searched_form import MARK_END, MARK_START
from tradepress.archive.stored_json import readable_names, stored_reservations
from tradepress.archive.withdrawal.tombstones import PUBLIC, PublicTombstone

__all__ = [
    "ACCESS",
    "MARK_END",
    "MARK_START",
    "MATCHES_NOTHING",
    "Copy",
    "EmptyQuery",
    "Hit",
    "HitCount",
    "Order",
    "QueryError",
    "count_hits",
    "count_with_copies",
    "hits_of",
    "match_query",
    "read_again",
    "search",
    "search_and_count",
    "usual_order",
    "withdrawn_since",
]

FEW = 1000
"""Is how many stories are looked for one by one."""

_AGAIN = """
    SELECT wanted.key AS place, articles.id AS id,
        CASE WHEN articles.version_id <> versions.id THEN versions.id END AS version_id
    FROM json_each(:names) AS wanted JOIN articles ON ref = json_extract(wanted.value, '$[0]')
    JOIN versions ON article_id = articles.id
        AND versions.version = json_extract(wanted.value, '$[1]')
"""
_COPIES = {
    # The filter saves SQLite a look for NULL among the groups, once a story.
    True: "count(duplicate_group) "
    "- count(DISTINCT duplicate_group) FILTER (WHERE duplicate_group IS NOT NULL)",
    False: "0",
}
"""Counts near-duplicates beside the one of each group that is counted (if folded)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Copy:
    """Is much the same text at another paper."""

    ref: str
    source: str
    publisher: str
    published_day: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """Is one story that a search found, as it stood in the version that it found."""

    ref: str
    source: str
    publisher: str
    url: str
    headline: str
    headline_marked: str
    """Has MARK_START and MARK_END around the hits, as ``passage`` has."""
    passage: str
    """Comes from the body, or from the description where only that was hit; "" if there is
    neither. Without a query it is the opening."""
    published_day: str | None
    section: str | None
    authors: list[str]
    access: str | None
    completeness: str
    """Is ``body``, ``teaser`` or ``headline``."""
    is_truncated: bool | None
    confidence: float | None
    corrections: list[str]
    policy: str | None
    """Is ``store`` or ``metadata-only``; None: nobody asked when it was saved."""
    reservations: list[dict[str, str]]
    """Says what the publisher reserves: ``term``, ``evidence``, ``value``."""
    version: int
    gone_at: str | None
    """Is None also if it went only after the day asked for."""
    date_captured: str | None
    """Says when its page stood like this; None: nobody knows."""
    date_archived: str
    retrieved_from: str | None
    """Is the address at a web archive that its page was taken from."""
    rank: float | None
    """Is BM25 of SQLite: the lower, the better; None unless ordered by relevance."""
    also_at: list[Copy]
    """Lists the others of its group in the archive, in the order of their days, whether or not
    they match; empty if hits are not folded."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HitCount:
    """Counts what a search finds on all its pages."""

    stories: int
    copies: int
    """Counts near-duplicates that ``stories`` leaves out; 0 if they aren't folded."""


def search(
    db: Database,
    query: StoryQuery,
    *,
    order: Order | None = None,
    fold: bool = True,
    limit: int = 20,
    offset: int = 0,
) -> list[Hit]:
    """Returns stories that match, in an order without ties, so that pages never overlap.

    :param order: ``relevance``: best first, of equal ones the first saved; ``date``: newest first,
        ``oldest``: oldest first, undated last in both; ``doubt``: the least sure first; None: the
        doubtful by doubt, others by relevance, or by date if the words can't rank them: there are
        none, they only exclude, or an author or a section is an alternative to them
    :param fold: of near-duplicates only the first, with the others in ``also_at``
    :raises QueryError: the words can't be read, or hold nothing to search for; a date is none,
        ``access`` is none of ACCESS, two days are given, ``order`` is none, or it is ``relevance``
        and the words can't rank
    """
    hits, _ = _search(db, query, order, fold, limit, offset, is_counted=False)
    return hits


def search_and_count(
    db: Database,
    query: StoryQuery,
    *,
    order: Order | None = None,
    fold: bool = True,
    limit: int = 20,
    offset: int = 0,
) -> tuple[list[Hit], HitCount]:
    """Returns what :func:`search` and :func:`count_with_copies` give, in less time than both."""
    hits, count = _search(db, query, order, fold, limit, offset, is_counted=True)
    return hits, count_with_copies(db, query, fold=fold) if count is None else count


def hits_of(
    db: Database,
    query: StoryQuery,
    found: Sequence[tuple[int, int | None]],
    *,
    fold: bool = True,
) -> list[Hit]:
    """Returns stories as a search by date shows them, of which is known that the query finds them.

    :param found: ``articles.id`` in the order of the hits, and ``versions.id`` of a former version
    """
    groups = _groups(db, [id_ for id_, _ in found]) if fold else {}
    page: list[Row] = [
        {"id": id_, "version_id": version, "score": None, "duplicate_group": groups.get(id_)}
        for id_, version in found
    ]
    return _hits(db, find_matches(db, query), page, fold)


def usual_order(db: Database, query: StoryQuery) -> Order:
    """Returns the order of a search for which none is asked.

    :raises QueryError: as :func:`search`
    """
    return "doubt" if query.doubtful else "relevance" if can_rank(db, query) else "date"


def read_again(db: Database, query: StoryQuery, hits: Sequence[Hit]) -> list[Hit]:
    """Returns these hits as another connection reads them, which sees other columns: what the query
    would find there plays no part.

    :raises QueryError: as :func:`search`
    """
    matches = find_matches(db, query)
    names = json.dumps([[hit.ref, hit.version] for hit in hits])
    rows = list(db.query(_AGAIN, {"names": names}))
    found: dict[int, Row] = {}
    for side in matches.sides:
        found |= shown_texts(db, matches, side, rows)
    day_end = matches.parameters.get("day_end")
    again = {
        row["place"]: _hit(
            {
                **found[row["id"]],
                "rank": hits[row["place"]].rank,
                "also_at": hits[row["place"]].also_at,
            },
            day_end,
        )
        for row in rows
        if row["id"] in found
    }
    return [again.get(place, hit) for place, hit in enumerate(hits)]


def count_hits(db: Database, query: StoryQuery, *, fold: bool = True) -> int:
    """Counts the stories that :func:`search` finds on all pages; raises what it raises."""
    return count_with_copies(db, query, fold=fold).stories


def count_with_copies(db: Database, query: StoryQuery, *, fold: bool = True) -> HitCount:
    """Returns what :func:`count_hits` gives, and how many near-duplicates that leaves out."""
    matches = find_matches(db, query)
    found = matches.select(None)
    if matches.is_narrowed:
        sql = f"SELECT count(*), {_COPIES[fold]} FROM ({found})"
        whole, copies = db.execute(sql, matches.parameters).fetchone()
        return HitCount(stories=whole - copies, copies=copies)
    (whole,) = db.execute(f"SELECT count(*) FROM ({found})", matches.parameters).fetchone()
    copies = 0
    if fold:
        # All hits count: cheaper without a look at each for its group.
        in_groups, groups = db.execute(
            f"""
            SELECT count(*), count(DISTINCT duplicate_group) FROM articles
            WHERE duplicate_group IS NOT NULL AND +id IN (SELECT id FROM ({found}))
            """,
            matches.parameters,
        ).fetchone()
        copies = in_groups - groups
    return HitCount(stories=whole - copies, copies=copies)


def withdrawn_since(db: Database, query: StoryQuery) -> list[PublicTombstone]:
    """Lists stories that the archive held at the end of the UTC day ``as_of`` and has erased since;
    none without such a day.

    Nothing is left of their words, so only sources and days of publication narrow them.

    :returns: latest first
    :raises QueryError: a date is none
    """
    query = with_days(query)
    if query.as_of is None:
        return []
    conditions, parameters = conditions_of(
        StoryQuery(source=query.source, since=query.since, until=query.until)
    )
    conditions += ["date_archived <= :day_end", "withdrawn_at > :day_end"]
    rows = db.query(
        f"SELECT {PUBLIC} FROM tombstones WHERE {' AND '.join(conditions)} "
        "ORDER BY withdrawn_at DESC, id DESC",
        {**parameters, "day_end": end_of(query.as_of)},
    )
    return [PublicTombstone(**row) for row in rows]


def _search(
    db: Database,
    query: StoryQuery,
    order: Order | None,
    fold: bool,
    limit: int,
    offset: int,
    *,
    is_counted: bool,
) -> tuple[list[Hit], HitCount | None]:
    """Returns a page of hits, and how many all pages have if that costs little beside it."""
    matches = find_matches(db, query)
    if order is None:
        order = usual_order(db, query)
    if order not in ORDERS:
        raise QueryError(f"{order!r} is no order; write one of {', '.join(ORDERS)}")
    if order == "relevance" and matches.query is None:
        raise QueryError("no words rank these stories: order them by date")
    if order == "relevance" and matches.day is not None:
        matches.parameters["former_scale"] = former_scale(db, matches)
    # By date the search ends with the page; without filters a count alone is cheaper.
    is_counted = is_counted and matches.is_narrowed and order != "date"
    page, count = _page(db, matches, order, fold, limit, offset, is_counted)
    return _hits(db, matches, page, fold), count


def _hits(db: Database, matches: Matches, page: list[Row], fold: bool) -> list[Hit]:
    """Makes the hits of a page."""
    copies = _copies(db, matches, page) if fold else {}
    found: dict[int, Row] = {}
    for side in matches.sides:
        found |= shown_texts(db, matches, side, page)
    return [
        _hit(
            {
                **found[row["id"]],
                "rank": row["score"],
                "also_at": [
                    copy for id_, copy in copies.get(row["duplicate_group"], []) if id_ != row["id"]
                ],
            },
            matches.parameters.get("day_end"),
        )
        for row in page
    ]


def _page(
    db: Database,
    matches: Matches,
    order: Order,
    fold: bool,
    limit: int,
    offset: int,
    is_counted: bool,
) -> tuple[list[Row], HitCount | None]:
    """Selects the stories of one page: ``id``, ``version_id``, ``score``, ``duplicate_group``;
    and the number of all."""
    wanted = offset + limit
    # What folding leaves of twice as many fills the page, unless nearly all have copies.
    top = 2 * wanted if fold else wanted
    found, all_found, total = f"({matches.select(order)})", "", "NULL"
    if is_counted:
        found, all_found = "found", f"WITH found AS MATERIALIZED {found}"
        total = f"(SELECT json_array(count(*), {_COPIES[fold]}) FROM found)"
    while True:
        rows = db.execute(
            f"""
            {all_found} SELECT id, version_id, score, {total} AS total FROM {found}
            ORDER BY {ORDERS[order]} LIMIT :top
            """,
            {**matches.parameters, "top": top},
        ).fetchall()
        groups = _groups(db, [row[0] for row in rows]) if fold else {}
        faces: dict[int, tuple[int, int | None, float | None, str | None]] = {}
        for row in rows:
            faces.setdefault(groups.get(row[0], -row[0]), row)
        if len(faces) >= wanted or len(rows) < top:
            page: list[Row] = [
                {
                    "id": row[0],
                    "version_id": row[1],
                    "score": row[2],
                    "duplicate_group": groups.get(row[0]),
                }
                for row in islice(faces.values(), offset, wanted)
            ]
            if not is_counted:
                return page, None
            whole, copies = json.loads(rows[0][3]) if rows else (0, 0)
            return page, HitCount(stories=whole - copies, copies=copies)
        top *= 2


def _groups(db: Database, ids: list[int]) -> dict[int, int]:
    """Maps stories that have copies to their groups; perhaps others, too."""
    grouped = "SELECT id, duplicate_group FROM articles"
    if len(ids) > FEW:
        # To read all of the index costs less than to look for each.
        rows = db.execute(f"{grouped} WHERE duplicate_group IS NOT NULL")
    else:
        rows = db.execute(
            f"{grouped} INDEXED BY articles_narrow WHERE duplicate_group IS NOT NULL "
            "AND id IN (SELECT value FROM json_each(:ids))",
            {"ids": json.dumps(ids)},
        )
    return dict(rows.fetchall())


def _copies(db: Database, matches: Matches, page: list[Row]) -> dict[int, list[tuple[int, Copy]]]:
    """Maps each group of the page to id and public facts of all its members."""
    copies: dict[int, list[tuple[int, Copy]]] = {}
    groups = [row["duplicate_group"] for row in page if row["duplicate_group"] is not None]
    for row in db.query(
        f"""
        SELECT id, duplicate_group, ref, source, publisher, published_day
        FROM articles JOIN sources ON name = source
        WHERE duplicate_group IN (SELECT value FROM json_each(:groups)) AND {matches.existed}
        ORDER BY published_day, id
        """,
        {**matches.parameters, "groups": json.dumps(groups)},
    ):
        member = row.pop("id")
        copies.setdefault(row.pop("duplicate_group"), []).append((member, Copy(**row)))
    return copies


def _hit(row: Row, day_end: str | None) -> Hit:
    of_description, of_body = row.pop("of_description") or "", row.pop("of_body") or ""
    of_titles, passage = row.pop("of_titles") or "", of_body or of_description
    if MARK_START in of_description and MARK_START not in of_body:
        passage = of_description
    elif MARK_START in of_titles and MARK_START not in of_body + row["headline_marked"]:
        passage = " · ".join(json.loads(of_titles, strict=False))
    authors, corrections = ([*readable_names(row.pop(name))] for name in ("authors", "corrections"))
    reservations = [*map(asdict, stored_reservations(row.pop("reservations")))]
    truncated = row.pop("is_truncated")
    gone_at = row.pop("gone_at")
    return Hit(
        **row,
        passage=passage,
        is_truncated=None if truncated is None else bool(truncated),
        authors=authors,
        corrections=corrections,
        reservations=reservations,
        gone_at=None if gone_at and day_end and gone_at > day_end else gone_at,
    )
