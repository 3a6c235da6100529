"""`tradepress backfill --from wayback`, against a real pywb and against what pywb does not do."""

import gzip
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import replay
from captured import Captured, write_warc
from conftest import Tradepress, a_story, declare

pytestmark = pytest.mark.slow

HOME = "http://gazette.example"
WHOLE = ("--from", "wayback", "--yes")


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        return db.execute(query).fetchall()


def configure(folder: Path, address: str) -> None:
    (folder / "tradepress.toml").write_text(
        f'contact = "archive@library.example"\n[backfill]\nwayback = "{address}"\n'
    )


@pytest.fixture
def declared(spiders: Path) -> None:
    declare(spiders, "gazette", HOME, domains=("gazette.example",))


@pytest.fixture
def captures(tmp_path: Path, declared: None) -> Iterator[str]:
    """The address of a pywb with some captures of the Gazette."""
    zipped = gzip.compress(a_story("Two lanterns", "1 July 2019").encode())
    one = f"{HOME}/trademark/lantern-1001"
    file = write_warc(
        tmp_path / "gazette.warc.gz",
        [
            Captured(url=one, at="2017-08-04T12:00:00", page=a_story("A lantern")),
            Captured(url=one, at="2018-01-01T12:00:00", page=a_story("A lantern")),
            Captured(url=one, at="2018-08-04T12:00:00", page="moved", status=301),
            Captured(
                url="https://www.gazette.example/trademark/lantern-1001",
                at="2019-08-04T12:00:00",
                page=a_story("A lantern relit"),
            ),
            Captured(
                url="https://www.gazette.example/trademark/lanterns-1002",
                at="2019-08-04T13:00:00",
                page=zipped,
                headers={"Content-Encoding": "gzip", "Content-Length": str(len(zipped))},
            ),
            Captured(
                url=f"{HOME}/trademark/lantern-1003",
                at="2019-08-05T13:00:00",
                page=a_story("A lantern kept back"),
                headers={"X-Robots-Tag": "noarchive"},
            ),
            Captured(url=f"{HOME}/about", at="2019-08-04T12:00:00", page=a_story("About us")),
        ],
    )
    replay.add_files(tmp_path / "pywb", [file])
    with replay.pywb(tmp_path / "pywb") as address:
        configure(tmp_path, address)
        yield address


def test_every_version_of_every_story_comes_with_the_time_of_its_capture(
    captures: str, tradepress: Tradepress, tmp_path: Path
) -> None:
    result = tradepress("backfill", "gazette", *WHOLE)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("gazette: 4 captures of 3 stories: 4 requests, about 4 seconds")
    assert rows(
        tmp_path,
        "SELECT ref, versions.version, versions.date_captured, versions.headline, versions.url "
        "FROM versions JOIN articles ON articles.id = article_id ORDER BY 1, 2",
    ) == [
        (
            "gazette-1001",
            1,
            "2017-08-04T12:00:00Z",
            "A lantern",
            f"{HOME}/trademark/lantern-1001",
        ),
        (
            "gazette-1001",
            2,
            "2019-08-04T12:00:00Z",
            "A lantern relit",
            "https://www.gazette.example/trademark/lantern-1001",
        ),
        (
            "gazette-1002",
            1,
            "2019-08-04T13:00:00Z",
            "Two lanterns",
            "https://www.gazette.example/trademark/lanterns-1002",
        ),
        (
            "gazette-1003",
            1,
            "2019-08-05T13:00:00Z",
            "A lantern kept back",
            f"{HOME}/trademark/lantern-1003",
        ),
    ]
    assert rows(tmp_path, "SELECT url, origin, retrieved_from FROM captures ORDER BY id")[0] == (
        f"{HOME}/trademark/lantern-1001",
        "wayback",
        f"{captures}/20170804120000id_/{HOME}/trademark/lantern-1001",
    )
    (reserved,) = rows(
        tmp_path, "SELECT policy, body, reservations FROM articles WHERE site_id = '1003'"
    )
    assert reserved[:2] == ("metadata-only", None)
    assert json.loads(reserved[2])[0]["term"] == "noarchive"
    seen = rows(tmp_path, "SELECT seen_until FROM mementos ORDER BY url_id LIMIT 1")
    assert seen == [("2018-01-01T12:00:00Z",)]

    again = tradepress("backfill", "gazette", *WHOLE)
    assert again.returncode == 0
    assert "no capture that is not fetched already" in again.stdout
    assert rows(tmp_path, "SELECT kind, urls FROM runs") == [("backfill", 4), ("backfill", 0)]


def test_runs_health_and_verify_know_it(
    captures: str, tradepress: Tradepress, tmp_path: Path
) -> None:
    assert tradepress("backfill", "gazette", *WHOLE, "--limit", "2").returncode == 0
    assert (
        tradepress("runs").stdout.rstrip().endswith("  backfill gazette --from wayback --limit 2")
    )
    assert tradepress("verify", "--history").returncode == 0
    health = tradepress("health")
    assert (health.returncode, health.stderr) == (0, ""), health.stdout
    assert "gazette" not in health.stdout
    rest = tradepress("backfill", "gazette", *WHOLE, "--since", "2019")
    assert rest.stdout.startswith("gazette: 1 capture of 1 story: 1 request, about 1 second")
