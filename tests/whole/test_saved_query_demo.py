"""A saved query over the living demo: what the papers did in some days is what it tells."""

from pathlib import Path

import preloaded
import pytest

from tradepress.research.press_archive import PressArchive
from tradepress.sample.manifest import load_manifest

pytestmark = pytest.mark.slow


def tradepress(folder: Path, *arguments: str) -> str:
    ran = preloaded.run(["-m", "tradepress", *arguments], cwd=folder)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return str(ran.stdout)


def test_the_difference_is_what_the_papers_did(tmp_path: Path) -> None:
    later = load_manifest()["later"]
    tradepress(tmp_path, "demo")
    tradepress(tmp_path, "query", "save", "all")
    tradepress(tmp_path, "query", "save", "signet", "--source", "signet")
    assert "nothing new since run 1" in tradepress(tmp_path, "query", "run", "all")
    tradepress(tmp_path, "demo", "--later")
    new = set(later["new"])
    changed = {*later["changed"], *later["headline_corrected"], *later["corrected"]}
    with PressArchive(tmp_path / "archive.db") as archive:
        found = archive.queries.run("all")
        assert {one.ref for one in found.changes if one.word == "new"} == new
        assert {one.ref for one in found.changes if one.word == "changed"} == changed
        assert len(found.changes) == len(new) + len(changed)
        of_one = archive.queries.run("signet").changes
        assert {one.ref for one in of_one} == {
            ref for ref in new | changed if ref.startswith("signet-")
        }
    gone = sorted(changed)[0]
    tradepress(tmp_path, "withdraw", gone, "--reason", "court order", "--yes")
    told = tradepress(tmp_path, "query", "run", "all").splitlines()
    assert len(told) == 3
    assert told[1].split(": ")[0].split() == ["withdrawn", gone]
