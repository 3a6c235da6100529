"""`tradepress backfill --from wayback` where the service is laid out and answers as archive.org
does."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import preloaded
import pytest
from conftest import Answer, Tradepress, a_story, declare
from web_archive import Front, before

pytestmark = pytest.mark.slow

HOME = "http://gazette.example"
WHOLE = ("--from", "wayback", "--yes", "--contact", "archive@library.example")
SHORT = ("--deadline", "20m")
NAMES = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]


def story(number: int) -> str:
    return f"{HOME}/trademark/lantern-{number}"


def line(number: int, timestamp: str, digest: str) -> list[str]:
    url = story(number)
    key = f"example,gazette)/trademark/lantern-{number}"
    return [key, timestamp, url, "text/html", "200", digest, "900"]


def shown(
    page: str, timestamp: str, *, headers: dict[str, str] | None = None, status: int = 200
) -> Answer:
    day = f"{timestamp[:4]}-{timestamp[4:6]}-{timestamp[6:8]}"
    given = {
        "Content-Type": "text/html; charset=utf-8",
        "X-Archive-Orig-Content-Type": "text/html",
        "X-Archive-Orig-Content-Encoding": "gzip",
        "X-Archive-Orig-Content-Length": "400",
        "X-Archive-Orig-Server": f"of {day}",
        "X-Powered-By": "the archive",
    }
    return Answer(page, status, {**given, **(headers or {})})


INDEX = "/cdx/search/cdx"


class Service:
    """Answers by what stands here, else 404; the index gives its pages by their keys."""

    def __init__(self) -> None:
        self.index: dict[str | None, Answer] = {}
        self.pages: dict[str, Answer] = {}

    def answer(self, path: str, asked: int) -> Answer:
        parts = urlsplit(path)
        if parts.path == INDEX:
            return self.index[dict(parse_qsl(parts.query)).get("resumeKey")]
        return self.pages.get(path, Answer("not here", 404))

    def list(self, *rows: list[str], key: str | None = None, next_key: str | None = None) -> None:
        end: list[list[str]] = [[], [next_key]] if next_key else []
        self.index[key] = Answer(json.dumps([NAMES, *rows, *end]))


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def front(service: Service, tmp_path: Path, spiders: Path) -> Iterator[Front]:
    declare(spiders, "gazette", HOME, domains=("gazette.example",))
    with before(0) as front:
        front.in_place = service.answer
        (tmp_path / "tradepress.toml").write_text(
            f'[backfill]\nwayback = "http://127.0.0.1:{front.port}"\n'
        )
        yield front


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        return db.execute(query).fetchall()


def let_time_pass(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "archive.db")) as db, db:
        db.execute("UPDATE hosts SET paused_until = '2026-01-01T00:00:00Z'")
        db.execute("UPDATE urls SET next_due = NULL WHERE outcome = 'deferred'")


def paths(front: Front) -> list[str]:
    return [one.path for one in front.requests if one.path != "/robots.txt"]


def test_a_listing_that_was_broken_off_goes_on_at_its_page(
    front: Front, service: Service, tradepress: Tradepress, tmp_path: Path
) -> None:
    service.list(line(1001, "20170804120000", "A"), next_key="on")
    service.index["on"] = Answer("busy", 503, {"Retry-After": "3000"})
    result = tradepress("backfill", "gazette", *WHOLE, *SHORT)
    assert result.returncode == 4
    assert "127.0.0.1 answered 503. Nothing was fetched; run the command again after" in (
        result.stderr
    )
    assert len(paths(front)) == 2

    paused = tradepress("backfill", "gazette", *WHOLE, *SHORT)
    assert paused.returncode == 4
    assert "is left alone until" in paused.stderr
    assert len(paths(front)) == 2

    let_time_pass(tmp_path)
    service.list(line(1002, "20170804120000", "B"), key="on")
    for number in (1001, 1002):
        path = f"/web/20170804120000id_/{story(number)}"
        service.pages[path] = shown(a_story(f"Lantern {number}"), "20170804120000")
    whole = tradepress("backfill", "gazette", *WHOLE, *SHORT)
    assert (whole.returncode, whole.stderr) == (0, "")
    assert [path.partition("?")[0] for path in paths(front)[2:]] == [INDEX, *service.pages]
    assert "resumeKey=on" in paths(front)[2]
    assert rows(tmp_path, "SELECT ref FROM articles ORDER BY ref") == [
        ("gazette-1001",),
        ("gazette-1002",),
    ]


def test_what_the_service_gives_in_place_of_a_capture_is_seen(
    front: Front, service: Service, tradepress: Tradepress, tmp_path: Path
) -> None:
    asked = [(1001, "20170804120000"), (1002, "20170804120000"), (1003, "20170804120000")]
    service.list(*(line(number, at, str(number)) for number, at in asked))
    at_other_time = f"/web/20180101120000id_/{story(1001)}"
    of_another = f"/web/20170804120000id_/{story(1009)}"
    service.pages = {
        f"/web/20170804120000id_/{story(1001)}": Answer(
            status=302, headers={"Location": at_other_time}
        ),
        at_other_time: shown(
            a_story("Lantern of 2018"),
            "20180101120000",
            headers={"Memento-Datetime": "Mon, 01 Jan 2018 12:00:00 GMT"},
        ),
        f"/web/20170804120000id_/{story(1002)}": Answer(
            status=302, headers={"Location": of_another}
        ),
        of_another: shown(a_story("Another lantern"), "20170804120000"),
        f"/web/20170804120000if_/{story(1003)}": shown(
            a_story("Lantern as shown"), "20170804120000"
        ),
    }
    result = tradepress("backfill", "gazette", *WHOLE)
    assert (result.returncode, result.stderr) == (0, "")
    assert rows(tmp_path, "SELECT ref, headline, date_captured FROM articles ORDER BY ref") == [
        ("gazette-1001", "Lantern of 2018", "2018-01-01T12:00:00Z"),
        ("gazette-1003", "Lantern as shown", "2017-08-04T12:00:00Z"),
    ]
    assert "another page than was asked for: 1" in result.stdout


def test_a_service_that_is_busy_from_the_first_is_left_alone_by_the_next_run(
    front: Front, service: Service, tradepress: Tradepress, tmp_path: Path
) -> None:
    service.index[None] = Answer("busy", 429)
    first = tradepress("backfill", "gazette", *WHOLE, *SHORT)
    assert first.returncode == 4
    ((until,),) = rows(tmp_path, "SELECT paused_until FROM hosts")
    when = f"{until[:16].replace('T', ' ')} UTC"
    assert "127.0.0.1 answered 429. Nothing was fetched; run the command again after " in (
        first.stderr
    )
    again = tradepress("backfill", "gazette", *WHOLE, *SHORT)
    assert again.returncode == 4
    assert f"is left alone until {when}" in again.stderr
    assert len(paths(front)) == 1


def test_a_service_that_wants_a_longer_rest_than_there_is_time_for_ends_the_run(
    front: Front, service: Service, tradepress: Tradepress, tmp_path: Path
) -> None:
    service.list(*(line(number, "20170804120000", str(number)) for number in (1001, 1002)))
    first = f"/web/20170804120000id_/{story(1001)}"
    service.pages[first] = Answer("slowly", 429, {"Retry-After": "1800"})
    result = tradepress("backfill", "gazette", *WHOLE, *SHORT)
    assert result.returncode == 1
    ((due,),) = rows(tmp_path, "SELECT next_due FROM urls WHERE outcome = 'deferred'")
    when = f"{due[:16].replace('T', ' ')} UTC"
    assert f"127.0.0.1 answered 429. It may be asked again after {when}." in result.stderr
    assert "What was not fetched stays due" in result.stderr
    assert paths(front)[2:] == [first]
    assert rows(tmp_path, "SELECT outcome, state FROM urls ORDER BY id") == [
        ("deferred", "due"),
        (None, "due"),
    ]

    tradepress("backfill", "gazette", *WHOLE, *SHORT)
    assert paths(front)[2:] == [first], "it was asked before its time"


def test_the_robots_txt_of_the_service_is_obeyed(
    front: Front, service: Service, tradepress: Tradepress, tmp_path: Path
) -> None:
    service.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /cdx/\n")
    result = tradepress("backfill", "gazette", *WHOLE)
    assert result.returncode == 4
    assert "robots.txt forbids" in result.stderr
    assert paths(front) == []
    assert not (tmp_path / "archive.db").exists()


def test_what_is_no_index_is_said(front: Front, service: Service, tradepress: Tradepress) -> None:
    service.index[None] = Answer("<html><body>Down for repairs</body></html>")
    result = tradepress("backfill", "gazette", *WHOLE)
    assert result.returncode == 4
    assert "no list of captures: a page" in result.stderr
    assert "names the right address" in result.stderr


def test_a_page_that_broke_off_when_it_was_captured_is_taken_as_it_is(
    front: Front, service: Service, tradepress: Tradepress, tmp_path: Path
) -> None:
    service.list(line(1001, "20170804120000", "A"))
    cut = a_story("Lantern").partition("<p>The company")[0] + "<p>The comp"
    service.pages[f"/web/20170804120000id_/{story(1001)}"] = shown(cut, "20170804120000")
    assert tradepress("backfill", "gazette", *WHOLE).returncode == 0
    assert rows(tmp_path, "SELECT headline FROM articles") == [("Lantern",)]


def test_a_page_of_the_web_archive_s_own_is_no_capture(
    front: Front, service: Service, tradepress: Tradepress, tmp_path: Path
) -> None:
    service.list(line(1001, "20170804120000", "A"))
    address = f"/web/20170804120000id_/{story(1001)}"
    service.pages[address] = Answer(a_story("We are moving to a new machine hall"))
    result = tradepress("backfill", "gazette", *WHOLE)
    assert result.returncode == 1
    assert rows(tmp_path, "SELECT count(*) FROM articles") == [(0,)]
    assert rows(tmp_path, "SELECT state, outcome, reason FROM urls") == [
        ("due", "failed", "no_memento")
    ]


def test_the_headers_of_the_capture_are_those_of_its_own_site(
    front: Front, service: Service, tradepress: Tradepress, tmp_path: Path
) -> None:
    service.list(line(1001, "20170804120000", "A"))
    service.pages[f"/web/20170804120000id_/{story(1001)}"] = shown(
        a_story("Lantern"), "20170804120000", headers={"X-Archive-Orig-TDM-Reservation": "0"}
    )
    assert tradepress("backfill", "gazette", *WHOLE).returncode == 0
    ((reservations,),) = rows(tmp_path, "SELECT reservations FROM articles")
    assert [one["term"] for one in json.loads(reservations)] == ["tdm-reservation"]
    (file,) = (tmp_path / "archive.captures").glob("gazette-*.warc.gz")
    program = (
        "import sys\nfrom tradepress.archive.captures.warc import read_warc\n"
        "for record in read_warc(open(sys.argv[1], 'rb')):\n"
        "    if record.headers['WARC-Type'] != 'response': continue\n"
        "    print(record.headers['WARC-Target-URI'], record.headers['WARC-Date'])\n"
        "    print(sorted(name for name, _ in record.http_headers))\n"
    )
    read = preloaded.run(["-c", program, str(file)])
    assert read.stderr == ""
    assert read.stdout.splitlines() == [
        f"{story(1001)} 2017-08-04T12:00:00Z",
        "['Content-Type', 'Server', 'Tdm-Reservation']",
    ]


DECLINED = """
import sys
from pathlib import Path
import tradepress.spiders
tradepress.spiders.__path__.append(sys.argv[1])
from tradepress.configuration import BackfillConfiguration, Configuration
from tradepress.declared_sources import source_named
from tradepress.jobs.backfill.backfill import run_backfill
from tradepress.jobs.backfill.backfill_plan import Backfill, Way
result = run_backfill(
    Backfill(source=source_named("gazette"), way=Way.WAYBACK, limit=1),
    Configuration(
        contact="archive@library.example",
        allow_addresses=("127.0.0.1",),
        backfill=BackfillConfiguration(wayback=sys.argv[2]),
    ),
    archive=Path("archive.db"),
    command="backfill",
    confirm=lambda plan: print(plan.captures, plan.stories, plan.requests),
)
print(result.exit_code)
"""


def test_who_says_no_has_asked_for_no_page_and_keeps_the_list(
    front: Front, service: Service, spiders: Path, tmp_path: Path
) -> None:
    service.list(
        line(1001, "20170804120000", "A"),
        line(1001, "20180804120000", "B"),
        line(1002, "20170804120000", "C"),
    )
    address = f"http://127.0.0.1:{front.port}"
    result = preloaded.run(["-c", DECLINED, spiders, address], cwd=tmp_path)
    assert (result.stdout, result.stderr) == ("2 1 2\n1\n", "")
    assert [path.partition("?")[0] for path in paths(front)] == [INDEX, INDEX]
    assert rows(tmp_path, "SELECT count(*) FROM mementos") == [(3,)]


def test_without_a_terminal_somebody_must_have_said_yes(
    front: Front, tradepress: Tradepress
) -> None:
    result = tradepress("backfill", "gazette", "--from", "wayback")
    assert result.returncode == 2
    assert "say --yes" in result.stderr
    assert front.requests == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--since", "2018", "--until", "2017"), "--until 2017 is before --since 2018"),
        (("--since", "2018-13"), "is not a date"),
    ],
)
def test_odd_days_are_refused(
    front: Front, tradepress: Tradepress, options: tuple[str, ...], words: str
) -> None:
    result = tradepress("backfill", "gazette", *WHOLE, *options)
    assert result.returncode == 2
    assert words in result.stderr


@pytest.mark.parametrize("keys", ["two", "ever new"])
def test_an_index_that_goes_in_circles_is_left_with_what_it_named(
    front: Front, service: Service, tradepress: Tradepress, tmp_path: Path, keys: str
) -> None:
    asked: list[str | None] = []

    def answer(path: str, captures: int) -> Answer:
        parts = urlsplit(path)
        if parts.path != INDEX:
            return service.pages.get(path, Answer("not here", 404))
        asked.append(dict(parse_qsl(parts.query)).get("resumeKey"))
        if len(asked) > 60:
            return Answer("enough", 404)
        number = len(asked) % 3
        row = line(1001 + number, f"2017080{number + 1}120000", str(number))
        following = f"on-{len(asked) % 2 if keys == 'two' else len(asked)}"
        return Answer(json.dumps([NAMES, row, [], [following]]))

    front.in_place = answer
    for number in range(3):
        at = f"2017080{number + 1}120000"
        path = f"/web/{at}id_/{story(1001 + number)}"
        service.pages[path] = shown(a_story(f"Lantern {number}"), at)
    result = tradepress("backfill", "gazette", *WHOLE)
    assert result.returncode == 1
    assert "goes in circles" in " ".join(result.stderr.split())
    assert len(asked) <= 3 + 10
    headlines = rows(tmp_path, "SELECT count(*) FROM articles")[0][0]
    assert headlines == 3
    told = rows(tmp_path, "SELECT count(*) FROM fetches WHERE reason = 'in_circles'")
    assert told == [(1,)]
