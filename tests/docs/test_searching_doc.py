"""searching.md: what it shows can be typed."""

import re

import pytest
from conftest import ROOT

from tradepress.archive.errors import QueryError
from tradepress.archive.search.asked_days import read_time
from tradepress.archive.search.other_habits import HABITS, IN_A_PHRASE, Habit, find_habits
from tradepress.archive.search.query_language import parse_query
from tradepress.archive.search.word_variants import with_variants
from tradepress.archive.stories.ref import is_address
from tradepress.commands.query_options import FILTERS, query_options

PAGE = (ROOT / "docs/researcher/query-language.md").read_text()
LANGUAGE = PAGE.partition("## Filters")[0]
TYPED = [
    typed
    for row in re.findall(r"^\| (`.*?`) \|", LANGUAGE, re.MULTILINE)
    for typed in re.findall(r"`([^`]+)`", row)
]

DAYS = PAGE.partition("### Days\n")[2].partition("```")[0]
READ = [one for one in re.findall(r"`([^`]+)`", DAYS) if not one.startswith("--")]


def test_there_are_examples() -> None:
    assert len(TYPED) > 15
    assert len(READ) > 12


@pytest.mark.parametrize("typed", TYPED)
def test_an_example_can_be_read(typed: str) -> None:
    assert is_address(typed) or with_variants(parse_query(typed))


@pytest.mark.parametrize("asked", READ)
def test_the_days_told_are_read(asked: str) -> None:
    assert read_time(asked)


def test_the_refusal_shown_is_the_one_given() -> None:
    ((asked, told),) = re.findall(r"--since (\S+)\nError: .*?'--since': (.*)\.\n", PAGE)
    with pytest.raises(QueryError, match=f"^{re.escape(told)}$"):
        read_time(asked)


def test_every_filter_is_told() -> None:
    @query_options
    def command() -> None: ...

    options = {name for option in command.__click_params__ for name in option.opts}  # type: ignore[attr-defined]
    assert len(options) == len(FILTERS) + 1
    assert {name for name in options if name.startswith("--") and name not in PAGE} == set()


AS_TYPED = {
    "refused": "refused",
    "told": "searched for as it stands, and told",
    "meant": "the same",
}
FORM = re.compile(r"write (.*?)((?:, in|, which|, or each|: ).*)?$")


def row(habit: Habit) -> str:
    phrases = [one.span(1) for one in re.finditer('"(.*?)"', habit.typed)]
    seen = next(find_habits(habit.typed, phrases), None)
    answer = FORM.sub(r"`\1`\2", seen.answer) if seen else f"`{habit.answer}`"
    cells = (habit.of, f"`{habit.typed}`", answer, AS_TYPED[habit.taken])
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def test_every_habit_of_another_system_is_told() -> None:
    """Where it fails, the table is in what pytest shows."""
    habits = (*HABITS, *IN_A_PHRASE)
    systems = [*dict.fromkeys(habit.of for habit in habits)]
    rows = [row(habit) for habit in sorted(habits, key=lambda one: systems.index(one.of))]
    table = PAGE.partition("| from | typed | here | as typed it is |\n|---|---|---|---|\n")[2]
    assert table.partition("\n\n")[0] == "\n".join(rows)
