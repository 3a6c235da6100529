"""`tradepress backfill --from ccnews`: whole files, of which one paper's stories are wanted."""

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from captured import Captured
from conftest import ROOT, WITH_SPIDERS, Tradepress, a_story, declare, inject
from crawl_server import CrawlServer, served, write_news

pytestmark = pytest.mark.slow

HOME = "https://gazette.example"
WHOLE = ("backfill", "gazette", "--from", "ccnews", "--yes", "--contact", "a@library.example")
MAY = (*WHOLE, "--since", "2020-05", "--until", "2020-05")
PIECE = 4000
PIECES = (
    f"import tradepress.jobs.backfill.ccnews\ntradepress.jobs.backfill.ccnews.PIECE = {PIECE}\n"
)


def others(day: int, count: int = 30) -> list[Captured]:
    """Of other papers, some of which name ours."""
    return [
        Captured(
            url=f"https://paper-{n}.example/trademark/lantern-{n + 2000}?from=gazette.example",
            at=f"2020-05-{day:02}T10:00:00",
            page=a_story(f"Another {n}"),
        )
        for n in range(count)
    ]


def ours(number: int, day: int) -> Captured:
    return Captured(
        url=f"{HOME}/trademark/lantern-{number}",
        at=f"2020-05-{day:02}T11:00:00",
        page=a_story(f"Lantern {number}"),
    )


FILES = {
    "CC-NEWS-20200502010000-00001.warc.gz": [*others(2), ours(1001, 2), *others(2), ours(1002, 2)],
    "CC-NEWS-20200503010000-00002.warc.gz": [ours(1003, 3), *others(3)],
    "CC-NEWS-20200504010000-00003.warc.gz": [*others(4), ours(1004, 4), ours(1001, 4)],
}


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        return db.execute(query).fetchall()


def headlines(folder: Path) -> list[str]:
    return [row[0] for row in rows(folder, "SELECT headline FROM articles ORDER BY ref")]


@pytest.fixture(autouse=True)
def declared(spiders: Path) -> None:
    declare(spiders, "gazette", HOME, domains=("gazette.example",))
    inject(spiders, "gazette", PIECES)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[CrawlServer]:
    write_news(tmp_path / "crawls", "2020/05", FILES)
    with served(tmp_path / "crawls", []) as server:
        (tmp_path / "tradepress.toml").write_text(f'[backfill]\ncommoncrawl = "{server.address}"\n')
        yield server


def test_a_killed_one_goes_on_with_the_file_that_it_was_at(
    server: CrawlServer, tradepress: Tradepress, tmp_path: Path, spiders: Path
) -> None:
    def kill(_: int) -> None:
        if len({one.split()[0] for one in server.ranges}) == 2:
            process.kill()

    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TRADEPRESS_ALLOW_ADDRESSES": "127.0.0.1"}
    command = [sys.executable, "-c", WITH_SPIDERS, str(spiders), *MAY]
    with subprocess.Popen(command, cwd=tmp_path, env=environment) as process:
        server.before_range = kill
        process.wait()
    server.before_range = lambda number: None
    assert process.returncode == -9
    assert headlines(tmp_path) == ["Lantern 1001", "Lantern 1002"]
    before = len(server.ranges)

    result = tradepress(*MAY)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("gazette: 2 files to be looked through, some 2 GB: ")
    assert headlines(tmp_path) == [f"Lantern {number}" for number in range(1001, 1005)]
    assert [one for one in server.ranges[before:] if "00001.warc" in one] == []
    assert rows(tmp_path, "SELECT DISTINCT origin FROM captures") == [("ccnews",)]
    # The later capture of the first story has the same bytes.
    assert rows(tmp_path, "SELECT count(*), max(seen_until) FROM mementos") == [
        (4, "2020-05-04T11:00:00Z")
    ]
    assert len(rows(tmp_path, "SELECT url FROM seeds WHERE kind = 'warc'")) == len(FILES)
    (place,) = rows(tmp_path, "SELECT retrieved_from FROM captures WHERE url LIKE '%1003'")
    assert place[0].startswith(
        f"{server.address}/crawl-data/CC-NEWS/2020/05/CC-NEWS-20200503010000-00002.warc.gz?bytes=0-"
    )

    again = tradepress(*MAY)
    assert again.returncode == 0
    assert "no capture that is not fetched already" in again.stdout


def test_a_folder_is_looked_through_and_damage_is_named(
    tradepress: Tradepress, tmp_path: Path
) -> None:
    write_news(tmp_path / "crawls", "2020/05", FILES)
    (tmp_path / "tradepress.toml").write_text(f'[backfill]\ncommoncrawl = "{tmp_path}/crawls"\n')
    damaged = tmp_path / "crawls/crawl-data/CC-NEWS/2020/05/CC-NEWS-20200503010000-00002.warc.gz"
    content = bytearray(damaged.read_bytes())
    content[3000:3030] = bytes(30)
    damaged.write_bytes(content)
    result = tradepress(*WHOLE, "--since", "2020-05-03", "--until", "2020-05-03")
    assert re.match(
        r"gazette: 2 files at hand to be looked through, some [\d.]+ [kM]B: about 0 seconds\n",
        result.stdout,
    )
    assert "00002.warc.gz: 1 of its records can't be read (at byte " in result.stderr
    assert headlines(tmp_path) == ["Lantern 1001", "Lantern 1002", "Lantern 1003"]
    assert tradepress(*WHOLE, "--limit", "1").returncode == 0
    assert headlines(tmp_path)[-1] == "Lantern 1004"


def test_each_limited_one_goes_on_behind_the_stories_of_those_before(
    tradepress: Tradepress, tmp_path: Path
) -> None:
    write_news(tmp_path / "crawls", "2020/05", FILES)
    (tmp_path / "tradepress.toml").write_text(f'[backfill]\ncommoncrawl = "{tmp_path}/crawls"\n')
    for stories in (1, 2, 3, 4):
        assert tradepress(*WHOLE, "--limit", "1").returncode == 0
        assert len(headlines(tmp_path)) == stories
    assert rows(tmp_path, "SELECT sum(urls), sum(stored) FROM runs") == [(4, 4)]


def test_what_is_not_there_is_told(tradepress: Tradepress, tmp_path: Path) -> None:
    (tmp_path / "tradepress.toml").write_text(f'[backfill]\ncommoncrawl = "{tmp_path}/none"\n')
    result = tradepress(*WHOLE)
    assert result.returncode == 4
    assert "no CC-NEWS-….warc.gz is in it" in result.stderr


def test_a_file_of_a_folder_that_cannot_be_opened_keeps_no_other_back(
    tradepress: Tradepress, tmp_path: Path
) -> None:
    write_news(tmp_path / "crawls", "2020/05", FILES)
    (tmp_path / "tradepress.toml").write_text(f'[backfill]\ncommoncrawl = "{tmp_path}/crawls"\n')
    first = min((tmp_path / "crawls").rglob("CC-NEWS-*.warc.gz"))
    kept = first.rename(tmp_path / first.name)
    first.symlink_to("nowhere.warc.gz")
    result = tradepress(*WHOLE)
    assert result.returncode == 1
    assert f"{first.name} can't be read: " in result.stderr
    assert "The next run looks it through." in result.stderr
    others = headlines(tmp_path)
    assert others
    first.unlink()
    kept.rename(first)
    assert tradepress(*WHOLE).returncode == 0
    assert len(headlines(tmp_path)) > len(others)
