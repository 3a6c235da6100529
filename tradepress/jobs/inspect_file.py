"""Looks over what somebody else gave, before it is trusted; nothing is written."""

import re
import stat
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from tradepress.archive.border import border
from tradepress.archive.captures.file_part import FilePart
from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.captures.kept_file import refusal
from tradepress.archive.captures.members import ARC_HEAD, BEGINNING, MAGIC, Member
from tradepress.archive.captures.packing import payload_digest
from tradepress.archive.captures.places import known_ends
from tradepress.archive.care.faults import Fault
from tradepress.archive.care.verify import MOST_NAMED, look_over, withdrawn_again
from tradepress.archive.clock import has_come, read_utc, utc_text
from tradepress.archive.database import Database
from tradepress.archive.disk import MAGIC as SQLITE
from tradepress.archive.disk import size_of
from tradepress.archive.errors import ArchiveError, NotAnArchive
from tradepress.archive.file import schema
from tradepress.archive.file.kept_log import log_of
from tradepress.archive.merging.bring_story import kept_versions, tombstone_of
from tradepress.archive.merging.other_archive import OtherArchive, OtherStory, UnreadStory
from tradepress.archive.read_only import open_still, read_archive, require_ours, user_version
from tradepress.archive.search.story_query import query_as_json
from tradepress.archive.stored_json import json_value
from tradepress.archive.text_forms import STRAY, counted
from tradepress.archive.url_key import url_key
from tradepress.archive.withdrawal import tombstones
from tradepress.archive.withdrawal.tombstone_file import tombstone_path
from tradepress.jobs.files.file_page import OtherRecords, UnreadableFile
from tradepress.jobs.files.file_pages import entry_part, warc_files
from tradepress.jobs.files.record_page import NO_DATE, TOO_LARGE
from tradepress.jobs.files.saved_pages import at_publisher
from tradepress.jobs.files.warc_pages import read_records
from tradepress.research.queries.saved_queries import lines_of, read_query
from tradepress.research.release.files import DATABASE, FILES, SIGNATURE

SECONDS, MOST_MEMORY, MOST_READ = 20.0, 100_000_000, 8_000_000
"""Limit the time of a look, the bytes that it takes beside what is loaded, and those that it reads
at once: as JSON, as a list of entries."""
SIGNS = re.compile(f"{STRAY.pattern}|[\u202a-\u202e\u2066-\u2069]")
"""Matches what a terminal obeys, and what turns the order of letters."""
TABLES = ("sources", "tombstones", "withdrawn_people", "runs", "fetches", "quarantine")
COUNTED = {
    "articles": ("story", "stories"),
    "captures": ("capture", "captures"),
    "tombstones": ("withdrawal", "withdrawals"),
}
TIMES = {"withdrawn_at", "started", "ended", "at", "date_captured", "seen_at"}
OWN = (ArchiveError, UnreadableFile, ValueError, OSError)


class NotInspected(Exception):
    """Says that a file is of none of these kinds, or can't be read."""


@dataclass(kw_only=True, slots=True)
class Inspected:
    """Says what a file is, what was found in it, and what opening or merging it would do; each is
    one line without a sign that a terminal would obey."""

    kind: str = ""
    would: str = "every command refuses it"
    findings: list[Fault] = field(default_factory=list)
    over: str = ""
    """Says which bound was reached."""
    end: float = field(default_factory=lambda: time.monotonic() + SECONDS)
    before: int = field(default_factory=lambda: _memory())

    def add(self, check: str, words: str) -> None:
        """Adds a finding; of many of one check only the first."""
        number = sum(one.check == check for one in self.findings)
        if number <= MOST_NAMED:
            words = inert(words if number < MOST_NAMED else "… and more of that kind")
            self.findings.append(Fault(check=check, words=words))

    def is_over(self) -> bool:
        """Is a bound of time reached, or, where the system tells it, of memory?"""
        if time.monotonic() > self.end:
            self.over = f"{SECONDS:.0f} seconds were over"
        elif _memory() - self.before > MOST_MEMORY:
            self.over = f"it would take more than {MOST_MEMORY // 10**6} MB of memory"
        return bool(self.over)

    @contextmanager
    def step(self, check: str, what: str) -> Iterator[None]:
        """Makes a finding of whatever a step fails with."""
        try:
            with border(ValueError, *OWN):
                self.look()
                yield
        except OWN as error:
            check = "bounds" if self.over else check
            self.add(check, f"{what} can't be seen whole: {self.over or error}")
        self.over = ""

    def look(self, named: str = "", **values: object) -> None:
        """Looks at times, and at texts that a person may be shown.

        :raises ValueError: a bound is reached
        """
        for name, value in values.items():
            moment = read_utc(str(value)) if name in TIMES and value is not None else None
            if SIGNS.search(str(value)):
                self.add("signs", f"{name} of {named} has control characters: {value!r}")
            elif name in TIMES and value is not None and (not moment or utc_text(moment) != value):
                self.add("times", f"{name} of {named} is no time of ours: {value!r}")
            elif moment and (moment.year < 1990 or not has_come(moment)):
                self.add("times", f"{name} of {named} is before the web, or to come: {value}")
        if self.is_over():
            raise ValueError(self.over)

    def look_for(self, ours: Database | None, named: str, *keys: str) -> None:
        """Looks for a story that was withdrawn here."""
        if ours and (stone := tombstones.find_tombstone(ours, keys)):
            self.add("withdrawn", f"{named} was withdrawn here, as {stone.ref}: it stays out")


class _Watched(FilePart):
    """Ends reading where a bound is reached."""

    def __init__(self, found: Inspected, stream: IO[bytes], *place: int) -> None:
        super().__init__(stream, *place)
        self._found = found

    def read_at(self, offset: int, size: int) -> bytes:
        if size > MOST_READ:
            raise ValueError(f"it has {size:,} bytes in one piece")
        self._found.look()
        return super().read_at(offset, size)


def _memory() -> int:
    with suppress(OSError):
        return int(Path("/proc/self/statm").read_bytes().split()[1]) * 4096
    return 0


def inert(words: str) -> str:
    """Returns one line in which each sign that is not printed is escaped."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in words[:400])


def inspect(path: str | Path, *, archive: str | Path | None = None) -> Inspected:
    """Looks over an archive, the folder of a release or shard, a WACZ, WARC, ARC or saved query.

    It takes half a minute at most, and 300 MB; what was not seen then is a finding.

    Example:

    >>> seen = tradepress.inspect("theirs.db")
    >>> seen.would, seen.findings
    ('merge reads 1 of its 1 story', [])

    :param path: of the file or folder
    :param archive: whose withdrawn stories are looked for in it; None: nobody's
    :raises NotInspected: it is none of these, or can't be read
    :raises ArchiveError: ``archive`` can't be read
    """
    found, path = Inspected(), Path(path)
    with _open_ours(Path(archive).absolute()) if archive else nullcontext() as ours:
        try:
            if path.is_dir():
                _inspect_folder(found, path, ours)
            elif path.is_file():  # a pipe would be waited for
                with path.open("rb") as stream:
                    _inspect_file(found, path, stream, ours)
        except (OSError, NotAnArchive) as error:
            raise NotInspected(inert(f"{path} can't be read: {error}")) from error
    if not found.kind:
        words = "is no archive, release, shard, WACZ, WARC, ARC or saved query"
        words = words if path.exists() else "is not there"
        raise NotInspected(inert(f"{path} {words}"))
    return found


def _open_ours(path: Path) -> Database:
    require_ours(path)  # nothing is made beside it either
    return read_archive(path) if size_of(log_of(path)) else open_still(path)


def _inspect_file(found: Inspected, path: Path, stream: IO[bytes], ours: Database | None) -> None:
    head = stream.read(BEGINNING)
    text = Member(FilePart(stream)).read(BEGINNING) if head.startswith(MAGIC) else head
    if head.startswith(SQLITE):
        _inspect_archive(found, path.absolute(), ours)
    elif head.startswith(b"PK") or path.suffix == ".wacz":
        _inspect_package(found, stream, ours)
    elif text.startswith(b"WARC/") or ARC_HEAD.match(text) or ".warc" in path.suffixes:
        found.kind = "a file of captured pages"
        pages = _pages(found, _Watched(found, stream), ours)
        found.would = f"ingest reads {counted(pages, 'page', 'pages')} of it"
    elif b'"saved_query"' in head:
        stream.seek(0)
        _inspect_query(found, path.stem, stream, ours)


def _inspect_folder(found: Inspected, folder: Path, ours: Database | None) -> None:
    names = set()
    if not any((folder / name).exists() for name in (DATABASE, "shard.json")):
        return
    with found.step("places", "the folder"):
        for file in folder.rglob("*"):
            names.add(file.name)
            found.look("the folder", name=file.name)
            if not (stat.S_ISREG(mode := file.lstat().st_mode) or stat.S_ISDIR(mode)):
                found.add("places", f"{file} is a link, or no file")
                continue
            if file.name == DATABASE:
                _inspect_archive(found, file.absolute(), ours)
    if found.kind and "shard.json" in names:
        found.kind = f"a shard, whose digests `merge --shards` looks at: {found.kind}"
    elif found.kind and names & {*FILES} != {DATABASE}:
        signed = "signed" if SIGNATURE in names else "not signed"
        found.kind = f"a release, {signed}, whose files `verify-release` looks at: {found.kind}"
        for name in sorted({*FILES} - names):
            found.add("chain", f"there is no {name}")


def _inspect_query(found: Inspected, name: str, stream: IO[bytes], ours: Database | None) -> None:
    found.kind = "a saved query"
    with found.step("file", "it"):
        if len(data := stream.read(MOST_READ + 1)) > MOST_READ:
            raise ValueError(f"it has more than {MOST_READ // 10**6} MB")
        saved = read_query(name, json_value(data.decode()))
        found.look("the query", words=" ".join(map(str, query_as_json(saved.query).values())))
        for run in saved.runs:
            found.look(f"run {run.number}", at=run.at)
            for ref in (line.partition("@")[0] for line in run.added):
                found.look_for(ours, ref, tombstones.hash_key(ref))
        lines_of(saved, len(saved.runs))
        found.would = f"`query run` asks it, after {counted(len(saved.runs), 'run', 'runs')}"


def _pages(found: Inspected, file: FilePart, ours: Database | None) -> int:
    """Looks at captured pages; returns how many there are."""
    pages, others = 0, OtherRecords()
    with found.step("records", "its records"):
        for page in map(at_publisher, read_records(file, others=others)):
            pages += 1
            at = page.date_captured and utc_text(page.date_captured)
            headers = "\n".join(map(": ".join, page.http_headers))
            url, key = str(page.url), tombstones.page_key(payload_digest(page.raw))
            found.look(url, date_captured=at, headers=headers)
            found.look_for(ours, url, key, tombstones.address_key(url))
    for reason in (NO_DATE, TOO_LARGE):
        if count := others.reasons[reason]:
            found.add("records", f"{counted(count, 'record', 'records')} {reason}")
    return pages


def _inspect_package(found: Inspected, stream: IO[bytes], ours: Database | None) -> None:
    found.kind, pages = "a WACZ", 0
    with found.step("file", "it"), zipfile.ZipFile(_Watched(found, stream)) as package:
        for entry in package.infolist():
            path = PurePosixPath(entry.filename.replace("\\", "/"))
            found.look("the package", name=entry.filename)
            if path.is_absolute() or ".." in path.parts or stat.S_ISLNK(entry.external_attr >> 16):
                found.add("places", f"{path} leads out of the package")
            if entry.file_size > 200 * max(entry.compress_size, 1000):
                found.add("lengths", f"{path} is {entry.file_size:,} bytes when it is unpacked")
        if "datapackage-digest.json" not in package.namelist():
            found.add("chain", "it has no digest (datapackage-digest.json)")
        for entry in warc_files(package):
            if entry.compress_type != zipfile.ZIP_STORED:
                found.add("lengths", f"{entry.filename} is packed, and was not looked into")
                continue
            with found.step("records", entry.filename), entry_part(package, entry, stream) as part:
                size = min(entry.compress_size, part[0].size)
                pages += _pages(found, _Watched(found, stream, part[1] or 0, size), ours)
        found.would = f"ingest reads {counted(pages, 'page', 'pages')} of it"


def _inspect_archive(found: Inspected, path: Path, ours: Database | None) -> None:
    found.kind = "an archive"
    try:
        require_ours(path)
    except ArchiveError as error:
        if isinstance(error, NotAnArchive):
            raise
        found.add("schema", str(error))
        return
    with found.step("file", "it"), closing(open_still(path)) as db:
        db.conn.set_progress_handler(found.is_over, 1000)
        db.execute("PRAGMA temp_store=MEMORY")
        if size := size_of(log_of(path)):
            found.add("file", f"its log of {size} bytes was not seen: close it there first")
        version = user_version(db)
        found.kind = f"an archive of schema {version}"
        for check, words in look_over(db):
            found.add(check, words)
        if version < schema.SCHEMA_VERSION:
            words = "is of an older release: the next crawl or ingest into it brings it to"
            found.add("schema", f"its schema {words} {schema.SCHEMA_VERSION}; no row was seen")
        if all(one.check != "schema" for one in found.findings):
            other = OtherArchive(path=path, db=db, captures=capture_folder(path))
            _look_at_rows(found, other, ours)


def _look_at_rows(found: Inspected, other: OtherArchive, ours: Database | None) -> None:
    counts = {one: other.rows(f"SELECT count(*) AS n FROM {one}")[0]["n"] for one in COUNTED}
    found.kind += f" with {', '.join(counted(n, *COUNTED[one]) for one, n in counts.items())}"
    fit = 0
    with found.step("stories", "its stories"):
        for story in other.stories():
            fit += _is_fit(found, story, ours)
            del story  # with all that it holds
            found.look()
    found.would = f"merge reads {fit:,} of its {counted(counts['articles'], 'story', 'stories')}"
    for table in TABLES:
        with found.step("rows", f"its {table}"):
            for row in other.each(f"SELECT * FROM {table}"):
                found.look(f"a row of {table}", **row)
    with found.step("addresses", "its sources and addresses"):
        other.sources()
        for _ in other.other_addresses():
            pass
    with found.step("places", "its captured pages"):
        if other.captures.is_symlink():
            found.add("places", f"{other.captures} is a link")
        for name, end in known_ends(other.db).items():
            if not refusal(other.captures, name) and size_of(other.captures / name) < end:
                found.add("places", f"{name} is shorter than {end} bytes, or missing")
    with found.step("withdrawn", "what was withdrawn"):
        beside = tombstone_path(other.path)
        if beside.exists() and (not beside.is_file() or size_of(beside) > MOST_READ):
            raise ValueError(f"{beside.name} is too long, or no file")
        for words in withdrawn_again(other.db, other.path):
            found.add("withdrawn", words)


def _is_fit(found: Inspected, story: OtherStory | UnreadStory, ours: Database | None) -> bool:
    """Looks at a story as a merge does; would it come in?"""
    try:
        with border(ValueError, UnreadStory):
            if isinstance(story, UnreadStory):
                raise story
            if [one.number for one in story.versions] != [*range(1, len(story.versions) + 1)]:
                raise ValueError("its versions are not numbered 1, 2, 3 …")
            url_key(story.url)
            for one, _ in kept_versions(story, lambda article: article):
                words = (
                    f"{one.article.headline} {one.article.section} {' '.join(one.article.authors)}"
                )
                found.look(story.ref, date_captured=one.date_captured, words=words)
            for at, _ in story.sightings:
                found.look(story.ref, seen_at=at)
    except (UnreadStory, ValueError) as error:
        found.add("stories", f"{story.ref} stays behind: {found.over or error}")
        found.over = ""
        return False
    if ours and (stone := tombstone_of(ours, story)):
        found.add("withdrawn", f"{story.ref} was withdrawn here, as {stone.ref}: it stays out")
        return False
    return True
