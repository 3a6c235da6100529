"""explaining.md can't lie: all that it shows is run on the demo, and what comes out is compared."""

from pathlib import Path

import pytest
from conftest import ROOT
from documents import Step, normal, run, steps

DOCUMENT = (ROOT / "docs" / "researcher" / "explaining.md").read_text()
STEPS = steps(DOCUMENT)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("explaining") / "press"
    folder.mkdir()
    run(Step(chapter="", kind="console", text="tradepress demo", printed=""), folder)
    return folder


@pytest.mark.parametrize("step", STEPS, ids=[step.text.partition("\n")[0] for step in STEPS])
def test_what_the_page_shows_comes_out(folder: Path, step: Step) -> None:
    assert len(STEPS) == 3
    assert normal(run(step, folder)) == normal(step.printed)
