"""Does what `tradepress release` does: freezes some stories as a checksummed data package."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from tradepress.archive.care.frozen_copy import freeze, whole_copy
from tradepress.archive.care.integrity import map_copy
from tradepress.archive.database import Database
from tradepress.archive.disk import folder_written_whole, sync
from tradepress.archive.errors import ArchiveError, archive_error
from tradepress.archive.file.schema import SCHEMA_VERSION
from tradepress.archive.leaf_log.stamped_root import written_root
from tradepress.archive.read_only import read_archive
from tradepress.archive.search.chosen_stories import choose_versions
from tradepress.archive.search.story_query import StoryQuery, query_in_words
from tradepress.archive.stored_json import stored_reservations
from tradepress.archive.stories.story_record import LinkedStory, load_stories
from tradepress.archive.withdrawal.tombstone_file import require_nothing_withdrawn
from tradepress.research.export.about_export import write_dictionary
from tradepress.research.export.columns import COLUMNS, Value
from tradepress.research.export.csv_file import columns_written, csv_line
from tradepress.research.export.parquet_file import parquet_schema, write_parquet
from tradepress.research.export.withheld_text import Texts, WhyNoText, export_rows, withheld
from tradepress.research.queries.saved_queries import hash_of, result_lines
from tradepress.research.release.coverage import SourceCoverage, coverage_of
from tradepress.research.release.describing import (
    ReleaseFacts,
    Resource,
    data_package,
    describe_release,
)
from tradepress.research.release.files import (
    COVERAGE,
    DATABASE,
    DICTIONARY,
    FILES,
    LOG_ROOT,
    PACKAGE,
    PARQUET,
    STORIES,
    SUMS,
)
from tradepress.steps.apply_policy import without_text
from tradepress.story import Policy
from tradepress.story_fields import OF_WORDS, SEARCHED, Kind

TABLE_TYPES: dict[Kind, str] = {
    **{"text": "string", "integer": "integer", "number": "number", "boolean": "boolean"},
    **{"date": "date", "time": "datetime", "texts": "array", "objects": "array"},
}
"""Maps kinds of columns to Table Schema's words."""
METADATA = tuple(one for one in COLUMNS if one.name not in OF_WORDS.intersection(SEARCHED))
_STANDING = """
    SELECT articles.id, source, articles.policy, versions.policy, articles.reservations,
        iif(versions.body <> '', word_count, NULL),
        iif(versions.body <> '', character_count, NULL)
    FROM articles LEFT JOIN versions ON versions.id = articles.version_id
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """Says what of an archive is given, by ids of articles."""

    chosen: list[int]
    textless: dict[int, WhyNoText]
    """Maps the chosen ones whose text is not given to the reason."""
    lengths: dict[int, tuple[int | None, int | None]]
    """Maps the chosen ones to the words and characters of their bodies; None: of no text, as of
    words that spaces don't tell."""
    headlined: set[int]
    """Holds stories, chosen or not, whose headline stands for the words of links to them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Release:
    """Says what a release came to."""

    folder: Path
    stories: int
    without_text: int
    result_hash: str
    size: int
    """Counts the bytes of the release."""


def make_release(
    archive: Path,
    folder: Path,
    query: StoryQuery,
    *,
    title: str,
    creators: tuple[str, ...],
    texts: Texts = "unreserved",
    policies: Mapping[str, Policy] | None = None,
) -> Release:
    """Makes the folder, with its name only when it is whole. One archive gives the same bytes.

    All versions of a story go along. If a publisher reserves the text of a story, or it came with
    less than its text, its metadata alone do.

    :param folder: is not there, or empty
    :param texts: whose texts are given
    :param policies: what source and operator ask for by now, by name of the source
    :raises ValueError: the query can't be read, or is of a former day; says why
    :raises ParquetMissing: pyarrow is not installed
    :raises ArchiveError: the archive can't be read or holds again what was withdrawn, or the folder
        can't be written
    """
    folder = folder.absolute()
    if query.as_of or query.seen_on:
        raise ValueError("a release has all versions of its stories: leave out the former day")
    if folder.exists() and any(folder.iterdir()):
        raise ArchiveError(f"{folder} is not empty: name a folder that is to be made")
    parquet_schema()
    try:
        with folder_written_whole(folder, replaces=False, archive=archive) as part:
            facts = _write_files(archive, part, query, title, creators, texts, policies)
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


def _write_files(
    archive: Path,
    part: Path,
    query: StoryQuery,
    title: str,
    creators: tuple[str, ...],
    texts: Texts,
    policies: Mapping[str, Policy] | None,
) -> ReleaseFacts:
    with read_archive(archive) as db, whole_copy(db, part) as copy:
        require_nothing_withdrawn(copy, archive)
        choice = _choose(copy, query, texts, policies)
        (part / LOG_ROOT).write_text(written_root(copy.conn), encoding="utf-8")
        coverage = coverage_of(copy, chosen=choice.chosen, textless=choice.textless)
        day = _last_day(copy)
        freeze(
            copy,
            part / DATABASE,
            chosen=choice.chosen,
            textless=choice.textless,
            headlined=choice.headlined,
            without_text=without_text,
        )
    with read_archive(part / DATABASE) as db:
        map_copy(db)
        facts = ReleaseFacts(
            title=title,
            creators=creators,
            query=query_in_words(query),
            day=day,
            software=f"tradepress {version('tradepress')}",
            schema=SCHEMA_VERSION,
            result_hash=hash_of(result_lines(db, StoryQuery())),
            stories=len(choice.chosen),
            without_text=len(choice.textless),
            coverage=coverage,
        )
        _write_tables(db, part, coverage, choice)
    for name, text in describe_release(facts, FILES).items():
        (part / name).write_text(text, encoding="utf-8")
    described = [name for name in FILES if name not in (PACKAGE, SUMS)]
    resources = [_resource(part / name) for name in described]
    (part / PACKAGE).write_text(data_package(facts, resources), encoding="utf-8")
    sums = "".join(f"{_sha256(part / name)}  {name}\n" for name in FILES if name != SUMS)
    (part / SUMS).write_text(sums, encoding="utf-8")
    for name in FILES:
        sync(part / name)
    return facts


def _last_day(db: Database) -> str:
    """Returns the last day on which something happened in the archive.

    :raises ArchiveError: nothing has happened in this archive
    """
    (day,) = db.execute(
        "SELECT substr(coalesce(max(max(last_seen), max(date_archived)), "
        "(SELECT max(started) FROM runs)), 1, 10) FROM articles"
    ).fetchone()
    if day is None:
        raise ArchiveError("nothing has been saved in this archive so far: crawl or ingest first")
    return str(day)


def _choose(
    db: Database, query: StoryQuery, texts: Texts, policies: Mapping[str, Policy] | None
) -> Choice:
    versions = choose_versions(db, query)
    chosen = [
        article_id
        for (article_id,) in db.execute(
            "SELECT article_id FROM versions WHERE id IN (SELECT value FROM json_each(?)) "
            "ORDER BY article_id",
            [json.dumps(list(versions))],
        )
    ]
    ids = dict(db.execute("SELECT ref, id FROM articles").fetchall())
    # All versions go along: where one of them came with a reservation, no text does.
    former = db.execute(
        "SELECT versions.id FROM json_each(?) AS chosen JOIN versions ON article_id = chosen.value "
        "JOIN articles ON articles.id = article_id WHERE version_id <> versions.id",
        [json.dumps(chosen)],
    ).fetchall()
    textless: dict[int, WhyNoText] = {}
    lengths: dict[int, tuple[int | None, int | None]] = dict.fromkeys(chosen, (None, None))
    headlined: set[int] = set()

    @lru_cache(maxsize=1024)
    def why_not(source: str, policy: Policy | None, reservations: str) -> WhyNoText | None:
        standing = LinkedStory(
            source=source,
            headline="",
            published_day=None,
            policy=policy,
            reservations=stored_reservations(reservations),
        )
        return withheld(standing, texts, policies or {})

    # Most stories are as this tells: whole they are read from what is given on.
    for article_id, source, policy, own, reservations, words, characters in db.execute(_STANDING):
        if why := why_not(source, policy, reservations):
            headlined.add(article_id)
        if article_id not in lengths:
            continue
        lengths[article_id] = words, characters
        why = why or why_not(source, own, reservations) or (None if characters else "not held")
        if why:
            textless[article_id] = why
    for story in load_stories(db, (version_id for (version_id,) in former)):
        if why := withheld(story, texts, policies or {}):
            textless.setdefault(ids[story.ref], why)
    return Choice(
        chosen=chosen,
        textless=textless,
        lengths=lengths,
        headlined=headlined | textless.keys(),
    )


def _write_tables(
    db: Database,
    part: Path,
    coverage: Sequence[SourceCoverage],
    choice: Choice,
) -> None:
    """Writes the tables; what is not given any more is told as it is in the archive."""
    ids = dict(db.execute("SELECT ref, id FROM articles").fetchall())
    rows = (
        row
        if (why := choice.textless.get(article_id := ids[row.story.ref])) is None
        else replace(
            row,
            word_count=choice.lengths[article_id][0],
            character_count=choice.lengths[article_id][1],
            why_no_text=why,
        )
        for row in export_rows(load_stories(db, choose_versions(db, StoryQuery())), texts="all")
    )
    with (part / PARQUET).open("wb") as parquet, (part / STORIES).open("wb") as stories:
        write_parquet(columns_written(rows, METADATA, stories), parquet)
    with (part / COVERAGE).open("wb") as stream:
        stream.write(csv_line([column.name for column in fields(SourceCoverage)]))
        for one in coverage:
            stream.write(csv_line([_cell(one, column.name) for column in fields(one)]))
    with (part / DICTIONARY).open("wb") as stream:
        write_dictionary(stream, {PARQUET: COLUMNS, STORIES: METADATA})


def _cell(one: SourceCoverage, name: str) -> Value:
    value: Value = getattr(one, name)
    return value


def _resource(file: Path) -> Resource:
    metadata = [
        {"name": one.name, "type": TABLE_TYPES[one.kind], "description": one.meaning}
        for one in METADATA
    ]
    return Resource(
        file=file,
        words=FILES[file.name],
        sha256=_sha256(file),
        fields=metadata if file.name == STORIES else None,
    )


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
