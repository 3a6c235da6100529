"""proving.md can't lie: its commands are run on the demo, and their output is compared."""

import re
import shlex
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from conftest import ROOT
from preloaded import run

from tradepress.archive.read_only import read_archive

DOCUMENT = (ROOT / "docs" / "librarian" / "proving.md").read_text()
STEPS = re.findall(r"^```console\n\$ tradepress (.+)\n((?:(?!```).*\n)*)```$", DOCUMENT, re.M)
(EXAMPLE,) = re.findall(r"^```python\n(.*?)^```$", DOCUMENT, re.M | re.S)
(RUN, CHANGED, PRINTED) = re.findall(r"^```text\n(.*?)^```$", DOCUMENT, re.M | re.S)
VARYING = {
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ": "TIME",
    r":[0-9a-f]{64}": ":ROOT",
    r"leaf \d+": "leaf N",
    r"cost .*": "cost",
}
HERE = {"PYTHONPATH": str(ROOT), "TRADEPRESS_ALLOW_ADDRESSES": "127.0.0.1"}

pytestmark = pytest.mark.slow


def same_each_day(text: str) -> str:
    for pattern, name in VARYING.items():
        text = re.sub(pattern, name, text)
    return text


def tradepress(folder: Path, *arguments: str) -> str:
    result = run(["-m", "tradepress", *arguments], cwd=folder, env=HERE)
    assert result.returncode < 2, result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("proving")
    tradepress(folder, "demo")
    tradepress(folder, "demo", "--later")
    return folder


def test_a_run_shows_its_root(folder: Path) -> None:
    printed = same_each_day(tradepress(folder, "runs", "1"))
    assert printed.startswith(same_each_day(RUN))


def test_commands_print_what_the_page_says(folder: Path) -> None:
    assert len(STEPS) == 4
    with read_archive(folder / "archive.db") as db:
        size, root = db.execute("SELECT size, root FROM log_roots WHERE run_id = 1").fetchone()
    for command, printed in STEPS:
        asked = re.sub(r"\d+:[0-9a-f]{64}", f"{size}:{root.hex()}", command)
        found = tradepress(folder, *shlex.split(asked))
        assert same_each_day(found) == same_each_day(printed)


def test_the_example_of_python_prints_what_the_page_says(folder: Path) -> None:
    result = run(["-c", EXAMPLE], cwd=folder, env=HERE)
    assert (result.stdout, result.stderr) == (PRINTED, "")


def test_a_changed_letter_is_named_so(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "archive.db"
    with (
        closing(sqlite3.connect(folder / "archive.db")) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
        target.execute("UPDATE version_rows SET headline = 'X' WHERE url LIKE '%-12107'")
        target.commit()
    assert CHANGED in tradepress(tmp_path, "verify", "--history")
