"""Health and clusters: what a run left out is told until the command works all its inputs."""

from datetime import timedelta

import pytest
from calm_paper import Paper, working_days

from tradepress.archive.clock import utc_text
from tradepress.archive.health import check_health
from tradepress.archive.ledger.outcomes import LEFT_OUT

LEFT = f"4 tasks by 2 workers; 2 retries; 1 input {LEFT_OUT}a.warc"


@pytest.fixture
def paper() -> Paper:
    paper = Paper(rhythm=working_days)
    paper.live(40)
    return paper


def add_run(
    paper: Paper,
    reason: str | None,
    *,
    days: int = 0,
    command: str = "ingest",
    kind: str = "ingest",
) -> int:
    """One of a cluster that began an hour and so many days ago; its number."""
    row = {
        "kind": kind,
        "command": command,
        "sources": "[]",
        "version": "0.2.0",
        "pid": 1,
        "host": "here",
        "started": utc_text(paper.now - timedelta(days=days, hours=1)),
        "state": "done",
        "exit_code": int(reason == LEFT),
        "reason": reason,
    }
    run = paper.db["runs"].insert(row).last_pk
    assert isinstance(run, int)
    return run


def test_a_part_that_is_away_is_told_until_it_is_back(paper: Paper) -> None:
    paper.db["parts"].insert(
        {"path": "/shards/part-1", "sources": '["wipr"]', "cut_at": utc_text(paper.now)}
    )
    (line,) = found(paper).values()
    assert "1 in the table parts" in line
    assert "`tradepress crawl --local 1`: it checks them in" in line
    paper.db.execute("DELETE FROM parts")
    assert found(paper) == {}


def found(paper: Paper) -> dict[str, str]:
    return {one.key: one.line for one in check_health(paper.db, paper.now)}


def test_a_run_that_left_an_input_out_is_told_with_its_name(paper: Paper) -> None:
    run = add_run(paper, LEFT)
    (line,) = found(paper).values()
    assert line.startswith(
        f"the last `ingest` by a cluster (run {run}) could not work all its inputs"
    )
    assert "1 input left out: a.warc" in line
    assert f"`tradepress runs {run}`" in line


def test_each_command_is_told_for_itself(paper: Paper) -> None:
    add_run(paper, LEFT)
    add_run(paper, LEFT, command="reextract")
    assert found(paper).keys() == {
        "archive left out ingest",
        "archive left out reextract",
    }


def test_it_is_over_with_the_next_that_works_all(paper: Paper) -> None:
    add_run(paper, LEFT, days=1)
    add_run(paper, None)  # without a cluster, perhaps of other files
    assert found(paper).keys() == {"archive left out ingest"}
    add_run(paper, "1 task by 1 worker")
    assert found(paper) == {}


def test_crawls_are_one_whatever_sources_they_name(paper: Paper) -> None:
    names = [f"paper{number}" for number in range(1000)]
    add_run(paper, LEFT, days=1, kind="crawl", command=" ".join(["crawl", *names]))
    run = add_run(paper, LEFT, kind="crawl", command=" ".join(["crawl", "another", *names]))
    ((key, line),) = found(paper).items()
    assert key == "archive left out crawl"
    assert line.startswith(
        f"the last `crawl` by a cluster (run {run}) could not work all its inputs"
    )
    assert len(line) < 400
    add_run(paper, "1 task by 1 worker", kind="crawl", command="crawl paper1 --scheduled")
    assert found(paper) == {}


def test_it_is_not_told_for_ever(paper: Paper) -> None:
    add_run(paper, LEFT, days=14)
    assert found(paper) == {}
