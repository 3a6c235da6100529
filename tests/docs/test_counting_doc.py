"""counting.md can't lie: its commands are run on the demo, and their output is compared."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import needs
import pytest
from conftest import ROOT
from preloaded import run

DOCUMENT = (ROOT / "docs" / "researcher" / "counting.md").read_text()
STEPS = re.findall(r"^```console\n\$ tradepress (.+)\n((?:(?!```).*\n)*)```$", DOCUMENT, re.M)
(PYTHON,) = re.findall(r"^```python\n(.*?)^```$", DOCUMENT, re.M | re.S)
(SHELL,) = re.findall(r"^```sh\n(.*?)^```$", DOCUMENT, re.M | re.S)
VARYING = re.compile(r"\(\d{4}-\d\d-\d\d \d\d:\d\d\)|saved in \S+")
HERE = {"PYTHONPATH": str(ROOT), "TRADEPRESS_ALLOW_ADDRESSES": "127.0.0.1"}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """In which all commands of the page were run, one after the other."""
    folder = tmp_path_factory.mktemp("counting")
    assert len(STEPS) == 5
    tradepress(folder, "demo")
    for command, printed in STEPS:
        if command.startswith("query run"):
            tradepress(folder, "demo", "--later")
        told = tradepress(folder, *shlex.split(command))
        assert VARYING.sub("…", told) == VARYING.sub("…", printed), command
    return folder


def tradepress(folder: Path, *arguments: str) -> str:
    result = run(["-m", "tradepress", *arguments], cwd=folder, env=HERE)
    assert result.returncode == 0, result.stderr
    return str(result.stdout)


def test_the_hash_is_computed_from_an_export(folder: Path) -> None:
    needs.require_program("jq")
    shell = f'tradepress() {{ "{sys.executable}" -m tradepress "$@"; }}\n{SHELL}'
    told = subprocess.run(
        ["bash", "-c", shell], cwd=folder, env={**HERE, "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    saved = json.loads((folder / "queries" / "late.json").read_text())
    assert told.stdout.split()[0] == saved["runs"][-1]["sha256"]
    assert saved["runs"][-1]["sha256"] in DOCUMENT


def test_the_example_of_python_runs(folder: Path) -> None:
    result = run(["-c", PYTHON], cwd=folder, env=HERE)
    assert result.returncode == 0, result.stderr
    assert result.stdout == "[('2015', 2, 6)]\n()\n"


def test_a_run_without_news_is_as_small_as_it_says(folder: Path) -> None:
    file = folder / "queries" / "late.json"
    size = file.stat().st_size
    tradepress(folder, "query", "run", "late")
    assert file.stat().st_size - size < 1.4 * int(re.findall(r"takes (\d+) bytes", DOCUMENT)[0])


def test_what_it_names_is_there() -> None:
    for name in re.findall(r"`((?:research|bench)/[\w/.]+)`", DOCUMENT):
        assert (ROOT / name).exists(), name
