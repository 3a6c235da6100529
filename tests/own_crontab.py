"""A plan, a command `crontab` that keeps its lines in a test's folder, and processes beside it."""

import os
from pathlib import Path

import pytest

import tradepress.schedule.crontab as scheduling
from tradepress.schedule.plan import Plan

CONTACT = 'contact = "press@library.example"\n'
PLAN = Plan(
    program=Path("/srv/venv/bin/tradepress"),
    config=Path("/srv/press/tradepress.toml"),
    archive=Path("/srv/press/archive.db"),
    hour=3,
    minute=7,
)


def put_crontab(folder: Path, monkeypatch: pytest.MonkeyPatch, *, runs: str = "cron") -> Path:
    """In place of the machine's own.

    :param runs: the one process beside the first
    :returns: the file with the lines
    """
    kept, program = folder / "crontab.txt", folder / "bin" / "crontab"
    program.parent.mkdir()
    program.write_text(f"""#!/bin/sh
case $1 in
-l) [ -e {kept} ] || {{ echo "no crontab for press" >&2; exit 1; }}; cat {kept} ;;
-r) rm {kept} ;;
*) cat >{kept} ;;
esac
""")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    for number, name in ((1, "init"), (7, runs)):
        process = folder / "proc" / str(number)
        process.mkdir(parents=True)
        (process / "status").write_text(f"Name:\t{name}\nNSpid:\t{number}\n")
    monkeypatch.setattr(scheduling, "PROCESSES", folder / "proc")
    monkeypatch.setattr(scheduling, "GENERATOR", folder / "absent")
    return kept
