"""What somebody who means harm does to an archive."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

BAD = "signet-1"
Craft = Callable[[sqlite3.Connection], object]

LAX = "UPDATE sqlite_schema SET sql = replace(sql, ') STRICT', ')') WHERE name = ?"
"""Then a column takes values of any type; put back, the file looks as ours does."""
OF_BAD = "(SELECT id FROM articles WHERE ref = 'signet-1')"
VERSION = f"(SELECT id FROM versions WHERE article_id = {OF_BAD})"


def craft(path: Path, work: Craft, *, lax: str | None = None) -> None:
    """Without triggers and foreign keys, as whoever means harm would do it.

    :param lax: a table whose values may be of any type
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        found = db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
        triggers = found.fetchall()
        for name, _ in triggers:
            db.execute(f"DROP TRIGGER {name}")
        sql = db.execute("SELECT sql FROM sqlite_schema WHERE name = ?", [lax]).fetchone()
        if lax:
            db.execute("PRAGMA writable_schema=ON")
            db.execute(LAX, [lax])
            db.execute("PRAGMA writable_schema=RESET")
        work(db)
        for _, trigger in triggers:
            db.execute(trigger)
        if lax:
            db.execute("PRAGMA writable_schema=ON")
            db.execute("UPDATE sqlite_schema SET sql = ? WHERE name = ?", [*sql, lax])
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def set_column(column: str, value: object, table: str = "version_rows") -> Craft:
    where = f"ref = '{BAD}'" if table == "articles" else f"article_id = {OF_BAD}"
    return lambda db: db.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", [value])


def many_links(count: int) -> Craft:
    return lambda db: db.execute(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
        "INSERT INTO links (version_id, kind, position, text) "
        f"SELECT {VERSION}, 'related', i, 'x' FROM n",
        [count],
    )


def deep(levels: int) -> str:
    return '{"headline": [{"evidence": "h1", "value": ' + "[" * levels + "]" * levels + "}]}"


CRAFTS: dict[str, tuple[Craft, str | None]] = {
    "json 100,000 deep": (set_column("evidence", deep(100_000)), None),
    "json of another form": (set_column("authors", '{"a": 1}'), None),
    "no json": (set_column("evidence", "{"), None),
    "no utf-8": (set_column("headline", b"\xff\xfe"), "version_rows"),
    "bytes for a text": (set_column("body", b"\x00" * 9), "version_rows"),
    "a text for a number": (set_column("version", "one"), "version_rows"),
    "bytes for a ref": (set_column("ref", b"\x01", "articles"), "articles"),
    "a huge number": (set_column("version", 2**63 - 1), None),
    "a time that is none": (set_column("seen_at", "yesterday", "sightings"), None),
    "no address": (set_column("url", "http://[", "articles"), None),
    "300,000 links": (many_links(300_000), None),
    "a cell of 40 MB": (set_column("body", "x" * 40_000_000), None),
    "a blob of 40 MB": (lambda db: set_column("body", bytes(40_000_000))(db), "version_rows"),
    "lists of lists": (
        set_column("evidence", json.dumps({"x": [{"value": [[]] * 1_000_000, "evidence": ""}]})),
        None,
    ),
}


def rewritten(name: str, old: str, new: str) -> Craft:
    def work(db: sqlite3.Connection) -> None:
        db.execute("PRAGMA writable_schema=ON")
        db.execute(
            "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE name = ?", [old, new, name]
        )
        db.execute("PRAGMA writable_schema=RESET")

    return work


ENDLESS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
SCHEMAS: dict[str, tuple[str, Craft]] = {
    "view for a table": (
        "holdings",
        lambda db: (
            db.execute("DROP TABLE holdings"),
            db.execute(f"CREATE VIEW holdings AS {ENDLESS}"),
        ),
    ),
    "generated column": (
        "articles",
        rewritten("articles", "substr(published_day, 1, 7)", "hex(zeroblob(400000000))"),
    ),
    "another view": (
        "former_versions",
        rewritten("former_versions", "versions.id AS id", f"({ENDLESS}) AS id"),
    ),
    "further column": ("links", lambda db: db.execute("ALTER TABLE links ADD COLUMN more TEXT")),
    "missing table": ("aliases", lambda db: db.execute("DROP TABLE aliases")),
    "index of an expression": (
        "own",
        lambda db: db.execute("CREATE INDEX own ON articles (hex(headline))"),
    ),
    "further view": ("own", lambda db: db.execute(f"CREATE VIEW own AS {ENDLESS}")),
    "trigger": (
        "own",
        lambda db: db.execute(
            "CREATE TRIGGER own AFTER INSERT ON runs BEGIN DELETE FROM articles; END"
        ),
    ),
    "view for a table of an index": (
        "articles_fts_config",
        lambda db: (
            db.execute("PRAGMA writable_schema=ON"),
            db.execute(
                "UPDATE sqlite_schema SET type = 'view', rootpage = 0, sql = ? "
                "WHERE name = 'articles_fts_config'",
                [f"CREATE VIEW articles_fts_config (k) AS {ENDLESS}"],
            ),
        ),
    ),
    "virtual table": ("own", lambda db: db.execute("CREATE VIRTUAL TABLE own USING fts5 (x)")),
}
