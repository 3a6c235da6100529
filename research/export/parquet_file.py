"""Parquet by pyarrow: typed columns, lists as lists; the same bytes of the same stories."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

from research.export.columns import COLUMNS, ExportColumn, Kind, Value
from research.export.withheld_text import ExportRow

if TYPE_CHECKING:
    import pyarrow

STORIES_A_GROUP = 1000
"""Stories of a row group, which are in memory together."""


class ParquetMissing(ImportError):
    """pyarrow is not installed; the message says how to have it."""


def write_parquet(rows: Iterable[ExportRow], stream: BinaryIO) -> None:
    """
    :raises ParquetMissing: before anything is written
    """
    schema = parquet_schema()
    import pyarrow.parquet as parquet

    with parquet.ParquetWriter(stream, schema, compression="zstd") as writer:
        for batch in batches(rows):
            writer.write_batch(batch, row_group_size=STORIES_A_GROUP)


def batches(rows: Iterable[ExportRow]) -> "Iterator[pyarrow.RecordBatch]":
    """The rows in groups of STORIES_A_GROUP, as columns.

    :raises ParquetMissing: pyarrow is not installed
    """
    schema = parquet_schema()
    import pyarrow

    ordered = iter(rows)
    while group := list(islice(ordered, STORIES_A_GROUP)):
        arrays = [
            pyarrow.array([_typed(column, column.value(row)) for row in group], type=field.type)
            for column, field in zip(COLUMNS, schema, strict=True)
        ]
        yield pyarrow.RecordBatch.from_arrays(arrays, schema=schema)


def parquet_schema() -> "pyarrow.Schema":
    """The columns, each with its meaning as metadata of the field.

    :raises ParquetMissing: pyarrow is not installed
    """
    try:
        import pyarrow
    except ImportError as error:
        raise ParquetMissing(
            "pyarrow is not installed: pip install 'tradepress[parquet]'", name="pyarrow"
        ) from error
    types = {
        "text": pyarrow.string(),
        "integer": pyarrow.int64(),
        "number": pyarrow.float64(),
        "boolean": pyarrow.bool_(),
        "date": pyarrow.date32(),
        "time": pyarrow.timestamp("ms", tz="UTC"),
        "texts": pyarrow.list_(pyarrow.string()),
    }

    def type_of(column: ExportColumn) -> Any:
        if column.kind != "objects":
            return types[column.kind]
        return pyarrow.list_(pyarrow.struct([(name, types[kind]) for name, kind in column.parts]))

    return pyarrow.schema(
        pyarrow.field(column.name, type_of(column), metadata={"meaning": column.meaning})
        for column in COLUMNS
    )


def _typed(column: ExportColumn, value: Value) -> Any:
    """As pyarrow takes it."""
    if column.kind in ("date", "time"):
        return _moment(column.kind, value)
    times = [name for name, kind in column.parts if kind in ("date", "time")]
    if not times or not isinstance(value, tuple):
        return value
    return [
        {**one, **{name: _moment("time", one[name]) for name in times}}
        for one in value
        if isinstance(one, dict)
    ]


def _moment(kind: Kind, value: Value) -> date | datetime | None:
    """None of a day that is none, as a page may print it: ``date_published`` has what it says."""
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value) if kind == "date" else datetime.fromisoformat(value)
    except ValueError:
        return None
