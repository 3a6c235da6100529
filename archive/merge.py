"""Merging: two kept articles that prove to be one story become one, and no ref is lost."""

from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database

from archive.identity import is_teaser_of
from archive.near_duplicates import forget_article

OF_ARTICLE = ("id", "ref", "source", "site_id", "first_seen", "last_seen", "duplicate_group")
"""What the older article keeps of its own when it takes up the younger one's text."""


def merge_articles(
    db: Database, older: Mapping[str, Any], younger: Mapping[str, Any], merged_at: str
) -> None:
    """Move all of the younger article into the older one; its ref becomes an alias.

    Its versions are numbered on from the older one's. The later text becomes the current one, but
    never a teaser. Deleting an article looks through the frontier once (it has no such index).

    :param older: row of ``articles``; so is ``younger``
    """
    old, young = older["id"], younger["id"]
    (last,) = db.execute("SELECT max(version) FROM versions WHERE article_id = ?", [old]).fetchone()
    moved = {"old": old, "young": young, "last": last, "now": merged_at}
    forget_article(db.conn, young)
    for statement in (
        # What was current becomes a former version; the triggers keep it so from here on.
        *(
            f"INSERT INTO {table} (rowid, headline, description, body) SELECT id, headline, "
            "description, body FROM versions WHERE id = :version_id"
            for table in ("versions_fts", "versions_stems")
        ),
        "UPDATE versions SET article_id = :old, version = version + :last "
        "WHERE article_id = :young",
        "UPDATE fetches SET article_id = :old, version = version + :last WHERE article_id = :young",
        "UPDATE locations SET article_id = :old WHERE article_id = :young",
        "UPDATE urls SET article_id = :old WHERE article_id = :young",
        "UPDATE links SET target_id = :old WHERE target_id = :young",
        "UPDATE aliases SET article_id = :old, first_version = first_version + :last "
        "WHERE article_id = :young",
        "INSERT INTO aliases (ref, article_id, first_version, merged_at) "
        "VALUES (:ref, :old, :last + 1, :now)",
        "DELETE FROM articles WHERE id = :young",
    ):
        db.conn.execute(
            statement, {**moved, "ref": younger["ref"], "version_id": younger["version_id"]}
        )
    changes = {
        "site_id": older["site_id"] or younger["site_id"],
        "first_seen": min(older["first_seen"], younger["first_seen"]),
        "last_seen": max(older["last_seen"], younger["last_seen"]),
    }
    if _is_later(older, younger):
        changes |= {
            name: younger[name] for name in younger if name not in (*OF_ARTICLE, "published_month")
        }
        changes["version"] = younger["version"] + last
    stands = [row for row in (older, younger) if row["gone_at"] is None]
    if len(stands) == 1:
        changes |= {name: stands[0][name] for name in ("url", "canonical_url", "gone_at")}
    db.conn.execute(
        f"UPDATE articles SET {', '.join(f'{name} = :{name}' for name in changes)} WHERE id = :id",
        {**changes, "id": old},
    )


def _is_later(older: Mapping[str, Any], younger: Mapping[str, Any]) -> bool:
    if is_teaser_of(older, younger) or is_teaser_of(younger, older):
        return is_teaser_of(younger, older)
    stood = [row["date_captured"] or row["date_archived"] for row in (older, younger)]
    return bool(stood[1] > stood[0])
