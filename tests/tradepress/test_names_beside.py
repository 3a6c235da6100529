"""A researcher's own scripts beside an archive, named as ours once were."""

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import tradepress
from tradepress.story import Article
print(tradepress.open, tradepress.read_archive, tradepress.StoryQuery, Article)
"""


@pytest.mark.parametrize("how", [("-c", PROGRAM), ("-m", "tradepress", "search", "--help")])
def test_scripts_of_these_names_hide_nothing(tmp_path: Path, how: tuple[str, ...]) -> None:
    for name in ("archive", "browse", "mentions", "research"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('not ours')\n")
    done = subprocess.run(
        [sys.executable, *how],
        cwd=tmp_path,
        env={"PYTHONPATH": "."},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
