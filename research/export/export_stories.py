"""`tradepress export` as a function: the stories of a query as files, all of one moment."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, Literal, TypeAlias, get_args

from sqlite_utils import Database

from archive.disk import written_whole
from archive.errors import archive_error
from archive.search.chosen_stories import choose_versions
from archive.search.story_query import StoryQuery
from archive.stories.story_record import load_stories
from archive.story import Policy
from research.export.about_export import ExportReport, write_about, write_dictionary
from research.export.columns import COLUMNS
from research.export.csv_file import BOM, write_csv
from research.export.jsonl_file import write_jsonl
from research.export.parquet_file import parquet_schema, write_parquet
from research.export.withheld_text import ExportRow, Texts, export_rows

Format = Literal["jsonl", "csv", "parquet"]
EXPORT_FORMATS: tuple[Format, ...] = get_args(Format)
STREAMED: tuple[Format, ...] = ("jsonl", "csv")
"""Formats that can be written into a pipe."""
Progress: TypeAlias = Callable[[int, int], None]
"""Called with the stories written so far, and all that are to be."""
TOLD_EVERY = 100

_WRITERS: Mapping[Format, Callable[[Iterable[ExportRow], BinaryIO], None]] = {
    "jsonl": write_jsonl,
    "csv": write_csv,
    "parquet": write_parquet,
}


def export_stories(
    db: Database,
    query: StoryQuery,
    *,
    target: Path,
    format: Format,
    texts: Texts = "unreserved",
    policies: Mapping[str, Policy] | None = None,
    progress: Progress | None = None,
) -> ExportReport:
    """Write the stories that the query means, in the order of their days, one version each.

    Beside the file stand ``TARGET.dictionary.csv`` (what each field means) and
    ``TARGET.about.json`` (how the export came about). All have their names only when they are
    whole, and what bore them gives way. If it fails nothing is left.

    :param texts: whose texts are in it; of others the metadata are
    :param policies: what source and operator ask for by now, by name of the source
    :raises ValueError: the query can't be read; says why
    :raises ParquetMissing: pyarrow is not installed
    :raises ArchiveError: the archive can't be read, or the file can't be written
    """
    if format == "parquet":
        parquet_schema()
    report = ExportReport()
    with _one_moment(db):
        rows = _rows(db, query, report, texts, policies, progress)
        try:
            with ExitStack() as files:
                part, dictionary, about = (
                    files.enter_context(_file(target.with_name(target.name + ending)))
                    for ending in ("", ".dictionary.csv", ".about.json")
                )
                if format == "csv":
                    part.write(BOM)
                _WRITERS[format](rows, part)
                report.size = part.tell()
                write_dictionary(dictionary, {target.name: COLUMNS})
                write_about(
                    about, report, query, format=format, texts=texts, archive=_archive_name(db)
                )
        except OSError as error:
            raise archive_error(error, target) from error
    return report


def stream_export(
    db: Database,
    query: StoryQuery,
    *,
    stream: BinaryIO,
    format: Format,
    texts: Texts = "unreserved",
    policies: Mapping[str, Policy] | None = None,
) -> ExportReport:
    """The same into a pipe: a format of STREAMED, without dictionary and report, and a CSV without
    the mark of UTF-8.

    :raises ValueError: the query can't be read, or the format needs a file; says why
    """
    if format not in STREAMED:
        raise ValueError(f"{format} can't be streamed: name a file")
    report = ExportReport()
    with _one_moment(db):
        _WRITERS[format](_rows(db, query, report, texts, policies, None), stream)
        report.size = 0
    return report


def _rows(
    db: Database,
    query: StoryQuery,
    report: ExportReport,
    texts: Texts,
    policies: Mapping[str, Policy] | None,
    progress: Progress | None,
) -> Iterator[ExportRow]:
    """What is to be written, noted in the report as it goes.

    :raises ValueError: the query can't be read; at once
    """
    chosen = choose_versions(db, query)

    def noted() -> Iterator[ExportRow]:
        for row in export_rows(load_stories(db, chosen), texts=texts, policies=policies):
            report.stories += 1
            report.by_source[row.story.source] += 1
            if row.why_no_text:
                report.without_text[row.why_no_text] += 1
            yield row
            if progress and (report.stories % TOLD_EVERY == 0 or report.stories == len(chosen)):
                progress(report.stories, len(chosen))

    return noted()


@contextmanager
def _one_moment(db: Database) -> Iterator[None]:
    """All that is asked in the block is asked of one moment."""
    if db.conn.in_transaction:
        yield
        return
    db.execute("BEGIN")
    try:
        yield
    finally:
        db.conn.rollback()


@contextmanager
def _file(path: Path) -> Iterator[BinaryIO]:
    with written_whole(path) as part, part.open("wb") as stream:
        yield stream


def _archive_name(db: Database) -> str:
    (path,) = db.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchone()
    return Path(path).name
