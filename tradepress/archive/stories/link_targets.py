"""Follows links between stories: which kept article a link leads to, and which stories cite one."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from tradepress.archive.database import Database
from tradepress.archive.file.rows import fetch_rows
from tradepress.archive.file.transaction import Transaction
from tradepress.archive.stories.clean_story import StoredLink
from tradepress.archive.stories.ref import resolve_ref
from tradepress.story import LinkKind

NEAR_DAYS = 60
"""Limits the days from a linking story to the one that it names only by its headline."""

# The day of the linking story, and that on which its page stood so: lists of a page that was
# captured years later name the news of that time.
NEAR = " OR ".join(
    f"abs(julianday(substr({{}}, 1, 10)) - julianday({{}})) <= {NEAR_DAYS}" for _ in range(2)
)


def find_targets(
    db: Database,
    links: Sequence[StoredLink],
    *,
    source: str,
    date_published: str | None,
    date_captured: str | None,
) -> list[int | None]:
    """Finds the ``articles.id`` that each link leads to; None where nobody knows.

    Known by the address; else by the site's own id in it, if the caller gives it; a link without
    an address by its text, where exactly one story near the day has it as its headline: one of the
    same paper, but of any paper where it says where the story was first published.

    :param source: of the linking story; so are the dates
    """
    located: dict[str | None, int] = dict(
        db.conn.execute(
            "SELECT url_key, article_id FROM locations "
            "WHERE url_key IN (SELECT value FROM json_each(?))",
            [json.dumps([link.url_key for link in links])],
        ).fetchall()
    )
    named: dict[str | None, int] = dict(
        db.conn.execute(
            "SELECT site_id, id FROM articles "
            "WHERE source = ? AND site_id IN (SELECT value FROM json_each(?))",
            [
                source,
                json.dumps([link.site_id for link in links if link.url_key not in located]),
            ],
        ).fetchall()
    )
    return [
        _by_headline(db, link.kind, link.text, source, date_published, date_captured)
        if link.url_key is None
        else located.get(link.url_key) or named.get(link.site_id)
        for link in links
    ]


def resolve_address(transaction: Transaction, key: str, article_id: int) -> None:
    """Gives the links that point to an address (URL key) of this article their target."""
    transaction.write(
        "UPDATE links SET target_id = :id WHERE url_key = :key AND target_id IS NOT :id",
        {"id": article_id, "key": key},
    )


def resolve_headline(
    transaction: Transaction, article_id: int, headline: str, published_day: str | None
) -> None:
    """Looks again at the links near its day that name only this article's headline.

    They may have found their story, or have become ambiguous by a second one of that name.
    """
    db = transaction.db
    if not _may_be_meant(db, article_id, headline):
        return
    # The unary plus keeps SQLite from the wrong one of two indexes.
    near = NEAR.format("versions.date_published", ":day", "versions.date_captured", ":day")
    links = fetch_rows(
        db,
        f"""
        SELECT links.id, kind, text, target_id, source, versions.date_published,
            versions.date_captured
        FROM (
            SELECT * FROM links
            WHERE text = :headline AND url_key IS NULL AND target_id IS NULL
            UNION ALL
            SELECT * FROM links
            WHERE target_id IN (SELECT id FROM articles WHERE headline = :headline AND id <> :id)
                AND text = :headline AND +url_key IS NULL
        ) AS links
        JOIN versions ON versions.id = links.version_id
        JOIN articles ON articles.id = versions.article_id
        WHERE {near}
        """,
        {"headline": headline, "day": published_day, "id": article_id},
    )
    for link in links:
        names = ("kind", "text", "source", "date_published", "date_captured")
        target = _by_headline(db, *(link[name] for name in names))
        if target != link["target_id"]:
            transaction.update("links", link["id"], {"target_id": target})


def _may_be_meant(db: Database, article_id: int, headline: str) -> bool:
    """Does a link wait for its headline, or has another article the same? Hardly ever."""
    found = db.conn.execute(
        "SELECT 1 FROM links WHERE text = :headline AND url_key IS NULL AND target_id IS NULL "
        "UNION ALL SELECT 1 FROM articles WHERE headline = :headline AND id <> :id",
        {"headline": headline, "id": article_id},
    )
    return found.fetchone() is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class CitingStory:
    """Is a story that links to another."""

    ref: str
    source: str
    headline: str
    published_day: str | None
    kinds: tuple[LinkKind, ...]
    """Holds the kinds of its links, in the order of the alphabet."""


def cited_by(db: Database, article: int | str) -> list[CitingStory]:
    """Lists the stories whose current versions link to this one, the newest first.

    Lists of the day's top stories are no citation.

    :param article: id, or ref of the article or of a version
    :raises NoSuchArticle: no such ref
    """
    article_id = resolve_ref(db, article)[0] if isinstance(article, str) else article
    stories = db.query(
        """
        SELECT articles.ref, source, articles.headline, published_day,
            json_group_array(DISTINCT kind) AS kinds
        FROM links JOIN versions ON versions.id = links.version_id
        JOIN articles ON articles.id = versions.article_id AND articles.version_id = versions.id
        WHERE target_id = :id AND articles.id <> :id AND kind <> 'top_stories'
        GROUP BY articles.id ORDER BY published_day DESC, articles.ref
        """,
        {"id": article_id},
    )
    return [
        CitingStory(**{**story, "kinds": tuple(sorted(json.loads(story["kinds"])))})
        for story in stories
    ]


def _by_headline(
    db: Database,
    kind: str,
    text: str,
    source: str,
    date_published: str | None,
    date_captured: str | None,
) -> int | None:
    near = NEAR.format(":date_published", "published_day", ":date_captured", "published_day")
    found = db.execute(
        f"SELECT id FROM articles WHERE headline = :text AND (source = :source OR :is_anywhere) "
        f"AND ({near}) LIMIT 2",
        {
            "text": text,
            "source": source,
            "is_anywhere": kind == "first_published_on",
            "date_published": date_published,
            "date_captured": date_captured,
        },
    ).fetchall()
    return found[0][0] if len(found) == 1 else None
