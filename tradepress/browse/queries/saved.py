"""Serves the saved queries beside the archive: what they find now, and what is new."""

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tradepress.archive.database import Database
from tradepress.archive.search.meant_names import with_meant_names
from tradepress.archive.search.story_query import StoryQuery, query_in_words
from tradepress.archive.text_forms import plain_type
from tradepress.research.queries.query_changes import ResultChange, sums_of
from tradepress.research.queries.saved_queries import (
    QueryDiff,
    QueryFileError,
    SavedQueries,
    SavedQuery,
)

LONGEST_PROPOSED = 40
MOST_CHANGES = 200
"""Limits the changes of a result that are shown."""
TOO_LONG = "It takes too long to say here what is new"
NOT_ASKED = "open it to see what is new"


@dataclass(frozen=True, kw_only=True, slots=True)
class RunLine:
    """Is one run beside the one before it, in numbers of stories."""

    number: int
    at: str
    stories: int
    added: int
    """Counts stories that the run before had not; of the first run 0."""
    changed: int
    gone: int


@dataclass(frozen=True, kw_only=True, slots=True)
class QueryStanding:
    """Says what became of the result of a saved query. It is small, however much it finds."""

    name: str
    query: StoryQuery
    runs: Sequence[RunLine]
    """Lists the runs, the latest first."""
    since: RunLine | None = None
    """Is the run that is compared; None: it never ran, or there is a ``why``."""
    until: RunLine | None = None
    """Is None if it is compared with the archive as it is."""
    stories: int | None = None
    """Counts what is found at the second time; None: there is a ``why``."""
    news: str | None = None
    """Is ``2 new, 1 changed``; None: nothing is compared."""
    changes: Sequence[ResultChange] = ()
    """Lists the first MOST_CHANGES."""
    more: int = 0
    """Counts changes beside these."""
    why: str | None = None
    """Says why it can't be told what became of it."""


def names_of(db: Database, archive: Path) -> list[str]:
    """Names all that are saved, sorted."""
    return SavedQueries(db, archive).names()


def load_query(db: Database, archive: Path, name: str) -> StoryQuery:
    """Loads the query of this name.

    :raises WrongQueryName: no query has it
    :raises QueryFileError: its file can't be read
    """
    return SavedQueries(db, archive).load(name).query


def standing_of(
    db: Database,
    archive: Path,
    name: str,
    since: int | None = None,
    until: int | None = None,
    *,
    most: int | None = None,
) -> QueryStanding:
    """Says what :meth:`SavedQueries.diff` does, from run to run, or to the archive as it is.

    :param most: of more stories than that at the last run nothing is compared
    :raises WrongQueryName: no query has it
    :raises QueryFileError: its file can't be read
    """
    queries = SavedQueries(db, archive)
    saved = queries.load(name)
    runs = run_lines(saved)
    standing = QueryStanding(name=name, query=saved.query, runs=runs)
    if most is not None and runs and runs[0].stories > most:
        return replace(standing, why=NOT_ASKED)
    try:
        diff = queries.diff_of(saved, since, until)
    except (ValueError, QueryFileError) as error:
        return replace(standing, why=str(error))
    except sqlite3.OperationalError as error:
        if str(error) != "interrupted":
            raise
        return replace(standing, why=TOO_LONG)
    lines = {line.number: line for line in runs}
    return replace(
        standing,
        since=lines[diff.before.number or 0] if diff.before else None,
        until=lines[until] if until else None,
        stories=diff.after.stories,
        news=sums_of(diff.changes) if diff.before else None,
        changes=diff.changes[:MOST_CHANGES],
        more=len(diff.changes[MOST_CHANGES:]),
    )


def save_query(db: Database, archive: Path, name: str, query: StoryQuery) -> SavedQuery:
    """Does what the command does; raises as :meth:`SavedQueries.save`.

    :raises ValueError: also for a name that no story has
    """
    return SavedQueries(db, archive).save(name, with_meant_names(db, query))


def run_query(db: Database, archive: Path, name: str) -> QueryDiff:
    """Does what :meth:`SavedQueries.run` does."""
    return SavedQueries(db, archive).run(name)


def remove_query(db: Database, archive: Path, name: str) -> None:
    """Does what :meth:`SavedQueries.remove` does."""
    SavedQueries(db, archive).remove(name)


def run_lines(saved: SavedQuery) -> list[RunLine]:
    """Lists the runs, the latest first."""
    lines = []
    for number, run in enumerate(saved.runs, 1):
        added, removed = (
            {line.partition("@")[0] for line in found} for found in (run.added, run.removed)
        )
        line = RunLine(
            number=number,
            at=run.at,
            stories=run.stories,
            added=len(added - removed) if number > 1 else 0,
            changed=len(added & removed),
            gone=len(removed - added),
        )
        lines.append(line)
    return lines[::-1]


def proposed_name(query: StoryQuery, taken: Sequence[str] = ()) -> str:
    """Proposes ``lantern-mark-source-wipr``: what a query can be called.

    :param taken: names that others have
    """
    words = plain_type(query_in_words(query)).lower()
    parts = re.findall("[a-z0-9]+", words)
    while len("-".join(parts)) > LONGEST_PROPOSED:
        parts.pop()
    name = "-".join(parts) or "query"
    number = 2
    proposed = name
    while proposed in taken:
        proposed = f"{name}-{number}"
        number += 1
    return proposed
