"""Health and back-fills: told where one broke off, and in no crawl's place."""

from datetime import timedelta

import pytest
from calm_paper import Paper, working_days
from sqlite_utils import Database

from tradepress.archive.clock import utc_text
from tradepress.archive.health import Finding, check_health

SERVICE = "web.archive.example"


@pytest.fixture
def paper() -> Paper:
    paper = Paper(rhythm=working_days)
    paper.live(40)
    return paper


def add_backfill(paper: Paper, **facts: object) -> int:
    """A run that began an hour ago; its number."""
    row = {
        "kind": "backfill",
        "command": "backfill signet --from wayback",
        "sources": '["signet"]',
        "version": "0.2.0",
        "pid": 1,
        "host": "here",
        "started": utc_text(paper.now - timedelta(hours=1)),
        "state": "done",
        **facts,
    }
    run = paper.db["runs"].insert(row).last_pk
    paper.db["fetches"].insert(
        {
            "run_id": run,
            "source": "signet",
            "kind": "index",
            "url": f"https://{SERVICE}/cdx/search/cdx?url=signetgazette.example",
            "at": utc_text(paper.now - timedelta(hours=1)),
            "outcome": "read",
        }
    )
    assert isinstance(run, int)
    return run


def findings(db: Database, paper: Paper) -> dict[str, Finding]:
    return {one.check: one for one in check_health(db, paper.now)}


def test_one_that_was_killed_is_told_with_the_command_that_goes_on(paper: Paper) -> None:
    run = add_backfill(paper, state="interrupted", reason="the process was killed")
    found = findings(paper.db, paper)
    assert set(found) == {"back-fill"}
    assert found["back-fill"].what == f"the last back-fill (run {run}) was interrupted"
    assert "`tradepress backfill signet --from wayback`" in found["back-fill"].step


@pytest.mark.parametrize(
    "facts",
    [
        {"state": "done"},
        {"state": "interrupted", "stopped_by": "SIGINT"},
        {"state": "failed", "started": "2026-01-01T00:00:00Z"},
    ],
)
def test_one_that_ended_or_was_stopped_or_is_long_past_is_not(
    paper: Paper, facts: dict[str, str]
) -> None:
    add_backfill(paper, **facts)
    assert findings(paper.db, paper) == {}


def test_a_web_archive_that_turns_us_away_is_told_as_such(paper: Paper) -> None:
    add_backfill(paper)
    until = utc_text(paper.now + timedelta(hours=20))
    paper.db["hosts"].insert(
        {"host": SERVICE, "paused_until": until, "reason": "http_403", "blocks": 1}
    )
    found = findings(paper.db, paper)
    assert set(found) == {"web archive"}
    assert found["web archive"].what == f"the web archive {SERVICE} turns us away"
    assert found["web archive"].figures.startswith("http_403; left alone until ")


def test_a_paper_whose_own_listings_were_gone_through_is_no_web_archive(paper: Paper) -> None:
    add_backfill(paper)
    paper.db.execute("UPDATE fetches SET kind = 'sitemap' WHERE kind = 'index'")
    until = utc_text(paper.now + timedelta(hours=20))
    paper.db["hosts"].insert(
        {"host": SERVICE, "paused_until": until, "reason": "http_403", "blocks": 1}
    )
    assert findings(paper.db, paper) == {}


def test_a_short_rest_of_it_is_not(paper: Paper) -> None:
    add_backfill(paper)
    until = utc_text(paper.now + timedelta(minutes=20))
    paper.db["hosts"].insert(
        {"host": SERVICE, "paused_until": until, "reason": "http_429", "blocks": 0}
    )
    assert findings(paper.db, paper) == {}


def test_a_source_that_was_only_back_filled_is_not_silent() -> None:
    crawled = Paper(rhythm=working_days)
    crawled.live(40)
    db, paper = crawled.db, crawled
    db.execute("UPDATE runs SET kind = 'backfill'")
    assert check_health(db, paper.now + timedelta(days=100)) == []
