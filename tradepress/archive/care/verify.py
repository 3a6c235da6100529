"""Does the archive keep what it says? Every finding is one line that names the mend."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import Any

from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.captures.kept_file import NAME, refusal
from tradepress.archive.captures.packing import payload_digest
from tradepress.archive.captures.places import RECORDS, named_places, refused_files
from tradepress.archive.captures.warc import read_capture, unnamed_records
from tradepress.archive.care.faults import Progress, Verified, no_progress
from tradepress.archive.care.integrity import (
    allow_memory,
    broken_references,
    full_text_problems,
    integrity_problems,
    map_copy,
)
from tradepress.archive.care.stored_values import unreadable_values
from tradepress.archive.database import Database
from tradepress.archive.errors import ArchiveFull, DamagedArchive, archive_error, error_code
from tradepress.archive.file import schema
from tradepress.archive.file.connection import Connection, file_of
from tradepress.archive.file.foreign import FOREIGN, schema_faults
from tradepress.archive.file.full_text import ARTICLES, FORMER, searched_forms
from tradepress.archive.leaf_log.check_log import check_log, head_faults
from tradepress.archive.leaf_log.root import Root
from tradepress.archive.ledger.outcomes import OUTCOMES
from tradepress.archive.read_only import read_archive, user_version
from tradepress.archive.stored_json import stored_names
from tradepress.archive.stories.content_hash import content_hash
from tradepress.archive.stories.current_version import showing_another
from tradepress.archive.stories.version_store import OF_VERSION
from tradepress.archive.text_forms import HIDDEN, counted
from tradepress.archive.withdrawal.tombstone_file import read_tombstone_file
from tradepress.archive.withdrawal.tombstones import (
    address_key,
    find_tombstone,
    load_tombstones,
    load_withdrawn_people,
    page_key,
)
from tradepress.story import Article
from tradepress.story_fields import SEARCHED

RESTORE = "put a backup in its place (`tradepress backup --list`)"
ERASE = "`tradepress withdraw` erases it again"
PUT_BACK = "put the file back from a backup"
OVERWRITE = (
    f"{PUT_BACK}; if none has it whole, `tradepress withdraw --everywhere` overwrites these bytes"
)
LOOK_AGAIN = "`tradepress reextract --again --apply` finds them anew"
REPORT = "nothing that was stored is lost by it, but please report it"
NOT_LAST = "the version that it shows is not the one that was seen last"
MOST_NAMED = 20
"""Limits the findings of one kind that get a line of their own; the rest are counted."""

DIFFERS = " OR ".join(f"articles.{name} IS NOT versions.{name}" for name in OF_VERSION)
TEXTS = f"""
    SELECT ref, versions.version, versions.content_hash, versions.headline, versions.body,
        versions.date_published, versions.authors, versions.corrections,
        versions.id = version_id AND ({DIFFERS}) AS differs
    FROM versions LEFT JOIN articles ON articles.id = article_id ORDER BY versions.id
"""


def verify(
    archive: str | Path,
    *,
    captures: Path | None = None,
    quick: bool = False,
    history: bool = False,
    since: Root | None = None,
    certificates: Path | None = None,
    progress: Progress = no_progress,
) -> Verified:
    """Checks an archive and its raw pages as they stand at this moment.

    Nothing is changed, and a crawl goes on meanwhile.

    Example:

    >>> verified = tradepress.verify("press.db")
    >>> verified.articles, verified.captures_read, verified.findings
    (3, 3, [])

    :param captures: the folder of the raw pages; None: the one beside the archive
    :param quick: without a copy; leave out the free pages, whether indexes and full text have what
        the tables have, whether texts are as hashed and raw pages have their digests
    :param history: whether all that is vouched for is what was recorded, too
    :param since: a root that somebody kept: does this archive go on from it?
    :param certificates: in PEM, to which those of the time authorities must lead; None: whose
        timestamps they are is not checked
    :param progress: told the step, how much of it is done, and of how much
    :raises ArchiveError: it can't be opened, or there is no room for the copy
    """
    path, verified = Path(archive), Verified()
    captures = captures or capture_folder(path)
    try:
        with _in_place(path) if quick else _copied(path) as db:
            db.conn.text_factory = lambda text: text.decode(errors="replace")  # damage is no excuse
            steps = {
                "file": _file(db, quick),
                "schema": _schema(db),
                "references": _references(db),
                "full text": () if quick else _full_text(db),
                "ledger": _ledger(db),
                "articles": _articles(db, verified, quick),
                "values": () if quick else _values(db),
                "withdrawn": withdrawn_again(db, path.resolve()),
                "mentions": () if quick else _mentions(db),
                "captures": _captures(db, captures, verified, quick, progress),
            }
            if history or since:
                log = check_log(db.conn, verified, since, certificates)
                shown = (f"{ref}: {NOT_LAST}" for ref in showing_another(db))
                steps["history"] = chain(log, shown)
            for step, found in steps.items():
                progress(step, 0, 1)
                try:
                    for words in found:
                        verified.add(step, words)
                except sqlite3.DatabaseError as error:
                    if error_code(error) != sqlite3.SQLITE_CORRUPT:
                        raise
                    verified.add(step, f"the {step} can't be read to the end ({error}): {RESTORE}")
        return verified
    except sqlite3.Error as error:
        if error_code(error) == sqlite3.SQLITE_FULL:
            raise ArchiveFull(
                f"no room for a temporary copy of {path} to check: free some space, "
                "name a larger folder in SQLITE_TMPDIR, or look with `tradepress verify --quick`"
            ) from error
        raise archive_error(error, path) from error


@contextmanager
def _in_place(path: Path) -> Iterator[Database]:
    with read_archive(path) as db:
        allow_memory(db)
        db.execute("BEGIN")  # all that is asked is asked of this moment
        yield db


@contextmanager
def _copied(path: Path) -> Iterator[Database]:
    """Opens a private copy, which SQLite makes among temporary files and removes itself.

    FTS5 checks its indexes only where it may write, and holds the writer up meanwhile.
    """
    connection = sqlite3.connect("", isolation_level=None, factory=Connection)
    with Database(connection, execute_plugins=False) as copy:
        with read_archive(path) as source:
            source.conn.backup(connection)
        map_copy(copy)
        yield copy


# The checks: each gives the words of what it finds.


def _file(db: Database, quick: bool) -> Iterator[str]:
    for line in integrity_problems(db, quick=quick):
        yield f"the file is damaged ({line}): {RESTORE}"


def _schema(db: Database) -> Iterator[str]:
    """Compares the schema with ours: a trigger that is gone stops the full text without a word."""
    for name, kind, what in schema_faults(db):
        if what != FOREIGN:  # an operator's own view is no fault
            yield f"the {kind} {name} {what}: {RESTORE}"


def look_over(db: Database) -> Iterator[tuple[str, str]]:
    """Yields check and words of what is not as we make it in a file that anybody may have made;
    where the schema is another, nothing else is read. `inspect`, `merge`, `browse` and `backup` do
    it."""
    is_ours = (version := user_version(db)) == schema.SCHEMA_VERSION
    for name, kind, what in schema_faults(db, version):
        is_ours = False
        yield "schema", f"the {kind} {name} {what}"
    if is_ours:
        yield from (("places", why) for why in refused_files(db, capture_folder(file_of(db))))
        yield from (("chain", words) for words in head_faults(db.conn))


def _references(db: Database) -> Iterator[str]:
    for line in broken_references(db):
        yield f"{line}: {RESTORE}"


def _full_text(db: Database) -> Iterator[str]:
    for name, error in full_text_problems(db).items():
        yield (
            f"the full-text index {name} differs from the texts ({error}): make it anew with "
            f"sqlite3 ARCHIVE \"INSERT INTO {name} ({name}) VALUES ('rebuild')\""
        )
    kept = f"SELECT {', '.join(SEARCHED)} FROM searched_texts WHERE version_id = ?"
    nothing = (None,) * len(SEARCHED)
    for view, noted in ((ARTICLES, "articles_unindexed"), (FORMER, "versions_unindexed")):
        ids = f"IN (SELECT id FROM {view})"
        if any(
            forms != (db.execute(kept, [version_id]).fetchone() or nothing)
            for version_id, forms in searched_forms(db.conn, ids, of=view)
        ):
            yield (
                f"texts of {view} are searched in a form that is not theirs: have it made anew by "
                f'sqlite3 ARCHIVE "INSERT INTO {noted} SELECT id FROM {view}", and the next crawl'
            )


def _ledger(db: Database) -> Iterator[str]:
    """Sees whether the sums of each ended run are its rows', and no address has none or two."""
    sums = ", ".join(f"coalesce(sum(outcome = '{name}'), 0) AS {name}" for name in OUTCOMES)
    differs = " OR ".join(f"runs.{name} <> counted.{name}" for name in OUTCOMES)
    total = " + ".join(f"runs.{name}" for name in OUTCOMES)
    runs = db.query(
        f"""
        SELECT runs.id FROM runs JOIN (
            SELECT runs.id, {sums} FROM runs
            LEFT JOIN fetches ON run_id = runs.id AND url_id IS NOT NULL GROUP BY runs.id
        ) AS counted USING (id)
        WHERE state <> 'running' AND ({differs} OR urls <> {total})
        """
    )
    yield from _shortened(
        f"run {run['id']}: its sums are not those of its addresses: {REPORT}" for run in runs
    )
    addresses = db.query(
        """
        SELECT urls.url, scheduled_run_id FROM urls
        JOIN runs ON runs.id = scheduled_run_id AND runs.state <> 'running'
        LEFT JOIN fetches ON run_id = scheduled_run_id AND url_id = urls.id
        WHERE fetches.id IS NULL
        """
    )
    yield from _shortened(
        f"{row['url']} was scheduled in run {row['scheduled_run_id']} and has no outcome: {REPORT}"
        for row in addresses
    )


def _articles(db: Database, verified: Verified, quick: bool) -> Iterator[str]:
    """Sees whether current versions are what the articles show, numbered without gaps, texts as
    hashed."""
    for name in ("articles", "versions", "runs"):
        setattr(verified, name, db[name].count)
    others = [
        ref
        for (ref,) in db.execute(
            "SELECT ref FROM articles WHERE id IN (SELECT id FROM articles AS narrow WHERE NOT "
            "EXISTS (SELECT 1 FROM versions WHERE article_id = narrow.id AND +id = version_id))"
        )
    ]
    changed = []
    for row in () if quick else db.query(TEXTS):
        if row["differs"]:
            others.append(row["ref"])
        if _hash(row) != row["content_hash"]:
            changed.append(f"{row['ref']}@{row['version']}")
    yield from _shortened(
        f"{ref}: the article is not what its current version says: {RESTORE}" for ref in others
    )
    misnumbered = db.query(
        """
        SELECT ref FROM articles WHERE id IN (SELECT article_id FROM versions
            GROUP BY article_id HAVING min(version) <> 1 OR max(version) <> count(*))
        """
    )
    yield from _shortened(
        f"{row['ref']}: its versions are not numbered 1, 2, 3 …: {RESTORE}" for row in misnumbered
    )
    yield from _shortened(
        f"{name}: its text is not the one that was saved: {RESTORE}" for name in changed
    )
    yield from _times(db, quick)


def _times(db: Database, quick: bool) -> Iterator[str]:
    """Sees whether sightings and former holdings are those of the story's own versions; they say
    when it was first and last seen."""
    for table in ("sightings", "holdings"):
        strange = db.query(
            f"""
            SELECT ref FROM articles WHERE id IN (SELECT article_id FROM {table}
                WHERE version_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM versions
                    WHERE article_id = {table}.article_id AND +id = {table}.version_id))
            """
        )
        yield from _shortened(
            f"{row['ref']}: its {table} name a version of another story: {RESTORE}"
            for row in strange
        )
    misdated = (
        ()
        if quick
        else db.query(
            """
        SELECT ref FROM articles JOIN (
            SELECT article_id, min(seen_at) AS first, max(seen_at) AS last
            FROM sightings GROUP BY article_id
        ) ON article_id = articles.id WHERE (first_seen, last_seen) <> (first, last)
        """
        )
    )
    yield from _shortened(
        f"{row['ref']}: it was not first and last seen when its sightings say: {RESTORE}"
        for row in misdated
    )


def _hash(row: Mapping[str, Any]) -> str | None:
    try:
        authors, corrections = (stored_names(row[n]) for n in ("authors", "corrections"))
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


def _values(db: Database) -> Iterator[str]:
    """Checks lists and objects in JSON, and times of runs."""
    for kind in unreadable_values(db):
        yield from _shortened(f"{line}: {RESTORE}" for line in kind)


def withdrawn_again(db: Database, path: Path) -> Iterator[str]:
    """Yields what was withdrawn and is back: an older copy that was put back knows nothing of
    it."""
    try:
        listed = read_tombstone_file(path)
    except DamagedArchive as error:
        yield str(error)
        return
    marked = db.execute("SELECT DISTINCT url FROM captures WHERE url LIKE ?", [f"{HIDDEN}%"])
    unfinished = {url.removeprefix(HIDDEN).partition("#")[0] for (url,) in marked}
    unfinished |= {ref for ref, stone in listed.tombstones.items() if not stone.is_erased}
    yield from _shortened(
        f"the withdrawal of {ref} is not finished: `tradepress withdraw` finishes it"
        for ref in sorted(unfinished)
    )
    yield from _shortened(
        f"{ref} was withdrawn, and this copy of the archive is older: {ERASE}"
        for ref in sorted(listed.tombstones.keys() - load_tombstones(db).keys() - unfinished)
    )
    if forgotten := len(listed.people.keys() - load_withdrawn_people(db).keys()):
        yield f"people withdrawn since this copy of the archive was made: {forgotten}: {ERASE}"


def _mentions(db: Database) -> Iterator[str]:
    """Sees whether each mention lies within its text; what belongs to no version breaks a
    reference."""
    outside = db.query(
        """
        SELECT DISTINCT ref, versions.version FROM mentions
        JOIN versions ON versions.id = mentions.version_id JOIN articles ON articles.id = article_id
        WHERE "start" < 0 OR "start" >= "end" OR "end" > coalesce(length(CASE field
            WHEN 'headline' THEN versions.headline WHEN 'description' THEN versions.description
            ELSE versions.body END), 0)
        ORDER BY versions.id
        """
    )
    yield from _shortened(
        f"{row['ref']}@{row['version']}: a mention lies outside its text: {LOOK_AGAIN}"
        for row in outside
    )


def _captures(
    db: Database,
    folder: Path,
    verified: Verified,
    quick: bool,
    progress: Progress,
) -> Iterator[str]:
    """Yields each raw page, or what belongs to it, that isn't as written where the index says."""
    verified.captures = db["captures"].count
    done, total = 0, verified.captures + db["capture_records"].count
    files = db.execute(f"SELECT DISTINCT file FROM ({RECORDS}) ORDER BY file")
    for (name,) in files.fetchall():
        faults = []
        for fault in capture_faults(db, folder, name, quick=quick):
            done += 1
            progress("captures", done, total)
            if fault is not None:
                faults.append(f"{fault}: {PUT_BACK if NAME.fullmatch(name) else RESTORE}")
        yield from _shortened(faults)
    if not quick:
        verified.captures_read = verified.captures
        yield from _unnamed(db, folder, verified)


def _unnamed(db: Database, folder: Path, verified: Verified) -> Iterator[str]:
    """Counts what lies between the records that this archive names; an erased one that is back
    is a finding of another kind."""
    verified.captures_unnamed = 0
    for path, record, is_torn in unnamed_records(folder, named_places(db)):
        if is_torn:
            continue
        if why := refusal(folder, path.name):
            yield f"{why}: put the file itself there, or remove it"
            continue
        if record.url is None:
            yield (
                f"{path} can't be read from byte {record.offset} on, for {record.length} bytes "
                f"that no story names: {OVERWRITE}"
            )
            continue
        verified.captures_unnamed += record.is_page
        keys = [page_key(record.digest)]
        with suppress(ValueError):
            keys.append(address_key(record.url))
        if stone := find_tombstone(db, keys):
            what = "page" if record.is_page else record.kind
            words = f"{path} holds a {what} again that was erased with {stone.ref}: {ERASE}"
            verified.add("withdrawn", words)


def capture_faults(
    db: Database, folder: Path, name: str, start: int = 0, *, quick: bool = False
) -> Iterator[str | None]:
    """Yields what is wrong with each record that the index names in one file, in their order.

    A file that is not there gives one fault for all.

    :param quick: only see that each place is in the file; else the digests are made anew
    :param start: only records from this byte on
    """
    file, why = folder / name, refusal(folder, name)
    rows = list(
        db.query(
            f'SELECT kind, url, digest, "offset", length FROM ({RECORDS}) '
            'WHERE file = ? AND "offset" >= ? ORDER BY "offset"',
            [name, start],
        )
    )
    try:
        if why:
            raise FileNotFoundError
        size = file.stat().st_size
    except OSError:
        if rows:
            captures = sum(row["kind"] == "capture" for row in rows)
            further = f" and {len(rows) - captures} further records" if captures < len(rows) else ""
            pages = counted(captures, "capture", "captures")
            yield f"{why or f'{file} is missing'}, with {pages}{further}"
        return
    for row in rows:
        fault = None
        if row["url"].startswith(HIDDEN):
            yield None  # overwritten, or about to be: an unfinished withdrawal is told as such
            continue
        if row["offset"] + row["length"] > size:
            fault = "lies behind the end of the file"
        elif not quick:
            fault = _record_fault(folder, name, row)
        what = f"{row['kind']} of {row['url']} at byte {row['offset']}"
        yield fault and f"{file}: the {what} {fault}"


def _record_fault(folder: Path, name: str, row: Mapping[str, Any]) -> str | None:
    try:
        record = read_capture(folder, name, row["offset"], row["length"])
        kind = "response" if row["kind"] == "data" else row["kind"]
        if kind != "capture" and record.headers.get("WARC-Type") != kind:
            return f"is not the {row['kind']} that was saved"
        if row["kind"] in ("request", "revisit"):  # the checksum of its member has checked the rest
            return None
        digest = payload_digest(record.reader.read())
    except ValueError:
        return "can't be read (no whole record is there)"
    except OSError as error:
        return f"can't be read ({error})"
    return None if digest == row["digest"] else "is not the page that was saved"


def _shortened(lines: Iterable[str]) -> Iterator[str]:
    """Yields the first lines of a kind, and how many more there are."""
    found = 0
    for found, line in enumerate(lines, 1):
        if found <= MOST_NAMED:
            yield line
    if found > MOST_NAMED:
        yield f"… and {found - MOST_NAMED} more of that kind"
