"""Checks text in columns that is more than text: lists and objects in JSON, times of runs."""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from tradepress.archive.clock import read_utc
from tradepress.archive.database import Database
from tradepress.archive.stored_json import (
    json_value,
    read_evidence,
    read_reservations,
    stored_names,
)
from tradepress.story_fields import LISTS

_ROWS = (
    "SELECT 'run ' || id AS named, sources, started AS beginning, ended AS end FROM runs "
    "ORDER BY id",
    "SELECT ref AS named, authors, keywords, corrections, reservations FROM articles ORDER BY id",
    "SELECT coalesce(ref, 'article ' || article_id) || '@' || versions.version AS named, "
    "versions.authors, versions.keywords, versions.corrections, versions.reservations, evidence "
    "FROM versions LEFT JOIN articles ON articles.id = article_id ORDER BY versions.id",
    "SELECT url AS named, listed AS listing FROM urls WHERE listed IS NOT NULL ORDER BY id",
    "SELECT 'row ' || id || ' of quarantine' AS named, article AS story FROM quarantine "
    "ORDER BY id",
)
"""Select how a row is called, and its values, each under the name by which it is told."""


def unreadable_values(db: Database) -> Iterator[Iterator[str]]:
    """Yields a line for each value, in kinds: ``signet-4@2: its evidence can't be read``."""
    return (_unreadable(db, sql) for sql in _ROWS)


def _unreadable(db: Database, sql: str) -> Iterator[str]:
    for row in db.query(sql):
        named = row.pop("named")
        for name, stored in row.items():
            try:
                if stored is not None:
                    _READERS[name](stored)
            except ValueError:
                yield f"{named}: its {name} can't be read"


def _time(stored: str) -> None:
    if read_utc(stored) is None:
        raise ValueError("it is no time")


def _listing(stored: str) -> None:
    """Reads what :attr:`tradepress.archive.frontier.addresses.Address.listed` holds."""
    said = json_value(stored)
    if not isinstance(said, dict):
        raise ValueError("it has no fields")
    authors = said.pop("authors", [])
    if not isinstance(authors, list) or not all(isinstance(one, str) for one in authors):
        raise ValueError("its authors are no texts")
    if not all(isinstance(one, str) for one in said.values()):
        raise ValueError("it has what is no text")


def _json(stored: str) -> None:
    """Reads the JSON of a story that could not be saved: half signs may be why."""
    try:
        json.loads(stored)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _names(stored: str) -> None:
    if not stored:
        raise ValueError("it is no list")
    stored_names(stored)


_READERS: Mapping[str, Callable[[str], object]] = {
    **dict.fromkeys((*LISTS, "sources"), _names),
    "reservations": read_reservations,
    "evidence": partial(read_evidence, row={}),
    "listing": _listing,
    "story": _json,
    "beginning": _time,
    "end": _time,
}
