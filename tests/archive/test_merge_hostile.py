"""Crafted archives: what is hostile in one stays behind under a name, and all else comes in."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from archive_rows import story
from conftest import ROOT
from libraries import Library, here

from tradepress.archive.errors import ArchiveError, DamagedArchive
from tradepress.archive.ledger.outcomes import Outcome
from tradepress.archive.merging.other_archive import open_other

__all__ = ["here"]
OTHERS = 6
BAD = "signet-1"
MOST_MEMORY = 600_000_000
Craft = Callable[[sqlite3.Connection], object]

LAX = "UPDATE sqlite_schema SET sql = replace(sql, ') STRICT', ')') WHERE name = ?"
"""Then a column takes values of any type; put back, the file looks as ours does."""
OF_BAD = "(SELECT id FROM articles WHERE ref = 'signet-1')"
VERSION = f"(SELECT id FROM versions WHERE article_id = {OF_BAD})"


@pytest.fixture
def there(tmp_path: Path) -> Library:
    (tmp_path / "elsewhere").mkdir()
    library = Library(tmp_path / "elsewhere" / "there.db")
    return library.keep(*((0, story(number)) for number in range(1, OTHERS + 2)))


def craft(path: Path, work: Craft, *, lax: str | None = None) -> None:
    """Without triggers and foreign keys, as whoever means harm would do it.

    :param lax: a table whose values may be of any type
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        triggers = db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
        triggers = triggers.fetchall()
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
LONG = {name for name in CRAFTS if "0" in name} | {"lists of lists"}


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.slow] * (name in LONG)) for name in CRAFTS],
)
def test_one_hostile_story_keeps_no_other_out(here: Library, there: Library, name: str) -> None:
    work, lax = CRAFTS[name]
    if name == "no utf-8":
        sql = f"UPDATE version_rows SET headline = CAST(x'fffe' AS TEXT) WHERE id = {VERSION}"
        craft(there.path, lambda db: db.execute(sql))
    else:
        craft(there.path, work, lax=lax)
    merged = here.take(there)
    refs = {ref for (ref,) in here.ask("SELECT ref FROM articles")}
    assert refs >= {f"signet-{number}" for number in range(2, OTHERS + 2)}
    if name not in ("a huge number", "a text for a number"):  # versions have our numbers here
        assert merged.stories == {Outcome.STORED: OTHERS, Outcome.FAILED: 1}
        (told,) = merged.told
        assert told.there == ("its story 1" if name == "bytes for a ref" else BAD)
        assert told.reason
        assert len(told.reason) < 300
        assert merged.exit_code == 1


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


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_that_is_not_ours_is_refused_by_name(there: Library, name: str) -> None:
    of, work = SCHEMAS[name]
    with closing(sqlite3.connect(there.path, isolation_level=None)) as db:
        work(db)
    with pytest.raises(DamagedArchive, match=f"{of} is not"), open_other(there.path):
        pass


def test_an_archive_that_was_analyzed_is_ours(there: Library) -> None:
    with closing(sqlite3.connect(there.path, isolation_level=None)) as db:
        db.execute("ANALYZE")
        db.execute("VACUUM")
    with open_other(there.path) as other:
        assert other.count_stories() == OTHERS + 1


MERGE = """
import re, sys
sys.path[:0] = ["tests", "tests/archive"]
from pathlib import Path
from libraries import Library
merged = Library(Path(sys.argv[1])).take(Library(Path(sys.argv[2])))
# Not ru_maxrss, which begins with what the process had that started this one.
(peak,) = re.findall(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
print(dict(merged.stories), int(peak) * 1024)
"""


def heavy(db: sqlite3.Connection) -> None:
    """Each value may come in by itself, and together they fill the memory."""
    numbers = "WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
    names = [row[1] for row in db.execute("PRAGMA table_info(versions)")]
    others = [name for name in names if name not in ("id", "version", "body", "evidence")]
    db.execute(
        f"{numbers} INSERT INTO version_rows ({', '.join(others)}, version, body, evidence) "
        f"SELECT {', '.join(others)}, i, ?, ? FROM n JOIN versions WHERE id = {VERSION}",
        [60, "x" * 4_000_000, json.dumps({"x": [{"value": ["ab"] * 300_000, "evidence": ""}]})],
    )
    many_links(1_000_000)(db)
    db.execute(
        f"{numbers} INSERT INTO urls (source, url, url_key, found_at, listed) "
        "SELECT 'signet', 'http://x.example/' || i, 'x' || i, '2026-01-01T00:00:00Z', ? FROM n",
        [60, "x" * 6_000_000],
    )


@pytest.mark.slow
def test_a_merge_takes_bounded_memory(here: Library, there: Library) -> None:
    craft(there.path, heavy)
    done = subprocess.run(
        [sys.executable, "-c", MERGE, str(here.path), str(there.path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    counts, _, memory = done.stdout.rpartition(" ")
    assert str(OTHERS) in counts
    assert int(memory) < MOST_MEMORY


def test_a_damaged_page_costs_the_stories_on_it(here: Library, there: Library) -> None:
    craft(there.path, set_column("body", "y" * 400_000))
    with closing(sqlite3.connect(there.path)) as db:
        size = db.execute("PRAGMA page_size").fetchone()[0]
    content = there.path.read_bytes()
    at = content.index(b"y" * (size - 4)) // size * size
    there.path.write_bytes(content[:at] + b"\xff" * 4 + content[at + 4 :])
    try:
        merged = here.take(there)
    except ArchiveError:
        pytest.fail("one page stops the merge")
    assert merged.stories[Outcome.STORED] >= OTHERS
    assert merged.stories[Outcome.FAILED] == 1
