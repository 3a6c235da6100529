"""Decides which story here another archive's story is, and which version one of its versions."""

import json

from tradepress.archive.database import Database
from tradepress.archive.file.rows import Row, fetch_row, fetch_rows
from tradepress.archive.merging.other_archive import OtherStory, OtherVersion
from tradepress.archive.stories.clean_story import CleanStory
from tradepress.archive.stories.identity import find_kept, page_keys, shares_words
from tradepress.archive.stories.kept import Kept, load_kept
from tradepress.archive.stories.texts_alike import shares_most

# The unary plus keeps SQLite from going through all stories of the source.
NAMED = """
    SELECT id FROM articles WHERE +source = :source AND ref IN (SELECT value FROM json_each(:refs))
    UNION SELECT article_id FROM json_each(:refs) AS refs
        CROSS JOIN aliases ON aliases.ref = refs.value
        CROSS JOIN articles ON articles.id = article_id WHERE +source = :source
    UNION SELECT article_id FROM json_each(:keys) AS keys
        CROSS JOIN locations ON url_key = keys.value
        CROSS JOIN articles ON articles.id = article_id WHERE +source = :source
"""
VERSIONS = """
    SELECT versions.id, versions.version, content_hash, extractor, is_reread,
        versions.date_captured, policy, capture_id, digest
    FROM versions LEFT JOIN captures ON captures.id = capture_id
    WHERE article_id = ? ORDER BY versions.version
"""


def find_here(db: Database, story: OtherStory, current: CleanStory) -> list[Kept]:
    """Finds the stories here that this one is: none, one, or several that it proves to be one, the
    oldest first.

    Known as a page is (:func:`find_kept`), and by all refs and addresses that it has there. These
    alone are no proof where the texts have nothing in common.

    :param current: its current version
    :raises ValueError: its address is no http(s) address
    """
    kept = find_kept(db, current, page_keys(story.url, story.url, story.canonical_url))
    keys = [location["url_key"] for location in story.locations]
    given = {"source": story.source, "refs": json.dumps(story.refs), "keys": json.dumps(keys)}
    ids = {row["id"] for row in fetch_rows(db, NAMED, given)}
    if kept is None and not ids:
        return []
    others = [load_kept(db, one) for one in sorted(ids) if kept is None or one != kept.id]
    alike = [one for one in others if _reads_alike(db, one, story, current)]
    if kept is None and alike:
        kept, *alike = alike
    if kept is None:
        return []
    twins = [one for one in alike if _has_the_text(one, current)]
    if not _has_the_text(kept, current):
        twins = []
    return sorted([kept, *twins], key=lambda one: one.id)


def same_version(db: Database, kept: Kept, version: OtherVersion, content_hash: str) -> Row | None:
    """Finds the version of a story here that one of the other archive is: it has the same text.

    A re-reading is a version of its own, unless the same rules gave the same here.

    :param content_hash: of what may be kept of it here
    :returns: ``id``, ``version``, ``date_captured``, ``policy``, ``capture_id``, ``digest``
    """
    alike = [
        row for row in fetch_rows(db, VERSIONS, [kept.id]) if row["content_hash"] == content_hash
    ]
    names = ("extractor", "is_reread", "date_captured")
    same = [row for row in alike if all(row[name] == getattr(version, name) for name in names)]
    if same:
        numbered = (row for row in same if row["version"] == version.number)
        return next(numbered, same[0])
    if version.is_reread:
        return next((row for row in alike if row["extractor"] == version.extractor), None)
    return alike[-1] if alike else None


def _reads_alike(db: Database, kept: Kept, story: OtherStory, current: CleanStory) -> bool:
    hashes = json.dumps([version.content_hash for version in story.versions])
    sql = (
        "SELECT 1 FROM versions WHERE article_id = ? "
        "AND content_hash IN (SELECT value FROM json_each(?))"
    )
    return shares_words(db, kept, current) or bool(fetch_row(db, sql, [kept.id, hashes]))


def _has_the_text(kept: Kept, current: CleanStory) -> bool:
    """Has it the same text here, and not only the same headline?"""
    body = current.article.body
    is_same = kept.content_hash == current.content_hash
    return body is not None and (is_same or shares_most(kept.article.body, body))
