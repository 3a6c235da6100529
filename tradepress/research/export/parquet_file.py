"""Writes Parquet by pyarrow: typed columns, lists as lists; the same bytes of the same stories."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from itertools import chain, groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal
from urllib.parse import quote

from tradepress.archive.search.chosen_stories import Part
from tradepress.research.export.columns import COLUMNS, ExportColumn, ExportField, Value
from tradepress.research.export.withheld_text import ExportRow
from tradepress.story_fields import Kind

if TYPE_CHECKING:
    import pyarrow

STORIES_A_GROUP = 1000
"""Is how many stories a row group has, which are in memory together."""
FILE_SIZE = 128 * 10**6
"""Is how many bytes a partition's file has before it goes on in another one."""
Partition = Literal["source", "year", "source,year", "year,source"]
PARTITIONS: Mapping[Partition, tuple[Part, ...]] = {
    "source": ("source",),
    "year": ("year",),
    "source,year": ("source", "year"),
    "year,source": ("year", "source"),
}
"""Maps each partition to its folders, from the outermost on."""
UNDATED = "__HIVE_DEFAULT_PARTITION__"
"""Is Hive's NULL in the name of a folder."""
YEAR = ExportField(
    name="year",
    kind="integer",
    format="in the name of the folder alone",
    meaning=f"Year of published_day; null if undated, there {UNDATED}",
)


class ParquetMissing(ImportError):
    """Says that pyarrow is not installed, and how to have it."""


def write_parquet(rows: Iterable[ExportRow], stream: BinaryIO) -> None:
    """Writes all rows into one file.

    :raises ParquetMissing: before anything is written
    """
    schema = parquet_schema()
    import pyarrow.parquet as parquet

    with parquet.ParquetWriter(stream, schema, compression="zstd") as writer:
        for batch in batches(rows):
            writer.write_batch(batch, row_group_size=STORIES_A_GROUP)


def write_partitions(rows: Iterable[ExportRow], folder: Path, partition: Partition) -> None:
    """Writes Hive's folders, ``source=wipr/year=2016/part-00000.parquet``. As all readers of them
    want it, what a folder tells is in none of its files.

    Stories of a partition must stand together (:func:`choose_versions`): one file is open at a
    time, and what comes to a partition again has a file of its own.

    :raises ParquetMissing: before anything is written
    """
    columns = partition_columns(partition)
    schema = parquet_schema(columns)
    import pyarrow.parquet as parquet

    for name, some in groupby(rows, partial(_partition_of, partition=partition)):
        inner = folder / name
        inner.mkdir(parents=True, exist_ok=True)
        found = batches(some, columns)
        for first in found:
            with (
                next_part(inner).open("xb") as stream,
                parquet.ParquetWriter(stream, schema, compression="zstd") as writer,
            ):
                for batch in chain([first], found):
                    writer.write_batch(batch, row_group_size=STORIES_A_GROUP)
                    if stream.tell() >= FILE_SIZE:
                        break


def next_part(inner: Path) -> Path:
    """Names the next file of a partition."""
    return inner / f"part-{sum(1 for _ in inner.iterdir()):05}.parquet"


def partition_columns(partition: Partition) -> tuple[ExportColumn, ...]:
    """Lists the columns of the files of a partition."""
    return tuple(column for column in COLUMNS if column.name not in PARTITIONS[partition])


def partition_fields(partition: Partition) -> Mapping[str, Sequence[ExportField]]:
    """Lists the fields of all its files, those of the names of folders last, as readers have
    them."""
    of_folders = {"year": YEAR} | {column.name: column for column in COLUMNS}
    folders = PARTITIONS[partition]
    pattern = "/".join([*(f"{part}=*" for part in folders), "part-*.parquet"])
    fields = (*partition_columns(partition), *(of_folders[part] for part in folders))
    return {pattern: fields}


def batches(
    rows: Iterable[ExportRow], columns: Sequence[ExportColumn] = COLUMNS
) -> "Iterator[pyarrow.RecordBatch]":
    """Yields the rows in groups of STORIES_A_GROUP, as columns.

    :raises ParquetMissing: pyarrow is not installed
    """
    schema = parquet_schema(columns)
    import pyarrow

    ordered = iter(rows)
    while group := list(islice(ordered, STORIES_A_GROUP)):
        arrays = [
            pyarrow.array(_typed(column, map(column.value, group)), type=field.type)
            for column, field in zip(columns, schema, strict=True)
        ]
        yield pyarrow.RecordBatch.from_arrays(arrays, schema=schema)


def parquet_schema(columns: Sequence[ExportColumn] = COLUMNS) -> "pyarrow.Schema":
    """Returns the columns, each with its meaning as metadata of the field.

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
        for column in columns
    )


def partition_of(source: str, published_day: str | None, partition: Partition) -> str:
    """Names the folders of a story. The name of a source may be anything in anybody's archive."""
    day = _moment("date", published_day)
    values = {
        "source": quote(source, safe=""),
        "year": UNDATED if day is None else str(day.year),
    }
    return "/".join(f"{part}={values[part]}" for part in PARTITIONS[partition])


def _partition_of(row: ExportRow, partition: Partition) -> str:
    return partition_of(row.story.source, row.story.published_day, partition)


def _typed(column: ExportColumn, values: Iterable[Value]) -> list[Any]:
    """Returns the values of a column as pyarrow takes them."""
    if column.kind in ("date", "time"):
        return [_moment(column.kind, value) for value in values]
    times = [name for name, kind in column.parts if kind in ("date", "time")]
    if not times:
        return list(values)
    return [
        [
            {**one, **{name: _moment("time", one[name]) for name in times}}
            for one in value
            if isinstance(one, dict)
        ]
        if isinstance(value, tuple)
        else value
        for value in values
    ]


def _moment(kind: Kind, value: Value) -> date | datetime | None:
    """Reads a day or time; None if it is none, as a page may print it: ``date_published`` has
    what it says."""
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value) if kind == "date" else datetime.fromisoformat(value)
    except ValueError:
        return None
