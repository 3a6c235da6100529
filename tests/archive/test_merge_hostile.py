"""Crafted archives: what is hostile in one stays behind under a name, and all else comes in."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from archive_rows import story
from conftest import ROOT
from crafted import BAD, CRAFTS, SCHEMAS, VERSION, craft, many_links, set_column
from libraries import Library, here

from tradepress.archive.errors import ArchiveError, DamagedArchive
from tradepress.archive.ledger.outcomes import Outcome
from tradepress.archive.merging.other_archive import open_other

__all__ = ["here"]
OTHERS = 6
MOST_MEMORY = 600_000_000


@pytest.fixture
def there(tmp_path: Path) -> Library:
    (tmp_path / "elsewhere").mkdir()
    library = Library(tmp_path / "elsewhere" / "there.db")
    return library.keep(*((0, story(number)) for number in range(1, OTHERS + 2)))


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
