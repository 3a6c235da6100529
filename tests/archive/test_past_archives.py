"""Each schema since the first is opened and brought forward, its texts and pages as they were."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from archive_rows import open_writer
from past_archive import PAST, kept_archive, what_stands
from read_alone import as_read, read_alone

from tradepress.archive.care.verify import verify
from tradepress.archive.file.schema import FIRST_VERSION, SCHEMA_VERSION

NEVER_ALONE = 21
"""Is a schema that no program wrote: its change came together with that of 22."""
WITH_A_LOG = 25
SCHEMAS = [number for number in range(FIRST_VERSION, SCHEMA_VERSION) if number != NEVER_ALONE]


def test_an_archive_of_each_schema_before_this_one_is_kept() -> None:
    kept = {file.name for file in PAST.iterdir()}
    wanted = {f"schema-{number}.tar.xz" for number in SCHEMAS}
    assert wanted <= kept, "make it by the code of before: see tests/past_archive.py"


@pytest.mark.parametrize("schema", SCHEMAS)
def test_it_comes_forward_with_all_that_stood_in_it(schema: int, tmp_path: Path) -> None:
    path, texts = kept_archive(schema, tmp_path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (schema,)
    assert len(texts) >= 7
    assert read_alone(path) == as_read(texts)
    open_writer(path, command="tests").close()
    assert what_stands(path) == texts
    assert read_alone(path) == as_read(texts)
    found = verify(path, history=True)
    assert found.findings == []
    assert found.found_so is not None or schema >= WITH_A_LOG
    with closing(sqlite3.connect(path)) as connection:
        (merged,) = connection.execute("SELECT count(*) FROM aliases").fetchone()
        (withdrawn,) = connection.execute("SELECT count(*) FROM tombstones").fetchone()
    assert (merged, withdrawn) == (1, 1)
