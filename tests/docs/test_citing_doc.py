"""citing.md can't lie: its commands are run on the demo, and their output is compared."""

import re
import shlex
from pathlib import Path

import pytest
from conftest import ROOT
from preloaded import run

DOCUMENT = (ROOT / "docs" / "researcher" / "citing.md").read_text()
STEPS = re.findall(r"^```console\n\$ tradepress (.+)\n((?:(?!```).*\n)*)```$", DOCUMENT, re.M)
(EXAMPLE,) = re.findall(r"^```python\n(.*?)^```$", DOCUMENT, re.M | re.S)
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
HERE = {"PYTHONPATH": str(ROOT), "TRADEPRESS_ALLOW_ADDRESSES": "127.0.0.1"}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("citing")
    assert run(["-m", "tradepress", "demo"], cwd=folder, env=HERE).returncode == 0
    return folder


@pytest.mark.parametrize(("command", "printed"), STEPS, ids=[command for command, _ in STEPS])
def test_a_command_prints_what_the_page_says(folder: Path, command: str, printed: str) -> None:
    assert len(STEPS) == 9
    result = run(["-m", "tradepress", *shlex.split(command)], cwd=folder, env=HERE)
    assert result.returncode == 0, result.stderr
    assert TIME.sub("TIME", result.stdout) == TIME.sub("TIME", printed)


def test_what_it_begins_with_runs(folder: Path) -> None:
    commands = re.findall(r"^tradepress (cite .+?)(?: +#.*)?$", DOCUMENT, re.M)
    assert len(commands) == 4
    for command in commands:
        result = run(["-m", "tradepress", *shlex.split(command)], cwd=folder, env=HERE)
        assert (result.returncode, result.stderr) == (0, "")


def test_the_example_of_python_runs(folder: Path) -> None:
    result = run(["-c", EXAMPLE], cwd=folder, env=HERE)
    assert result.returncode == 0, result.stderr
    assert result.stdout.count("accessed 27 November 2026. [Archived ") == 2


def test_what_it_names_is_there() -> None:
    for name in re.findall(r"`(research/[\w/.]+)`", DOCUMENT):
        assert (ROOT / name).exists(), name
