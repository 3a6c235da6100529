"""What `make docs` writes is as it would write it now."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tools import commands, configuration_page, python_page


@pytest.mark.parametrize(
    ("document", "fresh"),
    [
        (commands.DOCUMENT, commands.with_chapters),
        (configuration_page.DOCUMENT, configuration_page.with_example),
        (python_page.DOCUMENT, python_page.with_names),
    ],
    ids=["commands", "configuration", "python"],
)
def test_the_page_is_fresh(document: Path, fresh: Callable[[str], str]) -> None:
    text = document.read_text()
    assert fresh(text) == text
