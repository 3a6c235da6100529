"""For the saved queries beside the archive: what they find now, and what is new."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from archive.search.named_values import require_known
from archive.search.story_query import StoryQuery, query_in_words
from archive.text_forms import plain_type
from research.queries.saved_queries import QueryDiff, QueryRun, SavedQueries, SavedQuery

LONGEST_PROPOSED = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class RunLine:
    """One run beside the one before it."""

    run: QueryRun
    added: int
    """Stories that the run before had not; the first run: None of them is new."""
    changed: int
    gone: int


def names_of(db: Database, archive: Path) -> list[str]:
    """All that are saved, sorted."""
    return SavedQueries(db, archive).names()


def load_saved(db: Database, archive: Path, name: str) -> SavedQuery:
    """
    :raises WrongQueryName: no query has it
    :raises QueryFileError: its file can't be read
    """
    return SavedQueries(db, archive).load(name)


def changes_of(
    db: Database, archive: Path, name: str, since: int | None = None, until: int | None = None
) -> QueryDiff:
    """As :meth:`SavedQueries.diff`."""
    return SavedQueries(db, archive).diff(name, since, until)


def save_query(db: Database, archive: Path, name: str, query: StoryQuery) -> SavedQuery:
    """As the command does; raises as :meth:`SavedQueries.save`.

    :raises ValueError: also for a name that no story has
    """
    require_known(db, query)
    return SavedQueries(db, archive).save(name, query)


def run_query(db: Database, archive: Path, name: str) -> QueryDiff:
    """As :meth:`SavedQueries.run`."""
    return SavedQueries(db, archive).run(name)


def remove_query(db: Database, archive: Path, name: str) -> None:
    """As :meth:`SavedQueries.remove`."""
    SavedQueries(db, archive).remove(name)


def run_lines(saved: SavedQuery) -> list[RunLine]:
    """The latest run first."""
    lines = []
    for run in saved.runs:
        added, removed = (
            {line.partition("@")[0] for line in found} for found in (run.added, run.removed)
        )
        is_first = run.number == 1
        lines.append(
            RunLine(
                run=run,
                added=0 if is_first else len(added - removed),
                changed=len(added & removed),
                gone=len(removed - added),
            )
        )
    return lines[::-1]


def proposed_name(query: StoryQuery, taken: Sequence[str] = ()) -> str:
    """``lantern-mark-source-wipr``: what a query can be called.

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
