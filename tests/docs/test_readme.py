"""The README can't lie: its commands are run and its output is compared."""

import os
import re
import shlex
import tomllib
from pathlib import Path

import preloaded
import pytest
from conftest import ROOT

README = (ROOT / "README.md").read_text()
INSTALLING = (ROOT / "docs" / "install.md").read_text()
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
STEPS = [step for block in BLOCK.findall(README) for step in COMMAND.findall(block)]


def normal(output: str) -> list[str]:
    """Lines without what differs from run to run: seconds, times, how the command was started."""
    output = re.sub(r"\d+\.\d seconds", "N seconds", output)
    output = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME", output)
    output = re.sub(
        r"^( *)(?:python -m |\.venv/bin/)tradepress ", r"\1tradepress ", output, flags=re.M
    )
    return [" ".join(line.split()) for line in output.strip().splitlines()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("readme")


def test_there_is_something_to_run() -> None:
    commands = [command for command, _ in STEPS]
    assert commands[0] == "make demo"
    assert len(commands) >= 4


def test_it_is_as_long_as_a_newcomer_reads() -> None:
    assert len(README.splitlines()) <= 150


def test_what_is_installed_besides_is_said() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for extra in {*project["optional-dependencies"]} - {"bench"}:
        assert f"| `{extra}` |" in INSTALLING


@pytest.mark.parametrize(("command", "printed"), STEPS, ids=[command for command, _ in STEPS])
def test_a_command_prints_what_the_readme_says(folder: Path, command: str, printed: str) -> None:
    program, *words = shlex.split(command)
    assert program in ("make", "tradepress", ".venv/bin/tradepress")
    result = preloaded.run(
        ["-m", "tradepress", *words],
        cwd=folder,
        env={
            **{name: value for name, value in os.environ.items() if "TRADEPRESS" not in name},
            "PYTHONPATH": str(ROOT),
        },
    )
    assert result.returncode == 0, result.stderr
    lines = normal(result.stdout)
    if command.endswith("sources list"):  # a source more needs no line in the README
        lines = [line for line in lines if line in normal(printed)]
    assert lines == normal(printed)


def test_its_python_runs(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    (code,) = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    exec(code, {})
    story, total, cited = capsys.readouterr().out.splitlines()
    assert story.endswith("branded reverse hijacking ['WIPO']")
    assert total == "1"
    assert cited.startswith("O’Dell, R. (2018, November 29). Knife maker’s complaint")
