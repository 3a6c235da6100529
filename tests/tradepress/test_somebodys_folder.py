"""Whose programs run: the operator's own, and none that lies beside somebody else's archive."""

from pathlib import Path

import pytest
from browsing import a_run, save
from conftest import Tradepress

PROGRAM = "from pathlib import Path\nPath(__file__).with_name('ran').touch()\n"


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """A folder that somebody gave us: an archive, a configuration and a file of sources."""
    folder = tmp_path / "theirs"
    (folder / "sources").mkdir(parents=True)
    (folder / "sources" / "gazette.py").write_text(PROGRAM)
    (folder / "tradepress.toml").write_text('contact = "x@library.example"\n')
    with a_run(folder / "archive.db") as writer:
        save(writer, "Lantern mark refused", site_id="1")
    return folder


def test_what_lies_beside_an_archive_of_somebody_else_is_not_run(
    theirs: Path, here: Tradepress
) -> None:
    archive = str(theirs / "archive.db")
    for command in (
        ["search", "lantern", "--archive", archive],
        ["show", "signet-1", "--archive", archive],
        ["export", "--format", "jsonl", "-o", "out.jsonl", "--archive", archive],
        ["inspect", archive],
        ["merge", archive, "--archive", "ours.db"],
    ):
        assert here(*command).returncode == 0, command
    assert not (theirs / "sources" / "ran").exists()


def test_in_a_folder_of_somebody_else_their_sources_are_programs(
    theirs: Path, here: Tradepress, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not defended: a source is stated in Python, and the folder one works in is one's own."""
    monkeypatch.chdir(theirs)
    assert here("sources", "list").returncode == 2  # it states no source
    assert (theirs / "sources" / "ran").exists()
