"""Indexes of web archives that no program wrote in good faith: each is refused under one name."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from archive_rows import PAPER, OneRun
from test_wayback_index import GAZETTE, KEY, NAMES, ONE, ROW

from tradepress.discovery.common_crawl import (
    read_crawl_index,
    read_indexes,
    read_page_count,
    read_paths,
)
from tradepress.discovery.wayback_index import NotAnIndex, read_index
from tradepress.jobs.backfill.backfill_visit import memento_of

LONG = "9" * 5000
NESTED = "[" * 100_000
FIELDS = {"url": ONE, "timestamp": ROW[1], "filename": "a", "offset": "0", "length": "1"}


def of_crawl(answer: bytes) -> object:
    return read_crawl_index(answer, GAZETTE)


def of_wayback(answer: bytes) -> object:
    return read_index(answer, GAZETTE)


def of_crawls(answer: bytes) -> object:
    return read_indexes(answer, since=None, until=None)


@pytest.mark.parametrize(
    ("read", "answer"),
    [
        (of_wayback, NESTED),
        (of_wayback, f"[{NESTED}"),
        (of_wayback, f'[["urlkey"], [{LONG}]]'),
        (of_wayback, f"{KEY} {ROW[1]} {{{NESTED}"),
        (of_wayback, json.dumps([NAMES, [], [None, []], "x"])),
        (of_wayback, json.dumps([NAMES, 5])),
        (of_crawl, f"{ONE} {NESTED}{{"),
        (of_crawl, f'{{"url": "{ONE}", "offset": {LONG}}}'),
        (of_crawl, f'{{"url": "{ONE}", "a": {NESTED}'),
        (of_crawl, json.dumps({**FIELDS, "offset": LONG})),
        (of_crawls, NESTED),
        (of_crawls, f'[{{"id": {LONG}, "cdx-api": 1}}]'),
        (read_page_count, NESTED),
        (read_page_count, f'{{"pages": {LONG}}}'),
        (read_page_count, json.dumps({"pages": LONG})),
        (read_page_count, json.dumps({"pages": 10**12})),
        (read_page_count, json.dumps({"pages": -1})),
        (read_page_count, '{"pages": 1e999}'),
    ],
)
def test_what_no_index_may_say_is_the_fault_of_the_index(
    read: Callable[[bytes], object], answer: str
) -> None:
    with pytest.raises(NotAnIndex):
        read(answer.encode())


def test_a_list_of_files_that_is_none_is_told() -> None:
    with pytest.raises(NotAnIndex):
        read_paths(gzip.compress(b"\xff\xfe"))


def test_a_number_that_is_none_is_that_of_its_line_alone() -> None:
    other = [*ROW[:4], LONG, *ROW[5:]]
    page = read_index(json.dumps([NAMES, other, ROW]).encode(), GAZETTE)
    assert [one.date_captured for one in page.captures] == [datetime(2017, 8, 4, 12, tzinfo=UTC)]


@pytest.mark.parametrize("time", ["99991231235959", "20990101000000"])
def test_a_capture_of_a_time_to_come_is_refused_by_name(tmp_path: Path, time: str) -> None:
    later = [ROW[0], time, *ROW[2:]]
    page = read_index(json.dumps([NAMES, ROW, later]).encode(), GAZETTE)
    assert [one.seen_until for one in page.captures] == [None, None]
    opened = OneRun(tmp_path / "archive.db", sources=[{**PAPER, "name": "gazette"}])
    mementos = [memento_of(one, f"http://w.example/{n}") for n, one in enumerate(page.captures)]
    assert opened.run.mementos.add("gazette", mementos, found_on=None) == 1
    refused = opened.run.transaction.rows("SELECT url, outcome, reason FROM fetches")
    assert refused == [{"url": "http://w.example/1", "outcome": "rejected", "reason": "to_come"}]
    opened.close()


def test_a_crawl_of_the_last_week_that_there_is_may_have_all_days() -> None:
    listed = [{"id": "CC-MAIN-9999-52", "cdx-api": "a"}, {"id": "CC-MAIN-0001-01", "cdx-api": "b"}]
    day = datetime(2017, 8, 4, tzinfo=UTC).date()
    assert read_indexes(json.dumps(listed).encode(), since=day, until=day) == []


def test_an_address_with_dots_is_that_of_the_story_it_leads_to() -> None:
    around = [*ROW[:2], "http://gazette.example/x/%2e%2e/news/lantern-1001", *ROW[3:]]
    page = read_index(json.dumps([NAMES, around]).encode(), GAZETTE)
    assert [one.original_url for one in page.captures] == [
        "http://gazette.example/news/lantern-1001"
    ]
