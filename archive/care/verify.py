"""Does the archive keep what it says? Every finding is one line that names the mend."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive.captures.members import FoundRecord, find_pages
from archive.captures.warc import between, payload_digest, read_capture
from archive.care.integrity import broken_references, full_text_problems, integrity_problems
from archive.errors import ArchiveFull, DamagedArchive, archive_error
from archive.file import schema
from archive.file.connection import Connection
from archive.ledger.outcomes import OUTCOMES
from archive.open import read_archive
from archive.stories.content_hash import content_hash
from archive.story import Article
from archive.withdrawal.copies import named_places
from archive.withdrawal.tombstone_file import read_tombstone_file
from archive.withdrawal.tombstones import address_key, find_tombstone, load_tombstones, page_key

RESTORE = "put a backup in its place (`tradepress backup --list`)"
ERASE = "`tradepress withdraw` erases it again"
OVERWRITE = (
    "put the file back from a backup; if none has it whole, `tradepress withdraw --everywhere` "
    "overwrites these bytes"
)
REPORT = "nothing that was stored is lost by it, but please report it"
MOST_NAMED = 20
"""Findings of one kind that get a line of their own; the rest are counted."""

SAME_IN_VERSION = (
    "version",
    "headline",
    "description",
    "body",
    "date_published",
    "date_modified",
    "authors",
    "corrections",
    "content_hash",
)
"""What an article has from its current version."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One fault."""

    check: str
    """Which check found it: file, schema, references, full text, ledger, articles, withdrawn or
    captures."""
    words: str
    """What is wrong and how to mend it, in one line."""


@dataclass(kw_only=True, slots=True)
class Verified:
    """What a verification came to."""

    findings: list[Fault] = field(default_factory=list)
    articles: int = 0
    versions: int = 0
    runs: int = 0
    captures: int = 0
    captures_read: int = 0
    """Whose digest was recomputed."""
    captures_unnamed: int | None = None
    """Pages that no row names, as a killed run leaves them; None: not counted."""


Progress = Callable[[str, int, int], None]
"""Told the step, how much of it is done, and of how much."""


def no_progress(step: str, done: int, of: int) -> None:
    """Says nothing."""


def verify(
    path: Path,
    *,
    captures: Path,
    quick: bool = False,
    progress: Progress = no_progress,
) -> Verified:
    """Check one archive as it stands at this moment; nothing in it is changed.

    The checks run on a private copy that SQLite makes for temporary files and removes itself:
    FTS5 checks its indexes only where it may write, and a crawl goes on meanwhile.

    :param captures: the folder of the raw pages
    :param quick: don't read the raw pages, only see that they are there
    :raises ArchiveError: it can't be opened, or there is no room for the copy
    """
    copy = Database(
        sqlite3.connect("", isolation_level=None, factory=Connection), execute_plugins=False
    )
    copy.conn.text_factory = lambda text: text.decode(errors="replace")  # damage is no excuse
    verified = Verified()
    steps: dict[str, Callable[[], Iterable[Fault]]] = {
        "file": lambda: _file(copy),
        "schema": lambda: _schema(copy),
        "references": lambda: _references(copy),
        "full text": lambda: _full_text(copy),
        "ledger": lambda: _ledger(copy),
        "articles": lambda: _articles(copy, verified),
        "withdrawn": lambda: _withdrawn(copy, path.resolve()),
        "captures": lambda: chain(
            _captures(copy, captures, verified, quick, progress),
            () if quick else _unnamed(copy, captures, verified),
        ),
    }
    try:
        source = read_archive(path)
        try:
            source.conn.backup(copy.conn)
        finally:
            source.close()
        for step, check in steps.items():
            progress(step, 0, 1)
            try:
                verified.findings += check()
            except sqlite3.DatabaseError as error:
                if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_CORRUPT:
                    raise
                words = f"the {step} can't be read to the end ({error}): {RESTORE}"
                verified.findings.append(Fault(check=step, words=words))
        return verified
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
            raise ArchiveFull(
                f"no room for a temporary copy of {path} to check: free some space, "
                "or name a larger folder in SQLITE_TMPDIR"
            ) from error
        raise archive_error(error, path) from error
    finally:
        copy.close()


def _file(db: Database) -> list[Fault]:
    return [
        Fault(check="file", words=f"the file is damaged ({line}): {RESTORE}")
        for line in integrity_problems(db)
    ]


def _schema(db: Database) -> Iterator[Fault]:
    """A trigger that is gone stops the full text without a word."""
    fresh = Database(memory=True, execute_plugins=False)
    schema.migrations.apply(fresh)
    shape = (
        "SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL "
        "AND name NOT LIKE '%sqlite%' "
        "AND name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow')"
    )
    found = {row["name"]: row["sql"] for row in db.query(shape)}
    for row in fresh.query(shape):
        if row["name"] not in found:
            words = f"the {row['type']} {row['name']} is missing: {RESTORE}"
            yield Fault(check="schema", words=words)
        elif found[row["name"]] != row["sql"]:
            words = f"the {row['type']} {row['name']} was changed by another program: {RESTORE}"
            yield Fault(check="schema", words=words)
    fresh.close()


def _references(db: Database) -> list[Fault]:
    return [Fault(check="references", words=f"{line}: {RESTORE}") for line in broken_references(db)]


def _full_text(db: Database) -> Iterator[Fault]:
    for name, error in full_text_problems(db).items():
        words = (
            f"the full-text index {name} differs from the texts ({error}): make it anew with "
            f"sqlite3 ARCHIVE \"INSERT INTO {name} ({name}) VALUES ('rebuild')\""
        )
        yield Fault(check="full text", words=words)


def _ledger(db: Database) -> Iterator[Fault]:
    """The sums of each ended run are those of its rows, and no address has none or two."""
    sums = ", ".join(f"coalesce(sum(outcome = '{name}'), 0) AS {name}" for name in OUTCOMES)
    differs = " OR ".join(f"runs.{name} <> counted.{name}" for name in OUTCOMES)
    total = " + ".join(f"runs.{name}" for name in OUTCOMES)
    yield from _named(
        db,
        "ledger",
        f"""
        SELECT runs.id AS name FROM runs JOIN (
            SELECT runs.id, {sums} FROM runs
            LEFT JOIN fetches ON run_id = runs.id AND url_id IS NOT NULL GROUP BY runs.id
        ) AS counted USING (id)
        WHERE state <> 'running' AND ({differs} OR urls <> {total})
        """,
        f"run {{name}}: its sums are not those of its addresses: {REPORT}",
    )
    yield from _named(
        db,
        "ledger",
        """
        SELECT urls.url AS name, scheduled_run_id AS run FROM urls
        JOIN runs ON runs.id = scheduled_run_id AND runs.state <> 'running'
        LEFT JOIN fetches ON run_id = scheduled_run_id AND url_id = urls.id
        WHERE fetches.id IS NULL
        """,
        f"{{name}} was scheduled in run {{run}} and has no outcome: {REPORT}",
    )


def _articles(db: Database, verified: Verified) -> Iterator[Fault]:
    """Current versions are what the articles show, numbered without gaps, texts as hashed."""
    for name in ("articles", "versions", "runs"):
        setattr(verified, name, db[name].count)
    differs = " OR ".join(f"articles.{name} IS NOT versions.{name}" for name in SAME_IN_VERSION)
    yield from _named(
        db,
        "articles",
        f"""
        SELECT ref AS name FROM articles LEFT JOIN versions ON versions.id = version_id
        WHERE versions.id IS NULL OR versions.article_id <> articles.id OR {differs}
        """,
        f"{{name}}: the article is not what its current version says: {RESTORE}",
    )
    yield from _named(
        db,
        "articles",
        """
        SELECT ref AS name FROM articles JOIN versions ON article_id = articles.id
        GROUP BY articles.id HAVING min(versions.version) <> 1
            OR max(versions.version) <> count(*)
        """,
        f"{{name}}: its versions are not numbered 1, 2, 3 …: {RESTORE}",
    )
    rows = db.query(
        "SELECT article_id, version, content_hash, headline, body, date_published, authors, "
        "corrections FROM versions ORDER BY id"
    )
    changed = [row for row in rows if _hash(row) != row["content_hash"]]
    for row in changed[:MOST_NAMED]:
        ref = db.execute("SELECT ref FROM articles WHERE id = ?", [row["article_id"]]).fetchone()
        words = f"{ref and ref[0]}@{row['version']}: its text is not the one that was saved"
        yield Fault(check="articles", words=f"{words}: {RESTORE}")
    yield from _more("articles", len(changed))


def _hash(row: Mapping[str, Any]) -> str | None:
    try:
        authors, corrections = (tuple(json.loads(row[n])) for n in ("authors", "corrections"))
    except ValueError:
        return None
    return content_hash(
        Article(
            headline=row["headline"],
            body=row["body"],
            date_published=row["date_published"],
            authors=authors,
            corrections=corrections,
        )
    )


def _withdrawn(db: Database, path: Path) -> Iterator[Fault]:
    """An older copy that was put back knows nothing of what was withdrawn since."""
    try:
        listed = read_tombstone_file(path).tombstones
    except DamagedArchive as error:
        yield Fault(check="withdrawn", words=str(error))
        return
    back = sorted(listed.keys() - load_tombstones(db).keys())
    for ref in back[:MOST_NAMED]:
        words = f"{ref} was withdrawn, and this copy of the archive is older: {ERASE}"
        yield Fault(check="withdrawn", words=words)
    yield from _more("withdrawn", len(back))


def _captures(
    db: Database,
    folder: Path,
    verified: Verified,
    quick: bool,
    progress: Progress,
) -> Iterator[Fault]:
    """Each raw page lies where the index says and has the digest that it had."""
    verified.captures = total = db["captures"].count
    done = 0
    for (name,) in db.execute("SELECT DISTINCT file FROM captures ORDER BY file").fetchall():
        faults = []
        for fault in capture_faults(db, folder, name, quick=quick):
            done += 1
            progress("captures", done, total)
            if fault is not None:
                faults.append(fault)
        for fault in faults[:MOST_NAMED]:
            yield Fault(check="captures", words=f"{fault}: put the file back from a backup")
        yield from _more("captures", len(faults))
    if not quick:
        verified.captures_read = total


def _unnamed(db: Database, folder: Path, verified: Verified) -> Iterator[Fault]:
    """What lies between the raw pages that this archive names."""
    named = named_places(db)
    verified.captures_unnamed = 0
    for file, page in _unnamed_pages(named, folder):
        if page.url is None:
            words = (
                f"{file} can't be read from byte {page.offset} on, for {page.length} bytes that no "
                f"story names: {OVERWRITE}"
            )
            yield Fault(check="captures", words=words)
            continue
        verified.captures_unnamed += 1
        if stone := _withdrawn_page(db, page.url, page.digest):
            words = f"{file} holds a page again that was erased with {stone['ref']}: {ERASE}"
            yield Fault(check="withdrawn", words=words)


def capture_faults(
    db: Database, folder: Path, name: str, start: int = 0, *, quick: bool = False
) -> Iterator[str | None]:
    """What is wrong with each record that the index names in one file, in their order.

    A file that is not there gives one fault for all.

    :param quick: only see that each place is in the file; else the digests are made anew
    :param start: only records from this byte on
    """
    file = folder / name
    rows = list(
        db.query(
            'SELECT url, digest, "offset", length FROM captures '
            'WHERE file = ? AND "offset" >= ? ORDER BY "offset"',
            [name, start],
        )
    )
    try:
        if Path(name).name != name:
            raise FileNotFoundError
        size = file.stat().st_size
    except OSError:
        if rows:
            yield f"{file} is missing, with {len(rows)} captures"
        return
    for row in rows:
        fault = None
        if row["offset"] + row["length"] > size:
            fault = "lies behind the end of the file"
        elif not quick:
            fault = _digest_fault(folder, name, row)
        yield fault and f"{file}: the capture of {row['url']} at byte {row['offset']} {fault}"


def _digest_fault(folder: Path, name: str, row: Mapping[str, Any]) -> str | None:
    try:
        record = read_capture(folder, name, row["offset"], row["length"])
        digest = payload_digest(record.reader.read())
    except ValueError:
        return "can't be read (no whole record is there)"
    except OSError as error:
        return f"can't be read ({error})"
    return None if digest == row["digest"] else "is not the page that was saved"


def _unnamed_pages(
    named: Mapping[str, Sequence[tuple[int, int]]], folder: Path
) -> Iterator[tuple[Path, FoundRecord]]:
    """What lies between the pages that are named; not a torn end, which is being written, or was
    when a run was killed, and the next one cuts it."""
    for path in sorted(folder.glob("*.warc.gz")):
        size = path.stat().st_size
        for start, end in between(named.get(path.name, ()), size):
            for page in find_pages(path, start, end):
                if page.url is not None or page.offset + page.length < size:
                    yield path, page


def _withdrawn_page(db: Database, url: str, digest: str) -> Mapping[str, Any] | None:
    keys = [page_key(digest)]
    with suppress(ValueError):
        keys.append(address_key(url))
    return find_tombstone(db, keys)


def _named(db: Database, check: str, sql: str, words: str) -> Iterator[Fault]:
    """A finding for each row that a query gives, its columns filled into the words."""
    rows = list(db.query(sql))
    for row in rows[:MOST_NAMED]:
        yield Fault(check=check, words=words.format(**row))
    yield from _more(check, len(rows))


def _more(check: str, found: int) -> Iterator[Fault]:
    if found > MOST_NAMED:
        yield Fault(check=check, words=f"… and {found - MOST_NAMED} more of that kind")
