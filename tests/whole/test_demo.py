"""`tradepress demo`: the sample papers, crawled for real into an archive."""

import hashlib
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path

import preloaded
import pytest
from archive_rows import open_writer, withdraw
from conftest import ROOT

from tradepress.archive.stories.ref import resolve_ref
from tradepress.archive.withdrawal.request import tombstone_for
from tradepress.commands.demo_command import compare, withdrawn_stories
from tradepress.crawling.archive_run import captures_beside
from tradepress.sample.manifest import load_manifest

MANIFEST = load_manifest()
EXPECTED = {s["ref"]: s for s in MANIFEST["stories"] if not s["disallowed"]}
LATER = MANIFEST["later"]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the demo has run once; tests read it."""
    folder = tmp_path_factory.mktemp("demo")
    result = run_demo(folder)
    assert result.returncode == 0, result.stdout + result.stderr
    (folder / "output.txt").write_text(result.stdout)
    return folder


@pytest.fixture
def own_demo(demo: Path, tmp_path: Path) -> Path:
    """A copy of that folder for a test that changes it."""
    folder = tmp_path / "own"
    shutil.copytree(demo, folder)
    return folder


def run_demo(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return preloaded.run(["-m", "tradepress", "demo", *options], cwd=folder)


def query(folder: Path, sql: str) -> list[dict[str, object]]:
    db = sqlite3.connect(folder / "archive.db")
    db.row_factory = sqlite3.Row
    try:
        return [dict(row) for row in db.execute(sql)]
    finally:
        db.close()


def sums(output: str) -> dict[str, int]:
    counts = {
        name: int(n) for name, n in re.findall(r"^  (\w+) +(\d+)(?:$|   [a-z])", output, re.M)
    }
    match = re.search(r"(\d+) URLs in [\d.]+ seconds", output)
    assert match, output
    return {**counts, "urls": int(match[1])}


def test_it_holds_every_story_exactly_once_as_its_page_shows_it(demo: Path) -> None:
    rows = {row["ref"]: row for row in query(demo, "SELECT * FROM articles")}
    assert rows.keys() == EXPECTED.keys()
    for ref, story in EXPECTED.items():
        row = rows[ref]
        assert row["headline"] == story["headline"], ref
        assert row["date_published"] == story["date_published"], ref
        assert hashlib.sha256(str(row["body"]).encode()).hexdigest() == story["sha256"], ref
        assert bool(row["is_truncated"]) == story["is_truncated"], ref
        assert json.loads(str(row["authors"])) == story["authors"], ref
        assert row["section"] == story["section"], ref
        assert str(row["url"]).replace("://www.", "://") in story["urls"], ref


def test_the_sums_agree(demo: Path) -> None:
    counts = sums((demo / "output.txt").read_text())
    urls = counts.pop("urls")
    assert urls == sum(counts.values())
    assert counts["stored"] == len(EXPECTED)
    assert counts["failed"] == counts["deferred"] == 0
    assert query(demo, "SELECT urls, stored, state, exit_code FROM runs") == [
        {"urls": urls, "stored": len(EXPECTED), "state": "done", "exit_code": 0}
    ]


def test_what_is_no_story_is_rejected_with_its_reason(demo: Path) -> None:
    reasons = {
        str(row["url"]): row["reason"]
        for row in query(demo, "SELECT url, reason FROM urls WHERE outcome = 'rejected'")
    }
    for entry in MANIFEST["not_stories"]:
        assert reasons[entry["url"]] == entry["reason"]
    forbidden = {story["urls"][0] for story in MANIFEST["stories"] if story["disallowed"]}
    assert {url for url, reason in reasons.items() if reason == "robots"} == forbidden


def test_each_address_of_a_story_is_one_of_its_locations(demo: Path) -> None:
    places: dict[object, set[object]] = {}
    for row in query(
        demo, "SELECT ref, locations.url FROM locations JOIN articles ON articles.id = article_id"
    ):
        places.setdefault(row["ref"], set()).add(row["url"])
    for ref, story in EXPECTED.items():
        bare = {str(url).replace("://www.", "://") for url in places[ref]}
        assert bare & set(story["urls"]), ref


FURNITURE = re.compile(
    r"did you enjoy reading|sign up to our|already registered|login to your account"
    r"|free 2-week trial|two weeks free trial|48hrs to be approved|multi-user price"
    r"|today.s top stories|more on this story|^subscribe$|^related articles|newsletters? and get",
    re.IGNORECASE,
)


def test_no_furniture_is_left_as_a_paragraph(demo: Path) -> None:
    for row in query(demo, "SELECT ref, body FROM articles"):
        left = [p for p in str(row["body"]).split("\n\n") if FURNITURE.search(p) and len(p) < 250]
        assert left == [], row["ref"]


def test_sentences_of_the_story_stay(demo: Path) -> None:
    bodies = " ".join(str(row["body"]) for row in query(demo, "SELECT body FROM articles"))
    assert "The decision is available here." in bodies
    assert "can be viewed here." in bodies


def test_links_are_typed(demo: Path) -> None:
    kinds = {row["kind"] for row in query(demo, "SELECT DISTINCT kind FROM links")}
    assert kinds == {
        "related",
        "top_stories",
        "more_on_this_story",
        "in_text",
        "first_published_on",
    }


@pytest.mark.slow
def test_a_second_demo_stores_nothing_new(own_demo: Path) -> None:
    result = run_demo(own_demo)
    assert result.returncode == 0, result.stderr
    counts = sums(result.stdout)
    assert counts["stored"] == 0
    assert "Nothing new" in result.stdout
    assert query(own_demo, "SELECT count(*) AS n FROM versions") == [{"n": len(EXPECTED)}]


@pytest.mark.slow
def test_later_adds_exactly_what_its_manifest_says(own_demo: Path) -> None:
    before = {row["ref"]: row for row in query(own_demo, "SELECT * FROM articles")}
    result = run_demo(own_demo, "--later")
    assert result.returncode == 0, result.stdout + result.stderr
    after = {row["ref"]: row for row in query(own_demo, "SELECT * FROM articles")}
    assert after.keys() - before.keys() == set(LATER["new"])
    changed = {*LATER["changed"], *LATER["headline_corrected"], *LATER["corrected"]}
    assert {ref for ref, row in after.items() if row["version"] == 2} == changed
    assert {ref for ref, row in after.items() if row["gone_at"]} == set(LATER["gone"])
    for ref, url in LATER["moved"].items():
        assert after[ref]["url"] == url
        assert after[ref]["version"] == 1
    for ref in LATER["corrected"]:
        assert json.loads(str(after[ref]["corrections"]))
    for ref in LATER["headline_corrected"]:
        assert after[ref]["headline"] != before[ref]["headline"]
        assert after[ref]["body"] == before[ref]["body"]
    versions = query(own_demo, "SELECT count(*) AS n FROM versions")[0]["n"]
    assert versions == len(EXPECTED) + len(LATER["new"]) + len(changed)
    again = run_demo(own_demo)
    assert again.returncode == 0
    assert "moved on" in again.stdout
    assert sums(again.stdout)["stored"] == 0


def test_stories_that_were_withdrawn_are_not_missed(own_demo: Path) -> None:
    path = own_demo / "archive.db"
    refs = ["makers-3921", *LATER["gone"]]
    with open_writer(path, command="withdraw", captures=captures_beside(path)) as writer:
        stones = [
            tombstone_for(writer.db, resolve_ref(writer.db, ref)[0], reason="asked") for ref in refs
        ]
        withdraw(writer, captures_beside(path), stones)
        assert withdrawn_stories(writer.db, MANIFEST, later=False) == set(refs)
        assert compare(writer.db, MANIFEST, later=False) == []
        later = compare(writer.db, MANIFEST, later=True)
        assert not any(line.startswith(ref) for line in later for ref in refs)
        writer.db.execute("DELETE FROM tombstone_keys")
        missed = compare(writer.db, MANIFEST, later=False)
        assert [line.partition(" ")[0] for line in missed] == sorted(refs)


def test_the_papers_can_be_looked_at_in_a_browser(tmp_path: Path) -> None:
    unbuffered = os.environ | {"PYTHONUNBUFFERED": "1"}
    with preloaded.start(
        ["-m", "tradepress", "demo", "--serve"], cwd=tmp_path, env=unbuffered
    ) as process:
        lines = [process.stdout.readline() for _ in range(3)]
        host, port = re.findall(r"http://(signetgazette\.localhost):(\d+)/", "".join(lines))[0]
        connection = HTTPConnection("127.0.0.1", int(port), timeout=300)
        connection.request("GET", "/", headers={"Host": f"{host}:{port}"})
        front = connection.getresponse().read().decode()
        connection.close()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=300) == 0
    assert "The Signet Gazette" in front
    assert "http://signetgazette.example" not in front
    assert list(tmp_path.iterdir()) == []


def test_later_needs_a_first_time(tmp_path: Path) -> None:
    result = run_demo(tmp_path, "--later")
    assert result.returncode == 2
    assert "does not exist" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_real_sources_do_not_go_into_the_sample(own_demo: Path) -> None:
    words = ["crawl", "wipr", "--contact", "a@library.example"]
    result = preloaded.run(["-m", "tradepress", *words], cwd=own_demo)
    assert result.returncode == 3
    assert "--archive" in result.stderr


def test_the_next_commands_work(demo: Path) -> None:
    output = (demo / "output.txt").read_text()
    steps = re.findall(r"^  (.* (?:search|show) .*?)   ", output, re.MULTILINE)
    assert len(steps) == 2
    for step in steps:
        words = step.replace("python ", f"{sys.executable} ")
        result = subprocess.run(
            words,
            shell=True,
            cwd=demo,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert result.returncode == 0, step + result.stderr
        assert len(result.stdout.splitlines()) > 3, step
