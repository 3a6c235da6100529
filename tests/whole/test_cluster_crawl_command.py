"""`tradepress crawl` by a cluster as an operator and a program see it: words, JSON, exit codes."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from clusters import client
from conftest import Site, Tradepress, declare, inject
from distributed import Client
from test_crawl import CONTACT, a_site, rows
from test_runs import LATE, Gate, gate

from tradepress.archive.ledger.outcomes import OUTCOMES

pytestmark = pytest.mark.slow
__all__ = ["client", "gate"]
Crawl = Callable[..., CompletedProcess[str]]
NONE = {outcome.value: 0 for outcome in OUTCOMES}


@pytest.fixture
def crawl(client: Client, tradepress: Tradepress, tmp_path: Path, spiders: Path) -> Crawl:
    """`crawl` by a cluster of gazette, or of what is named, by workers that are there."""
    (tmp_path / "tradepress.toml").write_text(f'[sources]\nfolder = "{spiders}"\n')
    assert client.scheduler is not None
    place = ("--scheduler", client.scheduler.address, "--shards", str(tmp_path / "shards"))

    def run(*words: str) -> CompletedProcess[str]:
        names = () if words and not words[0].startswith("-") else ("gazette",)
        return tradepress("crawl", *names, *words, *place, *CONTACT)

    return run


@pytest.fixture
def gazette(site: Site, spiders: Path) -> Site:
    """A paper of three stories."""
    a_site(site)
    declare(spiders, "gazette", site.home)
    return site


def test_a_trial_then_a_crawl_then_a_timers(gazette: Site, crawl: Crawl) -> None:
    trial = crawl()
    assert trial.returncode == 0, trial.stderr
    assert "1 task by 1 worker." in trial.stdout
    assert "Run 1: 3 URLs\n  stored        3\n" in trial.stdout
    note = "gazette: this was its trial: 3 stories read; if they look right, --no-trial goes on"
    assert note in trial.stderr.splitlines()
    asked = len(gazette.requests)

    refused = crawl("--scheduled", "--json")
    assert refused.returncode == 4
    assert "a schedule starts no trial: gazette." in refused.stderr
    told = json.loads(refused.stdout)
    assert (told["run"], told["sums"], told["tasks"]) == (None, None, 0)
    assert crawl("--scheduled", "--no-trial").returncode == 2
    assert len(gazette.requests) == asked

    passed = crawl("--no-trial", "--json")
    assert passed.returncode == 0, passed.stderr
    assert json.loads(passed.stdout)["notes"] == []
    asked = len(gazette.requests)

    early = crawl("--scheduled", "--json")
    assert early.returncode == 0
    assert "Not due yet, crawled last: gazette (" in early.stderr
    assert json.loads(early.stdout)["run"] is None
    assert len(gazette.requests) == asked


def test_without_a_cluster_a_program_is_told_the_same(
    gazette: Site, tradepress: Tradepress, tmp_path: Path, spiders: Path
) -> None:
    (tmp_path / "tradepress.toml").write_text(f'[sources]\nfolder = "{spiders}"\n')
    trial = tradepress("crawl", "gazette", "--json", *CONTACT)
    assert trial.returncode == 0, trial.stderr
    told = json.loads(trial.stdout)
    note = "gazette: this was its trial: 3 stories read; if they look right, --no-trial goes on"
    assert told == {"run": 1, "sums": {**NONE, "stored": 3}, "left_out": [], "notes": [note]}
    asked = len(gazette.requests)
    assert tradepress("crawl", "gazette", "--json", "--no-trial", *CONTACT).returncode == 0
    early = json.loads(tradepress("crawl", "gazette", "--json", "--scheduled", *CONTACT).stdout)
    assert early == {"run": None, "sums": None, "left_out": [], "notes": []}
    assert len(gazette.requests) > asked


def test_what_a_timer_finds_due_is_crawled(gazette: Site, crawl: Crawl, tmp_path: Path) -> None:
    assert crawl("--no-trial").returncode == 0
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db, db:
        db.execute("UPDATE runs SET started = '2026-11-01T00:00:00Z'")
    due = crawl("--scheduled")
    assert due.returncode == 0, due.stderr
    commands = rows(tmp_path / "archive.db", "SELECT command FROM runs ORDER BY id")
    assert commands == [("crawl gazette",), ("crawl gazette --scheduled",)]


def test_one_paper_of_two_fails_then_both(
    gazette: Site, spiders: Path, crawl: Crawl, tmp_path: Path
) -> None:
    declare(spiders, "courier", gazette.home, sections=(f"{gazette.home}/moved/",))
    words = ("gazette", "courier", "--no-trial", "--limit", "2", "--json")
    first = crawl(*words)
    assert first.returncode == 1
    told = json.loads(first.stdout)
    assert (told["run"], told["tasks"], told["workers"], told["retries"]) == (1, 1, 1, 0)
    assert told["sums"] == {**NONE, "stored": 2}
    (note,) = told["notes"]
    assert note.startswith("courier: ")
    assert note.endswith("The section has moved; mend `sections` in the source's file.")
    assert told["left_out"] == []

    del gazette.pages["/trademark/"]
    both = crawl(*words)
    assert both.returncode == 4
    told = json.loads(both.stdout)
    assert [note.partition(":")[0] for note in told["notes"]] == ["gazette", "courier"]
    states = rows(tmp_path / "archive.db", "SELECT state, exit_code FROM runs ORDER BY id")
    assert states == [("done", 1), ("failed", 4)]


def test_since_is_passed_on(gazette: Site, crawl: Crawl, tmp_path: Path) -> None:
    done = crawl("--no-trial", "--since", "2018", "--json")
    assert json.loads(done.stdout)["sums"] == {**NONE, "rejected": 3}
    reasons = rows(tmp_path / "archive.db", "SELECT DISTINCT reason FROM urls")
    assert reasons == [("before 2018-01-01",)]


def test_at_its_deadline_a_task_ends_and_the_rest_stays_due(
    gate: Gate, crawl: Crawl, spiders: Path, tmp_path: Path
) -> None:
    inject(spiders, "gazette", LATE)
    gate.seconds = 4  # the first story comes after the deadline
    done = crawl("--no-trial", "--deadline", "2s", "--json")
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert told["notes"] == [
        "gazette: stopped before its end (deadline); what was not come to stays due"
    ]
    assert told["sums"]["deferred"]
    assert sum(told["sums"].values()) == 30
