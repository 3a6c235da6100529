"""Does what `tradepress export` does: writes the stories of a query as files, all of one moment."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, Literal, TypeAlias, get_args

from tradepress.archive.database import Database
from tradepress.archive.disk import folder_written_whole, is_database, written_whole
from tradepress.archive.errors import ArchiveError, archive_error
from tradepress.archive.file.connection import file_of
from tradepress.archive.file.one_view import one_view
from tradepress.archive.search.chosen_stories import choose_versions
from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.stories.story_record import load_stories
from tradepress.archive.withdrawal.tombstone_file import require_nothing_withdrawn
from tradepress.research.export.about_export import ExportReport, write_about, write_dictionary
from tradepress.research.export.columns import COLUMNS, ExportField
from tradepress.research.export.concordance_files import METADATA, metadata_columns, write_texts
from tradepress.research.export.csv_file import BOM, write_csv
from tradepress.research.export.jsonl_file import write_jsonl
from tradepress.research.export.link_graph import (
    EDGE_FIELDS,
    EDGES,
    NODE_COLUMNS,
    NODES,
    write_graph,
)
from tradepress.research.export.parquet_file import (
    PARTITIONS,
    Partition,
    parquet_schema,
    partition_fields,
    write_parquet,
    write_partitions,
)
from tradepress.research.export.tei_files import write_tei
from tradepress.research.export.vertical_file import VERTICAL_COLUMNS, write_vertical
from tradepress.research.export.withheld_text import ExportRow, Texts, export_rows
from tradepress.story import Policy

Format = Literal["jsonl", "csv", "parquet", "txt", "tei", "vertical", "graph"]
EXPORT_FORMATS: tuple[Format, ...] = get_args(Format)
DICTIONARY, ABOUT = "dictionary.csv", "about.json"
"""Are names in the folder, or behind the name of the file."""
HIDDEN = "_"
"""Begins these names in a folder of Parquet: readers pass over what begins so."""
Progress: TypeAlias = Callable[[int, int], None]
"""Is called with the stories written so far, and all that are to be."""
TOLD_EVERY = 100
PartsWriter: TypeAlias = Callable[[Sequence[int], Path, ExportReport], None]
"""Is called with the ids of all versions, part after part, the folder for their files, and the
report to be filled."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FileFormat:
    """Is a format that is one file, but for Parquet with partitions."""

    write: Callable[[Iterable[ExportRow], BinaryIO], None]
    fields: Sequence[ExportField] = COLUMNS
    mark: bytes = b""
    """Begins a file, and no stream."""
    is_streamed: bool = True
    """Can it be written into a pipe?"""


@dataclass(frozen=True, kw_only=True, slots=True)
class FolderFormat:
    """Is a format that is a folder."""

    write: Callable[[Iterable[ExportRow], Path], None]
    fields: Mapping[str, Sequence[ExportField]]
    """Lists those of each table in it."""


FILES: Mapping[Format, FileFormat] = {
    "jsonl": FileFormat(write=write_jsonl),
    "csv": FileFormat(write=write_csv, mark=BOM),
    "parquet": FileFormat(write=write_parquet, is_streamed=False),
    "vertical": FileFormat(write=write_vertical, fields=VERTICAL_COLUMNS),
}
FOLDERS: Mapping[Format, FolderFormat] = {
    "txt": FolderFormat(write=write_texts, fields={METADATA: metadata_columns(".txt")}),
    "tei": FolderFormat(write=write_tei, fields={METADATA: metadata_columns(".xml")}),
    "graph": FolderFormat(write=write_graph, fields={NODES: NODE_COLUMNS, EDGES: EDGE_FIELDS}),
}
STREAMED = tuple(name for name, how in FILES.items() if how.is_streamed)


def export_stories(
    db: Database,
    query: StoryQuery,
    *,
    target: Path,
    format: Format,
    partition: Partition | None = None,
    texts: Texts = "unreserved",
    policies: Mapping[str, Policy] | None = None,
    progress: Progress | None = None,
    write_parts: PartsWriter | None = None,
) -> ExportReport:
    """Writes the stories that the query means, in the order of their days, one version each.

    A dictionary says what each field means, a report how the export came about: beside a file
    ``TARGET.dictionary.csv`` and ``TARGET.about.json``, in a folder without ``TARGET.``, of Parquet
    with HIDDEN in its place. All have their names only when they are whole, and what bore them
    gives way. If it fails nothing is left.

    :param target: a folder, of a format of FOLDERS or with partitions
    :param partition: of ``parquet``: files by source, by year, or one within the other; see
        :func:`tradepress.research.export.parquet_file.write_partitions`
    :param texts: whose texts are in it; of others the metadata are
    :param policies: what source and operator ask for by now, by name of the source
    :param write_parts: of an export with partitions: writes their files instead
    :raises ValueError: no such format or partition, or the query can't be read; says why
    :raises ParquetMissing: pyarrow is not installed
    :raises ArchiveError: the archive can't be read or holds again what was withdrawn; or the target
        can't be written, or is a folder that no export made, or a database
    """
    if format not in EXPORT_FORMATS:
        raise ValueError(f"no format {format!r}: give one of {', '.join(EXPORT_FORMATS)}")
    if partition is not None:
        require_partition(partition, format)
    if format == "parquet":
        parquet_schema()
    if is_folder(format, partition):
        require_replaceable(target)
    elif target.is_file() and is_database(target):
        raise ArchiveError(f"{target} is a database, perhaps an archive: name another file")
    report = ExportReport()
    with one_view(db):
        archive = file_of(db)
        require_nothing_withdrawn(db, archive)
        parts = PARTITIONS[partition] if partition else ()
        chosen = choose_versions(db, query, parts=parts)
        rows = noted_rows(db, chosen, report, texts=texts, policies=policies, progress=progress)
        about = partial(
            write_about,
            report=report,
            query=query,
            format=format,
            partition=parts,
            texts=texts,
            archive=archive.name,
        )
        try:
            if partition:
                write: Callable[[Iterable[ExportRow], Path], None]
                write = partial(write_partitions, partition=partition)
                if write_parts is not None:
                    write = _by_others(write_parts, chosen, report)
                fields = partition_fields(partition)
                _write_folder(archive, rows, target, write, fields, report, about, hidden=HIDDEN)
            elif format in FOLDERS:
                how = FOLDERS[format]
                _write_folder(archive, rows, target, how.write, how.fields, report, about)
            else:
                _write_file(archive, rows, target, FILES[format], report, about)
        except OSError as error:
            raise archive_error(error, target) from error
    return report


def _write_folder(
    archive: Path,
    rows: Iterable[ExportRow],
    target: Path,
    write: Callable[[Iterable[ExportRow], Path], None],
    fields: Mapping[str, Sequence[ExportField]],
    report: ExportReport,
    about: Callable[[BinaryIO], None],
    *,
    hidden: str = "",
) -> None:
    with folder_written_whole(target, archive=archive) as folder:
        write(rows, folder)
        report.size = _size(folder)
        with (folder / f"{hidden}{DICTIONARY}").open("wb") as stream:
            write_dictionary(stream, fields)
        with (folder / f"{hidden}{ABOUT}").open("wb") as stream:
            about(stream)


def _write_file(
    archive: Path,
    rows: Iterable[ExportRow],
    target: Path,
    how: FileFormat,
    report: ExportReport,
    about: Callable[[BinaryIO], None],
) -> None:
    with ExitStack() as files:  # the last is named first: where the file is, these two are
        file, dictionary, told = (
            files.enter_context(_file(target.with_name(target.name + ending), archive))
            for ending in ("", f".{DICTIONARY}", f".{ABOUT}")
        )
        file.write(how.mark)
        how.write(rows, file)
        report.size = file.tell()
        write_dictionary(dictionary, {target.name: how.fields})
        about(told)


def is_folder(format: Format, partition: Partition | None) -> bool:
    """Is that export a folder, or a file?"""
    return format in FOLDERS or partition is not None


def require_partition(partition: str, format: Format) -> None:
    """Refuses a partition that there is not, or not of that format.

    :raises ValueError: there is none such, or none of that format
    """
    if partition not in PARTITIONS:
        raise ValueError(f"no partition {partition!r}: give one of {'; '.join(PARTITIONS)}")
    if format != "parquet":
        raise ValueError(f"{format} has no partitions: ask for parquet, or leave the partition out")


def require_replaceable(folder: Path) -> None:
    """Refuses a folder that is neither empty nor made by an export: it might be anything.

    :raises ArchiveError: it is there and neither empty nor made by an export: it might be anything
    """
    is_ours = any((folder / name).is_file() for name in (ABOUT, f"{HIDDEN}{ABOUT}"))
    if folder.is_dir() and not is_ours and any(folder.iterdir()):
        raise ArchiveError(f"{folder} is a folder that no export made: name another one")


def stream_export(
    db: Database,
    query: StoryQuery,
    *,
    stream: BinaryIO,
    format: Format,
    texts: Texts = "unreserved",
    policies: Mapping[str, Policy] | None = None,
) -> ExportReport:
    """Streams the stories of a query into a pipe: a format of STREAMED, without dictionary and
    report, and a CSV without the mark of UTF-8.

    :raises ValueError: the query can't be read, or the format needs a file; says why
    """
    if format not in STREAMED:
        raise ValueError(f"{format} can't be streamed: name a file")
    report = ExportReport()
    with one_view(db):
        require_nothing_withdrawn(db, file_of(db))
        chosen = choose_versions(db, query)
        rows = noted_rows(db, chosen, report, texts=texts, policies=policies)
        FILES[format].write(rows, stream)
    return report


def noted_rows(
    db: Database,
    chosen: Sequence[int],
    report: ExportReport,
    *,
    texts: Texts,
    policies: Mapping[str, Policy] | None,
    progress: Progress | None = None,
) -> Iterator[ExportRow]:
    """Yields what is to be written of these versions, noted in the report as it goes."""
    for row in export_rows(load_stories(db, chosen), texts=texts, policies=policies):
        report.stories += 1
        report.by_source[row.story.source] += 1
        if row.why_no_text:
            report.without_text[row.why_no_text] += 1
        yield row
        if progress and (report.stories % TOLD_EVERY == 0 or report.stories == len(chosen)):
            progress(report.stories, len(chosen))


def _by_others(
    write_parts: PartsWriter, chosen: Sequence[int], report: ExportReport
) -> Callable[[Iterable[ExportRow], Path], None]:
    return lambda _, folder: write_parts(chosen, folder, report)


@contextmanager
def _file(path: Path, archive: Path) -> Iterator[BinaryIO]:
    with written_whole(path, archive=archive) as part, part.open("wb") as stream:
        yield stream


def _size(folder: Path | str) -> int:
    """Counts the bytes below a folder; ``Path.rglob`` would hold the names of all files."""
    with os.scandir(folder) as entries:
        return sum(_size(one.path) if one.is_dir() else one.stat().st_size for one in entries)
