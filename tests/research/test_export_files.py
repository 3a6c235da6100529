"""Each format is read back by a program that is not ours, and nothing is lost on the way."""

import csv
import io
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, BinaryIO

import duckdb
import pandas
import polars
import pyarrow.parquet
import pytest
from exported import NASTY, a_story, nasty_stories, unguarded
from hypothesis import given, settings
from hypothesis import strategies as st

from tradepress.archive.stories.story_record import Story
from tradepress.archive.text_forms import storable
from tradepress.research.export.columns import COLUMNS, Value, values_of
from tradepress.research.export.csv_file import BOM, write_csv
from tradepress.research.export.jsonl_file import write_jsonl
from tradepress.research.export.parquet_file import STORIES_A_GROUP, write_parquet
from tradepress.research.export.withheld_text import ExportRow, export_rows


def rows_of(stories: Iterable[Story]) -> list[ExportRow]:
    return list(export_rows(stories, texts="all"))


def written(
    write: Callable[[Iterable[ExportRow], BinaryIO], None], stories: Iterable[Story]
) -> bytes:
    stream = io.BytesIO()
    write(iter(rows_of(stories)), stream)
    return stream.getvalue()


def plain(value: Any) -> Any:
    """As JSON has it."""
    return json.loads(json.dumps(value))


texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=40).map(
    storable
) | st.sampled_from(NASTY)
days = st.dates().map(lambda day: day.isoformat()) | st.none()
stories = st.builds(
    a_story,
    headline=texts,
    description=st.none() | texts,
    body=st.none() | texts,
    section=st.none() | texts,
    authors=st.lists(texts, max_size=3).map(tuple),
    keywords=st.lists(texts, max_size=3).map(tuple),
    published_day=days,
    date_published=st.none() | texts,
    is_truncated=st.none() | st.booleans(),
    confidence=st.none() | st.floats(0, 1),
    duplicate_group=st.none() | st.integers(-(2**63), 2**63 - 1),
)
several = st.lists(stories, max_size=4)


def read_jsonl(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in data.decode().split("\n")[:-1]]


def read_csv(data: bytes) -> list[dict[str, Any]]:
    """By Python's own reader, which takes unknown and empty both as empty."""
    assert data.startswith(b'"ref",')
    found = []
    for cells in csv.DictReader(io.StringIO(data.decode(), newline=""), strict=True):
        row: dict[str, Any] = {}
        for column in COLUMNS:
            cell = cells[column.name]
            if column.kind in ("texts", "objects"):
                row[column.name] = json.loads(cell)
            elif column.kind in ("integer", "number", "boolean"):
                row[column.name] = json.loads(cell) if cell else None
            else:
                row[column.name] = unguarded(cell)
        found.append(row)
    return found


def known(value: Value, kind: str) -> Any:
    """With unknown texts as empty ones."""
    return "" if value is None and kind in ("text", "date", "time") else plain(value)


@given(several)
@settings(max_examples=60, deadline=None)
def test_json_lines_hold_every_value(found: list[Story]) -> None:
    assert read_jsonl(written(write_jsonl, found)) == [
        plain(values_of(row)) for row in rows_of(found)
    ]


@given(several)
@settings(max_examples=60, deadline=None)
def test_csv_holds_every_value(found: list[Story]) -> None:
    expected = [
        {column.name: known(column.value(row), column.kind) for column in COLUMNS}
        for row in rows_of(found)
    ]
    assert read_csv(written(write_csv, found)) == expected


@given(several)
@settings(max_examples=25, deadline=None)
def test_parquet_holds_every_value(found: list[Story]) -> None:
    data = written(write_parquet, found)
    table = pyarrow.parquet.read_table(io.BytesIO(data))
    rows = table.to_pylist()
    for told, row in zip(rows, rows_of(found), strict=True):
        for column in COLUMNS:
            value = told[column.name]
            if column.kind == "date":
                value = value and value.isoformat()
            elif column.kind == "time":
                value = value and value.strftime("%Y-%m-%dT%H:%M:%SZ")
            if column.name != "versions":
                assert value == plain(column.value(row)), column.name


@pytest.fixture(scope="module")
def nasty() -> list[Story]:
    return nasty_stories()


def test_pandas_reads_the_csv_as_a_table(nasty: list[Story]) -> None:
    data = BOM + written(write_csv, nasty)
    frame = pandas.read_csv(io.BytesIO(data), keep_default_na=False)
    assert list(frame.columns) == [column.name for column in COLUMNS]
    assert [unguarded(cell) for cell in frame["headline"]] == [one.headline for one in nasty]
    assert [unguarded(cell) for cell in frame["body"]] == [one.body or "" for one in nasty]


def test_no_cell_of_a_csv_is_a_formula(nasty: list[Story]) -> None:
    data = written(write_csv, nasty).decode()
    for cells in csv.reader(io.StringIO(data, newline="")):
        assert not [cell for cell in cells if cell.startswith(tuple("=+-@\t\r＝"))]


def test_duckdb_reads_the_csv_by_its_own_guess(nasty: list[Story], tmp_path: Path) -> None:
    file = tmp_path / "press.csv"
    file.write_bytes(BOM + written(write_csv, nasty))
    found = duckdb.sql(
        f"SELECT ref, headline, published_day, has_text, word_count FROM '{file}'"
    ).fetchall()
    told = {ref: headline for ref, headline, *_ in found}
    assert {ref: unguarded(text or "") for ref, text in told.items()} == {
        one.ref: one.headline for one in nasty
    }


def test_polars_reads_the_csv_and_tells_unknown_from_empty(
    nasty: list[Story], tmp_path: Path
) -> None:
    file = tmp_path / "press.csv"
    file.write_bytes(BOM + written(write_csv, nasty))
    frame = polars.read_csv(file, infer_schema_length=None)
    assert [unguarded(cell) for cell in frame["headline"]] == [one.headline for one in nasty]
    assert [cell and unguarded(cell) for cell in frame["body"]] == [one.body for one in nasty]
    assert frame["has_text"].to_list() == [bool(one.body) for one in nasty]


def test_duckdb_and_polars_read_parquet_with_its_types(nasty: list[Story], tmp_path: Path) -> None:
    file = tmp_path / "press.parquet"
    file.write_bytes(written(write_parquet, nasty))
    found = duckdb.sql(
        "SELECT ref, headline, year(published_day), len(authors), related_links[2].target "
        f"FROM '{file}'"
    ).fetchall()
    assert [row[:2] for row in found] == [(one.ref, one.headline) for one in nasty]
    assert found[0][2:] == (2017, 2, "gazette-2")
    assert found[-1][2:] == (None, 0, None)
    frame = polars.read_parquet(file)
    assert frame["body"].to_list() == [one.body for one in nasty]
    assert frame["authors"].to_list() == [list(one.authors) for one in nasty]
    assert frame["last_seen"].dtype == polars.Datetime("ms", "UTC")


def test_parquet_says_what_its_columns_mean() -> None:
    schema = pyarrow.parquet.read_schema(io.BytesIO(written(write_parquet, [])))
    assert schema.field("ref").metadata[b"meaning"].startswith(b"Stable public name")
    assert schema.names == [column.name for column in COLUMNS]


def test_the_same_stories_are_the_same_bytes_in_groups_of_a_fixed_number() -> None:
    found = [a_story(ref=f"gazette-{number}") for number in range(STORIES_A_GROUP + 1)]
    data = written(write_parquet, found)
    assert data == written(write_parquet, found)
    groups = pyarrow.parquet.ParquetFile(io.BytesIO(data)).metadata
    assert [groups.row_group(one).num_rows for one in range(groups.num_row_groups)] == [
        STORIES_A_GROUP,
        1,
    ]


def test_a_day_that_is_none_is_unknown_in_parquet_alone() -> None:
    odd = [a_story(published_day="2017-13-45", date_published="2017-13-45")]
    (row,) = pyarrow.parquet.read_table(io.BytesIO(written(write_parquet, odd))).to_pylist()
    assert (row["published_day"], row["date_published"]) == (None, "2017-13-45")
