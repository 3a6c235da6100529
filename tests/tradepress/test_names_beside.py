"""A researcher's own scripts beside an archive, named as ours once were or still are."""

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest
from conftest import ROOT
from needs import reason

NAMES = ("archive", "browse", "crawler", "mentions", "pipelines", "research")
PROGRAM = """
import tradepress
for name in tradepress.__all__:
    getattr(tradepress, name)
from tradepress.declared_sources import source_named
assert source_named("wipr").publisher == "World IP Review"
print(tradepress.__file__)
"""
WAYS = (
    ("-c", PROGRAM),
    ("-m", "tradepress", "demo", "--archive", "archive.db"),
    ("-m", "tradepress", "search", "injunction"),
)


def run_beside_them(folder: Path, *command: str | Path) -> str:
    for name in NAMES:
        (folder / f"{name}.py").write_text("raise SystemExit('not ours')\n")
    done = subprocess.run(
        [*map(str, command)],
        cwd=folder,
        env={"PYTHONPATH": "."},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_scripts_of_these_names_hide_nothing(tmp_path: Path) -> None:
    told = run_beside_them(tmp_path, sys.executable, "-c", PROGRAM)
    assert told.startswith(str(ROOT / "tradepress"))


@pytest.fixture(params=["wheel", "editable"])
def installed(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The folder of programs of an environment in which Tradepress is installed so."""
    pytest.importorskip("hatchling", reason=reason("hatchling"))
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=False)
    (site_packages,) = environment.glob("lib/python*/site-packages")
    # What we depend on is there, and not the Tradepress that runs this test.
    (site_packages / "others.pth").write_text(sysconfig.get_path("purelib") + "\n")
    chosen = ["--editable", str(ROOT)] if request.param == "editable" else [str(ROOT)]
    pip = [sys.executable, "-m", "pip", "--python", str(environment / "bin" / "python")]
    subprocess.run(
        [*pip, "install", "-q", "--no-deps", "--no-build-isolation", "--ignore-installed", *chosen],
        check=True,
        capture_output=True,
    )
    return environment / "bin"


@pytest.mark.slow
def test_they_hide_nothing_of_what_is_installed(installed: Path, tmp_path: Path) -> None:
    for way in WAYS:
        run_beside_them(tmp_path, installed / "python", *way)
    run_beside_them(tmp_path, installed / "tradepress", "sources", "list")
    packages = {file.name for file in installed.parent.glob("lib/python*/site-packages/*")}
    assert packages & {*NAMES} == set()
