"""read_archive.py gives each text and captured page as our library does, to the byte."""

import ast
import gzip
import hashlib
import re
import shutil
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from archive_rows import open_writer, save, story, withdraw
from captured import Captured, write_warc
from conftest import Tradepress, a_story
from libraries import LONG, Library, changed, keep
from past_archive import kept_archive, what_stands
from preloaded import run
from read_alone import READER, as_read, printed, read_alone
from withdrawn_story import fill, folder_of

from tradepress.archive.read_only import read_archive
from tradepress.archive.withdrawal.request import tombstone_for

LONGEST = 150
OLDEST_PYTHON = (3, 8)
SITE = "https://www.worldipreview.com/trademark"


def stored_brotli(page: bytes) -> bytes:
    """One stretch that is not compressed, and the end (RFC 7932, 9.2)."""
    return ((len(page) - 1) << 4 | 1 << 20).to_bytes(3, "little") + page + b"\x03"


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "identity": bytes,
    "gzip": lambda page: gzip.compress(page[:100]) + gzip.compress(page[100:]),
    "deflate": zlib.compress,
    "deflate ": lambda page: zlib.compress(page)[2:-4],
    "gzip, deflate": lambda page: zlib.compress(gzip.compress(page)),
    "br": stored_brotli,
}
"""Maps what a header says to what packs so; with and without the frame of zlib."""


def demo(folder: Path) -> Path:
    for options in ((), ("--later",)):
        assert run(["-m", "tradepress", "demo", *options], cwd=folder).returncode == 0
    return folder / "archive.db"


def merged(folder: Path) -> Path:
    ours, theirs = Library(folder / "ours.db"), Library(folder / "theirs.db")
    with theirs.open() as writer:
        longer = {**LONG, "headline": "Orrin Vale loses lantern", "url": f"{SITE}/amp/long"}
        keep(writer, 0, story(1))
        keep(writer, 1, changed(1))
        keep(writer, 0, story(**LONG, url=f"{SITE}/long"))
        keep(writer, 1, story(**longer))
        keep(writer, 2, story(**longer, canonical_url=f"{SITE}/long"))
        writer.end_run("done", 0)
    ours.keep((5, changed(1, words="again, 商標")), (0, story(3)))
    ours.take(theirs)
    return ours.path


def withdrawn(folder: Path) -> Path:
    path = folder / "archive.db"
    fill(path)
    with open_writer(path, captures=folder_of(path)) as writer:
        article = writer.value("SELECT id FROM articles WHERE ref = 'signet-7'")
        stone = tombstone_for(writer.db, article, reason="court order")
        withdraw(writer, folder_of(path), [stone])
    return path


def brought_forward(folder: Path) -> Path:
    path, _ = kept_archive(24, folder)
    open_writer(path, command="tests").close()
    return path


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def require_same(path: Path, least: int, *, is_packed: bool = False) -> None:
    before = files_of(path.parent)
    read = read_alone(path)
    assert files_of(path.parent) == before
    ours = as_read(what_stands(path))
    assert len(read) >= least
    if is_packed:  # by what the standard library can't unpack
        assert ours.keys() == read.keys()
        for name, (text, page) in ours.items():
            assert read[name] in ((text, page), (text, None))
    else:
        assert read == ours


@pytest.mark.slow
def test_the_demo_is_read_alike(tmp_path: Path) -> None:
    require_same(demo(tmp_path), 70)


@pytest.mark.parametrize(("made", "least"), [(merged, 6), (withdrawn, 3), (brought_forward, 7)])
def test_it_reads_what_our_library_reads(
    tmp_path: Path, made: Callable[[Path], Path], least: int
) -> None:
    require_same(made(tmp_path), least)


def test_pages_of_files_are_read_alike_however_they_are_packed(
    here: Tradepress, tmp_path: Path
) -> None:
    (tmp_path / "page.html").write_text(a_story("Lantern of a file"))
    captures = []
    for number, (encoding, pack) in enumerate(PACKED.items()):
        page = pack(a_story(f"Lantern {number}").encode())
        headers = {"Content-Encoding": encoding.strip()}
        if encoding == "gzip":
            page = b"%x\r\n%b\r\n0\r\n\r\n" % (len(page), page)
            headers["Transfer-Encoding"] = "chunked"
        captures.append(
            Captured(
                url=f"{SITE}/lantern-case-1500{number}",
                at="2017-08-04T12:00:00",
                page=page,
                headers=headers,
            )
        )
    write_warc(tmp_path / "pages.warc.gz", captures)
    file = ("page.html", "--url", f"{SITE}/lantern-case-15009", "--source", "wipr")
    for command in (("pages.warc.gz",), file):
        assert here("ingest", *command).returncode == 0
    path = tmp_path / "archive.db"
    require_same(path, len(PACKED) + 1, is_packed=True)
    read = read_alone(path)
    assert [name for name, (_, page) in read.items() if page is None] == ["wipr-15005@1"]
    whole = hashlib.sha256(a_story("Lantern 1").encode()).hexdigest()
    assert read["wipr-15001@1"][1] == whole
    refused = alone(path, "page", "wipr-15005")
    assert (refused.returncode, refused.stdout) == (1, b"")
    assert b"'br'" in refused.stderr


def alone(*arguments: str | Path) -> "subprocess.CompletedProcess[bytes]":
    command = [sys.executable, "-I", READER, *arguments]
    return subprocess.run(command, capture_output=True, check=False)


def test_it_is_short_and_knows_nothing_of_us() -> None:
    text = READER.read_text()
    assert len(text.splitlines()) <= LONGEST
    imported = {
        line.split()[1] for line in text.splitlines() if line.startswith(("import", "from"))
    }
    assert imported <= set(sys.stdlib_module_names)
    ast.parse(text, feature_version=OLDEST_PYTHON)


def test_it_takes_each_name_of_a_version_and_says_what_it_does_not_know(tmp_path: Path) -> None:
    path = merged(tmp_path)
    with read_archive(path) as db:
        ((former, article, first),) = db.execute(
            "SELECT ref, article_id, first_version FROM aliases"
        ).fetchall()
        ref, digest = db.execute(
            "SELECT ref, versions.content_hash FROM articles JOIN versions ON article_id = "
            "articles.id WHERE articles.id = ? AND versions.version = ?",
            [article, first],
        ).fetchone()
    wanted = printed(str(path), "text", f"{ref}@{first}")
    for name in (f"{former}@1", f"{ref}@{digest[:10]}", f"{former}@{digest[:10]}"):
        done = alone(path, "text", name)
        assert (done.stdout, done.stderr) == (wanted, b"")
    (tmp_path / "other.db").write_bytes(b"")
    wrong: list[tuple[str, ...]] = [
        ("text", f"{ref}@99"),
        ("text", "nobody-1"),
        ("page", f"{former}@0"),
        ("text",),
    ]
    for one in wrong:
        done = alone(path, *one)
        assert (done.returncode, done.stdout) == (1, b"")
        assert b"Traceback" not in done.stderr
    for other in ("other.db", "missing.db", Path(READER)):
        assert b"Traceback" not in alone(tmp_path / other).stderr


def test_it_says_when_and_why_a_story_was_withdrawn(tmp_path: Path) -> None:
    done = alone(withdrawn(tmp_path), "text", "signet-7@2")
    assert (done.returncode, done.stdout) == (1, b"")
    assert re.fullmatch(rb"signet-7 was withdrawn on \d{4}-\d\d-\d\d: court order\n", done.stderr)


def test_it_reads_what_a_writer_has_just_stored(tmp_path: Path) -> None:
    path = brought_forward(tmp_path)
    with open_writer(path) as writer:
        writer.start_run("tests", ["signet"], "0")
        save(writer, story(77))
        writer.commit()
        assert b"signet-77@1*" in alone(path).stdout
        writer.end_run("done", 0)


def test_a_page_that_was_changed_is_not_given(tmp_path: Path) -> None:
    path = brought_forward(tmp_path)
    (tmp_path / "copy").mkdir()
    copy = Path(shutil.copy(path, tmp_path / "copy"))
    shutil.copytree(tmp_path / "archive.captures", tmp_path / "copy" / "archive.captures")
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("UPDATE captures SET digest = 'sha1:' || hex(zeroblob(16))")
        connection.commit()
    done = alone(copy, "page", "signet-1")
    assert done.stdout == b""
    assert b"not what was written there" in done.stderr
