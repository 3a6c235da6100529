"""What stands in .github fits the project: versions, permissions, commands that forms ask for."""

import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from conftest import ROOT

from tradepress.command_line import cli

FORGE = ROOT / ".github"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
FORMS = sorted((FORGE / "ISSUE_TEMPLATE").glob("[!c]*.yml"))
WORKFLOWS = sorted((FORGE / "workflows").glob("*.yml"))
COMMANDS = sorted(
    {
        (file.name, words)
        for file in (*FORMS, *FORGE.glob("*.md"))
        for words in re.findall(r"`tradepress ([^`]+)`", file.read_text())
    }
)


def workflow(name: str) -> Any:
    return yaml.safe_load((FORGE / "workflows" / name).read_text())


def test_ci_runs_each_python_that_is_claimed() -> None:
    pattern = re.compile(r"Programming Language :: Python :: (3\.\d+)$")
    claimed = [found[1] for one in PROJECT["classifiers"] if (found := pattern.match(one))]
    quick = workflow("test.yml")["jobs"]["quick"]["strategy"]["matrix"]
    assert quick["python"] == claimed
    lowest = {"python": PROJECT["requires-python"].removeprefix(">="), "target": "test-lowest"}
    assert lowest in quick["include"]


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_a_workflow_may_do_no_more_than_it_needs(file: Path) -> None:
    steps = yaml.safe_load(file.read_text())
    assert steps["permissions"] in ({}, {"contents": "read"})
    more = {name: job["permissions"] for name, job in steps["jobs"].items() if "permissions" in job}
    assert more == (
        {
            "make": {"contents": "read"},
            "publish": {"id-token": "write"},
            "keep": {"contents": "write"},
        }
        if file.name == "release.yml"
        else {}
    )
    for job in steps["jobs"].values():
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


def test_no_password_publishes() -> None:
    words = (FORGE / "workflows" / "release.yml").read_text()
    assert "secrets." not in words
    assert "password:" not in words


def test_forms_and_checks_name_commands() -> None:
    assert {words.split()[0] for _, words in COMMANDS} >= {"extract", "sources", "doctor", "docs"}


@pytest.mark.parametrize(("file", "words"), COMMANDS)
def test_a_command_that_a_form_asks_for_is_there(file: str, words: str) -> None:
    command: click.Command | None = cli
    name, *rest = shlex.split(words)
    while isinstance(command, click.Group) and not name.startswith("-"):
        command = command.get_command(click.Context(command), name)
        name, *rest = rest or ["--help"]
    assert command is not None, words
    options = {option for one in command.params for option in one.opts} | {"--help", "--version"}
    assert {word for word in (name, *rest) if word.startswith("-")} <= options, words
