"""CI reads what was left out, and why: so it is said in one wording."""

import re

from conftest import ROOT
from needs import reason


def test_whoever_leaves_a_test_out_says_what_it_needs() -> None:
    assert reason("cron") == "needs cron, which is not here"
    other = re.compile(
        r"pytest\.skip\(|(?:skipif|importorskip)\((?:(?!\n\n).)*reason=f?\"", re.DOTALL
    )
    files = [path for path in (ROOT / "tests").rglob("*.py") if path.name != "needs.py"]
    assert [path.name for path in files if other.search(path.read_text())] == []
