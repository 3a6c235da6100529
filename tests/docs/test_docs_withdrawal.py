"""withdrawal.md can't lie: what it shows is run in order, and what it promises is tried."""

import re
import shutil
from pathlib import Path

import pytest
from conftest import ROOT
from documents import Step, normal, run, steps

DOCUMENT = (ROOT / "docs" / "librarian" / "withdrawal.md").read_text()
STEPS = steps(DOCUMENT)

pytestmark = pytest.mark.slow


def plain(output: str) -> list[str]:
    return normal(re.sub(r"^\d{4}-\d\d-\d\d", "DAY", output, flags=re.MULTILINE))


def command(text: str) -> Step:
    return Step(chapter="", kind="console", text=text, printed="")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the document is read from top to bottom."""
    folder = tmp_path_factory.mktemp("document") / "press"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("step", STEPS, ids=[" ".join(step.text.split()[:3]) for step in STEPS])
def test_all_that_is_shown_comes_out(folder: Path, step: Step) -> None:
    assert plain(run(step, folder)) == plain(step.printed)


def test_there_is_something_to_run() -> None:
    assert {step.chapter for step in STEPS} == {
        "Withdraw a story: remove it for good",
        "Withdraw",
        "Copies",
        "Keep out in advance",
    }


def test_a_copy_that_was_handed_out_becomes_clean(tmp_path: Path) -> None:
    folder, away = tmp_path / "press", tmp_path / "away"
    folder.mkdir()
    away.mkdir()
    run(command("tradepress demo"), folder)
    shutil.copy(folder / "archive.db", away / "press.db")
    run(command("tradepress withdraw makers-3921 --reason asked --yes"), folder)
    assert "makers-3921@1" in run(command("tradepress show makers-3921 --archive press.db"), away)
    assert "`press.db.withdrawn.json`" in DOCUMENT
    shutil.copy(folder / "archive.db.withdrawn.json", away / "press.db.withdrawn.json")
    run(command("tradepress withdraw --archive press.db"), away)
    shown = run(command("tradepress show makers-3921 --archive press.db"), away)
    assert shown.startswith("Error: makers-3921 was withdrawn on ")
