"""Health over an archive from which stories were withdrawn: neither silent nor alarmed by it."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from archive_rows import Writer, open_writer, withdraw
from calm_paper import Page, Paper, Seen, working_days
from conftest import quick_first
from test_health import BREAKS

from tradepress.archive.health import Finding, check_health, examine
from tradepress.archive.read_only import read_archive
from tradepress.archive.withdrawal.request import tombstone_for, tombstones_for_source
from tradepress.archive.withdrawal.tombstones import Tombstone


@contextmanager
def written(paper: Paper, path: Path) -> Iterator[Writer]:
    paper.write(path)
    with open_writer(path, command="withdraw") as writer:
        yield writer


def stones(writer: Writer, ids: list[int]) -> list[Tombstone]:
    return [tombstone_for(writer.db, number, reason="asked") for number in ids]


def checks(path: Path, paper: Paper) -> dict[str, Finding]:
    db = read_archive(path)
    try:
        findings, states = examine(db, paper.now)
        assert states
        return {finding.check: finding for finding in findings}
    finally:
        db.close()


def kept(paper: Paper) -> list[int]:
    return [story.id for story in paper.stories if story.version]


@pytest.mark.parametrize("check", quick_first([None, *BREAKS], 3))
def test_each_check_finds_the_same_once_stories_are_withdrawn(
    tmp_path: Path, check: str | None
) -> None:
    paper = Paper(rhythm=working_days)
    paper.live(61)
    if check is not None:
        paper.next_day(BREAKS[check][0])
    before = {finding.check for finding in check_health(paper.db, paper.now)}
    with written(paper, tmp_path / "archive.db") as writer:
        withdraw(writer, None, stones(writer, kept(paper)[:60:10]))
    found = checks(tmp_path / "archive.db", paper)
    assert set(found) == before
    assert not any("withdrawn" in finding.line for finding in found.values())


def put_off(page: Page, _: random.Random) -> Page:
    return replace(page, outcome="deferred", reason="interrupted")


def forbidden(page: Page, _: random.Random) -> Page:
    return replace(page, outcome="rejected", reason="robots")


def timed_out(page: Page, _: random.Random) -> Page:
    return replace(page, outcome="failed", reason="timeout")


@pytest.mark.parametrize("seen", [put_off, forbidden, timed_out])
def test_a_source_that_was_withdrawn_whole_alarms_nobody(tmp_path: Path, seen: Seen) -> None:
    paper = Paper(rhythm=working_days)
    paper.live(61)
    paper.next_day(seen)
    with written(paper, tmp_path / "archive.db") as writer:
        withdraw(writer, None, tombstones_for_source(writer.db, paper.name, reason="asked"))
    assert checks(tmp_path / "archive.db", paper) == {}


def test_the_newest_stories_were_news_though_they_are_withdrawn(tmp_path: Path) -> None:
    paper = Paper(rhythm=working_days)
    paper.live(61)
    known = len(paper.stories)
    paper.live(30)
    with written(paper, tmp_path / "archive.db") as writer:
        withdraw(writer, None, stones(writer, [n for n in kept(paper) if n > known]))
    assert checks(tmp_path / "archive.db", paper) == {}
