"""The tutorials are carried out to the letter, each in an empty folder."""

import re
from pathlib import Path

import pytest
from conftest import ROOT
from documents import normal, run, steps

TUTORIALS = {
    "researcher/first-study": 12,
    "librarian/first-archive": 12,
    "operator/first-night": 12,
    "developer/first-source": 9,
}
"""Says how many steps each has at least."""


@pytest.mark.slow  # each crawls
@pytest.mark.parametrize("name", TUTORIALS)
def test_all_that_is_shown_comes_out(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "press"
    folder.mkdir()
    taken = steps((ROOT / "docs" / f"{name}.md").read_text())
    assert len(taken) >= TUTORIALS[name]
    for step in taken:
        printed = re.sub(r"\[exit code \d+\]\n", "", run(step, folder))
        assert told(printed) == told(step.printed), step.text


VARIES = "|".join(
    (
        r"\b[0-9a-f]{64}\b",
        r"leaf \d+",
        r"(?<=localhost:)\d+",
        r"[\d.]+(?= seconds)",
        r"(?<=found it on )[\d-]+",
        r"(?<=gazette-)[0-9a-f]{12}",
    )
)


def told(printed: str) -> list[str]:
    """Its lines, without what depends on time and on who came first."""
    return normal(re.sub(VARIES, "THIS", printed))
