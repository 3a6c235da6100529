"""A release is made twice from the commit, held against itself, and used where nothing else is."""

import hashlib
import re
import subprocess
from pathlib import Path

import needs
import pytest
from conftest import ROOT

pytestmark = pytest.mark.slow

TOOLS = ROOT / ".venv-release"
LINE = re.compile(r"^(ok|FAILED|not here) +(\S.*?)(?:  +(.*))?$", re.MULTILINE)


def test_a_release_is_made_and_checked(tmp_path: Path) -> None:
    """The same that `make dist` does; a working tree with changes fails it by that alone."""
    if not (TOOLS / "wheels").is_dir():
        needs.skip("`make .venv-release/wheels`")
    changed = subprocess.run(
        ["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    command = (TOOLS / "bin" / "python", "-m", "tools.release_check", "--without-tests")
    done = subprocess.run(
        [*command, "--output", tmp_path / "dist"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    outcomes = {name: (outcome, said) for outcome, name, said in LINE.findall(done.stdout)}
    assert {"same bytes", "same from sdist", "twine", "contents", "empty environment"} <= {
        *outcomes
    }
    failed = {name for name, (outcome, _) in outcomes.items() if outcome == "FAILED"}
    assert failed == ({"committed"} if changed else set()), done.stdout + done.stderr
    assert done.returncode == bool(changed)
    assert (tmp_path / "dist").exists() is not bool(changed)
    if not changed:
        sums = (tmp_path / "dist" / "SHA256SUMS").read_text().split()
        names = {file.name for file in (tmp_path / "dist").iterdir()}
        assert {*sums[1::2]} == names - {"SHA256SUMS"}
        for digest, name in zip(sums[::2], sums[1::2], strict=True):
            found = hashlib.sha256((tmp_path / "dist" / name).read_bytes()).hexdigest()
            assert found == digest
