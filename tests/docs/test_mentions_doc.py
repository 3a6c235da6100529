"""mentions.md can't lie: its example of Python is run on the demo."""

import re
from pathlib import Path

import pytest
from conftest import ROOT
from preloaded import run

DOCUMENT = (ROOT / "docs" / "researcher" / "mentions.md").read_text()
(EXAMPLE,) = re.findall(r"^```python\n(.*?)^```$", DOCUMENT, re.M | re.S)
HERE = {"PYTHONPATH": str(ROOT), "TRADEPRESS_ALLOW_ADDRESSES": "127.0.0.1"}


@pytest.mark.slow
def test_the_example_of_python_runs(tmp_path: Path) -> None:
    assert run(["-m", "tradepress", "demo"], cwd=tmp_path, env=HERE).returncode == 0
    result = run(["-c", EXAMPLE], cwd=tmp_path, env=HERE)
    assert result.returncode == 0, result.stderr
    assert "firm Finch Delacroix Amory body " in result.stdout
