"""`tradepress release` as a function: some stories as a frozen, checksummed data package."""

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from importlib.metadata import version
from pathlib import Path

from sqlite_utils import Database

from archive.care.frozen_copy import freeze, whole_copy
from archive.disk import UNFINISHED, sync
from archive.errors import archive_error
from archive.file.schema import SCHEMA_VERSION
from archive.read_only import read_archive
from archive.search.chosen_stories import choose_versions
from archive.search.story_query import StoryQuery
from archive.stories.story_record import load_stories
from archive.story import Article, Policy
from pipelines.apply_policy import without_text
from research.export.columns import COLUMNS
from research.export.about_export import write_dictionary
from research.export.csv_file import csv_line, write_columns
from research.export.parquet_file import parquet_schema, save_parquet
from research.export.withheld_text import Texts, export_rows, reserved
from research.query_words import words_of
from research.release.coverage import SourceCoverage, coverage_of
from research.release.describing import ReleaseFacts, Resource, data_package, describe_release

DATABASE = "archive.db"
FILES = {
    DATABASE: "the stories with all versions, links and mentions: an SQLite file for tradepress and "
    "Datasette",
    "stories.parquet": "the stories as a table",
    "stories.csv": "their metadata as a table",
    "coverage.csv": "what there is of each source, and what not, as a table",
    "COVERAGE.md": "the same in words",
    "dictionary.csv": "what each field means",
    "CITATION.cff": "how to cite these data",
    "datapackage.json": "all of this for programs (Frictionless Data)",
    "README.md": "this page",
    "SHA256SUMS": "checksums of the files",
}
TABLE_TYPES = {"date": "date", "time": "datetime", "texts": "array", "objects": "array"}
"""Kinds of columns in Table Schema's words, where they differ from ``text`` and the like."""


class NothingToRelease(ValueError):
    """No story is meant."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Release:
    """What a release came to."""

    folder: Path
    stories: int
    without_text: int
    result_hash: str
    size: int
    """Bytes."""


def make_release(
    archive: Path,
    folder: Path,
    query: StoryQuery,
    *,
    title: str,
    authors: tuple[str, ...],
    texts: Texts = "unreserved",
    policies: Mapping[str, Policy] | None = None,
) -> Release:
    """Make the folder; it has its name only when it is whole. The same archive gives the same bytes.

    All versions of a story go along. If a publisher reserves the text of a story, or it came with
    less than its text, its metadata alone do.

    :param folder: is not there, or empty
    :param texts: whose texts are given
    :param policies: what source and operator ask for by now, by name of the source
    :raises NothingToRelease: the query means no story
    :raises ValueError: the query can't be read, or is of a former day; says why
    :raises ParquetMissing: pyarrow is not installed
    :raises ArchiveError: the archive can't be read, or the folder can't be written
    """
    if query.as_of or query.seen_on:
        raise ValueError("a release has all versions of its stories: leave out the former day")
    parquet_schema()
    part = folder.with_name(folder.name + UNFINISHED)
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir()
        try:
            facts = _write_files(archive, part, query, title, authors, texts, policies)
            if folder.is_dir():
                folder.rmdir()
            part.rename(folder)
            sync(folder.parent)
        finally:
            shutil.rmtree(part, ignore_errors=True)
        size = sum((folder / name).stat().st_size for name in FILES)
    except OSError as error:
        raise archive_error(error, folder) from error
    return Release(
        folder=folder,
        stories=facts.stories,
        without_text=facts.without_text,
        result_hash=facts.result_hash,
        size=size,
    )
