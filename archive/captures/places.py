"""Where the archive's index says that records lie: of pages, and of what belongs to them."""

from sqlite_utils import Database

RECORDS = """
    SELECT 'capture' AS kind, url, digest, file, "offset", length FROM captures
    WHERE file <> ''
    UNION ALL
    SELECT kind, url, digest, capture_records.file, capture_records."offset", capture_records.length
    FROM capture_records JOIN captures ON captures.id = capture_id
"""
"""``kind`` is capture, request or revisit; ``url`` and ``digest`` are those of the page. A page
that only a web archive has, as in a release, has no file."""


def named_places(db: Database) -> dict[str, list[tuple[int, int]]]:
    """Offset and length of all records that an archive names, by file."""
    named: dict[str, list[tuple[int, int]]] = {}
    for file, offset, length in db.execute(f'SELECT file, "offset", length FROM ({RECORDS})'):
        named.setdefault(file, []).append((offset, length))
    return named


def known_ends(db: Database) -> dict[str, int]:
    """File to the first byte after the last record that an archive names in it."""
    ends = db.execute(f'SELECT file, max("offset" + length) FROM ({RECORDS}) GROUP BY file')
    return dict(ends.fetchall())
