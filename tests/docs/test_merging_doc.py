"""merging.md can't lie: what it shows is run in order."""

from pathlib import Path

import pytest
from conftest import ROOT
from documents import Step, normal, run, steps

STEPS = steps((ROOT / "docs" / "librarian" / "merging.md").read_text())

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the document is read from top to bottom."""
    folder = tmp_path_factory.mktemp("document") / "press"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("step", STEPS, ids=[str(place) for place in range(len(STEPS))])
def test_all_that_is_shown_comes_out(folder: Path, step: Step) -> None:
    assert normal(run(step, folder)) == normal(step.printed)


def test_there_is_something_to_run() -> None:
    assert {step.chapter for step in STEPS} == {"Merge", "Look before you trust"}
    assert sum("merge" in step.text for step in STEPS) == 3
