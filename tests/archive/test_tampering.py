"""Two tamperers: one who does not write the log anew is found and named, one who does is found by
what was kept elsewhere, and by nothing else."""

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from archive_rows import PAPER, SITE, open_writer, save, story, withdraw
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tradepress.archive.captures.warc import WarcCaptures
from tradepress.archive.care.prune import prune
from tradepress.archive.care.verify import verify
from tradepress.archive.leaf_log.leaf_form import CAPTURE, FETCH, RUN, TOMBSTONE, VERSION
from tradepress.archive.leaf_log.leaf_log import LOGGED, LeafLog
from tradepress.archive.leaf_log.proof import NotProven, prove
from tradepress.archive.leaf_log.root import Root
from tradepress.archive.ledger.ledger import Ledger
from tradepress.archive.open import open_archive
from tradepress.archive.read_only import read_archive
from tradepress.archive.stories.content_hash import content_hash
from tradepress.archive.stories.kept import load_kept
from tradepress.archive.stories.version_store import VersionStore
from tradepress.archive.withdrawal.request import tombstone_for
from tradepress.research.proven_story import prove_story
from tradepress.story import Article, Capture

TEXTS = ("headline", "description", "body")


def a_page(url: str, words: str) -> Capture:
    return Capture(
        url=url,
        body=f"<p>{words}</p>".encode(),
        content_type="text/html",
        status=200,
        http_headers=(("Content-Type", "text/html"),),
        date_captured=datetime(2026, 8, 4, tzinfo=UTC),
        source="signet",
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with all that the log knows: versions, captures, three runs, a withdrawal, a
    pruning."""
    folder = tmp_path_factory.mktemp("whole")
    path = folder / "archive.db"
    with (
        closing(WarcCaptures(folder / "archive.captures")) as captures,
        open_writer(path, captures=captures) as writer,
    ):
        writer.save_source(PAPER)
        for run in range(3):
            writer.start_run("crawl signet", ["signet"], "1")
            writer.record_fetch("section", "signet", f"{SITE}/latest", status=200, outcome="read")
            writer.keep_page(a_page(f"{SITE}/about/{run}", "about us " * 50))
            for number in (1, 2, 3):
                fields = story(number, section="Trademarks", authors=["Petra Holm"])
                if run:
                    fields |= {"body": f"{fields['body']} Corrected {run if number == 1 else 1}."}
                page = a_page(fields["url"], fields["body"])
                save(writer, fields, capture=page, status=200, size=900 + number)
            writer.end_run("done", 0)
        article = writer.value("SELECT id FROM articles WHERE ref = 'signet-3'")
        withdraw(writer, captures, [tombstone_for(writer.db, article, reason="order")])
        prune(writer.transaction, captures, timedelta(days=-1))
        writer.start_run("crawl signet", ["signet"], "1")
        writer.end_run("done", 0)
    return path


@pytest.fixture
def path(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole.parent, tmp_path, dirs_exist_ok=True)
    return tmp_path / "archive.db"


def faults(path: Path, **how: Any) -> list[str]:
    return [one.words for one in verify(path, history=True, **how).findings]


def last_root(path: Path) -> Root:
    with read_archive(path) as db:
        size, root = db.execute(
            "SELECT size, root FROM log_roots ORDER BY size DESC LIMIT 1"
        ).fetchone()
    return Root(size=size, hash=root)


def test_nothing_is_said_of_an_archive_that_nobody_changed(path: Path) -> None:
    assert faults(path) == []
    with read_archive(path) as db:
        (erasures,) = db.execute("SELECT count(*) FROM log_erasures").fetchone()
        kinds = {kind for (kind,) in db.execute("SELECT DISTINCT kind FROM log_leaves")}
        (pruned,) = db.execute(
            "SELECT count(*) FROM log_leaves WHERE erased_by = 2 AND kind = 'capture'"
        ).fetchone()
    assert (erasures, pruned) == (2, 3)
    assert kinds == {"version", "capture", "run", "tombstone", "erasure"}


COLUMNS = {
    "version_rows": tuple(name for name in VERSION if name not in TEXTS),
    "articles": (
        "headline",
        "description",
        "body",
        "date_published",
        "authors",
        "section",
        "ref",
        "source",
    ),
    "captures": CAPTURE,
    "fetches": FETCH,
    "runs": RUN,
    "tombstones": TOMBSTONE,
    "log_leaves": ("hash", "salt", "parts", "erased_by", "kind", "row_id", "position"),
    "log_roots": ("root", "size"),
    "log_erasures": ("at", "why"),
    "log_head": ("size", "peaks"),
}
TABLES = ("version_rows", "captures", "fetches", "runs", "tombstones", "log_leaves", "log_roots")


@st.composite
def tamperings(draw: st.DrawFn) -> tuple[str, ...]:
    kind = draw(st.sampled_from(["bit", "bit", "bit", "remove", "add", "swap", "redate"]))
    if kind == "redate":
        return ("redate", str(draw(st.integers(0, 9))), draw(st.dates()).isoformat())
    if kind == "bit":
        table = draw(st.sampled_from([*COLUMNS]))
        column = draw(st.sampled_from(COLUMNS[table]))
        return ("bit", table, column, str(draw(st.integers(0, 99))), str(draw(st.integers(0, 999))))
    table = draw(st.sampled_from(TABLES))
    return (kind, table, str(draw(st.integers(0, 99))), str(draw(st.integers(1, 98))))


def flipped(value: Any, at: int) -> Any:
    """The value with one bit changed, as far as it stays one of its kind."""
    if not value and value != 0:
        return "x" if value == "" else b"x" if value == b"" else None
    if isinstance(value, bytes):
        changed = bytearray(value)
        changed[at % len(changed)] ^= 1 << at % 8
        return bytes(changed)
    if isinstance(value, str):
        place = at % max(1, len(value))
        sign = chr(ord(value[place]) ^ (1 << at % 5)) if value else "x"
        return value[:place] + (sign if sign.isprintable() else "x") + value[place + 1 :]
    return value + 0.001 if isinstance(value, float) else value ^ 1


def tamper(db: sqlite3.Connection, what: tuple[str, ...]) -> bool:
    """Changes the archive behind its back; False: that was no change."""
    kind, table, *rest = what
    if kind == "redate":
        return redate(db, int(table), rest[0])
    key = {"log_leaves": "position", "log_roots": "size"}.get(table, "id")
    if kind == "bit":
        column, at, bit = rest
        row = row_at(db, table, int(at))
        new = flipped(row[column], int(bit))
        db.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", [new, row[key]])
        return bool(new != row[column])
    row = row_at(db, table, int(rest[0]))
    if kind == "remove":
        db.execute(f"DELETE FROM {table} WHERE {key} = ?", [row[key]])
        return True
    if kind == "add":
        (top,) = db.execute(f"SELECT max({key}) FROM {table}").fetchone()
        new = {**row, **ADDED.get(table, {}), key: top + 1}
        names = ", ".join(f'"{name}"' for name in new)
        marks = ", ".join("?" * len(new))
        db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", [*new.values()])
        return True
    other = row_at(db, table, int(rest[0]) + int(rest[1]))
    # What tells two rows of the ledger apart besides these is not vouched for.
    same = {*FETCH} - {key} if table == "fetches" else {*row} - {key}
    if all(row[name] == other[name] for name in same):
        return False
    for old, new in ((row[key], -1), (other[key], row[key]), (-1, other[key])):
        db.execute(f"UPDATE {table} SET {key} = ? WHERE {key} = ?", [new, old])
    return True


ADDED = {
    "version_rows": {"version": 99},
    "captures": {"offset": 10**6},
    "fetches": {"url_id": None},
    "tombstones": {"ref": "signet-99"},
}
"""Maps tables to what must differ for a row to be added."""


def redate(db: sqlite3.Connection, at: int, day: str) -> bool:
    """Gives a story another day, and the content hash that belongs to it."""
    row = row_at(db, "articles", at)
    article = Article(
        headline=row["headline"],
        body=row["body"],
        date_published=day,
        authors=tuple(json.loads(row["authors"])),
    )
    values = [day, content_hash(article), row["version_id"]]
    for name, key in (("articles", "version_id"), ("version_rows", "id")):
        sql = f"UPDATE {name} SET date_published = ?, content_hash = ? WHERE {key} = ?"
        db.execute(sql, values)
    return bool(day != row["date_published"])


def every(db: sqlite3.Connection, table: str) -> list[dict[str, Any]]:
    cursor = db.execute(f"SELECT * FROM {table} ORDER BY 1")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def row_at(db: sqlite3.Connection, table: str, at: int) -> dict[str, Any]:
    rows = every(db, table)
    return rows[at % len(rows)]


def found_and_named(whole: Path, folder: Path, what: tuple[str, ...]) -> None:
    path = folder / "archive.db"
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    shutil.copy(whole, path)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        try:
            if not tamper(db, what):
                return
        except sqlite3.IntegrityError:
            return  # the archive itself does not let him
    words = faults(path, captures=whole.with_suffix(".captures"))
    assert words, what
    named = ("signet-", "run ", "capture", "leaf ", "root", "head of the log", "erasure", "row ")
    named += ("is not what was recorded",)  # the ref itself may be what was changed
    assert any(name in one for one in words for name in named), (what, words)


CHANGES = {"suppress_health_check": [HealthCheck.function_scoped_fixture], "deadline": None}


@settings(max_examples=40, **CHANGES)  # type: ignore[arg-type]
@given(what=tamperings())
def test_some_changes_are_found_and_named(whole: Path, tmp_path: Path, what: Any) -> None:
    found_and_named(whole, tmp_path, what)


@pytest.mark.slow
@settings(max_examples=500, **CHANGES)  # type: ignore[arg-type]
@given(what=tamperings())
def test_five_hundred_changes_are_found_and_named(whole: Path, tmp_path: Path, what: Any) -> None:
    found_and_named(whole, tmp_path, what)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE articles SET body = body || '!' WHERE ref = 'signet-1'", "signet-1@3 is not what"),
        ("UPDATE fetches SET url = url || 'x' WHERE id = 2", "run 1: the ledger's row 2"),
        ("DELETE FROM fetches WHERE id = 2", "run 1: its ledger had 4 rows, and has 3"),
        ("DELETE FROM log_roots WHERE run_id = 2", "run 2 has no root in the log"),
        ("UPDATE log_roots SET root = zeroblob(32) WHERE run_id = 2", "the root of run 2 is not"),
        ("UPDATE captures SET date_captured = '2020-01-01' WHERE id = 2", "the capture of http"),
        ("UPDATE tombstones SET reason = ''", "the withdrawal of signet-3 is not what"),
        (
            "UPDATE log_leaves SET salt = NULL WHERE kind = 'version' AND row_id = 1",
            "signet-1@1 is not",
        ),
    ],
)
def test_what_was_changed_is_named(path: Path, statement: str, words: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute(statement)
    assert [one for one in faults(path) if words in one]


def test_a_correction_that_somebody_hides_is_found(path: Path) -> None:
    """The story shows its former version again, in every column and as the archive would do it."""
    with open_archive(path) as archive:
        store = VersionStore(archive.transaction, Ledger(archive.transaction))
        row = archive.transaction.rows("SELECT * FROM versions WHERE id = 1")[0]
        store.show_again(load_kept(archive.db, row["article_id"]), row)
        archive.transaction.write("DELETE FROM holdings")
        archive.transaction.commit()
    words = "signet-1: the version that it shows is not the one that was seen last"
    assert faults(path) == [words]


def test_what_was_changed_is_not_vouched_for_by_the_next_run(path: Path) -> None:
    """The story is seen again, dated, and merged into: its changed text stays found."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("UPDATE version_rows SET headline = 'Other' WHERE id = 1")
        (name,) = db.execute("SELECT 'signet-1@1'").fetchone()
    with open_archive(path) as archive:
        log = archive.transaction.log
        archive.transaction.begin()
        log.change("version", 1)
        archive.transaction.write("UPDATE version_rows SET date_captured = '2019' WHERE id = 1")
        archive.transaction.commit()
    assert [one for one in faults(path) if one.startswith(f"{name} is not what was recorded")]


def written_anew(path: Path) -> None:
    """Changes a text and writes all of the log anew, as whoever can write the archive may."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for table in ("log_leaves", "log_roots", "log_head", "log_erasures"):
            db.execute(f"DELETE FROM {table}")
        db.execute("UPDATE version_rows SET section = 'Other' WHERE id = 1")
        log = LeafLog(db)
        for table, kind in LOGGED.items():
            for (row_id,) in db.execute(f"SELECT id FROM {table}").fetchall():
                log.add(kind, row_id)
        log.write()


def test_who_writes_all_anew_is_found_by_a_kept_root_and_by_nothing_else(path: Path) -> None:
    kept = last_root(path)
    with read_archive(path) as db:
        proof = prove_story(db, "signet-1@1")
    written_anew(path)
    captures = path.with_suffix(".captures")
    assert faults(path, captures=captures) == []
    assert [one for one in faults(path, since=kept) if "doesn't go on from" in one]
    assert proof.faults() == []  # what was proved stays proved
    assert proof.head.root == kept != last_root(path)
    with read_archive(path) as db, pytest.raises(NotProven):
        prove_story(db, "signet-1@1", since=kept)


def test_the_archive_goes_on_from_each_root_that_it_had(path: Path) -> None:
    with read_archive(path) as db:
        roots = [
            Root(size=size, hash=root)
            for size, root in db.execute("SELECT size, root FROM log_roots")
        ]
        for root in roots:
            proof = prove_story(db, "signet-1", since=root)
            assert proof.faults() == []
            assert proof.since is not None
            assert proof.since.root == root
    assert len(roots) == 6
    for root in roots:
        assert faults(path, since=root) == []


def test_a_guess_of_a_withdrawn_text_can_not_be_confirmed(path: Path) -> None:
    """No salt is left of a leaf that had to do with the story, nor of the ledgers that named it."""
    with read_archive(path) as db:
        (left,) = db.execute(
            "SELECT count(*) FROM log_leaves WHERE salt IS NOT NULL AND (kind, row_id) NOT IN "
            "(SELECT 'version', id FROM version_rows UNION ALL SELECT 'capture', id FROM captures "
            "UNION ALL SELECT 'run', id FROM runs UNION ALL SELECT 'tombstone', id FROM tombstones "
            "UNION ALL SELECT 'erasure', id FROM log_erasures)"
        ).fetchone()
        (anew,) = db.execute(
            "SELECT count(*) FROM log_leaves AS old WHERE kind = 'run' AND salt IS NOT NULL "
            "AND EXISTS (SELECT 1 FROM log_leaves WHERE kind = 'run' AND row_id = old.row_id "
            "AND position > old.position)"
        ).fetchone()
        (sealed,) = db.execute(
            "SELECT count(*) FROM log_leaves WHERE kind = 'run' AND salt IS NULL"
        ).fetchone()
    assert (left, anew, sealed) == (0, 0, 3)


def test_nor_where_somebody_had_changed_the_ledger_before(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("UPDATE fetches SET status = 404 WHERE run_id = 1 AND url_id IS NOT NULL")
    with open_writer(path, captures=WarcCaptures(path.with_suffix(".captures"))) as writer:
        article = writer.value("SELECT id FROM articles WHERE ref = 'signet-2'")
        captures = writer.transaction.captures
        withdraw(writer, captures, [tombstone_for(writer.db, article, reason="order")])
        salts = "SELECT count(salt), count(parts) FROM log_leaves WHERE kind = 'run' AND row_id = 1"
        assert [*writer.rows(salts)[0].values()] == [0, 0]
    assert [one for one in faults(path) if one.startswith("run 1 is not what was recorded")]


def test_a_version_without_a_root_is_not_proven_yet(tmp_path: Path) -> None:
    with open_writer(tmp_path / "archive.db") as writer:
        writer.save_source(PAPER)
        writer.start_run("crawl signet", ["signet"], "1")
        save(writer, story(1))
        writer.commit()
        with pytest.raises(NotProven, match="no root is over it yet"):
            prove(writer.db.conn, 1)
