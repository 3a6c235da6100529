"""What all commands have in common: help, numbers, options that can't be given twice."""

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest
from conftest import Tradepress

import tradepress.commands
from tradepress.archive.search.story_query import StoryQuery
from tradepress.command_line import PURPOSES, SHORT_HELPS, cli
from tradepress.research.counting.count_stories import COUNTED_BY, MANY
from tradepress.story import ASKED_KINDS

GROUP = click.Context(cli)
COMMANDS = [
    *SHORT_HELPS,
    *(
        f"{name} {inner}"
        for name, command in ((name, cli.get_command(GROUP, name)) for name in SHORT_HELPS)
        if isinstance(command, click.Group)
        for inner in command.commands
    ),
]


def test_help_lists_the_commands_by_purpose(here: Tradepress) -> None:
    text = here("--help").stdout
    headings = re.findall(r"^(\S.*):$", text, flags=re.MULTILINE)
    assert headings == ["Options", *PURPOSES]
    names = re.findall(r"^  ([\w-]+)  ", text.partition("Get stories:")[2], flags=re.MULTILINE)
    assert names == [*SHORT_HELPS]
    assert names.index("search") < names.index("schedule")


@pytest.mark.parametrize("group", sorted({one.split()[0] for one in COMMANDS if " " in one}))
def test_no_purpose_is_cut_in_80_columns(here: Tradepress, group: str) -> None:
    _, found, purposes = here(group, "--help").stdout.partition("\nCommands:")
    assert found
    assert "..." not in purposes


def test_every_command_is_listed() -> None:
    files = Path(tradepress.commands.__path__[0]).glob("*_command.py")
    assert {file.stem.removesuffix("_command").replace("_", "-") for file in files} == {
        *SHORT_HELPS
    }


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("tradepress se", ["plain,search"]),
        ("tradepress r", ["plain,resolve", "plain,release", "plain,reextract", "plain,runs"]),
        ("tradepress --de", ["plain,--debug"]),
        ("tradepress sources l", ["plain,list"]),
        ("tradepress runs --ref", ["plain,--refused"]),
    ],
)
def test_a_shell_completes(tradepress: Tradepress, typed: str, offered: list[str]) -> None:
    words = str(len(typed.split()) - 1)
    result = tradepress(_TRADEPRESS_COMPLETE="bash_complete", COMP_WORDS=typed, COMP_CWORD=words)
    assert (result.stdout.splitlines(), result.stderr) == (offered, "")


def test_a_misspelt_command_is_told_its_like(here: Tradepress) -> None:
    result = here("seearch")
    assert result.returncode == 2
    assert "No such command 'seearch'. Did you mean 'search'?" in result.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_help_tells_ranges_in_words(here: Tradepress, command: str) -> None:
    result = here(*command.split(), "--help")
    assert result.returncode == 0
    assert not re.search(r"[<>]=|RANGE", result.stdout)


@pytest.mark.parametrize(
    "command",
    [
        ["ingest", "page.html"],
        ["extract", "page.html"],
        ["reextract"],
        ["withdraw", "--reason", "x"],
    ],
    ids=lambda command: command[0],
)
def test_where_one_source_is_meant_two_are_refused(here: Tradepress, command: list[str]) -> None:
    result = here(*command, "--source", "wipr", "--source", "tbo")
    assert result.returncode == 2
    assert "Invalid value for '--source': give one, not 2." in result.stderr


@pytest.mark.parametrize("number", ["9" * 400, "9" * 5000, "-1", "1e3", "nan", "inf", "٣"])
@pytest.mark.parametrize(
    "command",
    [
        ["runs", "--limit"],
        ["crawl", "--limit"],
        ["crawl", "--deadline"],
        ["reextract", "--limit"],
        ["reextract", "--examples"],
        ["browse", "--port"],
        ["show", "wipr-1", "--diff", "1"],
        ["demo", "--wait"],
        ["crawl", "--wait"],
        ["search", "x", "--offset"],
        ["captures", "prune", "--older-than"],
    ],
    ids=" ".join,
)
def test_odd_numbers_are_wrong_use(here: Tradepress, command: list[str], number: str) -> None:
    result = here(*command, number)
    assert result.returncode == 2
    assert "Error: Invalid value for " in result.stderr
    assert "defect" not in result.stderr
    assert len(result.stderr) < 500


@pytest.mark.parametrize("name", ["search", "count", "cite", "export", "release", "query save"])
def test_help_has_own_options_first_and_then_the_filters(here: Tradepress, name: str) -> None:
    _, own, filters = re.split(r"\n(?:Options|Filters):\n", here(*name.split(), "--help").stdout)
    assert "--archive FILE" in own
    assert "--source NAME" not in own
    named = re.findall(r"^  (--\S+)", filters, re.MULTILINE)
    assert named == [f"--{field.name.replace('_', '-')}" for field in fields(StoryQuery)][1:]


def test_what_is_counted_by_is_what_is_mentioned() -> None:
    assert {*COUNTED_BY} >= {*MANY} == {"author", *ASKED_KINDS}
