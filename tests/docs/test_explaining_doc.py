"""explaining.md can't lie: its commands are run on the demo, and their output is compared."""

import re
import shlex
from pathlib import Path

import pytest
from conftest import ROOT
from preloaded import run

DOCUMENT = (ROOT / "docs" / "researcher" / "explaining.md").read_text()
STEPS = re.findall(r"^```console\n\$ tradepress (.+)\n((?:(?!```).*\n)*)```$", DOCUMENT, re.M)
(EXAMPLE,) = re.findall(r"^```python\n(.*?)^```$", DOCUMENT, re.M | re.S)
(PRINTED,) = re.findall(r"^```text\n(.*?)^```$", DOCUMENT, re.M | re.S)
VARYING = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|\+[0-9a-f]{8}")
HERE = {"PYTHONPATH": str(ROOT), "TRADEPRESS_ALLOW_ADDRESSES": "127.0.0.1"}

pytestmark = pytest.mark.slow


def same_each_day(text: str) -> str:
    """Without times, and the name of rules that change with their code."""
    return VARYING.sub("…", text)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("explaining")
    assert run(["-m", "tradepress", "demo"], cwd=folder, env=HERE).returncode == 0
    return folder


@pytest.mark.parametrize(("command", "printed"), STEPS, ids=[command for command, _ in STEPS])
def test_a_command_prints_what_the_page_says(folder: Path, command: str, printed: str) -> None:
    assert len(STEPS) == 2
    result = run(["-m", "tradepress", *shlex.split(command)], cwd=folder, env=HERE)
    assert result.returncode == 0, result.stderr
    assert same_each_day(result.stdout) == same_each_day(printed)


def test_the_example_of_python_prints_what_the_page_says(folder: Path) -> None:
    result = run(["-c", EXAMPLE], cwd=folder, env=HERE)
    assert (result.stdout, result.stderr) == (PRINTED, "")
