"""Reading the archive: one article, the runs, and what the whole file holds."""

import difflib
import json
import re
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive.errors import MixedArchive, NoSuchArticle

Row = dict[str, Any]

OF_VERSION = (
    "url",
    "headline",
    "description",
    "body",
    "date_published",
    "date_published_raw",
    "date_modified",
    "date_modified_raw",
    "authors",
    "section",
    "language",
    "keywords",
    "access",
    "is_truncated",
    "confidence",
    "corrections",
    "version",
    "content_hash",
    "date_captured",
    "date_archived",
    "evidence",
)
LISTS = ("authors", "keywords", "corrections", "evidence")

DOUBTFUL_BELOW = 0.9
"""A story whose confidence is lower wants a look at its page."""


def is_doubtful(confidence: float | None) -> bool:
    """False where there is no opinion."""
    return confidence is not None and confidence < DOUBTFUL_BELOW


def load_article(db: Database, ref: str) -> Row:
    """One article under the names of the design.

    :param ref: ``wipr-14415``, or ``wipr-14415@2`` for its second version
    :returns: lists as lists, ``is_truncated`` as bool or None, ``related_links`` (``kind``,
        ``text``, ``url``, ``position``), ``locations`` (addresses), ``evidence`` (by field)
    :raises NoSuchArticle: no such ref or version; names the nearest
    """
    name, at, number = ref.partition("@")
    article = _one(db, "SELECT * FROM articles WHERE ref = ?", [name])
    if article is None:
        raise NoSuchArticle(f"no article has the ref {name}{_nearest(db, name)}")
    if at and re.fullmatch(r"[0-9]{1,9}", number):
        wanted = "article_id = ? AND version = ?", [article["id"], int(number)]
    elif at:
        wanted = "0", []
    else:
        wanted = "id = ?", [article["version_id"]]
    version = _one(db, f"SELECT * FROM versions WHERE {wanted[0]}", wanted[1])
    if version is None:
        newest = _one(
            db, "SELECT max(version) AS n FROM versions WHERE article_id = ?", [article["id"]]
        )
        raise NoSuchArticle(f"{name} has no version {number!r}: give 1 to {newest and newest['n']}")
    fields = {name: version[name] for name in OF_VERSION}
    for name in LISTS:
        fields[name] = json.loads(fields[name])
    if fields["is_truncated"] is not None:
        fields["is_truncated"] = bool(fields["is_truncated"])
    if not at:
        fields["url"] = article["url"]
    day = (fields["date_published"] or "")[:10]
    return {
        "ref": article["ref"],
        "source": article["source"],
        "site_id": article["site_id"],
        "canonical_url": article["canonical_url"],
        **fields,
        "published_day": day if len(day) == 10 else None,
        "first_seen": article["first_seen"],
        "last_seen": article["last_seen"],
        "gone_at": article["gone_at"],
        "related_links": list(
            db.query(
                "SELECT kind, text, url, position FROM links WHERE version_id = ? "
                "ORDER BY position",
                [version["id"]],
            )
        ),
        "locations": [
            row["url"]
            for row in db.query(
                "SELECT url FROM locations WHERE article_id = ? ORDER BY id", [article["id"]]
            )
        ],
    }


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
    totals = _one(
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
        "SELECT substr(published_month, 1, 4) AS year, count(*) FROM articles "
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


def require_kind(db: Database, sample: bool, path: Path | None = None) -> None:
    """Sample and real don't mix.

    :param sample: what is about to be written
    :param path: the file, for the message; default: the database's own
    :raises MixedArchive: the archive belongs to sources of the other kind
    """
    names = [
        row["name"]
        for row in db.query(
            "SELECT name FROM sources WHERE is_sample <> ? ORDER BY name", [int(sample)]
        )
    ]
    if not names:
        return
    file = path or db.execute("PRAGMA database_list").fetchone()[2]
    if sample:
        raise MixedArchive(
            f"{file} belongs to real sources ({', '.join(names)}), and the sample is invented: "
            "name another file for it with --archive OTHER"
        )
    raise MixedArchive(
        f"{file} holds the invented sample ({', '.join(names)}): "
        "name another file for real stories with --archive OTHER"
    )


def _nearest(db: Database, ref: str) -> str:
    """``: did you mean …?``, looked for among the neighbours in the order of refs."""
    near = [
        row["ref"]
        for side in (">= ? ORDER BY ref", "< ? ORDER BY ref DESC")
        for given in dict.fromkeys((ref, ref.strip().lower()))
        for row in db.query(f"SELECT ref FROM articles WHERE ref {side} LIMIT 20", [given])
    ]
    close = difflib.get_close_matches(ref.strip().lower(), near, n=1)
    return f"; did you mean {close[0]}?" if close else "; find it with `tradepress search`"


def _one(db: Database, sql: str, parameters: list[Any]) -> Row | None:
    return next(iter(list(db.query(sql, parameters))), None)
