"""What the commands count is `1 page` where it is one: before a plural stands `counted`."""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from conftest import ROOT

PLURAL = re.compile(
    " (?!of |in )([a-z]+ )?(addresses|captures|entries|files|findings|leaves|links|pages|places"
    "|records|requests|runs|sources|stories|tasks|texts|URLs|versions|withdrawals)\\b"
)
NEVER_ONE = {
    "{count} records": "told of several alone",
    "{stories} stories of the sample": "it has 62",
    "{len(problems)} places. That is a defect": "of our own",
    "{len(found[best])} stories prove it": "of one story something else is said",
    "{kinds[False].path} real stories: they": "no number",
}
"""Why a number, with the words behind it, stands before a plural all the same."""


def plurals(source: str) -> Iterator[str]:
    """Values of f-strings that stand before a plural, but `3 of 5 stories`, and constants."""
    for node in ast.walk(ast.parse(source)):
        parts = node.values if isinstance(node, ast.JoinedStr) else []
        before = ""
        for part, behind in pairwise(parts):
            if isinstance(part, ast.FormattedValue) and isinstance(behind, ast.Constant):
                name, words = ast.unparse(part.value), str(behind.value)
                is_constant = re.fullmatch(r"([a-z_]+\.)*[A-Z_]+(\.\w+)?", name)
                if PLURAL.match(words) and not (is_constant or before.endswith(" of ")):
                    yield f"{{{name}}}{words}"
            before = str(part.value) if isinstance(part, ast.Constant) else ""


@pytest.mark.parametrize("folder", ["commands", "jobs"])
def test_a_number_before_a_plural_is_counted(folder: str) -> None:
    found = {
        f"{file.name}: {words}"
        for file in (ROOT / "tradepress" / folder).rglob("*.py")
        for words in plurals(file.read_text(encoding="utf-8"))
        if not words.startswith(tuple(NEVER_ONE))
    }
    assert found == set()


def test_such_a_number_is_seen() -> None:
    text = 'f"{n} files of folders are, {n} known stories, {n} of {m} stories, {MOST} pages"'
    assert [*plurals(text)] == ["{n} files of folders are, ", "{n} known stories, "]
