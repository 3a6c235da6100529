"""The schedule by cron: whose lines are whose, when they run next, and how they ended."""

import os
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Tradepress
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st
from own_crontab import CONTACT, PLAN, put_crontab

from tradepress.archive.open import open_archive
from tradepress.schedule.crontab_block import (
    BEGIN,
    END,
    archives,
    block,
    blocks,
    put,
    take_out,
)
from tradepress.schedule.plan import Plan, SchedulingError

NEW = os.fsencode(block(PLAN).replace("7 3 ", "9 23 "))
MARKS = (BEGIN.encode(), END.encode())
OTHERS = b"MAILTO=librarian@library.example\n*/5 * * * * echo '50\\% of \xe9t\xe9'\n"


@pytest.fixture
def crontab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The crontab of somebody who may have a schedule."""
    (tmp_path / "tradepress.toml").write_text(CONTACT)
    open_archive(tmp_path / "archive.db", command="test").close()
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


def test_the_lines_of_three_crawls_a_day(here: Tradepress, crontab: Path) -> None:
    install(here, "--at", "23:05", "--every", "8h")
    begin, crawl, backup, end = crontab.read_text().splitlines()
    assert (begin, end) == (BEGIN, END)
    assert crawl.startswith("5 7,15,23 * * * { ")
    assert backup.startswith("5 3 * * * ")


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
OURS = os.fsencode(block(PLAN))
PARTS = st.one_of(
    OTHER_LINES,
    st.sampled_from([OURS, OURS.replace(b"\n", b"\r\n")]),
    st.sampled_from(MARKS),
)


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


@pytest.mark.parametrize(
    "name",
    [
        'Law 100%i "it\'s" $HOME \\ press; ',
        "a\\% crawl --archive b",
        "\\\\ \\\\% '\\' \\",
        "Prèss 文 `id` $(id) #!*?",
    ],
)
def test_a_line_tells_whose_it_is(name: str) -> None:
    archive = Path("/srv") / name / "archive.db"
    plan = Plan(program=PLAN.program, config=PLAN.config, archive=archive, hour=23, minute=7)
    assert archives(os.fsencode(block(plan))) == [archive]


def as_cron_reads(command: str, *, takes_pairs: bool) -> str:
    """What a cron lets the shell read: Debian's takes two backslashes for one, others don't."""
    rest, read = command, ""
    while rest and rest[0] != "%":
        pair = rest[0] == "\\" and (rest[1:2] == "%" or (takes_pairs and rest[1:2] == "\\"))
        taken = 2 if rest[0] == "\\" else 1
        read += rest[1:2] if pair else rest[:taken]
        rest = rest[taken:]
    return read


@pytest.mark.parametrize("takes_pairs", [True, False])
@given(name=st.text("\\\\%'\" $`;#aé", min_size=1, max_size=12))
@example(name="two \\\\")
@example(name="\\%")
@settings(max_examples=30, suppress_health_check=[HealthCheck.differing_executors])
def test_every_cron_and_its_shell_read_the_path_that_was_meant(
    takes_pairs: bool, name: str
) -> None:
    archive = Path("/srv") / name / "archive.db"
    plan = Plan(program=PLAN.program, config=PLAN.config, archive=archive, hour=23, minute=7)
    _, crawl, backup, _ = block(plan).splitlines()
    assert archives(os.fsencode(block(plan))) == [archive]
    for line, times in ((crawl, 3), (backup, 1)):
        command = as_cron_reads(line.split(" ", 5)[5], takes_pairs=takes_pairs)
        words = shlex.shlex(command, posix=True, punctuation_chars=True)
        words.whitespace_split, words.commenters = True, ""
        assert [*words].count(str(archive)) == times


@pytest.mark.parametrize("name", ["two\nlines", "tab\t", "\x1b[2J", "\u2028", "\u202e", "\udce9"])
def test_a_path_that_no_line_can_hold_is_refused(
    here: Tradepress, tmp_path: Path, crontab: Path, name: str
) -> None:
    folder = tmp_path / name
    folder.mkdir()
    open_archive(folder / "archive.db", command="test").close()
    (folder / "tradepress.toml").write_text(CONTACT)
    for options in (
        ("--archive", str(folder / "archive.db")),
        ("--config", str(folder / "tradepress.toml")),
    ):
        first = options if options[0] == "--config" else ()
        last = options if options[0] == "--archive" else ()
        refused = here(*first, "schedule", "install", "--cron", *last)
        assert refused.returncode == 2
        assert "has a character that a schedule can't name: move it" in refused.stderr
        assert len(refused.stderr.strip().splitlines()) <= 4  # usage and error
        assert not crontab.exists()


@pytest.mark.parametrize("status", ["Name:\tsleep\nNSpid:\t7\n", "Name:\tcron\nNSpid:\t7\t1\n"])
def test_where_no_cron_runs_the_lines_are_no_success(
    here: Tradepress, tmp_path: Path, crontab: Path, status: str
) -> None:
    """Also where one runs in a container."""
    (tmp_path / "proc" / "7" / "status").write_text(status)
    for command in (["install", "--cron"], ["show"]):
        result = here("schedule", *command)
        assert result.returncode == 1
        assert result.stderr.startswith("Error: cron is not running here: ")
        assert len(result.stderr.splitlines()) == 1
        assert "Installed" not in result.stdout
        assert END in crontab.read_text()
    assert here("schedule", "remove").returncode == 0
    (tmp_path / "proc" / "1" / "status").unlink()  # others' processes are hidden: nothing is known
    install(here)


# One schedule


def test_a_second_archive_does_not_take_the_place_of_the_first(
    here: Tradepress, tmp_path: Path, crontab: Path
) -> None:
    install(here)
    before = crontab.read_bytes()
    other = tmp_path / "other 100%.db"
    open_archive(other, command="test").close()
    refused = here("schedule", "install", "--cron", "--archive", str(other))
    assert refused.returncode == 2
    assert f"schedule already, for {tmp_path}/archive.db" in refused.stderr
    assert crontab.read_bytes() == before
    install(here)
    remove(here)
    install(here, "--archive", str(other))
