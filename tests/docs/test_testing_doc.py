"""docs/testing.md: the files that it names are there, and its figures are the tests' own."""

import re
from pathlib import Path

import pytest
from conftest import ROOT

WORDS = (ROOT / "docs" / "testing.md").read_text()
OUTSIDE = ROOT / "tests" / "outside"
FIGURES = re.compile(r"^(?:[A-Z]+, )*[A-Z]+ = (\d+(?:, \d+)*)$", re.MULTILINE)


def test_files_are_there() -> None:
    named = re.findall(r"`(test_\w+\.py)`", WORDS)
    assert len(named) >= len([*OUTSIDE.glob("test_*.py")])
    assert {*named} <= {file.name for file in (ROOT / "tests").rglob("test_*.py")}


@pytest.mark.parametrize("file", [*OUTSIDE.glob("test_outside_*.py")], ids=lambda file: file.name)
def test_figures_are_those_that_are_held(file: Path) -> None:
    text = file.read_text()
    held = [int(one) for line in FIGURES.findall(text) for one in line.split(", ")]
    assert held
    for figure in held:
        assert f"{figure:,}" in WORDS, figure
