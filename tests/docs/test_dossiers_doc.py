"""dossiers.md can't lie: its commands are run on the demo, and their output is compared."""

import re
import shlex
from pathlib import Path

import pytest
from conftest import ROOT
from dossiers import page_of
from preloaded import run

from tradepress.research.dossier.dossier import MOST_LETTERS, MOST_STORIES, MOST_YEARS

DOCUMENT = (ROOT / "docs" / "researcher" / "dossiers.md").read_text()
((COMMAND, PRINTED),) = re.findall(r"^```console\n\$ tradepress (.+)\n(.*\n)```$", DOCUMENT, re.M)
(EXAMPLE,) = re.findall(r"^```python\n(.*?)^```$", DOCUMENT, re.M | re.S)
HERE = {"PYTHONPATH": str(ROOT), "TRADEPRESS_ALLOW_ADDRESSES": "127.0.0.1"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dossiers")
    assert run(["-m", "tradepress", "demo"], cwd=folder, env=HERE).returncode == 0
    return folder


@pytest.mark.slow
def test_its_commands_and_its_example_run(folder: Path) -> None:
    result = run(["-m", "tradepress", *shlex.split(COMMAND)], cwd=folder, env=HERE)
    assert (result.returncode, result.stdout, result.stderr) == (0, PRINTED, "")
    page = page_of((folder / "names.html").read_bytes())
    titles = [node.text_content() for node in page.iter("h2")]
    assert [titles[0], titles[1], *titles[-2:]] == [
        *("Contents", "Chronology", "Bibliography", "What is not in it")
    ]
    (folder / "own.csl").write_bytes(
        (ROOT / "tradepress/research/citation/styles/apa.csl").read_bytes()
    )
    commands = re.findall(r"^tradepress (dossier .+?)(?: +#.*)?$", DOCUMENT, re.M)
    assert len(commands) == 2
    for command in commands:
        result = run(["-m", "tradepress", *shlex.split(command)], cwd=folder, env=HERE)
        assert (result.returncode, result.stderr) == (0, "")
    result = run(["-c", EXAMPLE], cwd=folder, env=HERE)
    assert result.returncode == 0, result.stderr
    assert re.fullmatch(r"[0-9a-f]{8} \['\S+', '\S+'\]\n", result.stdout)


def test_its_numbers_are_ours() -> None:
    assert f"{MOST_STORIES:,} stories at most" in DOCUMENT
    assert f"{MOST_LETTERS // 10**6} million letters" in DOCUMENT
    assert MOST_YEARS == 3
    assert "more than three years" in DOCUMENT
