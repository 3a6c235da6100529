"""Back-fill of three years of a sample paper from a real pywb, killed twice, at its pace."""

import json
import os
import sqlite3
from collections import Counter
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import past_papers
import preloaded
import pytest
import replay
from captured import write_warc
from conftest import ROOT, Answer
from timed_paper import CRAWL, DELAY
from web_archive import Front, before

pytestmark = pytest.mark.slow

HOST = "www.example.com"
"""Of the web archive: no loopback name, so that its requests keep a pace."""
RETRY_AFTER = 2
KILLS = {1: 5, 2: 16}
"""Of a run at this capture, counted over all runs: it is asked for and not answered."""


def backfill(folder: Path, front: Front) -> tuple[int, str, str]:
    """One run in a process of its own; exit code, output and errors."""
    given = {"spiders": "", "names": [HOST], "delay": DELAY, "before": ""}
    inherited = {name: value for name, value in os.environ.items() if "TRADEPRESS_" not in name}
    command = ["backfill", "signet", "--from", "wayback", "--yes", "--contact", "a@library.example"]
    front.run += 1
    with preloaded.start(
        ["-c", CRAWL, json.dumps(given), *command],
        cwd=folder,
        env={**inherited, "PYTHONPATH": str(ROOT), "TRADEPRESS_ALLOW_ADDRESSES": "127.0.0.1"},
    ) as process:

        def in_place(path: str, asked: int) -> Answer | None:
            if "id_/" in path and asked == KILLS.get(front.run):
                process.kill()
                return Answer(status=0)
            if "id_/" in path and asked == KILLS[2] + 3:
                return Answer("slowly", 429, {"Retry-After": str(RETRY_AFTER)})
            return None

        front.in_place = in_place
        out, errors = process.communicate(timeout=300)
        return process.returncode, out, errors


def test_three_years_come_whole_through_two_kills_at_the_pace_that_is_set(tmp_path: Path) -> None:
    file = write_warc(tmp_path / "signet.warc.gz", past_papers.captures())
    replay.add_files(tmp_path / "pywb", [file])
    with (
        replay.pywb(tmp_path / "pywb") as address,
        before(urlsplit(address).port or 0) as front,
    ):
        (tmp_path / "tradepress.toml").write_text(
            f'[backfill]\nwayback = "http://{HOST}:{front.port}/press"\ndelay = {DELAY}\n'
        )
        ends = [backfill(tmp_path, front) for _ in range(3)]
    assert [code for code, *_ in ends] == [-9, -9, 0], ends
    assert ends[-1][2] == ""

    with closing(sqlite3.connect(tmp_path / "archive.db")) as db:
        kept = db.execute(
            "SELECT ref, versions.version, versions.date_captured, versions.body FROM versions "
            "JOIN articles ON articles.id = article_id ORDER BY ref, versions.version"
        ).fetchall()
        current = db.execute("SELECT ref, version FROM articles ORDER BY ref").fetchall()
        left = db.execute("SELECT count(*) FROM urls WHERE state <> 'done'").fetchone()
    assert kept == past_papers.versions()
    assert current == sorted({ref: number for ref, number, *_ in kept}.items())
    assert dict(current)[past_papers.CHANGED] == 3
    assert left == (0,)

    answered = Counter(one.path for one in front.captures(200))
    assert set(answered.values()) == {1}, "a page was asked for twice"
    # The listing, and the later half of what it gave.
    assert len([one for one in front.requests if "/cdx?" in one.path]) == 2
    rests = [
        later.began - earlier.ended
        for earlier, later in pairwise(front.requests)
        if earlier.run == later.run
    ]
    assert min(rests) >= DELAY
    (busy,) = front.captures(429)
    following = next(one for one in front.requests if one.began > busy.ended)
    assert following.path == busy.path
    assert following.began - busy.ended >= RETRY_AFTER
