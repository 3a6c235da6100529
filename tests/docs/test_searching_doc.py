"""docs/searching.md: what it shows can be typed."""

import re

import pytest
from conftest import ROOT

from tradepress.archive.search.query_language import parse_query
from tradepress.archive.search.word_variants import with_variants
from tradepress.archive.stories.ref import is_address
from tradepress.commands.query_options import FILTERS, query_options

PAGE = (ROOT / "docs/searching.md").read_text()
LANGUAGE = PAGE.partition("## Filters")[0]
TYPED = [
    typed
    for row in re.findall(r"^\| (`.*?`) \|", LANGUAGE, re.MULTILINE)
    for typed in re.findall(r"`([^`]+)`", row)
]


def test_there_are_examples() -> None:
    assert len(TYPED) > 15


@pytest.mark.parametrize("typed", TYPED)
def test_an_example_can_be_read(typed: str) -> None:
    assert is_address(typed) or with_variants(parse_query(typed))


def test_every_filter_is_told() -> None:
    @query_options
    def command() -> None: ...

    options = {name for option in command.__click_params__ for name in option.opts}  # type: ignore[attr-defined]
    assert len(options) == len(FILTERS) + 1
    assert {name for name in options if name.startswith("--") and name not in PAGE} == set()
