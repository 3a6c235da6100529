"""What `verify --history`, `prove` and `verify-proof` say to people and to programs."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from archive_rows import PAPER, open_writer, save, story
from conftest import Tradepress


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "archive.db"
    with open_writer(path) as writer:
        writer.save_source(PAPER)
        for number in (1, 2):
            writer.start_run("crawl signet", ["signet"], "1")
            save(writer, story(number))
            writer.end_run("done", 0)
    return path


def root_of(archive: Path, run: int) -> str:
    with closing(sqlite3.connect(archive)) as db:
        sql = "SELECT size, hex(root) FROM log_roots WHERE run_id = ?"
        size, digits = db.execute(sql, [run]).fetchone()
    return f"{size}:{digits.lower()}"


def test_history_is_told_with_its_root(here: Tradepress, archive: Path) -> None:
    told = here("verify", "--history").stdout
    assert "History: 4 leaves, all as recorded.\n" in told
    assert f"Root: {root_of(archive, 2)}\nKeep it elsewhere: who can write" in told
    program = json.loads(here("verify", "--history", "--json").stdout)
    assert (program["clean"], program["leaves"]) == (True, 4)
    assert program["root"] == root_of(archive, 2)
    assert json.loads(here("verify", "--quick", "--json").stdout)["leaves"] is None
    assert f"  root {root_of(archive, 1)}\n" in here("runs", "1").stdout


def test_a_run_that_has_not_ended_is_told(here: Tradepress, archive: Path) -> None:
    with closing(sqlite3.connect(archive)) as db, db:
        db.execute("INSERT INTO runs (kind, command, version, started) VALUES ('a', 'b', '1', 'c')")
    told = here("verify", "--history").stdout
    assert "all as recorded; 1 run has not ended, and no leaf yet.\n" in told


def test_a_kept_root_is_held_against_it(here: Tradepress, archive: Path) -> None:
    good = here("verify", "--quick", "--since", root_of(archive, 1))
    assert (good.returncode, "It goes on from" in good.stdout) == (0, True)
    size, _, digits = root_of(archive, 1).partition(":")
    for other in (f"{size}:{'0' * 64}", f"99:{digits}"):
        bad = here("verify", "--quick", "--since", other)
        assert (bad.returncode, "doesn't go on from" in bad.stdout) == (1, True)
    wrong = here("verify", "--since", digits)
    assert wrong.returncode == 2
    assert "give SIZE:HEX as `tradepress runs` shows it" in wrong.stderr


def test_a_proof_counts_by_a_root_that_is_over_it(here: Tradepress, archive: Path) -> None:
    first, second = (root_of(archive, run) for run in (1, 2))
    for ref, code in (("signet-1", 0), ("signet-2", 1)):
        made = here("prove", ref, "--since", first, "-o", f"{ref}.json")
        assert made.returncode == 0, made
        assert here("verify-proof", f"{ref}.json", "--root", second).returncode == 0
        assert here("verify-proof", f"{ref}.json", "--root", first).returncode == code
    assert (
        "which can't vouch for it" in here("verify-proof", "signet-2.json", "--root", first).stdout
    )
    again = here("prove", "signet-1", "-o", "signet-1.json")
    assert (again.returncode, "is there already" in again.stderr) == (2, True)


def test_cite_writes_the_proof_of_one_story(here: Tradepress, archive: Path) -> None:
    assert here("cite", "signet-1", "--proof", "one.json").returncode == 0
    assert here("verify-proof", "one.json").returncode == 0
    refused = here("cite", "lantern", "--proof", "two.json")
    assert (refused.returncode, "--proof goes with one REF" in refused.stderr) == (2, True)


def test_what_is_not_to_be_proven_is_one_line(here: Tradepress, archive: Path) -> None:
    assert "no story has the ref signet-9" in here("prove", "signet-9").stderr
    refused = here("verify-proof", str(archive))
    assert (refused.returncode, "this is no proof of a story" in refused.stderr) == (2, True)
    with closing(sqlite3.connect(archive)) as db, db:
        db.execute("UPDATE version_rows SET section = 'X'")
    changed = here("prove", "signet-1", "-o", "other.json")
    assert "this version is not what was recorded" in changed.stderr
    assert len(changed.stderr.splitlines()) == 1
