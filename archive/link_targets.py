"""Links between stories: which kept article a link leads to, and which stories cite one."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from sqlite_utils import Database

from archive.rows import Row, fetch_rows

NEAR_DAYS = 60
"""A link that names only a headline means a story at most so many days from the linking one."""

# The day of the linking story, and that on which its page stood so: lists of a page that was
# captured years later name the news of that time.
NEAR = " OR ".join(
    f"abs(julianday(substr({{}}, 1, 10)) - julianday({{}})) <= {NEAR_DAYS}" for _ in range(2)
)


def find_targets(
    db: Database, links: Sequence[Mapping[str, Any]], story: Mapping[str, Any]
) -> list[int | None]:
    """The ``articles.id`` that each link leads to; None where nobody knows.

    Known by the address; else by the site's own id in it, if the caller gives it; a link without
    an address by its text, where exactly one story near the day has it as its headline: one of the
    same paper, but of any paper where it says where the story was first published.

    :param links: ``kind``, ``text``, ``url_key``, ``site_id``
    :param story: of the linking story ``source``, ``date_published`` and ``date_captured``
    """
    located: dict[str | None, int] = dict(
        db.conn.execute(
            "SELECT url_key, article_id FROM locations "
            "WHERE url_key IN (SELECT value FROM json_each(?))",
            [json.dumps([link["url_key"] for link in links])],
        ).fetchall()
    )
    named: dict[str | None, int] = dict(
        db.conn.execute(
            "SELECT site_id, id FROM articles "
            "WHERE source = ? AND site_id IN (SELECT value FROM json_each(?))",
            [
                story["source"],
                json.dumps([link["site_id"] for link in links if link["url_key"] not in located]),
            ],
        ).fetchall()
    )
    return [
        _by_headline(db, link, story)
        if link["url_key"] is None
        else located.get(link["url_key"]) or named.get(link["site_id"])
        for link in links
    ]


def resolve_address(db: Database, key: str, article_id: int) -> None:
    """Give the links that point to an address (URL key) of this article their target."""
    db.conn.execute(
        "UPDATE links SET target_id = :id WHERE url_key = :key AND target_id IS NOT :id",
        {"id": article_id, "key": key},
    )


def resolve_headline(db: Database, article: Mapping[str, Any]) -> None:
    """Look again at the links near its day that name only this article's headline.

    They may have found their story, or have become ambiguous by a second one of that name.

    :param article: ``id``, ``headline`` and ``published_day``
    """
    if not _may_be_meant(db, article):
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
        {
            "headline": article["headline"],
            "day": article["published_day"],
            "id": article["id"],
        },
    )
    for link in links:
        target = _by_headline(db, link, link)
        if target != link["target_id"]:
            db.conn.execute("UPDATE links SET target_id = ? WHERE id = ?", [target, link["id"]])


def _may_be_meant(db: Database, article: Mapping[str, Any]) -> bool:
    """Does a link wait for its headline, or has another article the same? Hardly ever."""
    found = db.conn.execute(
        "SELECT 1 FROM links WHERE text = :headline AND url_key IS NULL AND target_id IS NULL "
        "UNION ALL SELECT 1 FROM articles WHERE headline = :headline AND id <> :id",
        {"headline": article["headline"], "id": article["id"]},
    )
    return found.fetchone() is not None


def cited_by(db: Database, article_id: int) -> list[Row]:
    """The stories whose current versions link to this one, newest first.

    Lists of the day's top stories are no citation.

    :returns: ``ref``, ``source``, ``headline``, ``published_day``, ``kinds`` (of the links)
    """
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
    return [{**story, "kinds": sorted(json.loads(story["kinds"]))} for story in stories]


def unresolved_links(
    db: Database, source: str, limit: int, is_wanted: Callable[[str], bool] = bool
) -> list[tuple[str, str]]:
    """Addresses on a source's site that kept stories link to and the frontier doesn't know.

    :param is_wanted: does the address have the form of a story?
    :returns: at most ``limit`` addresses, each with that of the story it was found on
    """
    (home,) = db.execute("SELECT home_url FROM sources WHERE name = ?", [source]).fetchone()
    host = urlsplit(home).netloc.removeprefix("www.")
    found: list[tuple[str, str]] = []
    for site in (f"{scheme}://{www}{host}" for scheme in ("https", "http") for www in ("", "www.")):
        links = db.execute(
            """
            SELECT links.url, versions.url, min(links.id)
            FROM links JOIN versions ON versions.id = version_id
            WHERE url_key >= ? AND url_key < ? AND +target_id IS NULL
                AND NOT EXISTS (SELECT 1 FROM urls WHERE urls.url_key = links.url_key)
            GROUP BY url_key
            """,
            [f"{site}/", f"{site}0"],  # "0" comes after "/"
        )
        for url, found_on, _ in links:
            if len(found) == limit:
                return found
            if is_wanted(url):
                found.append((url, found_on))
    return found


def _by_headline(db: Database, link: Mapping[str, Any], story: Mapping[str, Any]) -> int | None:
    near = NEAR.format(":date_published", "published_day", ":date_captured", "published_day")
    found = db.execute(
        f"SELECT id FROM articles WHERE headline = :text AND (source = :source OR :is_anywhere) "
        f"AND ({near}) LIMIT 2",
        {
            "text": link["text"],
            "source": story["source"],
            "is_anywhere": link["kind"] == "first_published_on",
            "date_published": story["date_published"],
            "date_captured": story["date_captured"],
        },
    ).fetchall()
    return found[0][0] if len(found) == 1 else None
