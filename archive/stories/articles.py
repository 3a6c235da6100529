"""Reading the archive: one article, the runs, and what the whole file holds."""

import json
from dataclasses import asdict

from sqlite_utils import Database

from archive.errors import damaged
from archive.file.rows import Row, fetch_row
from archive.stories.clean_story import COLUMNS, LISTS, OF_ARTICLE
from archive.stories.link_targets import cited_by
from archive.stories.ref import resolve_ref
from archive.story import Mention

OF_VERSION = (
    *(name for name in COLUMNS if name not in OF_ARTICLE),
    "version",
    "content_hash",
    "date_captured",
    "date_archived",
    "evidence",
)
JSON = (*LISTS, "reservations", "evidence")

DOUBTFUL_BELOW = 0.9
"""A story whose confidence is lower wants a look at its page."""


def is_doubtful(confidence: float | None) -> bool:
    """False where there is no opinion."""
    return confidence is not None and confidence < DOUBTFUL_BELOW


def load_article(db: Database, ref: str) -> Row:
    """One article under the names of the design.

    :param ref: ``wipr-14415``, or ``wipr-14415@2`` for its second version
    :returns: lists as lists, ``is_truncated`` as bool or None, ``related_links`` (``kind``,
        ``text``, ``url``, ``position``, and as ``target`` the ref of the article that it leads to),
        ``cited_by`` (as in :func:`archive.stories.link_targets.cited_by`), ``mentions`` (rows as
        :class:`archive.story.Mention`), ``locations``,
        ``aliases`` (refs of articles merged into this one), ``retrieved_from`` (the address at a
        web archive that its page was taken from; None: of its site or a file), ``evidence`` (by
        field)
    :raises NoSuchArticle: no such ref or version; names the nearest
    :raises DamagedArchive: its source is not there
    """
    article_id, number = resolve_ref(db, ref)
    article = fetch_row(db, "SELECT * FROM articles WHERE id = ?", [article_id])
    assert article is not None
    version = fetch_row(
        db,
        "SELECT * FROM versions WHERE article_id = ? AND version = ?",
        [article_id, article["version"] if number is None else number],
    )
    assert version is not None, "versions are numbered without gaps"
    fields = {name: version[name] for name in OF_VERSION}
    for name in JSON:
        fields[name] = json.loads(fields[name])
    if fields["is_truncated"] is not None:
        fields["is_truncated"] = bool(fields["is_truncated"])
    if number is None:
        fields["url"] = article["url"]
        fields["reservations"] = json.loads(article["reservations"])
    source = fetch_row(db, "SELECT publisher FROM sources WHERE name = ?", [article["source"]])
    if source is None:
        raise damaged(_file_of(db), f"no source {article['source']}")
    day = (fields["date_published"] or "")[:10]
    return {
        "ref": article["ref"],
        "source": article["source"],
        "publisher": source["publisher"],
        "site_id": article["site_id"],
        "canonical_url": article["canonical_url"],
        **fields,
        "published_day": day if len(day) == 10 else None,
        "first_seen": article["first_seen"],
        "last_seen": article["last_seen"],
        "gone_at": article["gone_at"],
        "retrieved_from": _retrieved_from(db, version["capture_id"]),
        "related_links": list(
            db.query(
                "SELECT kind, text, links.url, position, ref AS target FROM links "
                "LEFT JOIN articles ON articles.id = target_id WHERE links.version_id = ? "
                "ORDER BY position",
                [version["id"]],
            )
        ),
        "cited_by": cited_by(db, article_id),
        "mentions": [asdict(one) for one in load_mentions(db, version["id"])],
        "locations": [
            row["url"]
            for row in db.query(
                "SELECT url FROM locations WHERE article_id = ? ORDER BY id", [article["id"]]
            )
        ],
        "aliases": [
            row["ref"]
            for row in db.query(
                "SELECT ref FROM aliases WHERE article_id = ? ORDER BY first_version", [article_id]
            )
        ],
    }


def load_mentions(db: Database, version_id: int) -> list[Mention]:
    """Those of a version, field by field, each in the order of its text."""
    rows = db.query(
        'SELECT field, "start", "end", kind, value FROM mentions WHERE version_id = ?',
        [version_id],
    )
    return sorted(Mention(**row) for row in rows)


def _retrieved_from(db: Database, capture_id: int | None) -> str | None:
    row = fetch_row(db, "SELECT retrieved_from FROM captures WHERE id = ?", [capture_id])
    return None if row is None else row["retrieved_from"]


def list_runs(db: Database, limit: int = 20) -> list[Row]:
    """The latest runs, newest first: rows of ``runs`` with ``sources`` as a list."""
    return [
        {**row, "sources": json.loads(row["sources"])}
        for row in db.query("SELECT * FROM runs ORDER BY id DESC LIMIT ?", [limit])
    ]


def describe(db: Database) -> Row:
    """What the archive holds, for its front page.

    :returns: ``stories``, ``versions``, ``first_day``, ``last_day`` (None if no story is dated),
        ``years`` (year to stories; None for undated), ``sources`` (rows with ``name``,
        ``publisher``, ``home_url``, ``is_sample``, ``stories``, ``first_day``, ``last_day``),
        ``last_run`` (as in :func:`list_runs`, or None), ``is_sample``
    """
    totals = fetch_row(
        db,
        "SELECT count(*) AS stories, min(published_day) AS first_day, "
        "max(published_day) AS last_day, (SELECT count(*) FROM versions) AS versions "
        "FROM articles",
        [],
    )
    assert totals is not None
    sources = [
        {**row, "is_sample": bool(row["is_sample"])}
        for row in db.query(
            "SELECT name, publisher, home_url, is_sample, count(articles.id) AS stories, "
            "min(published_day) AS first_day, max(published_day) AS last_day "
            "FROM sources LEFT JOIN articles ON source = name "
            "GROUP BY name ORDER BY stories DESC, name"
        )
    ]
    years = db.execute(
        "SELECT substr(published_day, 1, 4) AS year, count(*) FROM articles "
        "GROUP BY year ORDER BY year"
    )
    runs = list_runs(db, 1)
    return {
        **totals,
        "years": dict(years.fetchall()),
        "sources": sources,
        "last_run": runs[0] if runs else None,
        "is_sample": any(row["is_sample"] for row in sources),
    }


def _file_of(db: Database) -> str:
    return str(db.execute("PRAGMA database_list").fetchone()[2])
