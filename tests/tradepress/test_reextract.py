"""`tradepress reextract`: today's rules over the stored pages, told or stored beside the old."""

import asyncio
import json
import multiprocessing
import os
import signal
import sqlite3
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import page_tasks
import preloaded
import pytest
from archive_rows import Writer, article_of, clock, writer
from conftest import ROOT, Tradepress, a_story

from tradepress.archive.file.lock import is_being_written
from tradepress.archive.rereading import becomes_teaser, changes, fields_read, makes_version
from tradepress.archive.stories.clean_story import clean_story
from tradepress.crawling.page_workers import PageWorkers
from tradepress.declared_sources import all_sources
from tradepress.extraction.rules import extractor
from tradepress.jobs.reextract_report import example, shorten
from tradepress.source import Furniture
from tradepress.spiders import wipr

__all__ = ["clock", "writer"]

pytestmark = pytest.mark.timeout(120)

URL = "https://www.worldipreview.com/trademark/lantern-case-"
TAIL = "Handles are explained at length in the Lanternpedia, the encyclopaedia of all lamps."
BODY = (
    "<p>A maker of lanterns has lost its appeal over the shape of a handle, the court said.</p>"
    "<p>Judges found that buyers would see the curve as a useful grip and not as a sign of "
    "origin, and they ordered the applicant to bear the costs of both instances.</p>"
    "<p>The company said it would study the ruling before it decides about a further step, "
    "while its rival welcomed a result that keeps ordinary handles free for everybody.</p>"
)
FULL = "\n\n".join(
    paragraph.removesuffix("</p>") for paragraph in BODY.split("<p>") if paragraph
).replace("</p>", "")
SOON = 60.0
"""Seconds in which something must come about on the slowest machine."""


def ingest(
    here: Tradepress, number: int, *options: str, words: str = "", headline: str = ""
) -> None:
    """Store the story ``wipr-<number>``."""
    headline = headline or f"Lantern maker loses handle appeal {number}"
    words = words or BODY.replace("the court", f"court {number}")
    page = a_story(headline, words=words)
    Path("page.html").write_text(page)
    result = here("ingest", "page.html", "--url", f"{URL}{number}", *options)
    assert "stored" in result.stdout, result.stdout


def run(here: Tradepress, *arguments: str, code: int = 0) -> dict[str, Any]:
    result = here("reextract", "--json", *arguments)
    assert result.returncode == code, result.stdout + result.stderr
    report: dict[str, Any] = json.loads(result.stdout)
    return report


def rows(sql: str, *parameters: object) -> list[dict[str, Any]]:
    with sqlite3.connect("archive.db") as db:
        db.row_factory = sqlite3.Row
        found = [dict(row) for row in db.execute(sql, parameters)]
    db.close()
    return found


def alter(sql: str, *parameters: object) -> None:
    with sqlite3.connect("archive.db") as db:
        db.execute(sql, parameters)
    db.close()


def cut(pattern: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new furniture rule in the declaration of World IP Review."""
    rule = Furniture(pattern=pattern)
    source = replace(wipr.SOURCE, furniture=(rule, *wipr.SOURCE.furniture))
    monkeypatch.setattr(wipr, "SOURCE", source)


@pytest.fixture
def two_stories(here: Tradepress) -> None:
    """One whose body ends with furniture that no rule knows, and one without."""
    ingest(here, 15001, words=f"{BODY}<p>{TAIL}</p>")
    ingest(here, 15002)


@pytest.mark.usefixtures("two_stories")
def test_a_new_rule_shows_and_nothing_is_written(
    here: Tradepress, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut("handles are explained.*", monkeypatch)
    before = Path("archive.db").read_bytes()
    result = here("reextract")
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert lines[0] == ("wipr: 2 of 2 read again: 1 would get a new version, 1 stay as they are")
    assert lines[1].split() == ["body", "1", "changed"]
    assert lines[-1] == "Nothing was written; --apply stores the new versions."
    report = run(here, "--diff")
    assert Path("archive.db").read_bytes() == before
    assert len(rows("SELECT 1 FROM versions")) == 2
    assert [row["command"] for row in rows("SELECT command FROM runs")] == ["ingest", "ingest"]
    assert report["run"] is None
    body = report["sources"]["wipr"]["fields"]["body"]
    assert (body["changed"], body["filled"], body["lost"]) == (1, 0, 0)
    assert body["examples"] == [
        {
            "ref": "wipr-15001@1",
            "words_gone": len(TAIL.split()),
            "words_added": 0,
            "gone": [f"4: {TAIL[:70]}…"],
            "added": [],
        }
    ]
    assert f"- 4: {TAIL[:70]}…" in result.stdout


@pytest.mark.usefixtures("two_stories")
def test_it_is_applied_as_a_version_beside_the_old_one(
    here: Tradepress, monkeypatch: pytest.MonkeyPatch
) -> None:
    article, version = "SELECT * FROM articles ORDER BY id", "SELECT * FROM versions ORDER BY id"
    places = "SELECT * FROM locations", "SELECT url, state, next_due, outcome, etag FROM urls"
    articles, versions, kept = rows(article), rows(version), [rows(place) for place in places]
    cut("handles are explained.*", monkeypatch)
    report = run(here, "--apply")
    assert report["sources"]["wipr"]["new"] == 1
    assert rows(version)[:2] == versions
    (new,) = rows(version)[2:]
    old = versions[0]
    assert (new["article_id"], new["version"], new["is_reread"]) == (old["article_id"], 2, 1)
    assert new["body"] == old["body"].removesuffix(f"\n\n{TAIL}") != old["body"]
    assert new["extractor"] == extractor(wipr.SOURCE) != old["extractor"]
    for name in ("capture_id", "date_captured", "url", "headline"):
        assert new[name] == old[name], name
    current, other = rows(article)
    assert (current["version"], current["version_id"]) == (2, new["id"])
    assert (current["body"], current["content_hash"]) == (new["body"], new["content_hash"])
    for name in ("ref", "url", "canonical_url", "site_id", "first_seen", "last_seen", "gone_at"):
        assert current[name] == articles[0][name], name
    assert other == articles[1]
    assert [rows(place) for place in places] == kept
    assert here("show", "wipr-15001@1").stdout.count("Lanternpedia") == 1
    assert "Lanternpedia" not in here("show", "wipr-15001").stdout
    assert json.loads(here("search", "Lanternpedia", "--json").stdout)["stories"] == []


@pytest.mark.slow
@pytest.mark.usefixtures("two_stories")
def test_a_second_run_finds_nothing_to_do(
    here: Tradepress, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(here, "--apply")["sources"]["wipr"]["read"] == 0  # ingest used the same rules
    cut("handles are explained.*", monkeypatch)
    run(here, "--apply")
    (ledger,) = rows("SELECT * FROM runs ORDER BY id DESC LIMIT 1")
    sums = {name: ledger[name] for name in ("urls", "stored", "unchanged", "rejected", "failed")}
    assert sums == {"urls": 2, "stored": 1, "unchanged": 1, "rejected": 0, "failed": 0}
    assert (ledger["command"], ledger["state"], ledger["exit_code"]) == ("reextract", "done", 0)
    second = run(here, "--apply")["sources"]["wipr"]
    assert (second["read"], second["read_before"], second["new"]) == (0, 2, 0)
    again = run(here, "--apply", "--again", "--source", "wipr")["sources"]["wipr"]
    assert (again["read"], again["same"], again["new"]) == (2, 2, 0)
    assert len(rows("SELECT 1 FROM versions")) == 3


@pytest.mark.slow
@pytest.mark.usefixtures("two_stories")
def test_a_limit_is_a_beginning(here: Tradepress, monkeypatch: pytest.MonkeyPatch) -> None:
    cut("(handles are explained|the company said).*", monkeypatch)
    assert run(here, "--apply", "--limit", "1")["sources"]["wipr"]["new"] == 1
    assert run(here, "--apply", "--limit", "1")["sources"]["wipr"]["new"] == 1
    assert run(here, "--apply", "--limit", "1")["sources"]["wipr"]["read"] == 0


@pytest.mark.slow
@pytest.mark.usefixtures("two_stories")
def test_what_came_without_a_capture_is_told(
    here: Tradepress, monkeypatch: pytest.MonkeyPatch
) -> None:
    alter("UPDATE version_rows SET capture_id = NULL WHERE article_id = 1")
    cut("handles are explained.*", monkeypatch)
    tally = run(here, "--apply")["sources"]["wipr"]
    assert (tally["versions"], tally["no_capture"], tally["read"], tally["new"]) == (2, 1, 1, 0)


@pytest.mark.slow
@pytest.mark.parametrize("harm", ["missing", "damaged", "another page"])
@pytest.mark.usefixtures("two_stories")
def test_a_page_that_is_not_to_be_had_is_named(
    here: Tradepress, monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    (file,) = Path("archive.captures").iterdir()
    if harm == "missing":
        alter("UPDATE captures SET file = 'nowhere.warc.gz' WHERE id = 1")
    elif harm == "damaged":
        ((place,),) = (row.values() for row in rows('SELECT "offset" FROM captures WHERE id = 1'))
        content = bytearray(file.read_bytes())
        content[place + 200] ^= 0xFF
        file.write_bytes(content)
    else:
        alter("UPDATE captures SET digest = 'sha1:X' WHERE id = 1")
    cut("the company said.*", monkeypatch)
    report = run(here, "--apply", code=1)
    (problem,) = report["problems"]
    assert (problem["ref"], problem["outcome"]) == ("wipr-15001@1", "failed")
    assert ".warc.gz" in problem["words"]
    assert report["sources"]["wipr"]["new"] == 1
    assert rows("SELECT ref, version FROM articles") == [
        {"ref": "wipr-15001", "version": 1},
        {"ref": "wipr-15002", "version": 2},
    ]
    (ledger,) = rows("SELECT urls, stored, failed, exit_code FROM runs ORDER BY id DESC LIMIT 1")
    assert ledger == {"urls": 2, "stored": 1, "failed": 1, "exit_code": 1}


@pytest.mark.slow
@pytest.mark.usefixtures("two_stories")
def test_a_story_that_can_no_longer_be_read_keeps_what_it_has(
    here: Tradepress, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows("SELECT * FROM articles")
    cut("(a maker|judges found|the company said|handles are).*", monkeypatch)
    assert len(run(here, "--diff", code=1)["problems"]) == 2
    for _ in range(2):  # they are tried every time
        problem, _ = run(here, "--apply", code=1)["problems"]
        assert (problem["ref"], problem["reason"]) == ("wipr-15001@1", "no_body")
    assert rows("SELECT * FROM articles") == before
    result = here("reextract")
    assert "wipr-15001@1: no_body (" in result.stderr
    assert "keeps what it has" in result.stderr


def test_a_full_text_is_never_made_a_teaser(here: Tradepress) -> None:
    ingest(here, 15001, words=BODY.replace("for everybody.", "for …"))
    assert rows("SELECT is_truncated FROM articles") == [{"is_truncated": 1}]
    for table in ("articles", "version_rows"):
        alter(f"UPDATE {table} SET is_truncated = 0, body = ?", f"{FULL}\n\nOn it went.")
    alter("UPDATE version_rows SET extractor = 'tradepress 0.0.1'")
    (problem,) = run(here, "--apply", code=1)["problems"]
    assert (problem["outcome"], problem["reason"]) == ("rejected", "teaser")
    assert len(rows("SELECT 1 FROM versions")) == 1


def test_a_text_that_turns_out_to_be_a_teaser_is_marked() -> None:
    body = {"body": "One two three …", "is_truncated": None}
    assert not becomes_teaser(body, {**body, "is_truncated": True})
    assert becomes_teaser({**body, "body": "One two three four"}, {**body, "is_truncated": True})
    assert not becomes_teaser({**body, "is_truncated": True}, {"body": "One", "is_truncated": True})


@pytest.mark.slow
@pytest.mark.usefixtures("two_stories")
def test_a_text_that_may_not_be_stored_by_now_stays_as_it_was_read(
    here: Tradepress, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut("handles are explained.*", monkeypatch)
    tightened = replace(wipr.SOURCE, policy="metadata-only")
    monkeypatch.setattr(wipr, "SOURCE", tightened)
    tally = run(here, "--apply")["sources"]["wipr"]
    assert (tally["new"], tally["same"]) == (0, 2)
    bodies = rows("SELECT count(*) AS bodies FROM versions WHERE body IS NOT NULL")
    assert bodies == [{"bodies": 2}]


@pytest.mark.slow
@pytest.mark.usefixtures("two_stories")
def test_what_was_reserved_when_the_page_was_read_stays(
    here: Tradepress, monkeypatch: pytest.MonkeyPatch
) -> None:
    reserved = '[{"term": "ai-agents", "evidence": "/robots.txt", "value": "GPTBot"}]'
    alter("UPDATE articles SET reservations = ?", reserved)
    cut("handles are explained.*", monkeypatch)
    assert run(here, "--apply")["sources"]["wipr"]["new"] == 1
    assert rows("SELECT policy, reservations FROM versions WHERE version = 2") == [
        {"policy": "store", "reservations": reserved}
    ]


def test_a_missing_confidence_is_filled_in(here: Tradepress) -> None:
    ingest(here, 15001)
    (known,) = rows("SELECT confidence, content_hash FROM versions")
    for table in ("articles", "version_rows"):
        alter(f"UPDATE {table} SET confidence = NULL")
    alter("UPDATE version_rows SET extractor = 'tradepress 0.0.1'")
    fields = run(here, "--apply")["sources"]["wipr"]["fields"]
    assert {name: field["filled"] for name, field in fields.items()} == {"confidence": 1}
    assert rows("SELECT confidence, content_hash FROM articles WHERE version = 2") == [known]


def test_a_confidence_that_only_moved_makes_no_version(here: Tradepress) -> None:
    ingest(here, 15001)
    alter("UPDATE version_rows SET confidence = 0.5, extractor = 'tradepress 0.0.1'")
    tally = run(here, "--apply")["sources"]["wipr"]
    assert (tally["new"], tally["same"], tally["fields"]["confidence"]["changed"]) == (0, 1, 1)


@pytest.mark.slow
def test_former_versions_are_told_but_not_stored(
    here: Tradepress, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(here, 15001, "--date-captured", "2018-06-01")
    headline, words = "Lantern maker wins handle appeal 15001", f"<p>{TAIL}</p>{BODY}"
    ingest(here, 15001, "--date-captured", "2019-06-01", headline=headline, words=words)
    cut("judges found.*", monkeypatch)
    run(here, "--apply")
    assert rows("SELECT version, is_reread, capture_id FROM versions ORDER BY version") == [
        {"version": 1, "is_reread": 0, "capture_id": 1},
        {"version": 2, "is_reread": 0, "capture_id": 2},
        {"version": 3, "is_reread": 1, "capture_id": 2},
    ]
    tally = run(here, "--diff", "--all-versions")["sources"]["wipr"]
    assert (tally["versions"], tally["read"], tally["new"], tally["read_before"]) == (3, 1, 1, 2)
    assert here("reextract", "--apply", "--all-versions").returncode == 2


def test_a_withdrawn_story_is_not_read_again(
    here: Tradepress, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor do links to it get their words back from a page that may show its headline."""
    other = f"<a href='{URL}15001'>Lantern maker loses handle appeal 15001</a>"
    ingest(here, 15001, words=f"{BODY}<p>{TAIL}</p>")
    ingest(here, 15002, words=f"{BODY.replace('the court', 'a court')}<p>See also {other}.</p>")
    assert len(rows("SELECT 1 FROM links WHERE target_id = 1")) == 1
    reason = ("--reason", "court order", "--keep-headline")
    assert here("withdraw", "wipr-15001", "--yes", *reason).returncode == 0
    cut("handles are explained.*", monkeypatch)
    tally = run(here, "--apply")["sources"]["wipr"]
    assert (tally["versions"], tally["read"], tally["same"], tally["fields"]) == (1, 1, 1, {})
    assert rows("SELECT text, url FROM links") == [{"text": "(withdrawn)", "url": None}]
    cut("the company said.*", monkeypatch)
    assert run(here, "--apply")["sources"]["wipr"]["new"] == 1
    assert rows("SELECT DISTINCT text, url FROM links") == [{"text": "(withdrawn)", "url": None}]


def test_a_source_that_nobody_declares_any_more_is_told(
    here: Tradepress, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(here, 15001)
    others = [source for source in all_sources() if source.name != "wipr"]
    monkeypatch.setattr("tradepress.jobs.reextract.all_sources", lambda: others)
    result = here("reextract")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "wipr: no such source is declared any more; its pages stay as read\n"


def test_usage(here: Tradepress) -> None:
    assert here("reextract").returncode == 3  # no archive
    assert not Path("archive.db").exists()
    assert here("reextract", "--apply").returncode == 3
    assert not Path("archive.db").exists()
    ingest(here, 15001)
    assert here("reextract", "--source", "nobody").returncode == 2
    assert "no story to read again" in here("reextract", "--source", "tbo").stdout


@pytest.mark.slow
@pytest.mark.usefixtures("two_stories")
def test_a_hostile_page_is_killed_and_named(
    here: Tradepress, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut("the company said.*", monkeypatch)
    monkeypatch.setattr("tradepress.jobs.reextract.reread_page", page_tasks.reread_or_hang)
    monkeypatch.setattr("tradepress.jobs.reextract.PageWorkers", partial(PageWorkers, seconds=2))
    report = run(here, "--apply", code=1)
    (problem,) = report["problems"]
    assert (problem["ref"], problem["reason"]) == ("wipr-15001@1", "too_complex")
    assert report["sources"]["wipr"]["new"] == 1
    assert multiprocessing.active_children() == []
    assert not is_being_written(Path("archive.db"))


# Two stories, two batches: the second one's page is read for ever. Where the command is killed
# outright, its page process goes on to its own limit, and holds standard error until then.
STOPPED = """
import sys
from dataclasses import replace
from functools import partial
import page_tasks
import tradepress.jobs.reextract
from tradepress.crawling.page_workers import PageWorkers
from tradepress.source import Furniture
from tradepress.spiders import wipr
from tradepress.command_line import run

rule = Furniture(pattern="the company said.*")
wipr.SOURCE = replace(wipr.SOURCE, furniture=(rule, *wipr.SOURCE.furniture))
tradepress.jobs.reextract.BATCH = 1
tradepress.jobs.reextract.reread_page = page_tasks.reread_or_hang
tradepress.jobs.reextract.PageWorkers = partial(PageWorkers, seconds=3)
sys.exit(run(["reextract", *sys.argv[1:]]))
"""


def start_and_stop(blow: signal.Signals, *arguments: str) -> tuple[int, str]:
    """Exit code and errors of a re-extraction that gets this while it reads the second page; if it
    writes, after the first was committed."""
    path = os.pathsep.join([str(ROOT), str(Path(page_tasks.__file__).parent)])
    child = preloaded.start(["-c", STOPPED, *arguments], env={**os.environ, "PYTHONPATH": path})
    end = time.monotonic() + SOON
    first = "SELECT 1 FROM versions WHERE version = 2"
    while not Path("hanging").exists() or ("--apply" in arguments and not rows(first)):
        assert time.monotonic() < end
        assert child.poll() is None, child.communicate()
        time.sleep(0.01)
    child.send_signal(blow)
    _, errors = child.communicate(timeout=SOON)
    return child.returncode, errors


@pytest.mark.slow
@pytest.mark.parametrize("blow", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_what_was_committed_before_a_stop_stays(
    here: Tradepress, monkeypatch: pytest.MonkeyPatch, blow: signal.Signals
) -> None:
    ingest(here, 15002)
    ingest(here, 15001, words=f"{BODY}<p>{TAIL}</p>")
    code, errors = start_and_stop(blow, "--apply")
    if blow is not signal.SIGKILL:
        assert code == 130, errors
        assert "Interrupted." in errors
    assert not is_being_written(Path("archive.db"))
    cut("the company said.*", monkeypatch)
    assert rows("SELECT ref, version FROM articles ORDER BY ref") == [
        {"ref": "wipr-15001", "version": 1},
        {"ref": "wipr-15002", "version": 2},
    ]
    tally = run(here, "--apply")["sources"]["wipr"]
    assert (tally["read"], tally["read_before"], tally["new"]) == (1, 1, 1)
    runs = rows("SELECT state, urls, stored FROM runs WHERE command = 'reextract' ORDER BY id")
    assert runs == [
        {"state": "interrupted", "urls": 1, "stored": 1},
        {"state": "done", "urls": 1, "stored": 1},
    ]


@pytest.mark.slow
def test_a_comparison_can_be_stopped(here: Tradepress) -> None:
    ingest(here, 15002)
    ingest(here, 15001, words=f"{BODY}<p>{TAIL}</p>")
    code, errors = start_and_stop(signal.SIGTERM)
    assert code == 130
    assert errors.strip() == "Interrupted. What was committed is kept; run the command again."


@pytest.mark.slow
def test_what_a_crawl_stored_reads_back_the_same(tmp_path: Path) -> None:
    for arguments in (["demo"], ["reextract", "--again", "--json"]):
        result = preloaded.run(["-m", "tradepress", *arguments], cwd=tmp_path)
        assert result.returncode == 0, result.stderr
    for tally in json.loads(result.stdout)["sources"].values():
        assert tally["read"] == tally["same"] == tally["versions"] > 20
        assert tally["fields"] == {}


def test_the_name_of_the_rules_changes_with_them_alone() -> None:
    source = wipr.SOURCE
    name = extractor(source)
    other_feeds = replace(source, feeds=("https://www.worldipreview.com/feed",))
    assert extractor(other_feeds) == name
    assert extractor(replace(source, furniture=source.furniture[1:])) != name
    assert extractor(replace(source, day_first=False)) != name


def test_the_name_of_the_rules_is_the_same_in_every_process() -> None:
    async def names() -> list[str]:
        with PageWorkers(1) as workers:
            return [await workers.run(extractor, source) for source in sources]

    sources = all_sources()
    assert asyncio.run(names()) == [extractor(source) for source in sources]


def test_what_became_of_each_field(writer: Writer) -> None:
    story = {"source": "signet", "url": "http://signet.example/1", "headline": "Lantern"}
    story |= {"authors": ("Petra Holm",), "access": None, "confidence": 0.9}
    links = [{"kind": "related", "text": "Fox", "url": None, "position": 0}]
    before = fields_read(writer.db, "signet", clean_story(article_of(story, links)))
    story |= {"authors": (), "access": "open", "is_truncated": False}
    after = fields_read(writer.db, "signet", clean_story(article_of(story)))
    assert changes(before, before) == {}
    assert changes(before, after) == {
        "authors": "lost",
        "access": "filled",
        "is_truncated": "filled",
        "related_links": "lost",
    }
    assert not makes_version({"confidence": "changed"})
    assert makes_version({"confidence": "filled"})
    assert makes_version({"confidence": "changed", "section": "lost"})


@pytest.mark.parametrize(
    ("name", "old", "new", "shown"),
    [
        ("section", None, "Trademarks", {"old": None, "new": "Trademarks"}),
        ("access", "open", None, {"old": "open", "new": None}),
        ("is_truncated", None, False, {"old": None, "new": False}),
        ("authors", ["A", "B"], ["B", "C"], {"gone": ["A"], "added": ["C"]}),
        (
            "related_links",
            [["related", "Fox", None]],
            [["related", "Fox", "http://a.example/"]],
            {"gone": ["related: Fox"], "added": ["related: Fox http://a.example/"]},
        ),
        (
            "body",
            "One.\n\nTwo " + "and two " * 20 + "end.\n\nThree.",
            "One.\n\nTwo " + "and two " * 20 + "more.\n\nThree.",
            {
                "words_gone": 1,
                "words_added": 1,
                "gone": ["2: …two and two and two end."],
                "added": ["2: …two and two and two more."],
            },
        ),
    ],
)
def test_an_example_shows_what_parts_old_from_new(
    name: str, old: Any, new: Any, shown: dict[str, Any]
) -> None:
    assert example(name, old, new) == shown


def test_an_example_of_a_huge_body_is_short_and_quick() -> None:
    shown = example("body", "\n\n".join(["same"] * 200_000), "\n\n".join(["other"] * 200_000))
    assert len(json.dumps(shown)) < 500
    assert shorten("a" * 500, "a" * 499) == "…" + "a" * 21
