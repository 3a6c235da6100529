"""`tradepress backfill` where a web archive can't give some of what its index names: a real pywb
with lost and damaged files and revisits without originals, and a host that is down."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
import replay
from captured import Captured, write_warc
from conftest import Answer, Tradepress, a_story, declare, inject
from crawl_server import Crawl, CrawlServer, served, write_news
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter
from web_archive import Front, before

pytestmark = pytest.mark.slow

HOME = "http://gazette.example"
WHOLE = ("--yes", "--contact", "archive@library.example")
WAYBACK = ("backfill", "gazette", "--from", "wayback", *WHOLE)
CRAWLED = ("backfill", "gazette", "--from", "commoncrawl", *WHOLE)
NO_REST = """
from dataclasses import replace
from pathlib import Path
from tradepress.jobs.backfill.backfill_visit import Visit

async def rest(visit, wait):
    with Path("rests").open("a") as rests:
        print(round(wait.total_seconds()), file=rests)
    for known in [*visit.run.hosts._known.values()]:
        visit.run.hosts.save(replace(known, paused_until=None))

Visit.rest = rest
"""
"""No time passes while it rests, and the pause of the host is over."""


def a_capture(number: int, page: str | None = None) -> Captured:
    at = f"2017-08-04T{number // 60 % 24:02}:{number % 60:02}:00"
    url = f"{HOME}/trademark/lantern-{number}"
    return Captured(url=url, at=at, page=page or a_story(f"Lantern {number}"))


def write_revisits(file: Path, numbers: range) -> Path:
    """Revisits of pages that no file has."""
    with file.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        for number in numbers:
            one = a_capture(number)
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], "HTTP/1.1")
            digest = "sha1:" + f"{number}".replace("0", "A").replace("1", "B").ljust(32, "C")
            revisit = writer.create_revisit_record(
                one.url, digest, one.url, "2016-01-01T00:00:00Z", http_headers=headers
            )
            revisit.rec_headers.replace_header("WARC-Date", f"{one.at}Z")
            writer.write_record(revisit)
    return file


@pytest.fixture(autouse=True)
def declared(spiders: Path) -> None:
    declare(spiders, "gazette", HOME, domains=("gazette.example",))
    inject(spiders, "gazette", NO_REST)


@pytest.fixture
def front(tmp_path: Path) -> Iterator[Front]:
    """A pywb that has 60 captures, 40 in a file that is lost, 12 in one that is damaged, and ten
    revisits without originals."""
    files = [
        write_warc(tmp_path / "here.warc.gz", map(a_capture, range(1001, 1061))),
        write_warc(tmp_path / "lost.warc.gz", map(a_capture, range(1101, 1141))),
        write_warc(tmp_path / "damaged.warc.gz", map(a_capture, range(1201, 1213))),
        write_revisits(tmp_path / "revisits.warc.gz", range(1301, 1311)),
        write_warc(tmp_path / "last.warc.gz", map(a_capture, range(1401, 1461))),
    ]
    replay.add_files(tmp_path / "pywb", files)
    kept = tmp_path / "pywb" / "collections" / replay.COLLECTION / "archive"
    (kept / "lost.warc.gz").unlink()
    (kept / "damaged.warc.gz").write_bytes(bytes((kept / "damaged.warc.gz").stat().st_size))
    with (
        replay.pywb(tmp_path / "pywb") as address,
        before(int(address.rpartition(":")[2].partition("/")[0])) as front,
    ):
        place = f"http://127.0.0.1:{front.port}/{replay.COLLECTION}"
        (tmp_path / "tradepress.toml").write_text(f'[backfill]\nwayback = "{place}"\n')
        yield front


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        return db.execute(query).fetchall()


def outcomes(folder: Path) -> dict[tuple[str, str | None], int]:
    found = rows(folder, "SELECT outcome, reason, count(*) FROM urls GROUP BY 1, 2")
    return {(outcome, reason): count for outcome, reason, count in found}


def rests(folder: Path) -> list[int]:
    return [int(line) for line in (folder / "rests").read_text().split()]


def test_a_pywb_with_lost_files_is_fetched_whole_in_one_run(
    front: Front, tradepress: Tradepress, tmp_path: Path
) -> None:
    result = tradepress(*WAYBACK)
    assert result.returncode == 1
    assert "62 captures could not be given (http_503)" in result.stderr
    assert outcomes(tmp_path) == {("stored", None): 120, ("failed", "http_503"): 62}
    assert rests(tmp_path) == [60]
    least = len(["robots.txt", "index"]) + 182
    assert len(front.requests) <= 1.1 * least
    asked = len(front.captures(503))
    again = tradepress(*WAYBACK)
    assert len(front.captures(503)) == asked + 62, again.stderr
    assert len(front.captures(200)) == 120


def test_an_index_that_gives_nine_lines_in_place_of_142_gives_all(
    tradepress: Tradepress, tmp_path: Path
) -> None:
    file = write_warc(tmp_path / "all.warc.gz", map(a_capture, range(1001, 1143)))
    replay.add_files(tmp_path / "pywb", [file])
    with replay.pywb(tmp_path / "pywb") as address:
        port = int(address.rpartition(":")[2].partition("/")[0])

        def cut(path: str, asked: int) -> Answer | None:
            if "/cdx" not in path:
                return None
            with urlopen(f"http://127.0.0.1:{port}{path}") as answer:
                return Answer(b"".join(answer.readlines()[:9]))

        with before(port) as front:
            front.in_place = cut
            place = f"http://127.0.0.1:{front.port}/{replay.COLLECTION}"
            (tmp_path / "tradepress.toml").write_text(f'[backfill]\nwayback = "{place}"\n')
            result = tradepress(*WAYBACK)
    assert result.returncode == 0
    assert "gave 9 lines and no key to go on by, but has more" in result.stderr
    assert outcomes(tmp_path) == {("stored", None): 142}
    assert len(front.captures(200)) == 142


def test_one_capture_that_is_not_given_is_passed_by(
    front: Front, tradepress: Tradepress, tmp_path: Path
) -> None:
    front.in_place = lambda path, asked: Answer("", 503) if path.endswith("-1003") else None
    result = tradepress(*WAYBACK, "--limit", "10")
    assert result.returncode == 1
    assert "1 capture could not be given (http_503): asked for again later." in result.stderr
    assert rows(tmp_path, "SELECT count(*) FROM articles") == [(9,)]
    assert rests(tmp_path) == [60]
    assert not any("limit=1" in one.path.split("&") for one in front.requests)


def test_a_host_that_is_down_is_waited_for(
    front: Front, tradepress: Tradepress, tmp_path: Path
) -> None:
    down = [f"lantern-{number}" for number in (1003, 1004)]
    told: list[str] = []

    def in_place(path: str, asked: int) -> Answer | None:
        if "/cdx" in path and told and len(told) < 3:
            told.append(path)
            return Answer("", 503)
        if path.endswith(tuple(down)):
            told[:] = told or [path]
            return Answer("", 503)
        return None

    front.in_place = in_place
    result = tradepress(*WAYBACK, "--limit", "10")
    assert "gazette: 127.0.0.1 answered 503; it is asked again after " in result.stderr
    assert rests(tmp_path) == [60, 3601, 3601]
    assert rows(tmp_path, "SELECT count(*) FROM articles") == [(8,)]


def test_a_host_that_is_down_beyond_the_deadline_ends_the_run(
    front: Front, tradepress: Tradepress, tmp_path: Path
) -> None:
    front.in_place = lambda path, asked: Answer("", 503) if asked > 2 else None
    result = tradepress(*WAYBACK, "--deadline", "30m")
    assert result.returncode == 1
    assert "127.0.0.1 answered 503. It may be asked again after " in result.stderr
    assert "What was not fetched stays due" in result.stderr
    assert rests(tmp_path) == [60]
    stored = rows(tmp_path, "SELECT outcome, count(*) FROM urls GROUP BY 1 ORDER BY 1")
    assert stored == [(None, 178), ("failed", 2), ("stored", 2)]


def test_a_deadline_that_is_over_ends_the_run_as_a_signal_does(
    front: Front, tradepress: Tradepress, tmp_path: Path, spiders: Path
) -> None:
    over = "from tradepress.jobs.backfill.backfill import _Job; _Job.ends = property(lambda _: 0.0)"
    inject(spiders, "gazette", over)
    result = tradepress(*WAYBACK, "--deadline", "8h")
    assert result.returncode == 1
    assert "It was stopped before its end (deadline)." in result.stdout
    assert front.captures(200, 503) == []
    inject(spiders, "gazette", NO_REST)
    tradepress(*WAYBACK)
    assert len(front.captures(200)) == 120


@pytest.fixture
def crawls(tmp_path: Path) -> Iterator[CrawlServer]:
    crawl = Crawl(name="CC-MAIN-2017-30", pages=[a_capture(number) for number in range(1001, 1009)])
    with served(tmp_path / "crawls", [crawl]) as server:
        (tmp_path / "tradepress.toml").write_text(f'[backfill]\ncommoncrawl = "{server.address}"\n')
        yield server


@pytest.mark.parametrize("missing", [{2}, {2, 3, 4}])
def test_ranges_that_common_crawl_does_not_give_are_passed_by(
    crawls: CrawlServer, tradepress: Tradepress, tmp_path: Path, missing: set[int]
) -> None:
    answer = crawls.answer

    def given(path: str, ranged: str | None) -> tuple[int, bytes]:
        is_missing = ranged is not None and len(crawls.ranges) in missing
        return (503, b"slow down") if is_missing else answer(path, ranged)

    crawls.answer = given  # type: ignore[method-assign]
    result = tradepress(*CRAWLED)
    assert result.returncode == 1
    count = len(missing)
    assert outcomes(tmp_path) == {("stored", None): 8 - count, ("failed", "http_503"): count}
    assert rests(tmp_path) == [60]
    probes = [one for one in crawls.asked if one.endswith("/cc-index.paths.gz")]
    assert len(probes) == int(count > 1)
    crawls.answer = answer  # type: ignore[method-assign]
    assert tradepress(*CRAWLED).returncode == 0
    assert outcomes(tmp_path) == {("stored", None): 8}


def test_a_file_of_cc_news_that_is_not_given_is_passed_by(
    tradepress: Tradepress, tmp_path: Path
) -> None:
    names = [f"CC-NEWS-2017080{day}010000-0000{day}.warc.gz" for day in (1, 2, 3)]
    news = {name: [a_capture(1000 + number)] for number, name in enumerate(names)}
    write_news(tmp_path / "crawls", "2017/08", news)
    command = ("backfill", "gazette", "--from", "ccnews", *WHOLE, "--since", "2017-08-01")
    with served(tmp_path / "crawls", []) as server:
        (tmp_path / "tradepress.toml").write_text(f'[backfill]\ncommoncrawl = "{server.address}"\n')
        answer = server.answer

        def given(path: str, ranged: str | None) -> tuple[int, bytes]:
            return (503, b"slow down") if names[0] in path else answer(path, ranged)

        server.answer = given  # type: ignore[method-assign]
        result = tradepress(*command, "--until", "2017-08-03")
        assert result.returncode == 1
        assert f"{names[0]} can't be read" in result.stderr
        assert "The next run looks it through." in result.stderr
        assert outcomes(tmp_path) == {("stored", None): 2}
        assert rests(tmp_path) == [60]
        server.answer = answer  # type: ignore[method-assign]
        assert tradepress(*command, "--until", "2017-08-03").returncode == 0
        assert outcomes(tmp_path) == {("stored", None): 3}
