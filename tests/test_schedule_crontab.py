"""The crontab's own lines stay as they are, whatever stands beside the schedule's, or in it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Tradepress
from hypothesis import event, example, given
from hypothesis import strategies as st

from archive.open import open_writer
from tradepress.scheduling.crontab import BEGIN, END, block, blocks, put, take_out
from tradepress.scheduling.plan import Plan, SchedulingError

CONTACT = 'contact = "press@library.example"\n'
PLAN = Plan(
    program=Path("/srv/venv/bin/tradepress"),
    config=Path("/srv/press/tradepress.toml"),
    archive=Path("/srv/press/archive.db"),
    hour=3,
    minute=7,
)
NEW = os.fsencode(block(PLAN).replace("7 3 ", "9 23 "))
MARKS = (BEGIN.encode(), END.encode())
OTHERS = b"MAILTO=librarian@library.example\n*/5 * * * * echo '50\\% of \xe9t\xe9'\n"


def put_crontab(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A command `crontab` in place of the machine's own; the file that it keeps."""
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
    return kept


@pytest.fixture
def crontab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The crontab of somebody who may have a schedule."""
    (tmp_path / "tradepress.toml").write_text(CONTACT)
    open_writer(tmp_path / "archive.db", command="test").close()
    return put_crontab(tmp_path, monkeypatch)


def install(here: Tradepress, *options: str) -> None:
    result = here("schedule", "install", "--cron", *options)
    assert result.returncode == 0, result.stderr


def remove(here: Tradepress) -> None:
    result = here("schedule", "remove")
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    "others",
    [
        b"# BEGIN tradepress reports, by hand\n0 8 * * * report\n",
        b"# BEGIN tradepress\n0 8 * * * report\n",
        b"# BEGIN tradepress\n0 8 * * * report\n# END tradepress reports\n",
        OTHERS.replace(b"\n", b"\r\n"),
        OTHERS.removesuffix(b"\n"),
        b"\n\n",
    ],
)
def test_lines_of_others_are_never_taken(here: Tradepress, crontab: Path, others: bytes) -> None:
    crontab.write_bytes(others)
    install(here, "--at", "03:05")
    install(here, "--at", "04:10")
    installed = crontab.read_bytes()
    assert installed.count(END.encode()) == 1 + others.count(END.encode())
    assert b"10 4 * * * { " in installed
    remove(here)
    assert crontab.read_bytes() == others


BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "no end": lambda block: block.replace(f"{END}\n".encode(), b"") + OTHERS,
    "no end, and another block below": lambda block: block.replace(END.encode(), b"#") + block,
    "no beginning": lambda block: block.replace(f"{BEGIN}\n".encode(), b"") + OTHERS,
    "end before the beginning": lambda block: b"\n".join(reversed(block.splitlines())) + b"\n",
    "one in the other": lambda block: block.replace(END.encode(), block + END.encode()),
    "a line of the operator's inside": lambda block: block.replace(
        END.encode(), OTHERS + END.encode()
    ),
}


@pytest.mark.parametrize("how", BROKEN)
def test_marks_that_do_not_pair_are_refused_and_nothing_is_changed(
    here: Tradepress, crontab: Path, how: str
) -> None:
    install(here)
    broken = OTHERS + BROKEN[how](crontab.read_bytes()) + b"0 8 * * * report\n"
    crontab.write_bytes(broken)
    for command in (["install", "--cron"], ["remove"], ["show"]):
        refused = here("schedule", *command)
        assert refused.returncode == 1
        assert "crontab -e" in refused.stderr
        assert len(refused.stderr.splitlines()) == 1
        assert crontab.read_bytes() == broken


def test_two_schedules_that_somebody_made_of_one_go_together(
    here: Tradepress, crontab: Path
) -> None:
    install(here)
    crontab.write_bytes(OTHERS + 2 * crontab.read_bytes() + OTHERS)
    refused = here("schedule", "install", "--cron")
    assert refused.returncode == 1
    assert "has 2 schedules: take them out" in refused.stderr
    remove(here)
    assert crontab.read_bytes() == 2 * OTHERS


def test_a_crontab_that_was_not_there_goes_again(here: Tradepress, crontab: Path) -> None:
    install(here)
    remove(here)
    assert not crontab.exists()


LIKE_MARKS = [mark + rest for mark in MARKS for rest in (b"x", b" reports", b"\r\r#")]
OTHER_LINES = st.one_of(
    st.binary(max_size=30).filter(lambda line: not any(mark in line for mark in MARKS)),
    st.sampled_from([*LIKE_MARKS, *(b"x" + mark for mark in MARKS), *OTHERS.splitlines()]),
)
PARTS = st.one_of(OTHER_LINES, st.just(os.fsencode(block(PLAN))), st.sampled_from(MARKS))


@given(st.lists(OTHER_LINES).map(b"\n".join))
@example(b"0 8 * * * report")
@example(b"\r\n")
def test_lines_that_come_and_go_leave_any_crontab_as_it_was(crontab: bytes) -> None:
    assert take_out(put(crontab, NEW)) == crontab
    assert put(put(crontab, os.fsencode(block(PLAN))), NEW) == put(crontab, NEW)


@given(st.lists(PARTS).map(b"\n".join))
def test_no_line_outside_our_block_ever_changes(crontab: bytes) -> None:
    try:
        before = blocks(crontab)
    except SchedulingError:
        event("refused")
        return
    event(f"{len(before)} blocks")
    others = take_out(crontab)
    assert blocks(others) == []
    if len(before) < 2:
        installed = put(crontab, NEW)
        ((start, end),) = blocks(installed)
        assert installed[start:end] == NEW
        assert installed[:start] + installed[end:] == others == take_out(installed)
