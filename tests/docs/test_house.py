"""What a reader of the code can rely on."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from conftest import ROOT

ROOMS = ("crawler", "pipelines", "tradepress")
LONGEST = 500


def modules() -> list[Path]:
    files = [file for room in ROOMS for file in (ROOT / room).rglob("*.py")]
    assert len(files) > 100
    return files


def test_no_file_is_longer_than_a_reader_likes() -> None:
    long = {file for file in modules() if len(file.read_text().splitlines()) > LONGEST}
    assert long == set()


def test_no_two_files_have_one_name() -> None:
    """A file is found by its name."""
    names = Counter(file.name for file in modules() if not file.name.startswith("__"))
    assert {name for name, times in names.items() if times > 1} == set()


def test_no_two_files_of_tests_have_one_name() -> None:
    """pytest would read the first of them alone, and call the other an error."""
    names = Counter(file.name for file in (ROOT / "tests").rglob("*.py"))
    assert {name for name, times in names.items() if times > 1} == set()


def test_no_two_classes_have_one_name() -> None:
    found = re.compile(r"^class (\w+)", re.MULTILINE)
    names = Counter(name for file in modules() for name in found.findall(file.read_text()))
    assert {name for name, times in names.items() if times > 1} == set()


@pytest.mark.slow
def test_a_misspelt_field_is_found_by_the_types(tmp_path: Path) -> None:
    """So that no field of a story is checked while it is stored."""
    program = tmp_path / "program.py"
    right = "from tradepress.story import Article\nprint(Article(headline='x').headline)\n"
    for words, is_right in ((right, True), (right.replace("headline=", "title="), False)):
        program.write_text(words)
        command = [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml")]
        told = subprocess.run(
            [*command, str(program)], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert (told.returncode == 0) is is_right, told.stdout
