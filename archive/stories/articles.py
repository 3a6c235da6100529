"""Reading the archive: the runs, and what the whole file holds."""

import json

from sqlite_utils import Database

from archive.file.rows import Row, fetch_row

DOUBTFUL_BELOW = 0.9
"""A story whose confidence is lower wants a look at its page."""


def is_doubtful(confidence: float | None) -> bool:
    """False where there is no opinion."""
    return confidence is not None and confidence < DOUBTFUL_BELOW


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
