"""Saves queries: what was asked, and what each run of it found. A file each, beside the archive.

They lie in no table, so that no writer's lock is needed, and a file can be kept in git or sent to
a colleague. `tradepress docs counting` tells the form, and how anybody computes the hash of a run.
"""

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from tradepress.archive.border import border
from tradepress.archive.care.snapshot import query_folder
from tradepress.archive.clock import utc_now
from tradepress.archive.database import Database
from tradepress.archive.disk import sync, written_whole
from tradepress.archive.file.one_view import one_view
from tradepress.archive.read_only import user_version
from tradepress.archive.search.asked_days import with_days
from tradepress.archive.search.chosen_stories import choose_versions
from tradepress.archive.search.story_query import StoryQuery, query_as_json, query_from_json
from tradepress.archive.stored_json import json_value
from tradepress.research.queries.query_changes import ResultChange, compare_results

FORMAT = 1
ENDING = ".json"
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
LINE = re.compile(r"[^@\s]+@[1-9][0-9]* [0-9a-f]{64}")
_HASHED = """
    SELECT ref || '@' || versions.version || ' ' || versions.content_hash
    FROM json_each(?) AS wanted
    JOIN versions ON versions.id = wanted.value
    JOIN articles ON articles.id = article_id
"""


class WrongQueryName(ValueError):
    """Says that it can't be a name, or that none or another query has it."""


class QueryFileError(Exception):
    """Says that a saved query's file is damaged, or changed by hand so that it can't be true."""


@dataclass(frozen=True, kw_only=True, slots=True)
class QueryRun:
    """Is what a query found at a time."""

    number: int | None
    """Is counted from 1; None: it is not kept."""
    at: str
    """Is a time in UTC."""
    schema: int
    """Is the version of the archive's schema."""
    stories: int
    sha256: str
    """Hashes the sorted lines, ``ref@version content_hash`` and a line feed each."""
    added: tuple[str, ...]
    """Lists the lines that the run before had not, sorted."""
    removed: tuple[str, ...]
    """Lists the lines that it had, and this one has not."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SavedQuery:
    """Is a query with its runs."""

    name: str
    query: StoryQuery
    runs: tuple[QueryRun, ...]
    told: Mapping[str, int]
    """Maps each service of the notifications, by its digest, to the run it was told of last."""


@dataclass(frozen=True, kw_only=True, slots=True)
class QueryDiff:
    """Says what became of a result."""

    name: str
    query: StoryQuery
    before: QueryRun | None
    """Is None if it never ran before, and nothing is compared."""
    after: QueryRun
    changes: tuple[ResultChange, ...]


class SavedQueries:
    """Keeps the saved queries beside one archive."""

    def __init__(self, db: Database, archive: Path) -> None:
        """Takes the archive, and the folder of its saved queries beside it.

        :param db: the archive, open for reading
        """
        self.db = db
        self.folder = query_folder(archive)
        self._archive = archive

    def names(self) -> list[str]:
        """Lists the names of all of them, sorted."""
        found = self.folder.glob(f"*{ENDING}")
        return sorted(file.stem for file in found if NAME.fullmatch(file.stem))

    def load(self, name: str) -> SavedQuery:
        """Loads the query of this name.

        :raises WrongQueryName: no query has it; says which there are
        :raises QueryFileError: its file can't be read
        """
        file = self._file(name)
        try:
            if not file.is_file() and os.path.lexists(file):  # a pipe would wait for a writer
                raise QueryFileError(f"{file} is no file: remove it")
            text = file.read_text(encoding="utf-8")
        except FileNotFoundError:
            there = ", ".join(self.names()) or "none"
            raise WrongQueryName(f"no saved query is called {name!r}; there are: {there}") from None
        except (OSError, UnicodeDecodeError) as error:
            raise QueryFileError(f"{file} can't be read: {error}") from error
        try:
            with border(ValueError, ValueError):
                return read_query(name, json_value(text))
        except ValueError as error:
            raise QueryFileError(f"{file} is no saved query: {error}; mend or remove it") from error

    def save(self, name: str, query: StoryQuery) -> SavedQuery:
        """Saves a query under a name, with its first run.

        :raises WrongQueryName: it has other signs than a-z, 0-9 and -, or is taken
        :raises ValueError: the query can't be read
        :raises OSError: the file can't be written
        """
        file = self._file(name)
        saved = SavedQuery(name=name, query=query, runs=(), told={})
        run, _ = self._ask(saved)
        saved = replace(saved, runs=(run,))
        self.folder.mkdir(exist_ok=True)
        sync(self.folder.parent)
        with self._locked():
            if file.exists():
                raise WrongQueryName(
                    f"{file} is there already: take another name, or remove that query first"
                )
            self._write(saved)
        return saved

    def run(self, name: str) -> QueryDiff:
        """Asks again, keeps what is found, and says what became of the last result.

        :raises WrongQueryName: no query has it
        :raises QueryFileError: its file can't be read
        :raises ValueError: the query can't be read any more
        :raises OSError: the file can't be written
        """
        self.load(name)
        with self._locked(), one_view(self.db):
            saved = self.load(name)
            run, lines = self._ask(saved)
            diff = self._compare(saved, len(saved.runs), run, lines)
            self._write(replace(saved, runs=(*saved.runs, run)))
        return diff

    def diff(self, name: str, since: int | None = None, until: int | None = None) -> QueryDiff:
        """Says what became of the result, without a new run.

        :param since: number of a run; None: the last one
        :param until: number of a run; None: as the archive is now
        :raises WrongQueryName: no query has it
        :raises QueryFileError: its file can't be read
        :raises ValueError: there is no such run, the later one is named first, or the query
            can't be read any more
        """
        return self.diff_of(self.load(name), since, until)

    def diff_of(
        self, saved: SavedQuery, since: int | None = None, until: int | None = None
    ) -> QueryDiff:
        """Says what became of the result of a query that is loaded."""
        for number in (since, until):
            if number is not None and not 1 <= number <= len(saved.runs):
                raise ValueError(f"{saved.name} has no run {number}; it has {len(saved.runs)}")
        if since and until and since > until:
            raise ValueError(f"run {since} is later than run {until}: name the earlier one first")
        with one_view(self.db):
            if until is None:
                run, lines = self._ask(saved)
                run = replace(run, number=None)
            else:
                run, lines = saved.runs[until - 1], lines_of(saved, until)
            return self._compare(saved, since or len(saved.runs), run, lines)

    def remove(self, name: str) -> None:
        """Removes the query of this name.

        :raises WrongQueryName: no query has it
        :raises OSError: the file can't be deleted
        """
        try:
            self._file(name).unlink()
        except FileNotFoundError:
            self.load(name)

    def note_told(self, name: str, told: Mapping[str, int]) -> None:
        """Keeps up to which run services were told.

        :raises WrongQueryName: no query has it
        :raises QueryFileError: its file can't be read
        :raises OSError: the file can't be written
        """
        with self._locked():
            saved = self.load(name)
            self._write(replace(saved, told={**saved.told, **told}))

    def _file(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise WrongQueryName(
                f"{name!r} can't be the name of a query: up to 64 of a-z, 0-9 and -, and no - first"
            )
        return self.folder / f"{name}{ENDING}"

    def _ask(self, saved: SavedQuery) -> tuple[QueryRun, list[str]]:
        """Asks what would be its next run, and returns it with the lines found; words such as
        ``last month`` mean days of its time."""
        at = utc_now()
        query = with_days(saved.query, date.fromisoformat(at[:10]))
        with one_view(self.db):
            lines = result_lines(self.db, query)
            schema = user_version(self.db)
        before = set(lines_of(saved, len(saved.runs)))
        run = QueryRun(
            number=len(saved.runs) + 1,
            at=at,
            schema=schema,
            stories=len(lines),
            sha256=hash_of(lines),
            added=tuple(line for line in lines if line not in before),
            removed=tuple(sorted(before.difference(lines))),
        )
        return run, lines

    def _compare(
        self, saved: SavedQuery, since: int, run: QueryRun, lines: Sequence[str]
    ) -> QueryDiff:
        """Compares the lines of a run with those of run ``since``; 0: there is none."""
        before = saved.runs[since - 1] if since else None
        changes = compare_results(self.db, lines_of(saved, since), lines) if since else ()
        return QueryDiff(
            name=saved.name,
            query=saved.query,
            before=before,
            after=run,
            changes=tuple(changes),
        )

    def _write(self, saved: SavedQuery) -> None:
        with written_whole(self._file(saved.name), archive=self._archive) as part:
            words = json.dumps(query_fields(saved), ensure_ascii=False, indent=1)
            part.write_text(f"{words}\n", encoding="utf-8")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Lets who comes second wait: of two that write at once, the run of one would be lost."""
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)


def result_lines(db: Database, query: StoryQuery) -> list[str]:
    """Returns ``ref@version content_hash`` of each story that the query means, sorted.

    :raises ValueError: the query can't be read
    """
    ids = json.dumps([*choose_versions(db, query)])
    return sorted(row[0] for row in db.execute(_HASHED, [ids]))


def hash_of(lines: Iterable[str]) -> str:
    """Hashes the lines (SHA-256, hex), each with a line feed behind it."""
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def lines_of(saved: SavedQuery, number: int) -> list[str]:
    """Returns what that run found, sorted; nothing before the first.

    :raises QueryFileError: the lines don't give the run's hash
    """
    if not number:
        return []
    lines: set[str] = set()
    for run in saved.runs[:number]:
        lines -= set(run.removed)
        lines |= set(run.added)
    found = sorted(lines)
    if hash_of(found) != saved.runs[number - 1].sha256:
        raise QueryFileError(
            f"the lines of run {number} of {saved.name} don't give its sha256, so its file was "
            "changed by hand: put back what it was, or empty its list of runs to begin anew"
        )
    return found


def query_fields(saved: SavedQuery) -> dict[str, Any]:
    """Returns a saved query as the file has it."""
    runs = [{key: getattr(run, key) for key in _RUN} for run in saved.runs]
    told = {"told": dict(saved.told)} if saved.told else {}
    return {"saved_query": FORMAT, "query": query_as_json(saved.query), "runs": runs, **told}


def read_query(name: str, found: Any) -> SavedQuery:
    """Reads what :func:`query_fields` wrote; a person may have changed it.

    :raises ValueError: it is none; says where
    """
    _require(isinstance(found, dict), "it is no object of JSON")
    _require(found.get("saved_query") == FORMAT, f'"saved_query" is not {FORMAT}')
    query, runs, told = found.get("query"), found.get("runs", []), found.get("told", {})
    _require(isinstance(query, dict), '"query" is no object')
    _require(isinstance(runs, list), '"runs" is no list')
    _require(
        isinstance(told, dict) and all(type(number) is int for number in told.values()),
        '"told" is no object with numbers',
    )
    return SavedQuery(
        name=name,
        query=query_from_json(query),
        runs=tuple(_read_run(number, run) for number, run in enumerate(runs, 1)),
        told=told,
    )


def _are_lines(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(line, str) and LINE.fullmatch(line) for line in value
    )


_RUN: dict[str, Callable[[Any], bool]] = {
    # In the order of the file.
    "at": lambda value: bool(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", str(value))),
    "schema": lambda value: type(value) is int,
    "stories": lambda value: type(value) is int,
    "sha256": lambda value: bool(re.fullmatch(r"[0-9a-f]{64}", str(value))),
    "added": _are_lines,
    "removed": _are_lines,
}


def _read_run(number: int, run: Any) -> QueryRun:
    _require(isinstance(run, dict), f"run {number} is no object")
    for key, is_right in _RUN.items():
        _require(key in run and is_right(run[key]), f'"{key}" of run {number} is missing or wrong')
    lines = {key: tuple(run[key]) for key in ("added", "removed")}
    return QueryRun(number=number, **{key: run[key] for key in _RUN} | lines)


def _require(is_right: bool, words: str) -> None:
    """Requires what a file of ours has.

    :raises ValueError: it is not
    """
    if not is_right:
        raise ValueError(words)
