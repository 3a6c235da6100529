"""What SQLite leaves where no row is: in free pages, in the gaps of others, behind long rows.

``secure_delete`` does not reach all of it: when a page is split, copies of rows that moved to
another page stay in its gap. So each gap is looked at, and overwritten through SQLite itself, as
safe from a kill as any other change.
"""

import re
import sqlite3
from collections.abc import Iterator

from sqlite_utils import Database

WORDS = re.compile(rb"[^\0-\x1f]{2}")
"""Two bytes of any text. Most gaps begin with places of former cells, numbers below 4096 in two
bytes: to overwrite them, too, would be to write each page of the full text once more."""
LEAVES = 10, 13
"""Kinds of pages, by their first byte: of an index and of a table."""
Gap = tuple[int, int]
"""First byte, and the first after it."""


def overwrite_free_space(db: Database) -> bool:
    """Overwrite with zeros what no row holds; part of the caller's transaction.

    The file is read once, and only pages with a rest of words are written.

    :returns: False, and nothing was done, if this SQLite can't say what holds no row
    :raises sqlite3.DatabaseError: with SQLITE_CORRUPT, if the file is damaged
    """
    if not _is_able(db):
        return False
    (pages,) = db.execute("PRAGMA page_count").fetchone()
    is_used = bytearray(pages + 1)
    found = []
    for number, kind, unused, page in db.execute(
        "SELECT pageno, pagetype, unused, data FROM dbstat "
        "CROSS JOIN sqlite_dbpage ON pgno = pageno"
    ):
        if not 0 < number <= pages or is_used[number]:
            raise _damaged(number)
        is_used[number] = True
        if kind == "overflow":
            gaps = [(len(page) - unused, len(page))]
        elif kind in ("leaf", "internal"):
            gaps = list(_gaps(page, number))
        else:
            raise _damaged(number)
        if _has_words(page, gaps):
            found.append((number, gaps))
    for number, gap in _free_pages(db, is_used):
        if _has_words(_page(db, number), [gap]):
            found.append((number, [gap]))
    for number, gaps in found:
        page = bytearray(_page(db, number))
        for start, end in gaps:
            page[start:end] = bytes(end - start)
        db.execute("UPDATE sqlite_dbpage SET data = ? WHERE pgno = ?", [bytes(page), number])
    return True


def _is_able(db: Database) -> bool:
    """Both tables are options of SQLite's build; the rest is as ``schema.sql`` makes a file."""
    try:
        db.execute("SELECT 1 FROM dbstat CROSS JOIN sqlite_dbpage LIMIT 1").fetchone()
    except sqlite3.OperationalError:
        return False
    (keeps_map,) = db.execute("PRAGMA auto_vacuum").fetchone()
    reserved = _page(db, 1)[20]
    return not (keeps_map or reserved)


def _page(db: Database, number: int) -> bytes:
    row = db.execute("SELECT data FROM sqlite_dbpage WHERE pgno = ?", [number]).fetchone()
    return bytes(row[0])


def _has_words(page: bytes, gaps: list[Gap]) -> bool:
    return any(WORDS.search(page, start, end) for start, end in gaps)


def _gaps(page: bytes, number: int) -> Iterator[Gap]:
    """Between the places of the cells and the cells, and between these: sqlite.org/fileformat2."""
    head = 100 if number == 1 else 0
    cells = head + (8 if page[head] in LEAVES else 12) + 2 * _at(page, head + 3)
    content = _at(page, head + 5) or 65536
    if not cells <= content <= len(page):
        raise _damaged(number)
    yield cells, content
    end, free = content, _at(page, head + 1)
    while free:
        size = _at(page, free + 2)
        if not end <= free <= free + size <= len(page):
            raise _damaged(number)
        end = free + size
        yield free + 4, end
        free = _at(page, free)


def _free_pages(db: Database, is_used: bytearray) -> Iterator[tuple[int, Gap]]:
    """Pages of no table or index; the list of them stands in some of their own."""
    listing: dict[int, int] = {}
    first = _page(db, 1)
    size, trunk = len(first), _at(first, 32, 4)
    while trunk:
        if trunk >= len(is_used) or is_used[trunk] or trunk in listing:
            raise _damaged(trunk)
        page = _page(db, trunk)
        listing[trunk] = 8 + 4 * _at(page, 4, 4)
        leaves = (_at(page, place, 4) for place in range(8, listing[trunk], 4))
        if listing[trunk] > size or any(n >= len(is_used) or is_used[n] for n in leaves):
            raise _damaged(trunk)
        trunk = _at(page, 0, 4)
    for number in range(1, len(is_used)):
        if not is_used[number]:
            yield number, (listing.get(number, 0), size)


def _at(page: bytes, place: int, size: int = 2) -> int:
    return int.from_bytes(page[place : place + size], "big")


def _damaged(number: int) -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError(f"page {number} is not what SQLite writes")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error
