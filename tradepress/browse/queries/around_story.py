"""Serves the page of a story: what the archive knows of it beside its own words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from tradepress.archive.database import Database
from tradepress.archive.file.rows import fetch_row, fetch_rows
from tradepress.archive.near_duplicates.pairs import NearDuplicate, near_duplicates_of
from tradepress.archive.search.find_stories import search
from tradepress.archive.search.public_words import shown_terms
from tradepress.archive.search.search_matches import read_words
from tradepress.archive.search.small_index import mark
from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.stories.link_targets import CitingStory, cited_by
from tradepress.archive.stories.ref import resolve_ref
from tradepress.archive.stories.story_record import Story, load_story
from tradepress.archive.stories.versions import ListedVersion, list_versions
from tradepress.archive.withdrawal.tombstones import PublicTombstone, find_tombstone, hash_key
from tradepress.browse.addresses.result_address import PAGE_SIZE, ResultAddress
from tradepress.browse.words.marked_text import Place, places_of_marks
from tradepress.story import METADATA_ONLY, TextField

CAPTURED = """
    SELECT version FROM versions JOIN captures ON captures.id = capture_id
    WHERE article_id = :id AND file <> '' AND policy IS NOT :without
"""
LOCATIONS = "SELECT url, first_seen FROM locations WHERE article_id = :id ORDER BY id"
FORMER_REFS = "SELECT ref, merged_at FROM aliases WHERE article_id = :id ORDER BY first_version"
# By the index of days, which has the source, from day to day until one has a story of it. Some
# years at most: of a paper that ended long ago all later stories would be looked through.
BESIDE = """
    SELECT ref, headline, published_day AS day FROM articles WHERE id = (
        SELECT id FROM articles INDEXED BY articles_day
        WHERE source = :source AND (published_day, id) {after} (:day, :id)
            AND published_day {before} date(:day, '{far}')
        ORDER BY published_day {order}, id {order} LIMIT 1
    )
"""
TEXTS = "SELECT headline, description AS description, body AS body FROM articles WHERE id = ?"


@dataclass(frozen=True, kw_only=True, slots=True)
class StoryAddress:
    """Is an address that led to a story."""

    url: str
    first_seen: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FormerRef:
    """Is a ref that a story had before it was merged into another."""

    ref: str
    merged_at: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StoryBeside:
    """Is the story before or after another."""

    ref: str
    """Has the version, where the result is of a former day."""
    headline: str
    day: str | None
    page: int = 1
    """Is the number of the result's page that both are on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AroundStory:
    """Is a story, and what stands around it in the archive."""

    story: Story
    versions: Sequence[ListedVersion]
    """Lists the versions in the order in which its page stood so."""
    captured: frozenset[int]
    """Holds the numbers of the versions whose page is kept."""
    copies: Sequence[NearDuplicate]
    cited_by: Sequence[CitingStory]
    addresses: Sequence[StoryAddress]
    former_refs: Sequence[FormerRef]
    earlier: StoryBeside | None
    """Is the story of the same paper before it, by day; None: none in two years, or it is
    undated."""
    later: StoryBeside | None


def around_story(db: Database, ref: str) -> AroundStory:
    """Reads a story with what stands around it.

    :param ref: of a story or a version
    :raises archive.errors.NoSuchArticle: no such story or version, or it was withdrawn
    """
    story = load_story(db, ref)
    article_id, _ = resolve_ref(db, ref)
    of_article = {"id": article_id}
    return AroundStory(
        story=story,
        versions=list_versions(db, story.ref),
        captured=captured_versions(db, story.ref),
        copies=near_duplicates_of(db, article_id),
        cited_by=cited_by(db, article_id),
        addresses=[StoryAddress(**row) for row in db.query(LOCATIONS, of_article)],
        former_refs=[FormerRef(**row) for row in db.query(FORMER_REFS, of_article)],
        earlier=_beside(db, article_id, is_later=False),
        later=_beside(db, article_id, is_later=True),
    )


def captured_versions(db: Database, ref: str) -> frozenset[int]:
    """Returns the numbers of a story's versions whose page is kept here, and may be."""
    article_id, _ = resolve_ref(db, ref)
    rows = fetch_rows(db, CAPTURED, {"id": article_id, "without": METADATA_ONLY})
    return frozenset(row["version"] for row in rows)


def _beside(db: Database, article_id: int, *, is_later: bool) -> StoryBeside | None:
    own = fetch_row(db, "SELECT source, published_day FROM articles WHERE id = ?", [article_id])
    if own is None or own["published_day"] is None:
        return None
    later = {"after": ">", "before": "<", "far": "+2 years", "order": "ASC"}
    earlier = {"after": "<", "before": ">", "far": "-2 years", "order": "DESC"}
    sql = BESIDE.format(**later if is_later else earlier)
    row = fetch_row(
        db, sql, {"source": own["source"], "day": own["published_day"], "id": article_id}
    )
    return StoryBeside(**row) if row else None


def beside_in_result(
    db: Database, address: ResultAddress, ref: str
) -> tuple[StoryBeside | None, StoryBeside | None]:
    """Finds the stories before and after one on the page of a result, or on the pages beside it.

    :raises ValueError: the query can't be read, or the story is not on that page
    """
    first = PAGE_SIZE * (address.page - 1)
    before = min(first, 1)
    hits = search(
        db,
        address.query,
        order=address.order,
        fold=address.fold,
        limit=before + PAGE_SIZE + 1,
        offset=first - before,
    )
    at = [hit.ref for hit in hits].index(ref)
    is_of_versions = bool(address.query.as_of or address.query.seen_on)

    def beside(place: int) -> StoryBeside | None:
        if not 0 <= place < len(hits):
            return None
        hit = hits[place]
        page = (first - before + place) // PAGE_SIZE + 1
        name = f"{hit.ref}@{hit.version}" if is_of_versions else hit.ref
        return StoryBeside(ref=name, headline=hit.headline, day=hit.published_day, page=page)

    return beside(at - 1), beside(at + 1)


def hits_in_story(db: Database, ref: str, query: StoryQuery) -> dict[str, list[Place]]:
    """Finds where the words of a query stand in the current version, by name of the text.

    :raises ValueError: the query can't be read
    """
    if (expression := read_words(db, query)) is None:
        return {}
    article_id, _ = resolve_ref(db, ref)
    texts = db.execute(TEXTS, [article_id]).fetchone()
    marked = mark({0: texts}, shown_terms(expression), stemmed=query.stemmed).get(0, [])
    named = zip(get_args(TextField), marked, strict=False)
    return {name: places_of_marks(text) for name, text in named if text}


@dataclass(frozen=True, kw_only=True, slots=True)
class Withdrawal:
    """Is what is left of a withdrawn story."""

    stone: PublicTombstone
    publisher: str
    asked: str
    """Is the ref that somebody asked for, without a version."""


def withdrawal_of(db: Database, ref: str) -> Withdrawal | None:
    """Returns what is left of a story that had that ref; None if there is none."""
    name = ref.partition("@")[0]
    stone = find_tombstone(db, [hash_key(name)])
    if stone is None:
        return None
    source = fetch_row(db, "SELECT publisher FROM sources WHERE name = ?", [stone.source])
    publisher = source["publisher"] if source else stone.source
    return Withdrawal(stone=stone, publisher=publisher, asked=name)
