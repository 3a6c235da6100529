"""Keeps the tombstones once more, in a small file beside the archive.

So they outlive the archive's restoring from an older copy.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from tradepress.archive.database import Database
from tradepress.archive.disk import sync
from tradepress.archive.errors import ArchiveError, DamagedArchive
from tradepress.archive.file.rows import Row
from tradepress.archive.withdrawal.tombstones import (
    Tombstone,
    WithdrawnPerson,
    load_tombstones,
    load_withdrawn_people,
)


@dataclass(kw_only=True, slots=True)
class TombstoneFile:
    """Holds ``archive.db.withdrawn.json`` as it stands."""

    tombstones: dict[str, Tombstone] = field(default_factory=dict)
    """Maps refs to tombstones."""
    sources: dict[str, Row] = field(default_factory=dict)
    """Maps names to the rows of ``sources`` that the tombstones refer to."""
    people: dict[str, WithdrawnPerson] = field(default_factory=dict)
    """Maps the hashes of their names to people."""

    def add(self, db: Database, stones: Collection[Tombstone]) -> None:
        """Makes these stories known by all of these keys, and their sources; what else stands of
        the stories stays."""
        for stone in stones:
            known = self.tombstones.get(stone.ref, stone)
            self.tombstones[stone.ref] = replace(known, keys=known.keys | stone.keys)
        for row in db.query(
            "SELECT * FROM sources WHERE name IN (SELECT value FROM json_each(?))",
            [json.dumps(sorted({stone.source for stone in stones}))],
        ):
            self.sources[row["name"]] = row

    def mark(self, stones: Iterable[Tombstone], *, is_erased: bool) -> None:
        """Says of them whether anything is left to erase."""
        for stone in stones:
            known = self.tombstones[stone.ref]
            self.tombstones[stone.ref] = replace(known, is_erased=is_erased)


def tombstone_path(archive: Path) -> Path:
    return archive.with_name(archive.name + ".withdrawn.json")


def read_tombstone_file(archive: Path) -> TombstoneFile:
    """Returns what the file says; empty if there is none.

    :raises DamagedArchive: it is not what we wrote
    """
    path = tombstone_path(archive)
    try:
        content = json.loads(path.read_text())
        return TombstoneFile(
            tombstones={
                row["ref"]: Tombstone(**{**row, "keys": frozenset(row["keys"])})
                for row in content["tombstones"]
            },
            sources={row["name"]: row for row in content["sources"]},
            people={row["name_hash"]: WithdrawnPerson(**row) for row in content.get("people", ())},
        )
    except FileNotFoundError:
        return TombstoneFile()
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise DamagedArchive(
            f"{path} is damaged, and it keeps what was withdrawn from coming back: put a copy of "
            "it in its place; if there is none, move it away, and it is made anew from the archive"
        ) from error


def write_tombstone_file(archive: Path, content: TombstoneFile) -> None:
    """Writes the file in place of the old one, whole and on the disk.

    :raises OSError: it can't be written; the old one stands
    """
    rows = [{**asdict(stone), "keys": sorted(stone.keys)} for stone in content.tombstones.values()]
    path = tombstone_path(archive)
    half_made = archive.with_name(archive.name + ".new-withdrawn")  # swept at the next opening
    text = json.dumps(
        {
            "about": "Stories withdrawn from the archive beside, and people withdrawn from its "
            "mentions; keeps them out of it. Never put an older copy in its place. See "
            "`tradepress docs withdrawal` of Tradepress.",
            "sources": list(content.sources.values()),
            "tombstones": rows,
            "people": [asdict(person) for person in content.people.values()],
        },
        ensure_ascii=False,
        indent=1,
    )
    half_made.write_text(text + "\n")
    sync(half_made)
    half_made.rename(path)
    sync(path.parent)


def require_nothing_withdrawn(db: Database, archive: Path) -> None:
    """Requires that the archive knows of all that was withdrawn.

    :raises ArchiveError: an older copy of the archive was put back, and knows nothing of what was
        withdrawn since
    """
    listed = read_tombstone_file(archive.resolve())
    stories = listed.tombstones.keys() - load_tombstones(db).keys()
    if stories or listed.people.keys() - load_withdrawn_people(db).keys():
        raise ArchiveError(
            f"{archive} holds again what was withdrawn from it: "
            "run `tradepress withdraw` to erase them"
        )
