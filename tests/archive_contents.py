"""What an archive holds, without the numbers of its rows: two that hold the same are equal."""

from collections import Counter, defaultdict
from typing import Any

from sqlite_utils import Database

from tradepress.archive.stories.story_record import load_stories

TIMES = ("date_captured", "date_archived", "first_seen", "last_seen", "gone_at")


def stories_in(db: Database, *, with_times: bool = True) -> dict[str, dict[str, Any]]:
    """By ref: what a reader finds of each story.

    :param with_times: also when it was seen; two crawls of one page differ in that
    """
    found: dict[str, dict[str, Any]] = {}
    for article_id, ref in db.execute("SELECT id, ref FROM articles").fetchall():
        ids = [
            id for (id,) in db.execute("SELECT id FROM versions WHERE article_id = ?", [article_id])
        ]
        versions = [_version(db, one, with_times) for one in load_stories(db, ids)]
        article = next(
            db.query(
                "SELECT url, canonical_url, site_id, reservations, content_hash, published_day, "
                "word_count, gone_at, first_seen, last_seen FROM articles WHERE id = ?",
                [article_id],
            )
        )
        seen = db.execute(
            "SELECT seen_at, content_hash FROM sightings LEFT JOIN versions ON id = version_id "
            "WHERE sightings.article_id = ? ORDER BY seen_at",
            [article_id],
        ).fetchall()
        places = db.execute(
            "SELECT url_key, first_seen, last_seen FROM locations WHERE article_id = ?",
            [article_id],
        ).fetchall()
        refs = db.execute("SELECT ref FROM aliases WHERE article_id = ?", [article_id]).fetchall()
        alike = db.execute(
            "SELECT ref, kind, round(similarity, 6) FROM near_duplicates JOIN articles "
            "ON articles.id IN (article_id, other_id) AND articles.id <> :id "
            "WHERE :id IN (article_id, other_id)",
            {"id": article_id},
        ).fetchall()
        group = db.execute(
            "SELECT ref FROM articles WHERE duplicate_group = "
            "(SELECT duplicate_group FROM articles WHERE id = ?)",
            [article_id],
        ).fetchall()
        if not with_times:
            article |= dict.fromkeys(("first_seen", "last_seen", "gone_at"))
            seen, places = sorted({str(hash) for _, hash in seen}), [key for key, *_ in places]
        found[ref] = {
            **article,
            "versions": sorted(versions, key=repr),
            "sightings": seen,
            "locations": sorted(places),
            "aliases": sorted(refs),
            "alike": sorted(alike),
            "group": sorted(group),
        }
    return found


def _version(db: Database, story: Any, with_times: bool) -> dict[str, Any]:
    names = (
        *("url", "headline", "description", "body", "date_published", "authors", "section"),
        *("language", "keywords", "access", "is_truncated", "policy", "corrections", "evidence"),
        *("content_hash", "extractor", "links", "mentions", "retrieved_from", "has_capture"),
    )
    values = {name: getattr(story, name) for name in names}
    if not with_times:  # nor of which listing came first
        del values["evidence"]
        return values
    return values | {"date_captured": story.date_captured}


def pages_in(db: Database) -> Counter[tuple[str, str]]:
    """Address and payload digest of each raw page."""
    return Counter(db.execute("SELECT url, digest FROM captures").fetchall())


def addresses_in(db: Database) -> dict[str, tuple[Any, ...]]:
    """By URL key: how each address of the frontier stands."""
    rows = db.execute(
        "SELECT urls.url_key, urls.source, state, outcome, etag, last_modified, ref FROM urls "
        "LEFT JOIN articles ON articles.id = article_id"
    )
    return {key: tuple(rest) for key, *rest in rows}


def differing(one: dict[str, Any], other: dict[str, Any]) -> dict[str, list[str]]:
    """Of what two archives hold: refs (or keys) with the names of what differs."""
    found: dict[str, list[str]] = defaultdict(list)
    for ref in one.keys() | other.keys():
        if ref not in one or ref not in other:
            found[ref].append("is in one alone")
        elif one[ref] != other[ref]:
            names = one[ref] if isinstance(one[ref], dict) else ()
            found[ref] += [name for name in names if one[ref][name] != other[ref][name]] or ["it"]
    return dict(found)
