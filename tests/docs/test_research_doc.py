"""research.md can't lie: all that it shows is run, in order, in an empty folder."""

import re
from pathlib import Path

import pytest
from conftest import ROOT
from documents import normal, run, steps

DOCUMENT = (ROOT / "docs" / "researcher" / "research.md").read_text()


@pytest.mark.slow  # two crawls and a dozen commands
def test_all_that_is_shown_comes_out(tmp_path: Path) -> None:
    (tmp_path / "press").mkdir()
    shown = steps(DOCUMENT)
    assert len(shown) > 15
    for step in shown:
        printed = re.sub(r"\[exit code 2\]\n", "", run(step, tmp_path / "press"))
        assert normal(printed) == normal(step.printed), step.text
    assert "<svg" in (tmp_path / "press/counterfeits.svg").read_text()
