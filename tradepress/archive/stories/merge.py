"""Merges two kept articles that prove to be one story, and no ref is lost."""

from tradepress.archive.file.rows import Row
from tradepress.archive.file.transaction import Transaction
from tradepress.archive.frontier.sightings import RANK, update_first_and_last
from tradepress.archive.near_duplicates.pairs import forget_article
from tradepress.archive.stories.current_version import current_version
from tradepress.archive.stories.version_store import note_held

OF_ARTICLE = ("id", "ref", "source", "site_id", "first_seen", "last_seen", "duplicate_group")
"""Lists what the older article keeps of its own when it takes up the younger one's text."""

MOVED = (
    "INSERT INTO versions_unindexed (id) SELECT version_id FROM articles WHERE id = :young",
    "UPDATE version_rows AS own SET description = coalesce(own.description, young.description), "
    "body = coalesce(own.body, young.body) "
    "FROM articles AS young WHERE young.id = :young AND version_id = own.id",
    "UPDATE version_rows SET article_id = :old, version = version + :shift "
    "WHERE article_id = :young",
    "UPDATE fetches SET article_id = :old, version = version + :shift WHERE article_id = :young",
    # Of two that were seen in one second the same counts as if they had been one story then.
    "DELETE FROM sightings AS one WHERE article_id IN (:old, :young) AND EXISTS ("
    "SELECT 1 FROM sightings AS other WHERE other.seen_at = one.seen_at "
    "AND other.article_id = :old + :young - one.article_id AND ("
    "one.version_id IS NULL AND (other.version_id IS NOT NULL OR one.article_id = :young) "
    f"OR (SELECT {RANK} WHERE id = one.version_id) < "
    f"(SELECT {RANK} WHERE id = other.version_id)))",
    "UPDATE OR REPLACE sightings SET article_id = :old WHERE article_id = :young",
    # What the archive held by a ref is what it held by that of the older one.
    "DELETE FROM holdings WHERE article_id = :young",
    "UPDATE locations SET article_id = :old WHERE article_id = :young",
    "UPDATE urls SET article_id = :old WHERE article_id = :young",
    "UPDATE links SET target_id = :old WHERE target_id = :young",
    "UPDATE aliases SET article_id = :old, first_version = first_version + :shift, "
    "last_version = last_version + :shift WHERE article_id = :young",
)
ARTICLE = "SELECT * FROM articles WHERE id = ?"
LAST_VERSION = "SELECT max(version) FROM versions WHERE article_id = ?"


def merge_articles(
    transaction: Transaction, older_id: int, younger_id: int, merged_at: str
) -> None:
    """Moves all of the younger article into the older one; its ref becomes an alias.

    Its versions are numbered on from the older one's. The later text becomes the current one, but
    never a teaser. Deleting an article looks through the frontier once (it has no such index).
    """
    ids = {"old": older_id, "young": younger_id}
    (older,), (younger,) = (transaction.rows(ARTICLE, [one]) for one in ids.values())
    last, added = (transaction.value(LAST_VERSION, [one]) for one in ids.values())
    forget_article(transaction, younger["id"])
    own = "SELECT id FROM version_rows WHERE article_id = ?"
    transaction.log.change_of("version", own, [younger_id])
    for statement in MOVED:
        transaction.write(statement, {**ids, "shift": last})
    is_later = current_version(transaction.db, older_id)["id"] == younger["version_id"]
    transaction.insert(
        "aliases",
        {
            "ref": younger["ref"],
            "article_id": older["id"],
            "first_version": last + 1,
            "last_version": last + added,
            "merged_at": merged_at,
        },
    )
    transaction.write("DELETE FROM articles WHERE id = ?", [younger["id"]])
    transaction.update(
        "articles", older["id"], _merged(older, younger, shift=last, is_later=is_later)
    )
    update_first_and_last(transaction, older["id"])
    if is_later:
        note_held(transaction, older["id"], older["version_id"])


def _merged(older: Row, younger: Row, *, shift: int, is_later: bool) -> Row:
    """Returns what the older article's row takes from the younger one's.

    :param is_later: the younger one's text becomes the current one
    """
    changes = {
        "site_id": older["site_id"] or younger["site_id"],
        "first_seen": min(older["first_seen"], younger["first_seen"]),
        "last_seen": max(older["last_seen"], younger["last_seen"]),
    }
    if is_later:
        changes |= {
            name: younger[name] for name in younger if name not in (*OF_ARTICLE, "published_month")
        }
        changes["version"] = younger["version"] + shift
    stands = [row for row in (older, younger) if row["gone_at"] is None]
    if len(stands) == 1:
        changes |= {name: stands[0][name] for name in ("url", "canonical_url", "gone_at")}
    return changes
