"""architecture.md can't lie: its example runs, and what it names is there."""

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

WORDS = (ROOT / "docs" / "explanation" / "architecture.md").read_text()
FILES = sorted(set(re.findall(r"`([\w/-]+\.(?:py|sql|yml|md|toml))`", WORDS)))
FOLDERS = sorted(set(re.findall(r"`([\w/-]+)/`", WORDS)))
PLACES = {
    str(place.relative_to(ROOT))
    for start in (path for path in ROOT.iterdir() if not path.name.startswith((".", "mutants")))
    for place in (start, *start.rglob("*"))
}
"""All files and folders, but for environments, and the copies that `make mutants` changes."""
NAMED = re.findall(r"`(\w+)`(?:\s+of|\s+in)\s+`([\w/]+)\.py`", WORDS)


def test_files_and_folders_are_there() -> None:
    assert len(FILES) > 25
    for name in FILES:
        assert "NAME" in name or at(name), name
    for name in FOLDERS:
        assert any((ROOT / place).is_dir() for place in at(name)), name


def at(name: str) -> list[str]:
    """Where that is, as architecture.md names it."""
    return [place for place in PLACES if f"/{place}".endswith(f"/{name}")]


@pytest.mark.parametrize(("name", "file"), NAMED)
def test_what_is_named_in_a_file_is_there(name: str, file: str) -> None:
    (place,) = [f"{file}.py"] if f"{file}.py" in PLACES else at(f"{file}.py")
    module = ".".join(Path(place).with_suffix("").parts)
    assert hasattr(importlib.import_module(module), name)


def test_the_example_runs(tmp_path: Path) -> None:
    (example,) = re.findall(r"^```python\n(.*?)^```$", WORDS, re.MULTILINE | re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", example],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert re.fullmatch(r"gazette-[0-9a-f]{12}\n", done.stdout)


def test_the_walk_of_a_story_is_six_files() -> None:
    walk = WORDS[WORDS.index("## The walk of a story") : WORDS.index("From `process_item`")]
    steps = re.findall(r"^\d\. `([\w/]+\.py)`", walk, re.MULTILINE)
    assert [Path(step).name for step in steps[3:]] == [
        *("save_to_archive.py", "stories.py", "kept.py", "identity.py", "addresses.py"),
        "transaction.py",
    ]
