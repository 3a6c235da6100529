"""The benches of the cluster, small: what they compare is equal, and a killed merge goes on."""

import re
import subprocess
import sys

import pytest
from conftest import ROOT

pytestmark = pytest.mark.slow


def printed(name: str, *options: str) -> str:
    done = subprocess.run(
        [sys.executable, str(ROOT / "bench" / f"{name}.py"), *options],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_both_jobs_by_two_workers_are_those_of_one_machine() -> None:
    """With changed stories, copies at another paper, links and mentions across the files."""
    told = printed("cluster", "--pages", "100", "--files", "4", "--workers", "2")
    kinds = r"\d+ versions, [\d,]+ links, [1-9]\d* near-duplicates, [1-9]\d* mentions, "
    kinds += "100 captured pages"
    assert re.search(rf"^ingest --local 2, equal: 97 stories, {kinds}", told, re.MULTILINE)
    assert re.search(rf"^reextract --local 2, equal: 97 stories, {kinds}", told, re.MULTILINE)
    rows = [line for line in told.splitlines() if line.startswith("| `--local 2` |")]
    assert len(rows) == 2


def test_a_merge_killed_in_the_middle_brings_every_story_once() -> None:
    told = printed("merge_shards", "--shards", "2", "--stories", "1200")
    assert "| killed at its story 1000; another process goes on |" in told
    assert "All 2,400 stories are there once" in told
