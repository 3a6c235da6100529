"""Files of all kinds that somebody who means harm may give, and what is to be told of each."""

import gzip
import io
import json
import os
import shutil
import sqlite3
import stat
import struct
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from archive_rows import story
from crafted import CRAFTS, SCHEMAS, VERSION, Craft, craft, set_column
from libraries import Library

from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.stories.content_hash import content_hash
from tradepress.research.queries.saved_queries import QueryRun, SavedQuery, hash_of, query_fields
from tradepress.research.release.make_release import make_release
from tradepress.story import Article

ESCAPE = "\x1b]0;owned\x07\x1b[2J"
WARC = (
    "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{id}>\r\nWARC-Date: {at}\r\n"
    "WARC-Target-URI: {url}\r\nContent-Type: application/http\r\nContent-Length: {length}\r\n"
    "{more}\r\n"
)
HTTP = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{header}\r\n"
URL = "http://signetgazette.example/trademark/orrin-vale-{}"
Make = Callable[[Path], Path]


@dataclass(frozen=True, kw_only=True)
class Hostile:
    """One file, and what is told of it."""

    make: Make
    """Makes it in an empty folder."""
    check: str
    """Which check finds it; empty: it is of none of the kinds."""
    words: str = ""
    is_long: bool = False


def record(
    number: int = 1,
    *,
    at: str = "2026-03-01T09:00:00Z",
    url: str = "",
    body: bytes = b"<html><h1>Lamps</h1></html>",
    length: int | None = None,
    header: str = "",
    more: str = "",
) -> bytes:
    block = HTTP.format(header=header).encode() + body
    size = len(block) if length is None else length
    url = url or URL.format(number)
    head = WARC.format(id=number, at=at, url=url, length=size, more=more)
    return head.encode("utf-8", "surrogateescape") + block + b"\r\n\r\n"


def packed(*records: bytes) -> bytes:
    return b"".join(gzip.compress(one, 1, mtime=0) for one in records)


def put(name: str, data: bytes) -> Make:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(data)
        return folder / name

    return make


def warc(**how: object) -> Make:
    return put("theirs.warc.gz", packed(record(2), record(3, **how)))  # type: ignore[arg-type]


def wacz(
    *entries: tuple[str | zipfile.ZipInfo, bytes],
    how: int = zipfile.ZIP_STORED,
    digest: bool = True,
) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("archive/a.warc.gz", packed(record(2)))
        if digest:
            package.writestr("datapackage-digest.json", "{}")
        for name, data in entries:
            package.writestr(name, data, how)
    return stream.getvalue()


def library(folder: Path) -> Path:
    """An archive with three stories, in one file."""
    made = Library(folder / "theirs.db")
    made.keep(*((day, story(day + 1)) for day in range(3)))
    still(made.path)
    return made.path


def still(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode=DELETE")
    for ending in ("-wal", "-shm", ".lock"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def archive(work: Craft, lax: str | None = None) -> Make:
    def make(folder: Path) -> Path:
        path = library(folder)
        craft(path, work, lax=lax)
        still(path)
        return path

    return make


def shaped(work: Craft) -> Make:
    def make(folder: Path) -> Path:
        path = library(folder)
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            work(db)
        still(path)
        return path

    return make


def sql(*statements: str) -> Craft:
    return lambda db: [db.execute(one) for one in statements]


def no_utf8(db: sqlite3.Connection) -> None:
    db.execute("UPDATE version_rows SET headline = CAST(x'fffe' AS TEXT) WHERE id = 1")


def rewritten_headline(db: sqlite3.Connection) -> None:
    """As whoever knows how it is hashed would do it."""
    said = story(1, headline=f"Lamps {ESCAPE}")
    article = Article(
        **{name: said[name] for name in ("headline", "body", "date_published")},
        authors=tuple(said["authors"]),
    )
    values = [article.headline, content_hash(article)]
    db.execute(
        f"UPDATE version_rows SET headline = ?, content_hash = ? WHERE id = {VERSION}", values
    )


def bytes_of(change: Callable[[bytearray], object]) -> Make:
    def make(folder: Path) -> Path:
        path = library(folder)
        data = bytearray(path.read_bytes())
        change(data)
        path.write_bytes(data)
        return path

    return make


def cut(data: bytearray) -> None:
    del data[len(data) // 2 :]


def loops(data: bytearray) -> None:
    """The first page, an inner one, leads to itself."""
    assert data[100] == 5
    data[108:112] = (1).to_bytes(4, "big")


def beside(work: Callable[[Path, Path], object]) -> Make:
    """:param work: takes the archive and the folder of its pages"""

    def make(folder: Path) -> Path:
        path = library(folder)
        work(path, capture_folder(path))
        return path

    return make


def linked_pages(path: Path, pages: Path) -> None:
    (file,) = pages.glob("*.warc.gz")
    file.rename(path.with_name("elsewhere.gz"))
    file.symlink_to("../elsewhere.gz")


def linked_folder(path: Path, pages: Path) -> None:
    pages.rename(path.with_name("elsewhere"))
    pages.symlink_to("elsewhere")


def short_pages(path: Path, pages: Path) -> None:
    (file,) = pages.glob("*.warc.gz")
    file.write_bytes(file.read_bytes()[:100])


def piped_pages(path: Path, pages: Path) -> None:
    (file,) = pages.glob("*.warc.gz")
    file.unlink()
    os.mkfifo(file)


def release(work: Callable[[Path], object]) -> Make:
    def make(folder: Path) -> Path:
        (folder / "own").mkdir()
        path = library(folder / "own")
        made = folder / "theirs"
        make_release(path, made, StoryQuery(), title="Lamps", creators=("A. Reader",))
        shutil.rmtree(folder / "own")
        work(made)
        return made

    return make


def linked_database(made: Path) -> None:
    (made / "archive.db").rename(made.with_name("other.db"))
    (made / "archive.db").symlink_to("../other.db")


def changed_database(made: Path) -> None:
    with closing(sqlite3.connect(made / "archive.db", isolation_level=None)) as db:
        db.execute("CREATE TRIGGER own AFTER INSERT ON runs BEGIN DELETE FROM articles; END")


def shard(**said: object) -> Make:
    def make(folder: Path) -> Path:
        made = folder / f"ingest-{'0' * 32}"
        (made / "1a2b3c4d").mkdir(parents=True)
        path = library(made / "1a2b3c4d")
        capture_folder(path).rename(capture_folder(path.with_name("archive.db")))
        path.rename(path.with_name("archive.db"))
        (made / "shard.json").write_text(json.dumps({"files": [], **said}))
        if "link" in said:
            (made / "1a2b3c4d" / "pages.jsonl.gz").symlink_to("/etc/hostname")
        return made

    return make


def query(ref: str = "signet-1", **changes: object) -> bytes:
    lines = (f"{ref}@1 " + "a" * 64,)
    run = QueryRun(
        number=1,
        at="2026-03-01T09:00:00Z",
        schema=25,
        stories=1,
        sha256=hash_of(lines),
        added=lines,
        removed=(),
    )
    saved = SavedQuery(name="lamps", query=StoryQuery(words="lamps"), runs=(run,), told={})
    said = query_fields(saved)
    said["runs"][0] |= changes.pop("run", {})
    return json.dumps({**said, **changes}).encode()


def zeros(megabytes: int) -> Make:
    """One record that is a thousand times larger than its file."""

    def make(folder: Path) -> Path:
        path = folder / "bomb.warc.gz"
        with gzip.open(path, "wb", 1) as stream:
            stream.write(record(1, body=b"", length=megabytes << 20))
            for _ in range(megabytes // 16):
                stream.write(bytes(1 << 24))
        return path

    return make


def crowded(count: int) -> Make:
    """A ZIP file of nothing but names."""

    def make(folder: Path) -> Path:
        entry = struct.pack(
            "<4s4B4HL2L5H2L", b"PK\1\2", 20, 3, 20, 0, 0, 0, 0, 33, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0
        )
        listed = (entry + b"a") * count
        end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, len(listed), 0, 0)
        return put("many.wacz", listed + end)(folder)

    return make


def link_entry() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("pages/pages.jsonl")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


def revisits(count: int) -> bytes:
    one = record(1).replace(b"response", b"revisit ")
    return b"".join(one.replace(b"uuid:1", b"uuid:%d" % number) for number in range(count))


def segments(count: int) -> bytes:
    more = "WARC-Segment-Number: 1\r\n"
    return packed(*(record(n, more=more, body=b"x" * 1_000_000) for n in range(count)))


HOSTILE: dict[str, Hostile] = {
    **{
        f"a story: {name}": Hostile(
            make=archive(no_utf8 if name == "no utf-8" else work, lax),
            check="stories",
            is_long="0" in name or name == "lists of lists",
        )
        for name, (work, lax) in CRAFTS.items()
    },
    **{
        f"a schema: {name}": Hostile(make=shaped(work), check="schema", words=of)
        for name, (of, work) in SCHEMAS.items()
    },
    "newer": Hostile(make=shaped(sql("PRAGMA user_version=99")), check="schema", words="newer"),
    "before the first": Hostile(
        make=shaped(sql("PRAGMA user_version=3")), check="schema", words="before the first release"
    ),
    "called older than it is": Hostile(
        make=shaped(sql("PRAGMA user_version=20")), check="schema", words="added by another"
    ),
    "another program's": Hostile(make=shaped(sql("PRAGMA application_id=7")), check=""),
    "nothing but a header": Hostile(
        make=put("theirs.db", b"SQLite format 3\x00" + bytes(50)), check="schema", words="cut off"
    ),
    "half an archive": Hostile(make=bytes_of(cut), check="file", words="malformed"),
    "pages that lead in circles": Hostile(make=bytes_of(loops), check="file", words="malformed"),
    "a log beside it": Hostile(
        make=beside(lambda path, _: path.with_name("theirs.db-wal").write_bytes(b"x" * 9)),
        check="file",
        words="log of 9 bytes",
    ),
    "pages outside": Hostile(
        make=archive(sql("UPDATE captures SET file = '../../victim.warc.gz' WHERE id = 1")),
        check="places",
        words="'../../victim.warc.gz' is no name",
    ),
    "pages at an absolute place": Hostile(
        make=archive(sql("UPDATE captures SET file = '/etc/passwd' WHERE id = 1")),
        check="places",
        words="'/etc/passwd' is no name",
    ),
    "pages behind a link": Hostile(make=beside(linked_pages), check="places", words="is a link"),
    "pages behind a pipe": Hostile(make=beside(piped_pages), check="places", words="is no file"),
    "a folder behind a link": Hostile(
        make=beside(linked_folder), check="places", words="is a link"
    ),
    "pages cut off": Hostile(make=beside(short_pages), check="places", words="is shorter"),
    "places of absurd length": Hostile(
        make=archive(sql(f"UPDATE captures SET length = {2**62} WHERE id = 1")),
        check="places",
        words="is shorter",
    ),
    "a time to come": Hostile(
        make=archive(sql("UPDATE runs SET ended = '2999-01-01T00:00:00Z'")),
        check="times",
        words="to come: 2999",
    ),
    "a time before the web": Hostile(
        make=archive(sql("UPDATE sightings SET seen_at = '1970-01-01T00:00:00Z'")),
        check="times",
        words="before the web",
    ),
    "a time of another form": Hostile(
        make=archive(sql("UPDATE fetches SET at = '2026-03-01 09:00:00+00:00'")),
        check="times",
        words="is no time of ours",
    ),
    "escapes in a headline": Hostile(
        make=archive(set_column("headline", f"Lamps {ESCAPE}")),
        check="stories",
        words="not the one",
    ),
    "escapes in a headline that has its hash": Hostile(
        make=archive(rewritten_headline), check="signs", words="\\x1b]0;owned"
    ),
    "a pipe for what was withdrawn": Hostile(
        make=beside(lambda path, _: os.mkfifo(path.with_name("theirs.db.withdrawn.json"))),
        check="withdrawn",
        words="no file",
    ),
    "escapes in a paper's name": Hostile(
        make=archive(lambda db: db.execute("UPDATE sources SET publisher = ?", [ESCAPE])),
        check="signs",
        words="\\x1b]0;owned",
    ),
    "NULs in a reason": Hostile(
        make=archive(lambda db: db.execute("UPDATE fetches SET reason = ?", ["a\x00b"])),
        check="signs",
        words="\\x00",
    ),
    "a name turned round": Hostile(
        make=archive(lambda db: db.execute("UPDATE runs SET command = ?", ["\u202egnissim"])),
        check="signs",
        words="\\u202e",
    ),
    "escapes in what was added": Hostile(
        make=shaped(sql(f'CREATE TABLE "{ESCAPE}" (a)')), check="schema", words="\\x1b]0;owned"
    ),
    "a log that lost its end": Hostile(
        make=shaped(sql("DELETE FROM log_leaves WHERE position > 2")),
        check="chain",
        words="does not fit",
    ),
    "another last root": Hostile(
        make=shaped(sql("UPDATE log_roots SET root = zeroblob(32)")),
        check="chain",
        words="does not fit",
    ),
    "a huge file of withdrawals": Hostile(
        make=beside(
            lambda path, _: path.with_name("theirs.db.withdrawn.json").write_bytes(b"[" * 9_000_000)
        ),
        check="withdrawn",
        words="too long",
    ),
    "a release without checksums": Hostile(
        make=release(lambda made: (made / "SHA256SUMS").unlink()), check="chain", words="SHA256SUMS"
    ),
    "a release whose archive is a link": Hostile(make=release(linked_database), check=""),
    "a release with a link": Hostile(
        make=release(lambda made: (made / "NOTES").symlink_to("/etc/passwd")),
        check="places",
        words="NOTES is a link",
    ),
    "a release whose archive was changed": Hostile(
        make=release(changed_database), check="schema", words="trigger own"
    ),
    "a shard with a link": Hostile(make=shard(link=1), check="places", words="is a link"),
    "a WARC cut off": Hostile(
        make=put("theirs.warc.gz", packed(record(1), record(2))[:-40]), check="records"
    ),
    "a WARC without a record": Hostile(
        make=put("theirs.warc.gz", bytes(5000)), check="records", words="no whole record"
    ),
    "a WARC of random bytes": Hostile(
        make=put("theirs.warc", bytes(n * n % 251 for n in range(9999))), check="records"
    ),
    "a record of absurd length": Hostile(make=warc(length=10**17), check="records"),
    "a record of the year 2999": Hostile(make=warc(at="2999-01-01T00:00:00Z"), check="records"),
    "a record of 1970": Hostile(
        make=warc(at="1970-01-01T00:00:00Z"), check="times", words="before the web"
    ),
    "a record of no day": Hostile(make=warc(at="yesterday"), check="records", words="date"),
    "escapes in a header": Hostile(make=warc(header=f"X: {ESCAPE}\r\n"), check="signs"),
    "segments by hundreds": Hostile(
        make=lambda folder: put("theirs.warc.gz", segments(300))(folder),
        check="bounds",
        is_long=True,
    ),
    "revisits by thousands": Hostile(
        make=lambda folder: put("theirs.warc.gz", packed(revisits(300_000)))(folder),
        check="bounds",
        words="memory",
        is_long=True,
    ),
    "a gzip bomb": Hostile(make=zeros(512), check="records", is_long=True),
    "a gzip bomb that takes too long": Hostile(
        make=zeros(12 << 10), check="bounds", words="20 seconds", is_long=True
    ),
    "a WACZ that is none": Hostile(make=put("a.wacz", b"PK\x03\x04" + bytes(99)), check="file"),
    "a WACZ of names alone": Hostile(make=crowded(400_000), check="file", words="in one piece"),
    "a WACZ that leads out": Hostile(
        make=put("a.wacz", wacz(("../../victim", b"x"))), check="places", words="leads out"
    ),
    "a WACZ with an absolute name": Hostile(
        make=put("a.wacz", wacz(("/etc/passwd", b"x"))), check="places", words="leads out"
    ),
    "a WACZ with a link": Hostile(
        make=put("a.wacz", wacz((link_entry(), b"/etc/passwd"))), check="places"
    ),
    "a ZIP bomb": Hostile(
        make=put("a.wacz", wacz(("archive/b.warc", bytes(50_000_000)), how=zipfile.ZIP_DEFLATED)),
        check="lengths",
        words="50,000,000 bytes",
    ),
    "a WACZ with escapes in a name": Hostile(
        make=put("a.wacz", wacz((f"pages/{ESCAPE}", b"x"))), check="signs", words="\\x1b"
    ),
    "a WACZ without a digest": Hostile(
        make=put("a.wacz", wacz(digest=False)), check="chain", words="no digest"
    ),
    "a query that is none": Hostile(
        make=put("lamps.json", b'{"saved_query": 1}'), check="file", words="no object"
    ),
    "a query cut off": Hostile(make=put("lamps.json", query()[:-9]), check="file"),
    "a query of another hash": Hostile(
        make=put("lamps.json", query(run={"sha256": "0" * 64})), check="file", words="by hand"
    ),
    "a query of the year 2999": Hostile(
        make=put("lamps.json", query(run={"at": "2999-01-01T00:00:00Z"})), check="times"
    ),
    "a query with escapes": Hostile(
        make=put("lamps.json", query(query={"words": ESCAPE})), check="signs", words="\\x1b"
    ),
    "a query nested too deeply": Hostile(
        make=put("lamps.json", b'{"saved_query": ' + b"[" * 200_000), check="file", words="deeply"
    ),
    "a huge query": Hostile(
        make=put("lamps.json", b'{"saved_query": [' + b"[]," * 3_000_000),
        check="file",
        words="8 MB",
    ),
    "nothing": Hostile(make=put("nothing.db", b""), check=""),
    "random bytes": Hostile(make=put("random", bytes(n * n % 253 for n in range(999))), check=""),
}
