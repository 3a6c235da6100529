"""checking.md can't lie: its manuscript is checked on the demo, as it says."""

import re
from pathlib import Path

import pytest
from conftest import ROOT
from preloaded import run

DOCUMENT = (ROOT / "docs" / "researcher" / "checking.md").read_text()
(PAPER,) = re.findall(r"^```markdown\n(.*?)^```$", DOCUMENT, re.M | re.S)
((COMMAND, PRINTED),) = re.findall(
    r"^```console\n\$ tradepress (.+)\n((?:(?!```).*\n)*)```$", DOCUMENT, re.M
)
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
HERE = {"PYTHONPATH": str(ROOT), "TRADEPRESS_ALLOW_ADDRESSES": "127.0.0.1"}

pytestmark = pytest.mark.slow


def test_the_paper_is_checked_as_the_page_says(tmp_path: Path) -> None:
    assert run(["-m", "tradepress", "demo"], cwd=tmp_path, env=HERE).returncode == 0
    (tmp_path / "paper.md").write_text(PAPER)
    result = run(["-m", "tradepress", *COMMAND.split()], cwd=tmp_path, env=HERE)
    assert (result.returncode, result.stderr) == (1, "")
    assert TIME.sub("TIME", result.stdout) == TIME.sub("TIME", PRINTED)
    example = "import tradepress; print(tradepress.open('archive.db').check('paper.md').wrong)"
    told = run(["-c", example], cwd=tmp_path, env=HERE)
    assert told.stdout == "2\n", told.stderr
