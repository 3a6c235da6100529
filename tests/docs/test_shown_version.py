"""The documentation shows the Tradepress that it is of: whoever cites as it does cites no other."""

import re
import tomllib
from pathlib import Path

import pytest
from conftest import ROOT

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
SHOWN = re.compile(r"\btradepress (\d+\.\d+\.\d+)", re.IGNORECASE)
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
MEASURED = "rs_trafilatura"
"""Begins lines that say what a former version was measured to do."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_version_shown_is_this_one(page: Path) -> None:
    lines = page.read_text(encoding="utf-8").splitlines()
    others = [
        f"line {number}: {line}"
        for number, line in enumerate(lines, 1)
        if {*SHOWN.findall(line)} - {VERSION} and not line.startswith(MEASURED)
    ]
    assert others == []


def test_versions_are_shown() -> None:
    """In citations, in the list of a story's versions, in a run."""
    assert sum(len(SHOWN.findall(page.read_text(encoding="utf-8"))) for page in PAGES) > 5
