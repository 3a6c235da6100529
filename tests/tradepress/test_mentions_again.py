"""Mentions at the command line: noted as stories come, found again, shown; people only if asked."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from archive_rows import PAPER, SISTER, clock, open_writer, save, story
from conftest import Tradepress, a_story
from reading_here import Here

from tradepress.mentions.mention_rules import mention_rules
from tradepress.mentions.spot import Spot
from tradepress.story import Mention

__all__ = ["clock"]

URL = "https://www.worldipreview.com/trademark/lantern-case-15001"
BOGUS = Mention(field="body", start=0, end=4, kind="court", value="Court of Nowhere")


def find_lanterns(text: str) -> Iterator[Spot]:
    for match in re.finditer("lantern", text):
        yield Spot(start=match.start(), end=match.end(), kind="firm", value="Lantern LLP")


def find_holm(text: str) -> Iterator[Spot]:
    for match in re.finditer("Petra Holm", text):
        yield Spot(start=match.start(), end=match.end(), kind="person", value="Petra Holm")


@pytest.fixture(autouse=True)
def finders(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two that are sure, in this process."""
    monkeypatch.setattr("tradepress.mentions.find_mentions.FINDERS", (find_lanterns,))
    monkeypatch.setattr("tradepress.mentions.find_mentions.FINDERS_OF_PEOPLE", (find_holm,))
    for room in ("jobs.reextract", "jobs.ingest", "jobs.extract_page"):
        monkeypatch.setattr(f"tradepress.{room}.PageWorkers", lambda *_: Here())


def report(here: Tradepress, *arguments: str) -> dict[str, Any]:
    result = here("reextract", "--json", *arguments)
    assert result.returncode == 0, result.stderr
    mentions: dict[str, Any] = json.loads(result.stdout)["mentions"]
    return mentions


def rows(sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect("archive.db")) as db:
        return db.execute(sql).fetchall()


@pytest.fixture
def texts(here: Tradepress, clock: object) -> None:
    """Two versions of a story without a page, and one of a paper that nobody declares any more."""
    old = {"mentions": (BOGUS,), "mention_rules": "old"}
    with open_writer(Path("archive.db")) as writer:
        writer.save_source(PAPER)
        writer.save_source({**SISTER, "name": "forgotten"})
        writer.start_run("tests", ["signet", "forgotten"], "0")
        save(writer, story(1, **old))
        save(writer, story(1, **old, body="A lantern, said Petra Holm, is a lantern."))
        gone = {"source": "forgotten", "url": "http://marksandmakers.example/1"}
        save(writer, story(1, **{**gone, "mention_rules": mention_rules(), "body": "No lamp."}))
        writer.end_run("done", 0)


@pytest.mark.usefixtures("texts")
def test_what_texts_name_is_told_and_nothing_written(here: Tradepress) -> None:
    before = Path("archive.db").read_bytes()
    tally = report(here)
    assert (tally["texts"], tally["due"], tally["looked_through"]) == (3, 2, 2)
    assert (tally["changed"], tally["found"], tally["lost"]) == (2, 4, 2)
    assert tally["examples"][1] == {
        "ref": "signet-1@2",
        "gone": ["court: Court of Nowhere"],
        "added": ["firm: Lantern LLP", "firm: Lantern LLP"],
    }
    printed = here("reextract").stdout.splitlines()
    start = printed.index("mentions: 2 of 3 texts looked through again: 2 would get other mentions")
    assert printed[start + 1] == "  4 found, 2 lost"
    assert printed[-1] == "Nothing was written; --apply stores the mentions."
    assert Path("archive.db").read_bytes() == before


@pytest.mark.usefixtures("texts")
def test_they_are_stored_in_place_and_nothing_else_is_touched(here: Tradepress) -> None:
    tables = ("versions", "articles", "links", "sightings", "fetches", "urls")
    before = [rows(f"SELECT * FROM {table}") for table in tables]
    assert report(here, "--apply")["changed"] == 2
    assert [rows(f"SELECT * FROM {table}") for table in tables] == before
    assert rows("SELECT DISTINCT kind, value FROM mentions") == [("firm", "Lantern LLP")]
    assert rows("SELECT DISTINCT rules FROM mention_readings") == [(mention_rules(),)]
    again = report(here, "--apply")
    assert (again["due"], again["looked_through"]) == (0, 0)
    assert "mentions:" not in here("reextract").stdout
    assert report(here, "--again")["due"] == 3
    assert here("verify").returncode == 0


@pytest.mark.usefixtures("texts")
def test_one_source_and_a_beginning(here: Tradepress) -> None:
    assert report(here, "--source", "signet")["texts"] == 2
    assert report(here, "--apply", "--limit", "1")["looked_through"] == 1
    assert report(here, "--apply")["due"] == 1


@pytest.mark.usefixtures("texts")
def test_a_text_that_can_t_be_looked_through_is_named_and_keeps_what_it_has(
    here: Tradepress, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(text: str) -> Iterator[Spot]:
        if "Petra" in text:
            raise ValueError("a defect")
        yield from ()

    monkeypatch.setattr("tradepress.mentions.find_mentions.FINDERS", (fail,))
    result = here("reextract", "--apply")
    assert result.returncode == 1
    assert "signet-1@2: ValueError (a defect)" in result.stderr
    assert rows("SELECT version_id, value FROM mentions") == [(2, "Court of Nowhere")]
    assert rows("SELECT version_id FROM mention_readings WHERE rules = 'old'") == [(2,)]


@pytest.mark.usefixtures("texts")
def test_people_are_found_where_the_operator_says_so_and_go_where_not(here: Tradepress) -> None:
    person = "SELECT value FROM mentions WHERE kind = 'person'"
    report(here, "--apply")
    assert rows(person) == []
    Path("tradepress.toml").write_text("[mentions]\npeople = true\n")
    assert report(here, "--apply")["found"] == 1
    assert rows(person) == [("Petra Holm",)]
    Path("tradepress.toml").write_text("[mentions]\npeople = false\n")
    assert report(here, "--apply")["lost"] == 1
    assert rows(person) == []


@pytest.mark.usefixtures("texts")
def test_a_person_is_withdrawn(here: Tradepress) -> None:
    Path("tradepress.toml").write_text("[mentions]\npeople = true\n")
    report(here, "--apply")
    refused = here("withdraw", "--person", "petra holm")
    assert refused.returncode == 2
    assert "say --yes" in refused.stderr
    done = here("withdraw", "--person", "petra  hólm", "--yes", "--reason", "letter of 3 May")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Withdrawn: 1 mention in 1 story of petra  hólm\n")
    assert "The texts stay" in done.stdout
    assert rows("SELECT 1 FROM mentions WHERE kind = 'person'") == []
    assert "Left out of the mentions: 1 person" in here("withdraw", "--list").stdout
    again = report(here, "--apply", "--again")
    assert (again["changed"], again["found"]) == (0, 0)
    assert rows("SELECT 1 FROM mentions WHERE kind = 'person'") == []
    repeated = here("withdraw", "--person", "Petra Holm", "--yes")
    assert (repeated.returncode, repeated.stdout) == (0, "")
    assert "this person was before" in repeated.stderr
    assert here("show", "signet-1").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("signet-1",), "--person goes with --reason and --yes alone"),
        (("--everywhere",), "--person goes with --reason and --yes alone"),
        (("--person", " .,"), "Give the name as texts have it"),
    ],
)
@pytest.mark.usefixtures("texts")
def test_a_person_goes_with_nothing_else(
    here: Tradepress, arguments: tuple[str, ...], words: str
) -> None:
    result = here("withdraw", "--person", "Petra Holm", "--yes", *arguments)
    assert result.returncode == 2
    assert words in result.stderr


@pytest.mark.parametrize("people", [False, True])
def test_a_page_that_comes_in_has_its_mentions(
    here: Tradepress, monkeypatch: pytest.MonkeyPatch, people: bool
) -> None:
    monkeypatch.setenv("TRADEPRESS_PEOPLE", str(people))
    words = "<p>" + " ".join(["A lantern, said Petra Holm, is free for all makers."] * 12) + "</p>"
    Path("page.html").write_text(a_story("Lamp maker loses", words=words))
    assert "stored" in here("ingest", "page.html", "--url", URL).stdout
    kinds = {"firm", "person"} if people else {"firm"}
    assert {kind for (kind,) in rows("SELECT kind FROM mentions")} == kinds
    assert rows("SELECT rules FROM mention_readings") == [(mention_rules(people=people),)]
    shown = here("show", "wipr-15001")
    lines = shown.stdout.splitlines()
    assert lines[lines.index("Mentions:") + 1].split(maxsplit=1) == ["firm", "Lantern LLP (12)"]
    assert ("person" in lines[-1]) is people
    for command in (("show", "wipr-15001"), ("extract", "page.html", "--url", URL)):
        fields = json.loads(here(*command, "--json").stdout)
        firm = next(one for one in fields["mentions"] if one["kind"] == "firm")
        assert fields[firm["field"]][firm["start"] : firm["end"]] == "lantern", command
        assert {one["kind"] for one in fields["mentions"]} == kinds
    assert (
        "mentions            firm          Lantern LLP (12)"
        in here("extract", "page.html", "--url", URL).stdout
    )


@pytest.mark.usefixtures("texts")
def test_what_was_done_before_a_stop_is_kept_and_the_rest_is_due(
    here: Tradepress, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop_at_second(text: str) -> Iterator[Spot]:
        if "Petra" in text:
            raise KeyboardInterrupt
        yield from ()

    monkeypatch.setattr("tradepress.mentions.find_mentions.FINDERS", (stop_at_second,))
    monkeypatch.setattr("tradepress.crawling.page_workers.AHEAD", 0)
    assert here("reextract", "--apply").returncode == 130
    assert rows("SELECT state FROM runs ORDER BY id DESC LIMIT 1") == [("interrupted",)]
    assert rows("SELECT version_id, value FROM mentions") == [(2, "Court of Nowhere")]
    monkeypatch.setattr("tradepress.mentions.find_mentions.FINDERS", (find_lanterns,))
    assert report(here, "--apply")["due"] == 1
