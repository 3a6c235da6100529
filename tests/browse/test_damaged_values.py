"""A value of one story that can't be read: its page says so, and all others are as they were."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from browsing import a_run, answers, cells, path, save, words
from lxml import html

from tradepress.archive.clock import utc_text
from tradepress.archive.ledger.run_report import last_crawled
from tradepress.archive.read_only import read_archive
from tradepress.browse.asking import kept_health
from tradepress.commands.runs_command import runs

__all__ = ["path"]

HERE = "/story/signet-1"
LISTS = ("/", "/stories?q=lantern", "/stories?author=Petra+Holm", "/authors", "/stories.atom")
TABLES = ("/data/articles", "/data/versions/1")
BAD = ("{bad", "[1]", '["\\ud800"]')
"""Nothing that a writer of ours stores in any of the columns; more of it in test_stored_json.py."""


def damage(path: Path, column: str, value: str) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused", "Lantern text.", site_id="1", authors=["Petra Holm"])
        url = "http://signet.example/news/lantern-mark-refused"
        links = [{"kind": "in_text", "text": "what was refused", "url": url}]
        save(writer, "Lantern mark", "Another.", site_id="2", authors=["Petra Holm"], links=links)
    with closing(sqlite3.connect(path)) as file:
        file.execute(f"UPDATE version_rows SET {column} = ? WHERE article_id = 1", [value])
        if column != "evidence":
            file.execute(f"UPDATE articles SET {column} = ? WHERE id = 1", [value])
        file.commit()


@pytest.mark.parametrize("value", BAD)
def test_a_story_whose_evidence_is_damaged_is_shown_and_says_so(path: Path, value: str) -> None:
    damage(path, "evidence", value)
    asked = [HERE, f"{HERE}.ris", "/stories.jsonl", "/stories/cite", *LISTS, *TABLES]
    answered = answers(path, asked)
    assert {one.status_code for one in answered} == {200}
    shown = html.fromstring(answered[0].text)
    assert "Lantern text." in words(shown, "//article")
    assert "what is stored here can’t be read" in words(shown, "//details[@class='evidence']")
    assert "can’t be read" in answered[2].text


@pytest.mark.parametrize("value", BAD)
def test_reservations_that_are_damaged_are_no_permission(path: Path, value: str) -> None:
    damage(path, "reservations", value)
    asked = [HERE, "/stories.jsonl", "/source/signet", "/story/signet-2", *LISTS, *TABLES]
    answered = answers(path, asked)
    assert {one.status_code for one in answered} == {200}
    assert "could not be learnt" in answered[0].text
    assert "Lantern text." not in answered[1].text
    assert "Another." in answered[1].text


@pytest.mark.parametrize("column", ["authors", "keywords", "corrections"])
@pytest.mark.parametrize("value", BAD)
def test_what_would_be_cited_wrongly_is_not_given_and_all_else_is(
    path: Path, column: str, value: str
) -> None:
    damage(path, column, value)
    asked = [HERE, f"{HERE}.ris", "/stories.csv", "/story/signet-2", *LISTS, *TABLES]
    story, reference, file, *others = answers(path, asked)
    for one in (story, reference, file):
        assert one.status_code == 503
        assert f"The {column} of signet-1@1 can’t be read" in one.text
    assert "<h1>This can’t be read</h1>" in story.text
    assert {one.status_code for one in others} == {200}


def test_a_day_that_is_none_is_no_failure_of_its_citation(path: Path) -> None:
    damage(path, "date_published", "2022-13-45")
    [cited] = answers(path, [f"{HERE}.bib"])
    assert cited.status_code == 200
    assert "2022" in cited.text
    assert "month" not in cited.text


def test_a_story_whose_newest_version_is_not_there_is_damaged(path: Path) -> None:
    damage(path, "keywords", "[]")
    with closing(sqlite3.connect(path)) as file:
        file.execute("UPDATE articles SET version = 9 WHERE id = 1")
        file.commit()
    story, version, missing = answers(path, [HERE, f"{HERE}@1", f"{HERE}@9"])
    assert [one.status_code for one in (story, version, missing)] == [503, 200, 503]


@pytest.mark.parametrize("address", ["/health", "/source/signet", "/sources"])
def test_an_address_that_can_not_be_read_is_no_failure(path: Path, address: str) -> None:
    damage(path, "keywords", "[]")
    with closing(sqlite3.connect(path)) as file:
        file.execute("UPDATE sources SET home_url = 'http://[x' WHERE name = 'signet'")
        file.commit()
    [shown] = answers(path, [address])
    assert shown.status_code == 200


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("sources", "{bad", "its sources"),
        ("sources", "[1]", "its sources"),
        ("sources", '["\\ud800"]', "its sources"),
        ("sources", "5", "its sources"),
        ("started", "x", "its beginning"),
        ("started", "2026-02-30T00:00:00Z", "its beginning"),
        ("ended", "2026-01-01", "its end"),
    ],
)
def test_a_run_that_is_damaged_says_so_and_all_else_is_shown(
    path: Path, column: str, value: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_health, "PATIENCE", 300)
    damage(path, "keywords", "[]")
    with a_run(path) as writer:
        save(writer, "Lantern mark allowed", "A third text.", site_id="3")
    with closing(sqlite3.connect(path)) as file:
        file.execute(f"UPDATE runs SET {column} = ? WHERE id = 1", [value])
        file.commit()
    asked = ["/runs", "/run/1", "/run/2", "/", "/sources", "/source/signet", "/health", "/changed"]
    answered = answers(path, asked)
    assert {one.status_code for one in answered} == {200}
    listed, damaged, other, *_ = (html.fromstring(one.text) for one in answered)
    said = f"{told} can’t be read: this place of the archive is damaged"
    assert [cells(row)[-1] for row in listed.xpath("//tbody/tr")] == ["", said]
    assert said.capitalize() in words(damaged, "//p[starts-with(@class, 'run')]")
    assert words(damaged, "//ul[@class='refs']/li[1]") == "Lantern mark refused signet-1"
    assert "can’t be read" not in words(other)


def test_the_command_says_of_a_damaged_run_what_its_page_says(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damage(path, "keywords", "[]")
    with closing(sqlite3.connect(path)) as file:
        file.execute("UPDATE runs SET sources = '{bad'")
        file.commit()
    for asked in (["1"], []):
        runs.main([*asked, "--archive", str(path)], standalone_mode=False)
        assert "its sources can’t be read" in capsys.readouterr().out


def test_a_damaged_time_of_a_run_keeps_no_schedule_from_the_next(path: Path) -> None:
    damage(path, "keywords", "[]")
    with a_run(path):
        pass
    with closing(sqlite3.connect(path)) as file:
        file.execute(
            "INSERT INTO fetches (run_id, source, kind, url, at, outcome) "
            "SELECT id, 'signet', 'feed', '', '', 'read' FROM runs"
        )
        file.execute("UPDATE runs SET started = 'x' WHERE id = 1")
        (started,) = file.execute("SELECT started FROM runs WHERE id = 2").fetchone()
        file.commit()
    with closing(read_archive(path)) as db:
        assert {name: utc_text(at) for name, at in last_crawled(db).items()} == {"signet": started}
