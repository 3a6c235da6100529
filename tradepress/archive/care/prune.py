"""Frees the disk of captured pages that belong to no version, as the operator asks: those that gave
no story, and those that no row names, as a killed run leaves them.

A WARC file that holds some is written anew without them; all else in it is copied byte for byte.
In this order, so that a kill at any instant loses nothing: the new file is written; a small file
says which one it takes the place of; it gets its name; one transaction moves the places in the
index and drops what was pruned; the old file is deleted, and then the small one. The next pruning
takes up what a killed one left: of the two files that one goes which the index doesn't name.
"""

import json
import os
import re
import sqlite3
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate, count
from pathlib import Path
from typing import IO

from tradepress.archive.captures.kept_file import NAME, open_kept, open_own, refusal
from tradepress.archive.captures.places import known_ends, named_places
from tradepress.archive.captures.warc import WarcCaptures, unnamed_records
from tradepress.archive.care.snapshot import require_space
from tradepress.archive.clock import utc_text
from tradepress.archive.database import Database
from tradepress.archive.disk import size_of, sync, written_whole
from tradepress.archive.errors import archive_error
from tradepress.archive.file.connection import settings
from tradepress.archive.file.transaction import Transaction
from tradepress.archive.withdrawal.other_pages import OF_NO_STORY

CHUNK = 1 << 20
WARC = ".warc.gz"
PRUNING = ".pruning"
"""Is the ending of the small file that marks a pruning."""

PRUNABLE = f"""
    SELECT id FROM captures WHERE {OF_NO_STORY}
        AND coalesce((SELECT started FROM runs WHERE runs.id = run_id), date_captured) < :before
        AND NOT EXISTS (SELECT 1 FROM capture_records
            WHERE capture_id = captures.id AND capture_records.file <> captures.file)
"""
"""Selects captures that may go: all that lies of them is in one file, so that one file after the
other can be written anew."""
RECORDS = f"""
    SELECT file, "offset", length, 1 FROM captures WHERE id IN ({PRUNABLE})
    UNION ALL
    SELECT file, "offset", length, 0 FROM capture_records WHERE capture_id IN ({PRUNABLE})
"""
Cut = tuple[int, int, bool]
"""Says where a record begins, how many bytes it has, and whether it is a page."""
TABLES = ("capture_records", "captures")
"""Lists the tables with places of records; the one refers to the other."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Prunable:
    """Says what a pruning of one WARC file frees."""

    file: str
    captures: int
    size: int
    """Counts the bytes of these, with the requests and later visits that belong to them."""
    file_size: int
    """Counts the bytes of all that is in the file."""


def find_prunable(db: Database, folder: Path, older_than: timedelta) -> list[Prunable]:
    """Finds captured pages of no version, such as of pages refused as stories, by file.

    :param folder: of the captures; a file that is not there, or not whole, is left out
    :param older_than: those that a run kept before then; of those that no row names, those that
        were captured before then
    """
    return [found for found, _ in _find_cuts(db, folder, older_than)]


def _find_cuts(
    db: Database, folder: Path, older_than: timedelta
) -> list[tuple[Prunable, list[Cut]]]:
    """Finds what is prunable, with the records that go of each file, in order."""
    cuts, before, named = defaultdict[str, list[Cut]](list), _before(older_than), named_places(db)
    for file, offset, length, is_page in db.execute(RECORDS, before):
        cuts[file].append((offset, length, is_page))
    stays = {file for file, places in named.items() if len(places) > len(cuts[file])}
    unnamed = set()
    for path, record, is_torn in unnamed_records(folder, named):
        if record.fault is None and "" < record.date < before["before"]:
            cuts[path.name].append((record.offset, record.length, record.is_page))
        elif not is_torn:
            unnamed.add(path.name)
    found = []
    for file, cut in sorted(cuts.items()):
        size = 0 if refusal(folder, file) else size_of(folder / file)
        # A file of which no row names anything any more is deleted, and with it all that it holds.
        is_free = file in stays or file not in unnamed
        if cut and is_free and max(offset + length for offset, length, _ in cut) <= size:
            prunable = Prunable(
                file=file,
                captures=sum(is_page for *_, is_page in cut),
                size=sum(length for _, length, _ in cut),
                file_size=size,
            )
            found.append((prunable, sorted(cut)))
    return found


def prune(transaction: Transaction, kept: WarcCaptures, older_than: timedelta) -> list[Prunable]:
    """Prunes what :func:`find_prunable` finds; lasting when it returns.

    :param kept: raw pages of the same archive, which has no open run
    :returns: what was freed
    :raises ArchiveError: it can't be finished now; what was pruned before is
    :param transaction: of an archive with captures and without an open run
    """
    kept.close()
    folder = kept.folder
    try:
        _finish_killed(transaction, folder)
        kept.cut_torn_tails(known_ends(transaction.db))
        freed = _find_cuts(transaction.db, folder, older_than)
        # Else each page would be looked for in all versions: no index has who refers to it.
        with settings(transaction.db, foreign_keys="OFF"):
            for found, cut in freed:
                require_space(folder, found.file_size - found.size, f"a smaller {found.file}")
                _prune_file(transaction, folder, found.file, cut, older_than)
        return [found for found, _ in freed]
    except (OSError, sqlite3.Error) as error:
        raise archive_error(error, transaction.path) from error


def _before(older_than: timedelta) -> dict[str, str]:
    return {"before": utc_text(datetime.now(UTC) - older_than)}


def _prune_file(
    transaction: Transaction, folder: Path, name: str, cut: Sequence[Cut], older_than: timedelta
) -> None:
    parameters = {**_before(older_than), "file": name}
    query = f"SELECT id FROM captures WHERE file = :file AND id IN ({PRUNABLE})"
    pruned = json.dumps([row["id"] for row in transaction.rows(query, parameters)])
    old, marker = folder / name, folder / (name + PRUNING)
    new = _free_path(transaction, folder, name)
    with written_whole(new, archive=transaction.path) as part:
        _copy_without(cut, folder, name, part)
        with marker.open("x") as stream:
            stream.write(json.dumps(new.name))
        for path in (marker, folder):
            sync(path)
    with transaction.atomic():
        transaction.log.erase("pruning")
        transaction.log.change_of("capture", "SELECT value FROM json_each(?)", [pruned])
        for table, key in zip(TABLES, ("capture_id", "id"), strict=True):
            of_these = f"{key} IN (SELECT value FROM json_each(?))"
            transaction.write(f"DELETE FROM {table} WHERE {of_these}", [pruned])
            _move(transaction, table, name, new.name, cut)
    transaction.commit()
    _finish(transaction, old, new, marker)


def _copy_without(cut: Sequence[Cut], folder: Path, name: str, new: Path) -> None:
    """Writes a copy of a file without some of its bytes."""
    with open_kept(folder, name) as source, new.open("wb") as target:
        for offset, length, _ in cut:
            _copy_up_to(offset, source, target)
            source.seek(offset + length)
        _copy_up_to(os.fstat(source.fileno()).st_size, source, target)


def _copy_up_to(end: int, source: IO[bytes], target: IO[bytes]) -> None:
    while piece := source.read(max(0, min(CHUNK, end - source.tell()))):
        target.write(piece)


def _move(transaction: Transaction, table: str, old: str, new: str, cut: Sequence[Cut]) -> None:
    """Names the places that the records have in the new file."""
    starts = [offset for offset, *_ in cut]
    gone = [0, *accumulate(length for _, length, _ in cut)]
    query = f'SELECT id, "offset" FROM {table} WHERE file = ?'
    moved = [
        [new, row["offset"] - gone[bisect_left(starts, row["offset"])], row["id"]]
        for row in transaction.rows(query, [old])
    ]
    transaction.write_many(f'UPDATE {table} SET file = ?, "offset" = ? WHERE id = ?', moved)


def _free_path(transaction: Transaction, folder: Path, name: str) -> Path:
    """Returns a free name: ``signet-2026-11-pruned.warc.gz``, then ``…-pruned-2.warc.gz``, …"""
    stem = re.sub(r"-pruned(-\d+)?$", "", name.removesuffix(WARC))
    named = known_ends(transaction.db)
    for number in count(1):
        path = folder / f"{stem}-pruned{'' if number == 1 else f'-{number}'}{WARC}"
        if path.name not in named and not path.exists():
            return path
    raise AssertionError("unreachable")


def _finish(transaction: Transaction, old: Path, new: Path, marker: Path) -> None:
    """Keeps of the old file and the new one what the index names; both, if it names both: after
    a kill a crawl may have begun another file under the old name."""
    named = known_ends(transaction.db)
    for path in {old, new}:
        if path.name not in named:
            path.unlink(missing_ok=True)
    sync(old.parent)
    marker.unlink()


def _finish_killed(transaction: Transaction, folder: Path) -> None:
    for marker in folder.glob(f"*{WARC}{PRUNING}"):
        old = marker.with_name(marker.name.removesuffix(PRUNING))
        with open_own(marker) as stream:
            new = stream.read(CHUNK).decode(errors="replace").strip('"')
        # Half written: nothing else was done yet. Or it is none of ours, and may name anything.
        _finish(transaction, old, folder / new if NAME.fullmatch(new) else old, marker)
