"""What another user may have put into the folder where a command is given: none of it runs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from browsing import a_run, save
from conftest import ROOT, Tradepress, a_story
from needs import reason

import tradepress.configuration
from tradepress.configuration import ConfigurationError, load_configuration

URL = "https://www.worldipreview.com/trademark/lantern-case-15002"
AS_INSTALLED = """import sys
sys.path.remove("")
sys.path.insert(0, sys.argv.pop(1))
from tradepress.__main__ import main
main()
"""
"""Starts it as the installed program, which has the current folder on no path."""
RAN = "import pathlib; pathlib.Path({!r}).touch()"


def test_no_module_of_the_folder_is_taken_for_pythons_own(tmp_path: Path) -> None:
    """The processes that read pages start Python anew, in that folder."""
    ran = tmp_path / "ran"
    for name in ("re", "json", "sitecustomize", "lxml"):
        (tmp_path / f"{name}.py").write_text(RAN.format(str(ran)))
    (tmp_path / "page.html").write_text(a_story("Lantern case"))
    done = subprocess.run(
        [sys.executable, "-c", AS_INSTALLED, str(ROOT), "ingest", "page.html", "--url", URL],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not ran.exists()


@pytest.fixture
def ran(here: Tradepress, tmp_path: Path) -> Path:
    """A folder with a source that leaves this file as it runs."""
    ran = tmp_path / "ran"
    (tmp_path / "tradepress.toml").write_text('contact = "a@lamps.example"\n')
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "evil.py").write_text(RAN.format(str(ran)))
    return ran


def owned(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """These belong to another user from now on: only root could give them away."""
    monkeypatch.setattr(tradepress.configuration, "_is_ours", lambda path: path.name not in names)


@pytest.mark.parametrize("theirs", ["tradepress.toml", "sources", "evil.py"])
def test_no_source_of_another_user_runs(
    here: Tradepress, ran: Path, monkeypatch: pytest.MonkeyPatch, theirs: str
) -> None:
    owned(monkeypatch, theirs)
    for command in (("sources", "list"), ("health",), ("runs",)):
        result = here(*command)
        assert result.returncode == 2
        assert f"{theirs} belongs to another user, and sources run as programs" in result.stderr
    assert not ran.exists()


def test_a_folder_of_sources_that_comes_later_does_not_count_either(
    here: Tradepress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tradepress.toml").write_text('[sources]\nfolder = "mine"\n')
    owned(monkeypatch, "tradepress.toml")
    assert load_configuration().sources.folder is None
    assert load_configuration(Path("tradepress.toml")).sources.folder == tmp_path / "mine"


def test_what_somebody_names_is_trusted(
    here: Tradepress, ran: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owned(monkeypatch, "tradepress.toml", "sources", "evil.py")
    here("--config", "tradepress.toml", "sources", "list")
    assert ran.exists()


def test_what_lies_beside_an_archive_that_is_named_does_not_run(
    here: Tradepress, ran: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = str(tmp_path / "archive.db")
    with a_run(tmp_path / "archive.db") as writer:
        save(writer, "Lantern mark refused", site_id="1")
    (elsewhere := tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(elsewhere)
    for command in (
        ("search", "lantern", "--archive", archive),
        ("show", "signet-1", "--archive", archive),
        ("export", "--format", "jsonl", "-o", "out.jsonl", "--archive", archive),
        ("inspect", archive),
        ("merge", archive, "--archive", "ours.db"),
    ):
        assert here(*command).returncode == 0, command
    assert not ran.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason=reason("root (a right)"))
def test_the_owner_counts_that_the_disk_tells(here: Tradepress, ran: Path, tmp_path: Path) -> None:
    load_configuration()
    os.chown(tmp_path / "tradepress.toml", 65534, -1)
    with pytest.raises(ConfigurationError, match="belongs to another user"):
        load_configuration()
