"""testing.md: the files that it names are there, and its figures are the tests' own."""

import re

from conftest import ROOT

WORDS = (ROOT / "docs" / "developer" / "testing.md").read_text()
OUTSIDE = ROOT / "tests" / "outside"
FIGURES = re.compile(r"^(?:[A-Z]+, )*[A-Z]+ = (\d+(?:, \d+)*)$", re.MULTILINE)


def test_files_are_there() -> None:
    named = re.findall(r"`(test_\w+\.py)`", WORDS)
    assert len(named) >= len([*OUTSIDE.glob("test_*.py")])
    assert {*named} <= {file.name for file in (ROOT / "tests").rglob("test_*.py")}


def test_figures_are_those_that_are_held() -> None:
    files = sorted(OUTSIDE.glob("test_outside_*.py"))
    held = [line for file in files for line in FIGURES.findall(file.read_text())]
    figures = [int(one) for line in held for one in line.split(", ")]
    assert len(figures) > 5
    assert [figure for figure in figures if f"{figure:,}" not in WORDS] == []
