"""`tradepress show` as a person reads it, and what a search shows of a story without words."""

from pathlib import Path

import pytest
from archive_rows import PAPER, Clock, clock, open_writer, save, story
from conftest import Tradepress

__all__ = ["clock"]

LEAD = "The potter of old Leeds lost."
REST = " ".join(f"Reason {number} was of no weight." for number in range(1, 9))


@pytest.fixture
def archive(tmp_path: Path, clock: Clock) -> Path:
    with open_writer(tmp_path / "archive.db", command="tests") as writer:
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        for number, summary in enumerate((f"{LEAD} Reason 1 was [...]", "A dek of its own."), 1):
            body = f"{LEAD}\n\n{REST}"
            save(writer, story(number, body=body, description=summary, authors=[]))
        writer.end_run("done", 0)
    return tmp_path / "archive.db"


@pytest.mark.usefixtures("archive")
def test_a_summary_that_the_text_begins_with_is_not_shown(here: Tradepress) -> None:
    begun, told = (here("show", f"signet-{number}").stdout for number in (1, 2))
    assert (begun.count(LEAD), begun.count("[...]")) == (1, 0)
    assert told.index("A dek of its own.") < told.index(LEAD)


@pytest.mark.usefixtures("archive")
def test_the_opening_of_a_story_is_cut_behind_a_stop(here: Tradepress) -> None:
    found = " ".join(here("search", "--source", "signet").stdout.split())
    assert "Reason 4 was of no weight. …" in found
