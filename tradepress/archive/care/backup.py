"""Makes backups: a checked copy of the database, and beside it copies of the raw pages it names."""

import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from stat import S_IMODE
from typing import IO

from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.captures.kept_file import RefusedFile, open_kept, refusal
from tradepress.archive.captures.places import RECORDS, known_ends
from tradepress.archive.care.faults import Progress, no_progress
from tradepress.archive.care.rotation import is_clock_doubtful, kept
from tradepress.archive.care.snapshot import (
    backup_folder,
    database_size,
    locked_folder,
    query_folder,
    require_space,
    stamp,
    write_snapshot,
)
from tradepress.archive.care.verify import capture_faults, look_over
from tradepress.archive.database import Database
from tradepress.archive.disk import begun, size_of, sync, written_whole
from tradepress.archive.errors import ArchiveError, archive_error
from tradepress.archive.file.connection import Connection
from tradepress.archive.file.foreign import FOREIGN
from tradepress.archive.read_only import read_archive

CHUNK = 1 << 20
BY_HAND = "-by-hand"


@dataclass(frozen=True, kw_only=True, slots=True)
class Backup:
    """Is one copy of the database in a folder of backups."""

    path: Path
    made: datetime
    """Is when it was made, in UTC."""
    size: int
    """Counts the bytes of the copy."""
    schema: int | None
    """Is None, like ``articles``, if it can't be read."""
    articles: int | None
    before_migration: bool
    """Tells whether a newer release made it before a migration; no rotation deletes it."""
    by_hand: bool
    """Tells whether a person made it; no rotation deletes it, either."""


@dataclass(kw_only=True, slots=True)
class BackupResult:
    """Holds what one backup came to."""

    path: Path
    size: int
    copied_bytes: int = 0
    """Counts the bytes of raw pages copied; those that were copied before are not copied again."""
    capture_files: int = 0
    deleted: list[Path] = field(default_factory=list)
    """Holds former backups that the rotation let go."""
    doubtful_clock: bool = False
    """Is True if nothing was let go, since the dates of the backups can't all be right."""
    problems: list[str] = field(default_factory=list)
    """Lists raw pages that are missing or damaged, a line each; what was copied before stays."""


def backup(
    archive: str | Path,
    folder: str | Path | None = None,
    *,
    captures: Path | None = None,
    keep_all: bool = False,
    by_hand: bool = False,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    progress: Progress = no_progress,
) -> BackupResult:
    """Copies an archive and its raw pages as they are now; a crawl goes on meanwhile.

    The raw pages are copied after the database, so that all it names are there, and the
    database gets its name last: a backup under its name is whole.

    Example:

    >>> made = tradepress.backup("press.db", by_hand=True)
    >>> made.path.parent.name, made.capture_files, made.problems
    ('backups', 1, [])

    :param folder: made if need be; None: ``backups`` beside the archive
    :param captures: the folder of the raw pages; None: the one beside the archive
    :param keep_all: delete no former backup
    :param by_hand: never let this one go
    :param now: what time it is
    :param progress: told the step, how much of it is done, and of how much
    :raises ArchiveError: it can't be read, or the copy not be written; nothing half-made is left
    """
    path = Path(archive).absolute()
    folder = Path(folder) if folder else backup_folder(path)
    captures = captures or capture_folder(path)
    try:
        with read_archive(path) as db, locked_folder(folder):
            _require_own(folder, path.stem, db)
            copies = folder / captures.name
            copies.mkdir(captures.stat().st_mode if captures.exists() else 0o777, exist_ok=True)
            new_bytes = sum(
                max(0, size_of(file) - size_of(copies / file.name))
                for file in captures.glob("*.warc.gz")
            )
            require_space(folder, database_size(db) + new_bytes, "a backup")
            moment = now()
            target = _free_name(folder, path.stem, moment, by_hand=by_hand)
            progress("database", 0, 1)
            with begun(target, path) as part:
                write_snapshot(db, part)
                result = BackupResult(path=target, size=part.stat().st_size)
                _copy_captures(part, captures, copies, result, progress)
                tombstones = path.with_name(f"{path.name}.withdrawn.json")
                if tombstones.exists():
                    with tombstones.open("rb") as stream:
                        _replace(folder / tombstones.name, stream)
                result.problems += _copy_queries(path, folder)
                part.rename(target)
            result.problems += (
                words
                for check, words in look_over(db)
                if check != "places" and not words.endswith(FOREIGN)  # places are told already
            )
            sync(folder)
            if not keep_all:
                _rotate(folder, path.stem, moment, result)
                _drop_pruned(folder, path.stem, captures, copies)
            return result
    except OSError as error:
        raise archive_error(error, folder) from error


def list_backups(folder: Path, stem: str) -> list[Backup]:
    """Returns the backups of one archive, the newest first.

    :param stem: of the archive's name: ``archive`` for ``archive.db``
    """
    found = []
    for path, made, before_migration, by_hand in _backup_files(folder, stem):
        schema, articles = _contents(path)
        found.append(
            Backup(
                path=path,
                made=made,
                size=path.stat().st_size,
                schema=schema,
                articles=articles,
                before_migration=before_migration,
                by_hand=by_hand,
            )
        )
    return sorted(found, key=lambda backup: (backup.made, backup.path), reverse=True)


def newest_backup(folder: Path, stem: str) -> datetime | None:
    """Says when the newest was made, by the names alone; those before a migration don't count."""
    files = _backup_files(folder, stem)
    return max(
        (made for _, made, before_migration, _ in files if not before_migration), default=None
    )


def _backup_files(folder: Path, stem: str) -> Iterator[tuple[Path, datetime, bool, bool]]:
    """Yields path, when it was made, whether before a migration, and whether by hand."""
    name = re.compile(rf"{re.escape(stem)}-(pre-\d+-)?(\d{{8}}T\d{{6}}Z)({BY_HAND})?\.db")
    for path in folder.glob("*.db"):
        if match := name.fullmatch(path.name):
            try:
                made = datetime.strptime(match[2], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            except ValueError:  # no such day: somebody else's file
                continue
            yield path, made, match[1] is not None, match[3] is not None


def _contents(path: Path) -> tuple[int | None, int | None]:
    try:
        with _open_copy(path) as db:
            (schema,) = db.execute("PRAGMA user_version").fetchone()
            (articles,) = db.execute("SELECT count(*) FROM articles").fetchone()
            return schema, articles
    except sqlite3.DatabaseError:
        return None, None


def _open_copy(path: Path) -> Database:
    """Opens a copy of the database, whose every byte stays as it is."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?immutable=1", uri=True, factory=Connection
    )
    return Database(connection, execute_plugins=False)


FIRST_RUN = "SELECT started, command, host, pid FROM runs ORDER BY id LIMIT 1"


def _require_own(folder: Path, stem: str, db: Database) -> None:
    """Requires a folder of this archive's: two of one name would push each other's backups and raw
    pages out.

    :raises ArchiveError: the newest backup there began with another run than this archive did
    """
    for backup in list_backups(folder, stem):
        if backup.articles is None:
            continue
        with _open_copy(backup.path) as copy:
            runs = {copy.execute(FIRST_RUN).fetchone(), db.execute(FIRST_RUN).fetchone()}
        if len(runs - {None}) == 2:
            raise ArchiveError(
                f"{folder} holds the backups of another {stem}.db: name another folder with -o"
            )
        return


def _free_name(folder: Path, stem: str, moment: datetime, *, by_hand: bool) -> Path:
    target = folder / f"{stem}-{stamp(moment)}{BY_HAND if by_hand else ''}.db"
    if target.exists():
        raise ArchiveError(f"{target} was made this very second; run the command again")
    return target


def _rotate(folder: Path, stem: str, now: datetime, result: BackupResult) -> None:
    made = {
        path: made
        for path, made, before_migration, by_hand in _backup_files(folder, stem)
        if not before_migration and not by_hand
    }
    if is_clock_doubtful(made.values(), now):
        result.doubtful_clock = True
        return
    keep = kept(made.values())
    for path, moment in sorted(made.items()):
        if moment not in keep:
            path.unlink()
            result.deleted.append(path)
    sync(folder)


# Raw pages


def _copy_captures(
    snapshot: Path,
    captures: Path,
    copies: Path,
    result: BackupResult,
    progress: Progress,
) -> None:
    """Brings the copies up to date; a good one never gives way to a damaged file."""
    with _open_copy(snapshot) as db:
        named = {name for (name,) in db.execute(f"SELECT DISTINCT file FROM ({RECORDS})")}
        names = sorted(named | {path.name for path in captures.glob("*.warc.gz")})
        for number, name in enumerate(names):
            progress("captures", number, len(names))
            if why := refusal(captures, name):
                result.problems.append(why)
                continue
            if not (captures / name).exists():
                result.problems += _faults(db, captures, name)
                continue
            start = _same_bytes(captures, copies, name)
            if start:
                result.copied_bytes += _append(captures, copies, name, start)
            else:
                # Rewritten, as by a withdrawal, or damaged?
                copy = copies / name
                if copy.exists() and (faults := _faults(db, captures, name)):
                    result.problems += [*faults, f"{copy} stays as it was"]
                    continue
                with open_kept(captures, name) as stream:
                    result.copied_bytes += _replace(copy, stream)
            result.capture_files += 1
            result.problems += _faults(db, copies, name, start)
    sync(copies)


def _copy_queries(path: Path, folder: Path) -> list[str]:
    """Copies the saved queries as they are now; one that was removed stays among the copies.

    :returns: what could not be copied, a line each
    """
    problems = []
    queries = query_folder(path)
    for file in sorted(queries.glob("*.json")):
        if file.is_symlink() or not file.is_file():  # a pipe, a folder, a link to anything
            problems.append(f"{file} is no file, so it was not copied: remove it")
            continue
        copies = folder / queries.name
        copies.mkdir(exist_ok=True)
        with file.open("rb") as stream:
            _replace(copies / file.name, stream)
    return problems


def _drop_pruned(folder: Path, stem: str, captures: Path, copies: Path) -> None:
    """Lets copies go of files that are no longer there and that no backup names: a withdrawal
    would not reach them. Of a backup that can't be read nobody knows what it names: then they
    stay."""
    copied, there = ({file.name for file in at.glob("*.warc.gz")} for at in (copies, captures))
    gone = copied - there
    for path, *_ in _backup_files(folder, stem) if gone else ():
        try:
            with _open_copy(path) as db:
                gone -= known_ends(db).keys()
        except sqlite3.DatabaseError:
            return
    for name in gone:
        (copies / name).unlink()


def _faults(db: Database, folder: Path, name: str, start: int = 0) -> list[str]:
    return [fault for fault in capture_faults(db, folder, name, start) if fault]


def _same_bytes(captures: Path, copies: Path, name: str) -> int:
    """Returns the size of a copy that begins its file, or 0: what is no copy is replaced."""
    try:
        copied = open_kept(copies, name)
    except (FileNotFoundError, RefusedFile):
        return 0
    with copied, open_kept(captures, name) as original:
        while block := copied.read(CHUNK):
            if original.read(len(block)) != block:
                return 0
        return copied.tell()


def _append(captures: Path, copies: Path, name: str, start: int) -> int:
    """Copies what a file has more than its copy; returns the number of bytes."""
    with open_kept(captures, name) as stream, open_kept(copies, name, "ab") as target:
        stream.seek(start)
        try:
            shutil.copyfileobj(stream, target, CHUNK)
            target.flush()
            os.fsync(target.fileno())
        except OSError:
            os.ftruncate(target.fileno(), start)
            raise
        return target.tell() - start


def _replace(copy: Path, source: IO[bytes]) -> int:
    """Copies a file anew, under its name only when it is whole; returns its size."""
    with written_whole(copy) as part, part.open("wb") as target:
        part.chmod(S_IMODE(part.stat().st_mode & os.fstat(source.fileno()).st_mode))
        shutil.copyfileobj(source, target, CHUNK)
    return size_of(copy)
