"""`tradepress resolve` and `tradepress trace` as a person types them."""

import json
from pathlib import Path

import pytest
from archive_rows import LEAD, PAPER, SITE, Clock, clock, open_writer, save, story

from tradepress.command_line import run

__all__ = ["clock"]

URL = f"{SITE}/trademark/orrin-vale-1"


@pytest.fixture(autouse=True)
def archive(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A story in two versions, and gone since."""
    monkeypatch.chdir(tmp_path)
    with open_writer(tmp_path / "archive.db", command="tests") as writer:
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        save(writer, story(1))
        clock.now = "2026-12-01T09:00:00Z"
        save(writer, story(1, body=story()["body"].replace("lost its", "won its")))
        writer.write("UPDATE articles SET gone_at = '2026-12-05T09:00:00Z'")
        writer.end_run("done", 0)
    return tmp_path / "archive.db"


def test_an_address_is_resolved(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["resolve", f"{URL}/amp?utm_source=x#y", "--date", "2026-11-25"]) == 0
    assert capsys.readouterr().out == (
        "signet-1@1  The Signet Gazette: Orrin Vale loses appeal 1\n"
        "seen so since 2026-11-24T09:00:00Z, saved 2026-11-24T09:00:00Z; "
        "the newest is version 2\n"
        f"live      {URL} (gone; noticed 2026-12-05)\n"
    )
    assert run(["resolve", URL, "--date", "2016-01-01"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[1] == "no version is known from 2016-01-01 or before: this is the first"
    assert run(["resolve", URL, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["ref"], told["version"], told["gone_at"]) == (
        "signet-1",
        2,
        "2026-12-05T09:00:00Z",
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["resolve", f"{SITE}/no"], f"Error: no story is kept from {SITE}/no\n"),
        (["resolve", "javascript:x"], "Error: not an http(s) address: 'javascript:x'\n"),
        (["resolve", "\x1b[31m"], r"Error: not a web address: '\x1b[31m'"),
        (["trace", "of", "the", "mark"], "4 to 500 words, and this one has 3"),
    ],
)
def test_a_mistake_is_one_line(
    capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert run(words) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert "\x1b" not in error


def test_a_day_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["resolve", URL, "--date", "someday"]) == 2
    assert "'--date'" in capsys.readouterr().err


def test_a_sentence_is_traced(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["trace", LEAD.upper()]) == 0
    assert capsys.readouterr().out == (
        "signet-1@1  The Signet Gazette: Orrin Vale loses appeal 1\n"
        "    since 2017-08-04, until 2026-12-01, the story is gone since 2026-12-05; "
        "word for word\n"
        "signet-1@2  The Signet Gazette: Orrin Vale loses appeal 1\n"
        "    since 2026-12-01, not seen to go, the story is gone since 2026-12-05; "
        "93% of the words are the same\n"
        "    Orrin Vale has [-LOST-] {+won+} its appeal over the lantern mark before the Board of\n"
        "    Appeal.\n"
    )
    assert run(["trace", "--json", "--limit", "1", *LEAD.split()]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["is_cut"], told["found"][0]["text"]) == (True, LEAD)


def test_what_stands_nowhere_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["trace", "nothing of the kind stands here"]) == 0
    assert capsys.readouterr() == ("", "No text here has it, word for word or nearly.\n")
