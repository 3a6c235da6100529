"""What the archive knows of one story beside its own row, for its page."""

from dataclasses import asdict

from sqlite_utils import Database

from archive.file.rows import Row, fetch_row, fetch_rows
from archive.near_duplicates.pairs import near_duplicates_of
from archive.stories.link_targets import cited_by
from archive.stories.ref import resolve_ref
from archive.stories.versions import diff_versions, list_versions
from archive.story import METADATA_ONLY
from archive.withdrawal.tombstones import find_tombstone, hash_key
from browse.rendering import KIND_WORDS

LINKS = """
    SELECT links.kind, links.text, links.url, other.ref, other.headline, other.published_day
    FROM links LEFT JOIN articles AS other ON other.id = target_id AND other.id <> :id
    WHERE links.version_id = :version_id ORDER BY links.position
"""
LOCATIONS = "SELECT url, first_seen, last_seen FROM locations WHERE article_id = :id ORDER BY id"
ALIASES = "SELECT ref, merged_at FROM aliases WHERE article_id = :id ORDER BY first_version"
CAPTURED = """
    SELECT version FROM versions JOIN captures ON captures.id = capture_id
    WHERE article_id = :id AND file <> '' AND policy IS NOT :without
"""
READING = """
    SELECT evidence, captures.id AS capture_id, file, "offset", retrieved_from
    FROM versions LEFT JOIN captures ON captures.id = capture_id WHERE versions.id = :version_id
"""


def story_facts(db: Database, key: str) -> Row:
    """For the page of the story with that number; empty if it has been withdrawn meanwhile."""
    story = fetch_row(db, "SELECT id, ref, version_id FROM articles WHERE id = :key", {"key": key})
    if story is None:
        return {}
    article_id = story["id"]
    links = fetch_rows(db, LINKS, {"id": article_id, "version_id": story["version_id"]})
    return {
        "versions": list_versions(db, story["ref"]),
        "captured": {
            row["version"]
            for row in fetch_rows(db, CAPTURED, {"id": article_id, "without": METADATA_ONLY})
        },
        "reading": fetch_row(db, READING, {"version_id": story["version_id"]}),
        "links_by_kind": {
            kind: of_kind
            for kind in KIND_WORDS
            if (of_kind := [link for link in links if link["kind"] == kind])
        },
        "cited_by": cited_by(db, article_id),
        "near_duplicates": near_duplicates_of(db, article_id),
        "locations": fetch_rows(db, LOCATIONS, {"id": article_id}),
        "aliases": fetch_rows(db, ALIASES, {"id": article_id}),
    }


def place_of(db: Database, ref: str) -> tuple[str, int]:
    """Table and number of the row that a ref leads to.

    :raises archive.errors.NoSuchArticle: none, or it was withdrawn
    """
    article_id, number = resolve_ref(db, ref)
    found = fetch_row(
        db,
        "SELECT versions.id, versions.id = version_id AS is_current "
        "FROM articles JOIN versions ON article_id = articles.id "
        "WHERE articles.id = :id AND versions.version = coalesce(:number, articles.version)",
        {"id": article_id, "number": number},
    )
    assert found is not None, "resolve_ref found it"
    return ("articles", article_id) if found["is_current"] else ("versions", found["id"])


def withdrawal_of(db: Database, ref: str) -> Row | None:
    """The tombstone of a story that had that ref, with ``publisher``; None if there is none."""
    stone = find_tombstone(db, [hash_key(ref.partition("@")[0])])
    if stone is None:
        return None
    source = fetch_row(db, "SELECT publisher FROM sources WHERE name = ?", [stone.source])
    return {**asdict(stone), **(source or {})}


def changes_between(db: Database, ref: str, older: int, newer: int) -> Row:
    """Two versions of a story word by word, with its ``headline`` and their times.

    :raises archive.errors.NoSuchArticle: no such story or version, or it was withdrawn
    """
    difference = diff_versions(db, ref, older, newer)
    versions = {one.version: one for one in list_versions(db, ref)}
    return {
        "ref": difference.ref,
        "fields": [(name, difference.fields[name]) for name in difference.changed],
        "older": versions[older],
        "newer": versions[newer],
    }
