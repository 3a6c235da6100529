"""Other tools on the captures of a demo archive: pywb replays them, warcio and gunzip pass them."""

import gzip
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import preloaded
import pytest
import replay

from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.captures.places import RECORDS
from tradepress.archive.captures.warc import WarcCaptures, read_capture
from tradepress.archive.read_only import read_archive

pytestmark = pytest.mark.slow


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A page at a time at which it stood."""

    digest: str
    url: str
    at: datetime
    """In whole seconds, as web archives count."""
    encoding: str | None
    """Of the answer; None of one without headers."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of the sample papers, and of the same some days on."""
    folder = tmp_path_factory.mktemp("demo")
    for options in ((), ("--later",)):
        result = preloaded.run(["-m", "tradepress", "demo", *options], cwd=folder)
        assert result.returncode == 0, result.stdout + result.stderr
    return folder / "archive.db"


@pytest.fixture(scope="module")
def home(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A pywb with all of its captures."""
    folder = tmp_path_factory.mktemp("pywb")
    replay.add_files(folder, warcs(demo))
    with replay.pywb(folder) as address:
        yield address


def warcs(archive: Path) -> list[Path]:
    return sorted(capture_folder(archive).glob("*.warc.gz"))


def visits(archive: Path, kind: str) -> list[Visit]:
    """What the index names of one kind of record: capture or revisit."""
    folder = capture_folder(archive)
    found = []
    db = read_archive(archive)
    with closing(db.conn):
        for row in db.query(f"SELECT * FROM ({RECORDS}) WHERE kind = ?", [kind]):
            record = read_capture(folder, row["file"], row["offset"], row["length"])
            found.append(
                Visit(
                    digest=row["digest"],
                    url=record.headers["WARC-Target-URI"],
                    at=record.record_date.replace(microsecond=0),
                    encoding=record.http_headers and record.http_headers.get("Content-Encoding"),
                )
            )
    return found


def kept_pages(archive: Path) -> dict[str, bytes | None]:
    """By their digests, decoded."""
    captures = WarcCaptures(capture_folder(archive))
    db = read_archive(archive)
    with closing(db.conn):
        return {row["digest"]: captures.page(row) for row in db.query("SELECT * FROM captures")}


def ask(home: str, visit: Visit) -> tuple[HTTPResponse, bytes]:
    """The page of that time, as it was sent but for its content encoding."""
    parts = urlsplit(home)
    with closing(HTTPConnection(parts.netloc)) as connection:
        connection.request("GET", f"{parts.path}/{visit.at:%Y%m%d%H%M%S}id_/{visit.url}")
        answer = connection.getresponse()
        return answer, answer.read()


@pytest.mark.parametrize("kind", ["capture", "revisit"])
def test_pywb_replays_every_page_at_every_time_of_which_we_know(
    demo: Path, home: str, kind: str
) -> None:
    """Also one that was only found unchanged then, by a 304 or by the same bytes."""
    pages = kept_pages(demo)
    found = visits(demo, kind)
    assert len(found) > 50
    for visit in found:
        answer, page = ask(home, visit)
        assert answer.status == 200, visit
        assert page == pages[visit.digest]
        assert answer.headers["Content-Type"].startswith("text/html")
        assert parsedate_to_datetime(answer.headers["Memento-Datetime"]) == visit.at


def test_some_came_compressed_and_some_later_visits_are_known_by_no_other_record(
    demo: Path,
) -> None:
    responses = visits(demo, "capture")
    assert "gzip" in {visit.encoding for visit in responses}
    stood = {(visit.url, visit.at) for visit in responses}
    assert {(visit.url, visit.at) for visit in visits(demo, "revisit")} - stood


def test_a_withdrawn_story_is_gone_from_the_replay_and_the_others_are_not(
    demo: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    shutil.copytree(demo.parent, own)
    before = visits(own / "archive.db", "capture")
    command = ["withdraw", "makers-3921", "--reason", "asked for", "--yes"]
    result = preloaded.run(["-m", "tradepress", *command], cwd=own)
    assert result.returncode == 0, result.stdout + result.stderr
    kept = visits(own / "archive.db", "capture")
    gone = set(before) - set(kept)
    assert gone
    replay.add_files(tmp_path / "pywb", warcs(own / "archive.db"))
    with replay.pywb(tmp_path / "pywb") as home:
        assert {ask(home, visit)[0].status for visit in gone} == {404}
        assert {ask(home, visit)[0].status for visit in kept} == {200}
    for path in warcs(own / "archive.db"):
        assert b"-3921" not in gzip.decompress(path.read_bytes())
        require_passed(path)


def test_warcio_and_gunzip_pass_them(demo: Path) -> None:
    for path in warcs(demo):
        require_passed(path)


def require_passed(path: Path) -> None:
    for command in (
        [sys.executable, "-m", "warcio.cli", "check"],
        [replay.require_tool("warcio"), "check"],
        ["gunzip", "-t"],
    ):
        checked = subprocess.run([*command, path], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stdout + checked.stderr
