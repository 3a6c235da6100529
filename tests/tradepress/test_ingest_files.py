"""`tradepress ingest` of saved pages and folders: what is told, kept, known and gone on with."""

import gzip
import json
import os
import re
import signal
import sqlite3
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import Tradepress, a_story
from test_ingest import a_warc

from tradepress.archive.captures.packing import pack
from tradepress.crawling.page_workers import PageWorkers
from tradepress.jobs.ingest import ingest
from tradepress.jobs.ingested import Ingested
from tradepress.story import Capture

WIPR = "https://www.worldipreview.com/trademark"
WAYBACK = "https://web.archive.org/web/20170805010203"
RECORD_ID = re.compile(rb"WARC-Record-ID: <urn:uuid:[0-9a-f-]{36}>")
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0\1" + bytes(200)


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are read without a process of their own: it is not the point, and takes a second."""

    async def run(_: PageWorkers, function: Any, *args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    monkeypatch.setattr(PageWorkers, "run", run)


def url_of(number: int) -> str:
    return f"{WIPR}/lantern-case-{number}"


def a_page(number: int, words: str = "") -> str:
    return words + a_story(f"Lantern case {number}")


def a_capture_of(number: int) -> dict[str, Any]:
    """What a record says of a page beside its bytes."""
    return {
        "url": url_of(number),
        "content_type": "text/html",
        "status": 200,
        "http_headers": (("Content-Type", "text/html"),),
        "date_captured": datetime(2017, 8, 4, tzinfo=UTC),
    }


def told(result: Any) -> list[tuple[str, str, str]]:
    """Name of the file, outcome and words of each line of --json."""
    lines = map(json.loads, result.stdout.splitlines())
    return [(Path(one["file"]).name, one["outcome"], one["words"]) for one in lines]


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    db = sqlite3.connect(folder / "archive.db")
    found = db.execute(sql).fetchall()
    db.close()
    return found


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A folder with pages of each kind, of which two say where they stood."""
    folder = tmp_path / "pages"
    (folder / "d ü").mkdir(parents=True)
    (folder / "a_files").mkdir()
    (folder / "a.html").write_text(
        a_page(1, f"<!-- saved from url=(0044){WAYBACK}/{url_of(1)} -->")
    )
    (folder / "a_files" / "frame.html").write_text(a_page(9))
    (folder / "b.html").write_text(a_page(2))
    (folder / "d ü" / "c ß.htm").write_text(a_page(3))
    (folder / "e.mhtml").write_text(
        f"Snapshot-Content-Location: {url_of(4)}\nDate: Fri, 4 Aug 2017 12:34:56 -0000\n"
        f"Content-Type: text/html\n\n{a_page(4)}"
    )
    (folder / "style.css").write_text("p {}")
    return folder


def test_a_folder_with_a_list_of_addresses(here: Tradepress, tmp_path: Path, pages: Path) -> None:
    listed = [f"b.html,{url_of(2)},2016-05-04", f"d ü/c ß.htm,{WAYBACK}/{url_of(3)},"]
    (pages / "list.csv").write_bytes(
        "\r\n".join(["\ufefffile,url,date_captured", *listed]).encode()
    )
    options = ("--addresses", "pages/list.csv")
    result = here("ingest", "pages", *options)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "4 pages: stored 4\nLeft out of folders, as no pages: 2 files." in result.stdout
    assert rows(tmp_path, "SELECT url, date_captured FROM articles ORDER BY url") == [
        (url_of(1), "2017-08-05T01:02:03Z"),
        (url_of(2), "2016-05-04T00:00:00Z"),
        (url_of(3), "2017-08-05T01:02:03Z"),
        (url_of(4), "2017-08-04T12:34:56Z"),
    ]
    again = told(here("ingest", "pages", *options, "--json"))
    assert [(name, outcome) for name, outcome, _ in again] == [
        (name, "known") for name in ("a.html", "b.html", "c ß.htm", "e.mhtml")
    ]
    assert rows(tmp_path, "SELECT count(*) FROM runs") == [(1,)]  # that one came to nothing
    once_more = told(here("ingest", "pages", *options, "--json", "--again"))
    assert {outcome for _, outcome, _ in once_more} == {"unchanged"}


def test_lines_of_the_list_that_lead_to_nothing_are_told(
    here: Tradepress, tmp_path: Path, pages: Path
) -> None:
    (tmp_path / "other.html").write_text(a_page(5))
    lines = ["file,url", f"pages/b.html,{url_of(2)}", f"other.html,{url_of(5)}", "pages/none.html,"]
    (tmp_path / "list.csv").write_text("\n".join(lines))
    result = here("ingest", "pages/b.html", "--addresses", "list.csv")
    assert result.returncode == 1
    assert "line 4: there is no file 'pages/none.html'" in result.stdout
    assert f"line 3: {tmp_path}/other.html is not among the FILEs" in result.stdout
    assert "3 pages: stored 1, failed 2" in result.stdout


def test_a_pipe_is_not_waited_for(here: Tradepress, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.html")
    result = here("ingest", "pipe.html")
    assert result.returncode == 1
    assert "it is a pipe or a device" in result.stdout


def test_what_can_not_be_stored_is_told_and_read_again(
    here: Tradepress, tmp_path: Path, pages: Path
) -> None:
    (pages / "empty.html").write_bytes(b"")
    (pages / "picture.html").write_bytes(JPEG)
    (pages / "torn.html.gz").write_bytes(gzip.compress(a_page(5).encode())[:-30])
    wrong = [
        ("b.html", "skipped", "no address: give --url or --addresses"),
        ("c ß.htm", "skipped", "no address: give --url or --addresses"),
        ("empty.html", "rejected", "empty"),
        ("picture.html", "rejected", "not_html"),
    ]
    for outcome in ("stored", "known"):
        result = here("ingest", "pages", "--json")
        assert result.returncode == 1
        *first, torn = told(result)
        assert torn[:2] == ("torn.html.gz", "failed")
        assert "end-of-stream" in torn[2]
        assert [one for one in first if one[1] != outcome] == wrong
    assert rows(tmp_path, "SELECT stored, rejected FROM runs") == [(2, 0)]
    assert rows(tmp_path, "SELECT count(*) FROM urls") == [(2,)]


@pytest.mark.parametrize("options", [[], ["--url", url_of(5)]])
@pytest.mark.parametrize("content", [b"", JPEG])
def test_a_file_that_is_no_page_leaves_nothing_behind(
    here: Tradepress, tmp_path: Path, pages: Path, content: bytes, options: list[str]
) -> None:
    (tmp_path / "page.html").write_bytes(content)
    result = here("ingest", "page.html", *options)
    assert (result.returncode, "no archive was made" in result.stdout) == (1, True)
    assert not list(tmp_path.glob("archive*"))
    assert here("ingest", "pages/a.html").returncode == 0
    result = here("ingest", "page.html", *options)
    assert (result.returncode, "nothing was written" in result.stdout) == (1, True)
    assert rows(tmp_path, "SELECT count(*) FROM runs") == [(1,)]
    assert rows(tmp_path, "SELECT count(*) FROM urls") == [(1,)]


def test_a_page_that_is_refused_is_an_outcome_of_its_run(
    here: Tradepress, tmp_path: Path, pages: Path
) -> None:
    assert here("ingest", "pages/a.html").returncode == 0
    (tmp_path / "login.html").write_text("<title>Login</title><h1>Login</h1><p>Please.</p>")
    assert here("ingest", "login.html", "--url", url_of(5)).returncode == 1
    assert rows(tmp_path, "SELECT rejected, exit_code FROM runs WHERE id = 2") == [(1, 1)]


@pytest.mark.parametrize(
    ("options", "code", "date"),
    [
        (["--date-captured", "2018-01-02"], 0, "2018-01-02T00:00:00Z"),
        (["--date-captured", "2018-01-02T03:04:05+01:00"], 0, "2018-01-02T02:04:05Z"),
        ([], 0, None),
        (["--date-captured", "last year"], 2, None),
        (["--date-captured", "2999-01-01"], 2, None),
        (["--addresses", "none.csv"], 2, None),
        (["--addresses", "pages"], 2, None),
    ],
)
def test_a_day_for_pages_that_carry_none(
    here: Tradepress, tmp_path: Path, pages: Path, options: list[str], code: int, date: str | None
) -> None:
    url = f"https://web.archive.org/web/2017/{url_of(2)}"
    result = here("ingest", "pages/b.html", "--url", url, *options)
    assert result.returncode == code, result.stderr
    assert "Traceback" not in result.stderr
    if code == 0:
        assert rows(tmp_path, "SELECT url, date_captured FROM articles") == [(url_of(2), date)]
        assert here("ingest", "pages/a.html", *options).returncode == 0
        found = rows(tmp_path, "SELECT date_captured FROM articles ORDER BY url")
        assert found[0] == ("2017-08-05T01:02:03Z",)


def test_an_address_is_for_one_file(here: Tradepress, pages: Path) -> None:
    assert pages.is_dir()
    assert here("ingest", "pages", "--url", url_of(1)).returncode == 2
    other = f"{WAYBACK}/https://elsewhere.example/x"
    assert here("ingest", "pages/b.html", "--source", "wipr", "--url", other).returncode == 2


def test_the_first_of_many_are_shown(here: Tradepress, tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    for number in range(10, 40):
        (tmp_path / "pages" / f"{number}.html").write_text(a_page(number))
    lines = here("ingest", "pages").stdout.splitlines()
    assert lines[-3:] == [
        "… and 10 more (all with --json)",
        "30 pages: skipped 30",
        "No story was found, so no archive was made.",
    ]
    assert len(lines) == 23


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_what_was_stored_before_a_stop_stays_and_the_next_run_goes_on(
    here: Tradepress, tmp_path: Path, stop: signal.Signals
) -> None:
    (tmp_path / "pages").mkdir()
    for number in range(10, 30):
        saved = f"<!-- saved from url=(0044){url_of(number)} -->"
        (tmp_path / "pages" / f"{number}.html").write_text(a_page(number, saved))

    def tell(page: Ingested) -> None:
        if page.url == url_of(14):
            os.kill(os.getpid(), stop)

    # A shell that starts programs in the background has them ignore Ctrl-C.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            ingest(tmp_path / "pages", archive="archive.db", tell=tell)
    finally:
        signal.signal(signal.SIGINT, before)
    [(stored, state)] = rows(tmp_path, "SELECT stored, state FROM runs")
    assert 5 <= stored < 20
    assert state == "interrupted"
    outcomes = [outcome for _, outcome, _ in told(here("ingest", "pages", "--json"))]
    assert outcomes.count("known") in (stored, stored - 1)
    assert outcomes.count("known") + outcomes.count("unchanged") == stored
    assert outcomes.count("stored") == 20 - stored
    assert rows(tmp_path, "SELECT count(*) FROM articles") == [(20,)]


@pytest.mark.parametrize("name", ["crawl.warc.gz", "crawl.warc", "crawl.wacz"])
def test_a_warc_file_that_was_broken_off_goes_on_where_it_was(
    here: Tradepress, tmp_path: Path, name: str
) -> None:
    warcs = [
        a_warc(*((url_of(number), a_page(number)) for number in numbers))
        for numbers in (range(10, 15), range(15, 30))
    ]
    if name.endswith(".wacz"):
        with zipfile.ZipFile(tmp_path / name, "w") as package:
            for number, warc in enumerate(warcs):
                package.writestr(f"archive/{number}.warc.gz", warc)
    else:
        warc = b"".join(warcs)
        (tmp_path / name).write_bytes(gzip.decompress(warc) if name.endswith(".warc") else warc)
    seen: list[str] = []

    def stop(page: Ingested) -> None:
        seen.append(page.url)
        if page.url == url_of(20):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest(tmp_path / name, archive="archive.db", tell=stop)
    assert seen == [url_of(number) for number in range(10, 21)]
    rest = [json.loads(line) for line in here("ingest", name, "--json").stdout.splitlines()]
    # Reading begins again at the last page whose end had been told.
    assert [one["url"] for one in rest] == [url_of(number) for number in range(19, 30)]
    assert [one["outcome"] for one in rest] == 2 * ["unchanged"] + 9 * ["stored"]
    assert here("ingest", name).stdout.startswith("known     it was read before")
    assert rows(tmp_path, "SELECT count(*) FROM articles") == [(20,)]


def test_records_of_one_id_are_packed_anew_but_the_first(here: Tradepress, tmp_path: Path) -> None:
    """The captured pages have IDs of their own, though some tools give one to all."""
    pages = [Capture(**a_capture_of(number), body=a_page(number).encode()) for number in range(4)]
    first, *others = (gzip.decompress(pack(page).member) for page in pages)
    named = RECORD_ID.search(first)
    assert named
    same = [first, *(RECORD_ID.sub(named[0], other, count=1) for other in others)]
    (tmp_path / "pages.warc.gz").write_bytes(b"".join(map(gzip.compress, same)))
    assert here("ingest", "pages.warc.gz").returncode == 0
    (kept,) = (tmp_path / "archive.captures").glob("*.warc.gz")
    ids = RECORD_ID.findall(gzip.decompress(kept.read_bytes()))
    assert (len(ids), len(set(ids)), ids.count(named[0])) == (5, 5, 1)
    assert here("verify").returncode == 0


def test_a_file_whose_rest_holds_no_story_is_read_whole_all_the_same(
    here: Tradepress, tmp_path: Path
) -> None:
    pages = [a_warc((url_of(10), a_page(10))), a_warc((url_of(11), "<p>Nothing here.</p>"))]
    (tmp_path / "crawl.warc.gz").write_bytes(b"".join(pages))
    here("ingest", "crawl.warc.gz")
    with sqlite3.connect(tmp_path / "archive.db") as db:  # as a run leaves it that was broken off
        db.execute("UPDATE page_files SET next_place = ?", [len(pages[0])])
    db.close()
    assert told(here("ingest", "crawl.warc.gz", "--json"))[0][1] != "known"
    assert rows(tmp_path, "SELECT next_place FROM page_files") == [(None,)]


def test_a_damaged_file_is_read_again(here: Tradepress, tmp_path: Path) -> None:
    first, damaged = (a_warc((url_of(number), a_page(number))) for number in (10, 11))
    (tmp_path / "crawl.warc.gz").write_bytes(first + damaged[:-30])
    for outcome in ("stored", "unchanged"):
        result = here("ingest", "crawl.warc.gz")
        assert result.returncode == 1
        assert f"2 pages: {outcome} 1, failed 1" in result.stdout
        assert f"at byte {len(first)}: " in result.stdout


def test_pages_of_an_archive_are_its_publishers_also_when_read_again(
    here: Tradepress, tmp_path: Path
) -> None:
    toolbar = (
        "<!-- BEGIN WAYBACK TOOLBAR INSERT --><div id=wm-ipp><h1>5 Aug 2017</h1></div>"
        f"<!-- END WAYBACK TOOLBAR INSERT --><a href='/web/20170805010203/{url_of(2)}'>Home</a>"
    )
    page = a_page(15010).replace("<body>", f"<body>{toolbar}")
    (tmp_path / "crawl.warc.gz").write_bytes(a_warc((f"{WAYBACK}/{url_of(15010)}", page)))
    assert here("ingest", "crawl.warc.gz").returncode == 0
    # Not the time at which somebody made the WARC file.
    told = "SELECT url, headline, date_captured FROM articles"
    assert rows(tmp_path, told) == [(url_of(15010), "Lantern case 15010", "2017-08-05T01:02:03Z")]
    again = json.loads(here("reextract", "--again", "--json").stdout)
    assert again["sources"]["wipr"]["same"] == 1
    assert here("show", "wipr-15010", "--capture", "-o", "page.html").returncode == 0
    assert (tmp_path / "page.html").read_text() == page


def test_how_much_is_read_of_all_files(here: Tradepress, tmp_path: Path, pages: Path) -> None:
    warc = a_warc(*((url_of(number), a_page(number)) for number in range(10, 20)))
    (pages / "crawl.warc.gz").write_bytes(warc)
    told: list[tuple[int, int]] = []
    ingest(pages, archive="archive.db", progress=lambda read, of: told.append((read, of)))
    size = sum(
        path.stat().st_size
        for path in (*pages.glob("*.html"), *pages.glob("*/*.htm"), *pages.glob("*.[mw]*"))
    )
    read = [done for done, of in told if of == size]
    assert read == sorted(read)
    assert (read[-1], len(read)) == (size, len(told))
    assert len(set(read)) > 10  # within the WARC file, too
