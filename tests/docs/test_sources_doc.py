"""sources.md can't lie: its steps are taken in an installation without a checkout."""

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from conftest import ROOT, Site
from documents import COMMAND, FENCE
from sites.wordpress_paper import wordpress_paper

from tools.source_table import with_table
from tradepress.source import Furniture, ListedField, Selectors, Source

DOCUMENT = (ROOT / "docs" / "developer" / "sources.md").read_text()
PACKAGES = ("crawler", "pipelines", "tradepress")
PAPER = "https://www.lanternpost.example"


def test_the_table_is_that_of_the_declarations() -> None:
    listed = (ROOT / "docs" / "reference" / "source-list.md").read_text()
    assert with_table(listed) == listed, "run `make docs`"


def normal(printed: str, site: Site, folder: Path) -> list[str]:
    printed = printed.replace(site.home, PAPER).replace(f"{folder}/", "")
    printed = re.sub(r"[\d.]+ seconds", "N seconds", printed)
    return [line.rstrip() for line in printed.strip().splitlines()]


def with_what_is_left_out(shown: list[str], came: list[str]) -> list[str]:
    """The lines shown, and for each line of an ellipsis those up to the next that is shown."""
    whole: list[str] = []
    for place, line in enumerate(shown):
        if line.strip() == "…":
            after = came.index(shown[place + 1], len(whole))
            whole += came[len(whole) : after]
        else:
            whole.append(line)
    return whole


@pytest.mark.slow  # three commands, each with page workers of its own
def test_a_source_is_added_by_the_steps(tmp_path: Path, site: Site) -> None:
    installed, folder = tmp_path / "installed", tmp_path / "press"
    folder.mkdir()
    for name in PACKAGES:
        hidden = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, installed / name, ignore=hidden)
    site.pages.update(wordpress_paper(site.home).pages)
    (tmp_path / "tradepress").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m tradepress "$@"\n')
    (tmp_path / "tradepress").chmod(0o755)
    blocks = [text for kind, text in FENCE.findall(DOCUMENT) if kind == "console"]
    taken = [step for text in blocks for step in COMMAND.findall(text)]
    assert len(taken) == 4
    for command, printed in taken:
        done = subprocess.run(
            ["sh", "-c", command.replace(PAPER, site.home)],
            cwd=folder,
            env={
                **{name: value for name, value in os.environ.items() if "TRADEPRESS" not in name},
                "PATH": f"{tmp_path}:{os.environ['PATH']}",
                "PYTHONPATH": str(installed),
                "PYTHONSAFEPATH": "1",
                "TRADEPRESS_ALLOW_ADDRESSES": "127.0.0.1",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        came, shown = (normal(text, site, folder) for text in (done.stdout, printed))
        assert came == with_what_is_left_out(shown, came)


def test_the_examples_of_the_ladder_are_declarations() -> None:
    (python,) = re.findall(r"^   ```python\n(.*?)^   ```$", DOCUMENT, re.DOTALL | re.MULTILINE)
    rules = eval(textwrap.dedent(python).partition("= ")[2], {"Furniture": Furniture})
    assert [rule.cut for rule in rules] == ["line", "list", "rest"]
    (selectors,) = re.findall(r"`selectors=(Selectors\([^`]+\))`", DOCUMENT)
    assert isinstance(eval(selectors, {"Selectors": Selectors}), Selectors)
    fields = set(Source.__dataclass_fields__)
    assert set(re.findall(r"`(\w+)=", DOCUMENT)) <= fields | {"until"}
    (listed,) = re.findall(r"`from_listings=(\([^`]+\))`", DOCUMENT)
    assert set(eval(listed)) == set(ListedField.__args__)  # type: ignore[attr-defined]
