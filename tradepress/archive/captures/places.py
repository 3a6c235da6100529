"""Finds in the archive's index where records lie: those of pages, and of what belongs to them."""

from pathlib import Path

from tradepress.archive.captures.kept_file import refusal
from tradepress.archive.database import Database

RECORDS = """
    SELECT 'capture' AS kind, url, digest, file, "offset", length FROM captures
    WHERE file <> ''
    UNION ALL
    SELECT kind, url, coalesce(capture_records.digest, captures.digest), capture_records.file,
        capture_records."offset", capture_records.length
    FROM capture_records JOIN captures ON captures.id = capture_id
"""
"""Selects records: ``kind`` is capture, or as in ``capture_records``; ``url`` and ``digest`` are
those of the page, but data and a response have a digest of their own. A page that only a web
archive has, as in a release, has no file."""


def named_places(db: Database) -> dict[str, list[tuple[int, int]]]:
    """Returns offset and length of all records that an archive names, by file."""
    named: dict[str, list[tuple[int, int]]] = {}
    for file, offset, length in db.execute(f'SELECT file, "offset", length FROM ({RECORDS})'):
        named.setdefault(file, []).append((offset, length))
    return named


def known_ends(db: Database) -> dict[str, int]:
    """Maps each file to the first byte after the last record that an archive names in it."""
    ends = db.execute(f'SELECT file, max("offset" + length) FROM ({RECORDS}) GROUP BY file')
    return dict(ends.fetchall())


def refused_files(db: Database, folder: Path) -> list[str]:
    """Says why files that an archive names are not opened, a line each; quick, however many
    pages there are."""
    found = []
    for table in ("captures", "capture_records"):
        # From one name to the next by the index; text that is none is no name of ours either.
        names = db.execute(
            f"""
            WITH RECURSIVE names(name) AS (
                SELECT min(file) FROM {table} UNION ALL
                SELECT (SELECT min(file) FROM {table} WHERE file > name) FROM names
                WHERE name IS NOT NULL
            ) SELECT CAST(name AS BLOB) FROM names WHERE name <> ''
            """
        )
        found += [refusal(folder, str(name, "utf-8", "replace")) for (name,) in names]
    return sorted({why for why in found if why})
