"""Runs: one writer at a time, ends before the end, schedules, and what is told of all that."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Self

import preloaded
import pytest
from conftest import ROOT, WITH_SPIDERS, Answer, Site, Tradepress, declare, inject
from rich.console import Console
from test_crawl import CONTACT, a_site, rows

from tradepress.archive.errors import ArchiveMissing
from tradepress.archive.file.lock import WriteLock
from tradepress.command_line import run as run_tradepress
from tradepress.jobs.progress import LINE_EVERY, Progress

pytestmark = pytest.mark.slow

SOON = 300.0
"""Seconds in which something must come about on the busiest machine."""
# In the process of a crawl. This one waits for what is in hand however long that takes.
PATIENT = """
import tradepress.jobs.crawl

tradepress.jobs.run_crawlers.STOP_SECONDS = 300
"""
# The time until the deadline begins with the first story that is asked for.
LATE = """
from scrapy import signals
from tradepress.crawling.archive_run import ArchiveRun

opened = ArchiveRun.spider_opened

def spider_opened(self):
    def begin(request):
        if "lantern" in request.url and self.deadline is None:
            opened(self)

    self.begin = begin
    self.crawler.signals.connect(begin, signals.request_reached_downloader)

ArchiveRun.spider_opened = spider_opened
"""


class Gate:
    """Holds back every story of a site until the test says so, or for ``seconds`` each."""

    def __init__(self) -> None:
        self.seconds = 60.0
        self.is_asked = threading.Event()
        self.is_open = threading.Event()


class Held(str):
    """The body of a page behind the gate."""

    def __new__(cls, body: str, gate: Gate) -> Self:
        page = super().__new__(cls, body)
        page.gate = gate
        return page

    gate: Gate

    def encode(self, *words: str) -> bytes:
        self.gate.is_asked.set()
        self.gate.is_open.wait(self.gate.seconds)
        return super().encode(*words)


@pytest.fixture
def gate(site: Site, spiders: Path) -> Iterator[Gate]:
    """A source with thirty stories behind a gate."""
    gate = Gate()
    a_site(site, stories=30)
    for path, answer in site.pages.items():
        if "lantern" in path:
            answer.body = Held(str(answer.body), gate)
    declare(spiders, "gazette", site.home)
    yield gate
    gate.is_open.set()


Start = Callable[..., preloaded.Process]


@pytest.fixture
def start(tmp_path: Path, spiders: Path) -> Iterator[Start]:
    """Start the command line and don't wait for it."""
    started = []

    def begin(*arguments: str, ignores: signal.Signals | None = None) -> preloaded.Process:
        inherited = {name: value for name, value in os.environ.items() if "TRADEPRESS_" not in name}
        process = preloaded.start(
            ["-c", WITH_SPIDERS, spiders, *arguments],
            cwd=tmp_path,
            env={
                **inherited,
                "PYTHONPATH": str(ROOT),
                "TRADEPRESS_ALLOW_ADDRESSES": "127.0.0.1",
            },
            ignores=ignores,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def last_run(archive: Path) -> dict[str, object]:
    """The latest run; its sums agree with one another and with what the addresses say."""
    with closing(sqlite3.connect(archive)) as db:
        db.row_factory = sqlite3.Row
        run = dict(db.execute("SELECT * FROM runs ORDER BY id DESC").fetchone())
        outcomes = dict(
            db.execute(
                "SELECT outcome, count(*) FROM fetches WHERE run_id = ? AND url_id IS NOT NULL "
                "GROUP BY outcome",
                [run["id"]],
            ).fetchall()
        )
    names = ("stored", "unchanged", "duplicate", "rejected", "failed", "deferred")
    assert {name: run[name] for name in names if run[name]} == outcomes
    assert run["urls"] == sum(outcomes.values())
    return run


def crawl_the_rest(tradepress: Tradepress, archive: Path) -> None:
    """The next run finds all that the one before put off."""
    assert tradepress("crawl", "gazette", *CONTACT).returncode == 0
    last_run(archive)
    assert rows(archive, "SELECT count(*) FROM articles") == [(30,)]
    assert rows(archive, "SELECT DISTINCT outcome FROM urls") == [("stored",)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_finishes_what_is_in_hand(
    gate: Gate,
    start: Start,
    spiders: Path,
    tradepress: Tradepress,
    tmp_path: Path,
    number: signal.Signals,
) -> None:
    inject(spiders, "gazette", PATIENT)
    process = start("crawl", "gazette", *CONTACT, "--no-trial")
    assert gate.is_asked.wait(SOON)
    process.send_signal(number)
    gate.is_open.set()
    out, err = process.communicate(timeout=SOON)
    assert process.returncode == 1
    assert f"stopped before its end ({number.name}). What was read is kept" in out
    assert "Traceback" not in err
    run = last_run(tmp_path / "archive.db")
    assert (run["state"], run["exit_code"]) == ("interrupted", 1)
    assert run["reason"] == f"stopped before its end ({number.name})"
    assert run["stored"]
    assert run["deferred"]
    crawl_the_rest(tradepress, tmp_path / "archive.db")


def test_a_page_that_never_comes_does_not_hold_up_a_stop(
    gate: Gate, start: Start, tradepress: Tradepress, tmp_path: Path
) -> None:
    process = start("crawl", "gazette", *CONTACT, "--no-trial")
    assert gate.is_asked.wait(SOON)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=SOON)
    assert (process.returncode, err) == (1, "")
    run = last_run(tmp_path / "archive.db")
    assert (run["state"], run["deferred"]) == ("interrupted", 30)
    gate.is_open.set()
    crawl_the_rest(tradepress, tmp_path / "archive.db")


def test_a_second_signal_ends_at_once(
    gate: Gate, start: Start, tradepress: Tradepress, tmp_path: Path
) -> None:
    process = start("crawl", "gazette", *CONTACT, "--no-trial")
    assert gate.is_asked.wait(SOON)
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGHUP)
    _, err = process.communicate(timeout=SOON)
    assert (process.returncode, err) == (1, "")
    assert last_run(tmp_path / "archive.db")["state"] == "interrupted"
    gate.is_open.set()
    crawl_the_rest(tradepress, tmp_path / "archive.db")


def test_a_hang_up_that_whoever_started_us_ignores_is_ignored(
    gate: Gate, start: Start, tmp_path: Path
) -> None:
    process = start("crawl", "gazette", *CONTACT, "--no-trial", ignores=signal.SIGHUP)
    assert gate.is_asked.wait(SOON)
    process.send_signal(signal.SIGHUP)
    gate.is_open.set()
    assert process.wait(SOON) == 0
    assert last_run(tmp_path / "archive.db")["stored"] == 30


def test_at_its_deadline_a_run_ends_and_the_rest_stays_due(
    gate: Gate, start: Start, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    inject(spiders, "gazette", LATE)
    gate.seconds = 4  # the first story comes after the deadline
    process = start("crawl", "gazette", *CONTACT, "--no-trial", "--deadline", "2s")
    out, _ = process.communicate(timeout=SOON)
    gate.is_open.set()
    inject(spiders, "gazette", "")
    assert process.returncode == 1
    assert "It was stopped before its end (deadline). What was read is kept" in out
    run = last_run(tmp_path / "archive.db")
    assert (run["state"], run["stopped_by"]) == ("interrupted", "deadline")
    assert run["reason"] == "stopped before its end (deadline)"
    assert run["deferred"]
    crawl_the_rest(tradepress, tmp_path / "archive.db")


def test_what_waits_for_a_slow_hosts_turn_is_put_off_at_once(
    site: Site, spiders: Path, start: Start, tradepress: Tradepress, tmp_path: Path
) -> None:
    a_site(site, stories=30)
    site.pages["/robots.txt"] = Answer("User-agent: *\nCrawl-delay: 60\n")
    declare(spiders, "gazette", site.home)
    process = start("crawl", "gazette", *CONTACT, "--no-trial", "--deadline", "3s")
    process.communicate(timeout=SOON)
    assert process.returncode in (1, 4)
    assert len(site.requests) < 10
    if (tmp_path / "archive.db").exists():
        assert last_run(tmp_path / "archive.db")["state"] == "interrupted"


@pytest.mark.parametrize("time", ["soon", "2", "0h", "-1h"])
def test_a_deadline_is_a_time(here: Tradepress, time: str) -> None:
    result = here("crawl", "wipr", *CONTACT, "--deadline", time)
    assert result.returncode == 2
    assert "must be a time such as" in result.stderr


def test_one_writer_at_a_time(
    site: Site, spiders: Path, start: Start, tradepress: Tradepress, tmp_path: Path
) -> None:
    a_site(site)
    declare(spiders, "gazette", site.home)
    assert tradepress("crawl", "gazette", *CONTACT, "--no-trial").returncode == 0
    asked = len(site.requests)
    lock = WriteLock(tmp_path / "archive.db", command="ingest of something else")
    try:
        busy = tradepress("crawl", "gazette", *CONTACT, "--wait", "0.1")
        assert busy.returncode == 3
        assert f"process {os.getpid()} (`ingest of something else`, started" in busy.stderr
        assert len(busy.stderr.splitlines()) == 1
        assert len(site.requests) == asked
        waiting = start("crawl", "gazette", *CONTACT, "--wait", "60")
    finally:
        lock.release()
    assert waiting.wait(SOON) == 0


TWO_RUNS = """
import asyncio, json, sys
from pathlib import Path
from typing import Self
import tradepress.spiders
tradepress.spiders.__path__.append(sys.argv[1])
from scrapy.crawler import AsyncCrawlerRunner
from tradepress.archive.ledger.outcomes import RunKind
from tradepress.configuration import Configuration
from tradepress.conduct.context import CrawlContext
from tradepress.declared_sources import source_named
from tradepress.crawling.page_workers import PageWorkers
from tradepress.crawling.archive_run import archive_run
from tradepress.jobs.crawl import Crawl, project_settings
from tradepress.jobs.reactor import run_in_reactor

configuration = Configuration(
    contact="archive@library.example", allow_addresses=("127.0.0.1",)
)
runner = AsyncCrawlerRunner(project_settings(configuration, {"LOG_LEVEL": "CRITICAL"}))

async def crawl_twice():
    with PageWorkers() as workers:
        for _ in range(2):
            source = source_named("gazette")
            with archive_run(
                runner.settings, RunKind.CRAWL, "crawl gazette", [source]
            ) as run:
                context = CrawlContext(run=run)
                result = await Crawl(runner, [source], context).crawl(workers, no_trial=True)
            print(json.dumps([result.sums.id, result.sums.outcomes["stored"], result.exit_code]))

run_in_reactor(runner, crawl_twice())
"""


def test_many_runs_may_follow_one_another_in_one_process(
    site: Site, spiders: Path, tmp_path: Path
) -> None:
    a_site(site)
    declare(spiders, "gazette", site.home)
    result = subprocess.run(
        [sys.executable, "-c", TWO_RUNS, str(spiders)],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "TRADEPRESS_ALLOW_ADDRESSES": "127.0.0.1"},
        capture_output=True,
        text=True,
        timeout=SOON,
        check=False,
    )
    assert result.stderr == ""
    assert [json.loads(line) for line in result.stdout.splitlines()] == [[1, 3, 0], [2, 0, 0]]


def test_a_scheduled_crawl_makes_no_archive(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    a_site(site)
    declare(spiders, "gazette", site.home)
    result = tradepress("crawl", "gazette", *CONTACT, "--scheduled")
    assert result.returncode == 3
    assert "there is no archive at" in result.stderr
    assert site.requests == []
    assert not list(tmp_path.glob("archive.db*"))


def test_a_scheduled_crawl_starts_no_trial(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    a_site(site)
    declare(spiders, "gazette", site.home)
    assert tradepress("crawl", "gazette", *CONTACT).returncode == 0
    asked = len(site.requests)
    result = tradepress("crawl", "gazette", *CONTACT, "--scheduled")
    assert result.returncode == 4
    assert "a schedule starts no trial: gazette." in result.stderr
    assert len(site.requests) == asked
    assert tradepress("crawl", *CONTACT, "--scheduled", "--no-trial").returncode == 2


def test_a_scheduled_crawl_takes_what_is_due(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    a_site(site)
    declare(spiders, "gazette", site.home)
    declare(spiders, "courier", site.home)
    archive = tmp_path / "archive.db"
    (tmp_path / "tradepress.toml").write_text(
        'contact = "archive@library.example"\nsources = ["gazette", "courier"]\n'
        '[source.gazette]\nevery = "7d"\n'
    )
    assert tradepress("crawl", "gazette", "--no-trial").returncode == 0
    asked = len(site.requests)
    early = tradepress("crawl", "--scheduled")
    assert early.returncode == 0, early.stderr
    assert "Not due yet, crawled last: gazette (" in early.stdout
    assert "every 7d)" in early.stdout
    assert "starts no trial: courier" in early.stderr
    assert len(site.requests) == asked
    assert tradepress("crawl", "courier", "--no-trial").returncode == 0

    def move(days: int) -> None:
        with closing(sqlite3.connect(archive)) as db, db:
            past = f"strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-{days} days')"
            db.execute(f"UPDATE runs SET started = {past} WHERE state <> 'running'")

    move(3)
    due = tradepress("crawl", "--scheduled")
    assert due.returncode == 0, due.stderr
    assert "gazette (" in due.stdout
    assert rows(archive, "SELECT sources FROM runs ORDER BY id DESC LIMIT 1") == [('["courier"]',)]
    move(8)
    assert tradepress("crawl", "--scheduled").returncode == 0
    assert rows(archive, "SELECT sources FROM runs ORDER BY id DESC LIMIT 1") == [
        ('["gazette", "courier"]',)
    ]


def test_a_killed_run_is_made_up_for_by_the_next_scheduled_one(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    a_site(site)
    declare(spiders, "gazette", site.home)
    archive = tmp_path / "archive.db"
    assert tradepress("crawl", "gazette", *CONTACT, "--no-trial").returncode == 0
    with closing(sqlite3.connect(archive)) as db, db:
        db.execute("UPDATE runs SET state = 'running', ended = NULL")
    result = tradepress("crawl", "gazette", *CONTACT, "--scheduled")
    assert result.returncode == 0, result.stderr
    assert rows(archive, "SELECT state FROM runs ORDER BY id") == [("interrupted",), ("done",)]


def test_unknown_sources_of_the_configuration_are_named(here: Tradepress, tmp_path: Path) -> None:
    file = tmp_path / "tradepress.toml"
    for text, words in (
        ("sources = ['wip']", "sources names 'wip', which is no source; did you mean wipr?"),
        ("sources = ['signet']", "sources names 'signet', which is no source"),
        ("[source.wippr]\nevery = '2d'", "source names 'wippr', which is no source; did you mean"),
    ):
        file.write_text(text)
        for command in (["crawl", *CONTACT], ["sources", "list"]):
            result = here(*command)
            assert result.returncode == 2
            assert words in " ".join(result.stderr.split())


def test_an_operator_may_only_be_stricter_than_a_declaration(
    spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    declare(spiders, "gazette", "http://127.0.0.1:9", policy="metadata-only")
    file = tmp_path / "tradepress.toml"
    file.write_text("[source.gazette]\npolicy = 'store'")
    result = tradepress("sources", "list")
    assert result.returncode == 2
    assert "The Gazette is 'metadata-only' by its declaration" in " ".join(result.stderr.split())
    file.write_text("[source.gazette]\npolicy = 'skip'")
    assert "; policy skip" in tradepress("sources", "list").stdout


def test_sources_list_marks_what_is_configured(here: Tradepress, tmp_path: Path) -> None:
    assert "* " not in here("sources", "list").stdout
    (tmp_path / "tradepress.toml").write_text(
        "sources = ['wipr']\n[source.wipr]\nevery = '7d'\ndelay = 5"
    )
    lines = here("sources", "list").stdout.splitlines()
    assert [line.split()[1] for line in lines if line.startswith("* ")] == ["wipr"]
    assert any(line.endswith("live site; every 7d; delay 5 s") for line in lines)
    listed = json.loads(here("sources", "list", "--json").stdout)
    assert [row["name"] for row in listed if row["is_configured"]] == ["wipr"]


def test_runs_are_listed_and_one_is_shown_in_full(
    site: Site, spiders: Path, tradepress: Tradepress
) -> None:
    a_site(site)
    site.pages["/trademark/lantern-case-number-1002"] = Answer("no", 403)
    declare(spiders, "gazette", site.home, feeds=(f"{site.home}/feed",))
    declare(spiders, "courier", site.home, article_url="/none")
    first = tradepress("crawl", "gazette", "courier", *CONTACT, "--no-trial")
    assert first.returncode == 1
    table = [line.split() for line in first.stdout.splitlines()]
    assert ["gazette", "3", "2", "0", "0", "0", "1", "0"] in table
    assert ["courier", "0", "0", "0", "0", "0", "0", "0"] in table
    told = tradepress("runs", "1").stdout
    assert "Run 1: crawl gazette courier" in told
    assert ["gazette", "3", "2", "0", "0", "0", "1", "0"] in [
        line.split() for line in told.splitlines()
    ]
    assert "gazette: failed 1, the site turned us away (HTTP 403)" in told
    assert (
        f"gazette: the feed {site.home}/feed gave nothing: the page is not there (HTTP 404)" in told
    )
    assert "new stories: gazette-1001, gazette-1003" in told
    shown = json.loads(tradepress("runs", "1", "--json").stdout)
    assert shown["new_stories"] == ["gazette-1001", "gazette-1003"]
    assert shown["by_source"]["gazette"]["failed"] == 1
    listed = json.loads(tradepress("runs", "--json").stdout)
    assert listed[0]["by_source"] == shown["by_source"]
    missing = tradepress("runs", "2")
    assert missing.returncode == 2
    assert "has no run 2" in missing.stderr


def test_pages_that_gave_no_story_are_kept_once_and_listed(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    a_site(site)
    paths = [f"/trademark/lantern-case-number-{number}" for number in (1001, 1002, 1003)]
    nothing = "<title>Lantern case</title><h1>Lantern case</h1><div><a href=/1>On</a></div>"
    site.pages[paths[0]] = Answer(nothing)
    site.pages[paths[1]] = Answer(f"<meta name=robots content=noarchive>{nothing}")
    site.pages[paths[2]] = Answer(nothing.replace("Lantern case", "Page not found"))
    declare(spiders, "gazette", site.home)
    for run in ("1", "2"):
        tradepress("crawl", "gazette", *CONTACT, "--no-trial")
        told = tradepress("runs", run, "--refused", "--json")
        assert told.returncode == 0, told.stderr
        pages = json.loads(told.stdout)
        assert [(page["url"], page["reason"], bool(page["file"])) for page in pages] == [
            (site.home + paths[0], "no_body", True),
            (site.home + paths[1], "no_body", False),
            (site.home + paths[2], "soft_404", False),
        ]
        with closing(sqlite3.connect(tmp_path / "archive.db")) as db, db:
            db.execute("UPDATE urls SET next_due = '2020-01-01T00:00:00Z'")
    assert rows(tmp_path / "archive.db", "SELECT count(*) FROM captures") == [(1,)]
    listed = tradepress("runs", "1", "--refused").stdout.splitlines()
    place = f"{pages[0]['file']} at {pages[0]['offset']}"
    assert listed[0] == f"gazette: no_body  {site.home}{paths[0]}  {place}"
    assert tradepress("verify", "--history").returncode == 0
    # A later rule can take it.
    kept = tmp_path / "archive.captures" / pages[0]["file"]
    again = tradepress("ingest", str(kept))
    assert "no_body" in again.stdout + again.stderr
    assert "goes with the number" in tradepress("runs", "--refused").stderr


def test_debug_may_stand_behind_the_command(here: Tradepress) -> None:
    assert here("runs").returncode == 3
    for words in (["--debug", "runs"], ["runs", "--debug"]):
        with pytest.raises(ArchiveMissing):
            run_tradepress(words)
    assert here("search", "--", "--debug").returncode == 3


@pytest.mark.parametrize("words", [["9" * 20], ["--limit", "9" * 20]])
def test_no_run_has_a_number_beyond_64_bits(here: Tradepress, words: list[str]) -> None:
    result = here("runs", *words)
    assert result.returncode == 2
    assert "is not in the range" in result.stderr


class Watched:
    """A run of twenty addresses that a test settles, and a clock that it turns."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.outcomes: Counter[str] = Counter()

    def progress(self, *, terminal: bool) -> tuple[Progress, StringIO]:
        out = StringIO()
        console = Console(file=out, force_terminal=terminal, width=80)
        asked = Counter(gazette=20)
        return Progress(
            ["gazette"], asked, {"gazette": self.outcomes}, console, lambda: self.seconds
        ), out


@pytest.fixture
def watched() -> Watched:
    return Watched()


def test_a_log_gets_a_line_a_minute_and_one_at_the_end(watched: Watched) -> None:
    progress, out = watched.progress(terminal=False)
    with progress.shown():
        progress.tick()
        assert out.getvalue() == ""
        watched.outcomes["unchanged"] += 5
        watched.outcomes["failed"] += 1
        watched.seconds = LINE_EVERY
        progress.tick()
        progress.tick()
        assert out.getvalue() == (
            "gazette: 20 found, 0 new, 5 unchanged, 1 failed; 6 a minute, 2:20 left\n"
        )
        watched.seconds = 2 * LINE_EVERY - 1
        progress.tick()
        assert len(out.getvalue().splitlines()) == 1
        watched.outcomes["unchanged"] += 14
        progress.end("gazette")
        watched.seconds = 3 * LINE_EVERY
        progress.tick()
    assert out.getvalue().splitlines()[1:] == [
        "gazette: 20 found, 0 new, 19 unchanged, 1 failed; 10 a minute; ended"
    ]


def test_a_run_of_less_than_a_minute_leaves_only_its_summary(watched: Watched) -> None:
    progress, out = watched.progress(terminal=False)
    watched.outcomes["unchanged"] += 20
    progress.end("gazette")
    assert out.getvalue() == ""


def test_a_terminal_shows_a_table(watched: Watched) -> None:
    progress, out = watched.progress(terminal=True)
    watched.outcomes["unchanged"] += 10
    watched.seconds = 30
    with progress.shown():
        pass
    shown = out.getvalue()
    assert "found" in shown
    assert "0:30" in shown  # twenty a minute, ten to go
    progress.end("gazette")
    assert out.getvalue() == shown  # lines are for logs
