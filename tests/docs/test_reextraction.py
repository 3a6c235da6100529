"""reextraction.md can't lie: what it shows is run in order, by the rule that it names."""

import re
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from documents import Step, normal, run, steps

DOCUMENT = (ROOT / "docs" / "librarian" / "reextraction.md").read_text()
STEPS = steps(DOCUMENT)

pytestmark = pytest.mark.slow

# The command line with one rule more in the declaration of a sample paper.
PROGRAM = """#!{python}
from dataclasses import replace
from tradepress.source import Furniture
from tradepress.spiders import makers
from tradepress.__main__ import main
makers.SOURCE = replace(makers.SOURCE, furniture=({rule}, *makers.SOURCE.furniture))
main()
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of the sample, as the document finds it, and the rule added after that."""
    folder = tmp_path_factory.mktemp("document") / "press"
    folder.mkdir()
    run(Step(chapter="", kind="console", text="tradepress demo", printed=""), folder)
    rule = re.search(r"(Furniture\(.*\)), …", DOCUMENT)
    assert rule is not None
    program = folder.parent / "bin" / "tradepress"
    program.write_text(PROGRAM.format(python=sys.executable, rule=rule[1]))
    return folder


@pytest.mark.parametrize("step", STEPS, ids=[" ".join(step.text.split()[:3]) for step in STEPS])
def test_all_that_is_shown_comes_out(folder: Path, step: Step) -> None:
    assert normal(run(step, folder)) == normal(step.printed)


def test_there_is_something_to_run() -> None:
    assert [step.chapter for step in STEPS] == [
        "See what would change",
        "Store it",
        "Store it",
        "Store it",
        "Which rules read it",
    ]
