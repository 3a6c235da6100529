"""What a run costs is written beside it, told in its report, and compared with the runs before."""

from dataclasses import replace
from pathlib import Path

import pytest
from archive_rows import PAPER, open_writer, save, story
from calm_paper import Paper, working_days

from tradepress.archive.errors import ArchiveFull
from tradepress.archive.file.transaction import Transaction
from tradepress.archive.health import check_health
from tradepress.archive.ledger.outcomes import Outcome
from tradepress.archive.ledger.run_cost import cost_since
from tradepress.archive.ledger.run_report import load_run
from tradepress.archive.read_only import read_archive


def test_a_run_has_its_cost_when_the_archive_is_closed(tmp_path: Path) -> None:
    before = cost_since()
    with open_writer(tmp_path / "archive.db") as writer:
        writer.save_source(PAPER)
        writer.start_run("crawl signet", ["signet"], "0")
        save(writer, story(1))
        writer.end_run("done", 0)
        assert load_run(writer.db, 1).cost is None
    spent = cost_since(before)
    with read_archive(tmp_path / "archive.db") as db:
        report = load_run(db, 1)
    assert 0 < report.run.cpu_seconds <= spent.cpu_seconds
    assert (report.run.bytes_written or 0) <= spent.bytes_written
    assert report.cost.endswith(" ms of CPU a story stored")


def test_a_run_whose_cost_can_not_be_written_has_ended_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_writer(tmp_path / "archive.db") as writer:
        writer.save_source(PAPER)
        writer.start_run("crawl signet", ["signet"], "0")
        save(writer, story(1))
        writer.end_run("done", 0)

        def is_full(self: Transaction, *_: object) -> None:
            raise ArchiveFull("the disk is full")

        monkeypatch.setattr(Transaction, "write", is_full)
    with read_archive(tmp_path / "archive.db") as db:
        report = load_run(db, 1)
    assert (report.run.state, report.cost) == ("done", None)


def test_what_nobody_knows_of_a_cost_is_not_told(tmp_path: Path) -> None:
    assert words_of(tmp_path, 0.04, None, requests=1, stored=0) == "0.0 s of CPU, 1 request"
    assert words_of(tmp_path, 4.2, 1_300_000, requests=1040, stored=40) == (
        "4.2 s of CPU, 1.3 MB written, 1,040 requests, 105 ms of CPU a story stored"
    )


def words_of(folder: Path, cpu: float, written: int | None, *, requests: int, stored: int) -> str:
    with open_writer(folder / "archive.db") as writer:
        writer.save_source(PAPER)
        writer.start_run("crawl signet", ["signet"], "0")
        report = load_run(writer.db, writer.run_id)
    run = replace(
        report.run, cpu_seconds=cpu, bytes_written=written, outcomes={Outcome.STORED: stored}
    )
    return replace(report, run=run, requests=requests).cost


def costs_of(paper: Paper, *, cpu: float, written: float | None = 2e6, requests: int = 10) -> None:
    """The next night's crawl, of which all but this is nothing."""
    paper.next_day(publish=False)
    run = paper.db.execute("SELECT max(id) FROM runs").fetchone()[0]
    paper.db.execute(
        "UPDATE runs SET cpu_seconds = ?, bytes_written = ? WHERE id = ?",
        [cpu, written and int(written), run],
    )
    paper.db.execute("UPDATE fetches SET status = NULL WHERE run_id = ?", [run])
    for number in range(requests):
        paper.db["fetches"].insert(
            {
                "run_id": run,
                "source": paper.name,
                "kind": "feed",
                "url": f"https://signetgazette.example/feed/{number}",
                "at": "2027-01-05T20:00:00Z",
                "status": 200,
                "outcome": "read",
            }
        )


@pytest.mark.parametrize(
    ("nights", "last", "told"),
    [
        (30, {"cpu": 9.0}, ["s of CPU"]),
        (10, {"cpu": 9.0}, ["s of CPU"]),
        (9, {"cpu": 9.0}, []),  # nobody knows yet what is usual
        (30, {"cpu": 9.0, "requests": 30}, []),  # more news
        (30, {"cpu": 3.0, "requests": 1}, []),  # hardly any
        (30, {"cpu": 3.9}, []),
        (30, {"cpu": 2.0, "written": 9e6}, ["MB written"]),
        (30, {"cpu": 9.0, "written": 9e6}, ["s of CPU", "MB written"]),
        (30, {"cpu": 2.0, "written": None}, []),
    ],
)
def test_a_crawl_twice_as_dear_as_those_before_it(
    nights: int, last: dict[str, float], told: list[str]
) -> None:
    paper = Paper(rhythm=working_days)
    for _ in range(nights):
        costs_of(paper, cpu=2.0)
    costs_of(paper, **last)
    found = [one for one in check_health(paper.db, paper.now) if one.check == "cost"]
    assert [one.subject for one in found] == told
    if told == ["s of CPU"]:
        (line,) = (one.line for one in found)
        number = paper.db.execute("SELECT max(id) FROM runs").fetchone()[0]
        assert f"the last crawl (run {number}) cost more than twice as much as usual" in line
        assert "9.0 s of CPU for 10 requests" in line
        assert f"{nights} before it 2.0, a request 0.200" in line
