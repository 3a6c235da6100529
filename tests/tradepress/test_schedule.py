"""`tradepress schedule`: timers of systemd and lines of cron that are there, and that fire."""

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from conftest import Answer, Site, Tradepress, a_story, declare
from machine import Machine, machine
from needs import require_program
from own_crontab import CONTACT, PLAN, put_crontab

from tradepress.archive.open import open_archive
from tradepress.schedule import machine as schedulers
from tradepress.schedule import systemd
from tradepress.schedule.plan import Plan, quiet_time
from tradepress.schedule.systemd import SERVICES, quoted, units, unquoted

FOLDER = """Law 100%i "it's" $HOME \\ \\\\ \\% Prèss \\"""
"""What a folder may be called, and shells, cron and systemd each read otherwise."""
SYSTEMCTL = "XDG_RUNTIME_DIR=/run/user/$(id -u) systemctl --user"
OF_THE_GAZETTE = f"""{CONTACT}sources = ["gazette"]
allow_addresses = ["127.0.0.1"]
every = "1s"
"""


# When


def test_a_quiet_time_is_at_night_and_stays() -> None:
    times = {quiet_time("desk", Path(f"/srv/{number}/archive.db")) for number in range(200)}
    assert all(1 <= hour < 5 and 0 <= minute < 60 for hour, minute in times)
    assert len(times) > 100
    assert quiet_time("desk", Path("/srv/a.db")) == quiet_time("desk", Path("/srv/a.db"))


@pytest.mark.parametrize(
    ("hour", "every", "hours"),
    [(3, 24, "3"), (13, 24, "13"), (21, 6, "3,9,15,21"), (0, 12, "0,12"), (5, 8, "5,13,21")],
)
def test_the_hours_of_a_day(hour: int, every: int, hours: str) -> None:
    assert replace(PLAN, hour=hour, every=every).hours == hours


@pytest.mark.parametrize("every", [24, 6, 12, 8])
def test_systemd_reads_the_hours_as_we_do(every: int) -> None:
    require_program("systemd-analyze")
    plan = replace(PLAN, hour=21, every=every)
    (calendar,) = re.findall("OnCalendar=(.*)", units(plan)["tradepress-crawl.timer"])
    times = next_times(calendar, count=24 // every)
    assert sorted(time[:5] for time in times) == [
        f"{int(at):02}:07" for at in plan.hours.split(",")
    ]


def next_times(calendar: str, count: int) -> list[str]:
    """When systemd would start it next: ``03:07:00``."""
    printed = subprocess.run(
        ["systemd-analyze", "calendar", f"--iterations={count}", calendar],
        env={**os.environ, "LC_ALL": "C", "TZ": "UTC"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return re.findall(r"(?:Next elapse|Iteration #\d+): \w+ [\d-]+ ([\d:]+) UTC", printed)


# Units


@pytest.mark.parametrize("user", [None, "daemon"], ids=["user", "system"])
def test_systemd_finds_no_fault_in_the_units(tmp_path: Path, user: str | None) -> None:
    require_program("systemd-analyze")
    folder = tmp_path / FOLDER
    folder.mkdir()
    program = tmp_path / "Law 100%i $HOME" / "tradepress"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    plan = Plan(
        program=program,
        config=folder / "tradepress.toml",
        archive=folder / "archive.db",
        hour=3,
        minute=7,
    )
    files = []
    for name, text in units(plan, user).items():
        files.append(tmp_path / name)
        files[-1].write_text(text)
    checked = subprocess.run(
        ["systemd-analyze", "--system" if user else "--user", "--man=no", "verify", *files],
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


@pytest.mark.parametrize("name", [FOLDER, "ends with a space ", "\\", "~", "-x; #y", "100%%"])
def test_units_work_in_the_folder_whatever_it_is_called(name: str) -> None:
    """As systemd.syntax(7) reads a line: joined to the next by a backslash, without spaces at its
    end; of the path systemd takes a last dot away."""
    folder = Path("/srv") / name
    for text in units(replace(PLAN, archive=folder / "archive.db"), "press").values():
        lines = [line.strip() for line in text.replace("\\\n", " ").splitlines()]
        found = [line for line in lines if line.startswith("WorkingDirectory=")]
        assert [Path(line[17:].replace("%%", "%")) for line in found] in ([], [folder])
        assert bool(found) == ("[Service]" in lines)


@pytest.mark.parametrize("name", SERVICES)
def test_a_system_unit_runs_as_the_archives_owner_and_can_do_little(
    tmp_path: Path, name: str
) -> None:
    require_program("systemd-analyze")
    text = units(PLAN, "press")[name]
    assert "\nUser=press\n" in text
    assert '\nReadWritePaths="/srv/press"\n' in text
    file = tmp_path / name
    file.write_text(text)
    security = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", file],
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"Overall exposure level for .*: ([\d.]+) OK", security.stdout)
    assert found, security.stdout
    assert float(found[1]) <= 2


def test_no_unit_names_whom_it_tells() -> None:
    """All who may look at processes and units see it; addresses hold passwords."""
    for unit in units(PLAN, "press").values():
        assert "--notify" not in unit
        assert "://" not in unit.partition("[Service]")[2]


def test_words_are_disarmed() -> None:
    assert quoted('a "b" 5% \\') == '"a \\"b\\" 5%% \\\\"'
    assert quoted("$HOME", in_command=True) == '"$$HOME"'
    for word in (FOLDER, "%%$$\\%$", 'a" "--archive" "b'):
        assert unquoted(quoted(word, in_command=True)[1:-1]) == word


# What is refused


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "archive.db"
    open_archive(path, command="test").close()
    return path


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--at", "25:00"], "25:00"),
        (["--every", "5h"], "5h"),
        (["--system", "--cron"], "exclude each other"),
    ],
)
def test_wrong_options(
    here: Tradepress, tmp_path: Path, archive: Path, options: list[str], words: str
) -> None:
    (tmp_path / "tradepress.toml").write_text(CONTACT)
    result = here("schedule", "install", *options)
    assert result.returncode == 2
    assert words in result.stderr


def test_without_a_configuration(here: Tradepress, archive: Path) -> None:
    result = here("schedule", "install")
    assert result.returncode == 2
    assert "There is no tradepress.toml in this folder" in result.stderr


def test_without_a_contact(here: Tradepress, tmp_path: Path, archive: Path) -> None:
    (tmp_path / "tradepress.toml").write_text('archive = "archive.db"\n')
    result = here("schedule", "install")
    assert result.returncode == 2
    assert "names no contact" in result.stderr


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('sources = ["wip"]', "sources names 'wip', which is no source"),
        ('[notify]\nurls = ["json://lamps.example", "orrin://x"]', "orrin: (address 2) is no addr"),
        ('[notify]\nping = "lamps.example"', "the address for pings must begin with https://"),
    ],
)
@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
def test_what_each_night_would_stumble_over_is_refused(
    here: Tradepress,
    tmp_path: Path,
    archive: Path,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    words: str,
) -> None:
    put_crontab(tmp_path, monkeypatch)
    (tmp_path / "tradepress.toml").write_text(CONTACT + text)
    result = here("schedule", "install", "--cron")
    assert result.returncode == 2
    assert words in result.stderr


def test_who_may_not_use_cron_may_have_a_schedule_of_systemd(
    here: Tradepress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is a cron.allow: in the words of Debian's and Fedora's crontab."""
    put_crontab(tmp_path, monkeypatch)
    words = "echo 'You (press) are not allowed to use this' >&2; exit 1"
    (tmp_path / "bin" / "crontab").write_text(f"#!/bin/sh\n{words}\n")
    result = here("schedule", "show")
    assert (result.returncode, result.stderr) == (0, "")


def test_the_units_write_where_the_archive_is_and_not_where_a_link_to_it_is(
    here: Tradepress, tmp_path: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    archive.rename(tmp_path / "elsewhere" / "archive.db")
    archive.symlink_to(tmp_path / "elsewhere" / "archive.db")
    (tmp_path / "tradepress.toml").write_text(CONTACT)
    lines = put_crontab(tmp_path, monkeypatch)
    assert here("schedule", "install", "--cron").returncode == 0
    assert lines.read_text().count(f"--archive {tmp_path}/elsewhere/archive.db") == 4


def test_what_only_this_shell_knows_is_refused(
    here: Tradepress, tmp_path: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tradepress.toml").write_text("")
    monkeypatch.setenv("TRADEPRESS_CONTACT", "press@library.example")
    result = here("schedule", "install")
    assert result.returncode == 2
    assert "TRADEPRESS_CONTACT is set in this shell" in result.stderr


def test_without_an_archive_nothing_is_made(here: Tradepress, tmp_path: Path) -> None:
    (tmp_path / "tradepress.toml").write_text(CONTACT)
    result = here("schedule", "install")
    assert result.returncode == 3
    assert "there is no archive at" in result.stderr
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["tradepress.toml"]


def test_system_units_need_root(
    here: Tradepress, tmp_path: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tradepress.toml").write_text(CONTACT)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    result = here("schedule", "install", "--system")
    assert result.returncode == 2
    assert "sudo" in result.stderr


# One schedule


@pytest.fixture
def systemctl(tmp_path: Path, archive: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """For a systemd that says yes to everything; the folder of the user's units."""
    (tmp_path / "tradepress.toml").write_text(CONTACT)
    put_crontab(tmp_path, monkeypatch)
    program = tmp_path / "bin" / "systemctl"
    names = "ActiveState Result NextElapseUSecRealtime ExecMainStatus ExecMainExitTimestamp"
    program.write_text(f"#!/bin/sh\nfor name in {names}; do echo $name=; done\n")
    program.chmod(0o755)
    monkeypatch.setattr(schedulers, "BOOTED", tmp_path)
    monkeypatch.setattr(systemd, "VANISHING", ())
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "config" / "systemd" / "user"


def test_cron_and_systemd_do_not_both_crawl(here: Tradepress, systemctl: Path) -> None:
    for first, second in (["--cron"], []), ([], ["--cron"]):
        assert here("schedule", "install", *first).returncode == 0
        refused = here("schedule", "install", *second)
        assert refused.returncode == 2
        assert "There is a schedule already: " in refused.stderr
        assert here("schedule", "remove").returncode == 0


def test_units_of_a_second_archive_do_not_take_the_place_of_the_first(
    here: Tradepress, systemctl: Path, tmp_path: Path
) -> None:
    folder = tmp_path / FOLDER
    folder.mkdir()
    archive = folder / "archive.db"
    open_archive(archive, command="test").close()
    options = ["--archive", str(archive)]
    assert here("schedule", "install", *options).returncode == 0
    units = {path: path.read_text() for path in systemctl.iterdir()}
    refused = here("schedule", "install")
    assert refused.returncode == 2
    assert f"schedule already, for {archive}, " in refused.stderr
    assert {path: path.read_text() for path in systemctl.iterdir()} == units
    assert here("schedule", "install", "--at", "04:00", *options).returncode == 0


# On a machine


@pytest.fixture
def with_systemd(tmp_path: Path) -> Iterator[Machine]:
    with machine("systemd", tmp_path / "machine") as running:
        yield running


@pytest.fixture
def with_system(tmp_path: Path) -> Iterator[Machine]:
    with machine("system", tmp_path / "machine") as running:
        yield running


@pytest.fixture
def with_cron(tmp_path: Path) -> Iterator[Machine]:
    with machine("cron", tmp_path / "machine") as running:
        yield running


def first_crawl(running: Machine, site: Site, *, as_user: str = "") -> None:
    """An archive with one story, in a folder with a name; meanwhile the paper has a second one."""
    declare(running.folder / "spiders", "gazette", site.home, verified=None)
    publish(site, "lantern-mark-lost-9001")
    running.do(f"{as_user}mkdir {shell(FOLDER)}")
    file = running.folder / "press" / FOLDER / "tradepress.toml"
    file.write_text(OF_THE_GAZETTE)
    shutil.chown(file, "daemon")
    running.do(f"cd {shell(FOLDER)} && {as_user}tradepress crawl --no-trial")
    publish(site, "lantern-mark-lost-9001", "medlar-mark-stays-9002")


def empty_archive(folder: Path, configuration: str = CONTACT) -> None:
    """As if a crawl had ended that found nothing; the machine's user owns it."""
    (folder / "tradepress.toml").write_text(configuration)
    open_archive(folder / "archive.db", command="test").close()
    for path in (folder, *folder.iterdir()):
        shutil.chown(path, "daemon", "daemon")


def publish(site: Site, *stories: str) -> None:
    links = "".join(f'<p><a href="/news/{story}">{story}</a></p>' for story in stories)
    site.pages["/robots.txt"] = Answer("User-agent: *\nAllow: /\n")
    site.pages["/trademark/"] = Answer(f"<html><body>{links}</body></html>")
    for story in stories:
        site.pages[f"/news/{story}"] = Answer(a_story(story.replace("-", " ").capitalize()))


def shell(word: str) -> str:
    return "'" + word.replace("'", "'\\''") + "'"


def stories(running: Machine) -> list[str]:
    path = running.folder / "press" / FOLDER / "archive.db"
    with closing(sqlite3.connect(path)) as connection:
        return [ref for (ref,) in connection.execute("SELECT ref FROM articles ORDER BY ref")]


def require_the_nights_work(running: Machine, *, seconds: float) -> None:
    """The clock starts a crawl, and after it the saved queries and the look at the archive's health
    (under systemd at once)."""
    crawl, *others = running.scheduled_runs(count=3, seconds=seconds)
    health, queries = sorted(others, key=lambda run: "query" in run["arguments"])
    folder = f"/srv/press/{FOLDER}"
    config = ["--config", f"{folder}/tradepress.toml"]
    archive = ["--archive", f"{folder}/archive.db"]
    assert crawl == {"arguments": [*config, "crawl", "--scheduled", *archive], "code": 0}
    assert health["arguments"] == [*config, "health", "--scheduled", *archive]
    asked = [*config, "query", "run", "--all", "--scheduled", *archive]
    assert queries == {"arguments": asked, "code": 0}
    assert stories(running) == ["gazette-9001", "gazette-9002"]


@pytest.mark.slow
def test_a_timer_fires(with_systemd: Machine, site: Site) -> None:
    """Under systemd's own watch, with all that the units forbid."""
    do = with_systemd.do
    first_crawl(with_systemd, site)
    go = f"cd {shell(FOLDER)} && tradepress schedule"
    printed = do(f"{go} install --at 03:00")
    assert re.search(r"crawl\.timer: active, next run \w+ [\d-]+ 03:[012]\d:\d\d", printed)
    assert re.search(r"backup\.timer: active, next run \w+ [\d-]+ 07:[012]\d:\d\d", printed)
    assert "sudo loginctl enable-linger daemon" in printed
    require_nothing_else_can_be_written(with_systemd)
    again = do(f"{go} install --at 14:30 --every 6h")  # in place of the former
    assert re.search(r"next run \w+ [\d-]+ (02|08|14|20):[345]\d:\d\d", again)

    fire_soon(with_systemd, SYSTEMCTL, "/srv/press/.config/systemd/user")
    require_the_nights_work(with_systemd, seconds=60)

    do(f"{SYSTEMCTL} start tradepress-backup.service")
    assert list((with_systemd.folder / "press" / FOLDER / "backups").glob("archive-2*.db"))
    shown = do("tradepress schedule show")
    assert re.search(r"crawl\.service: success, exit code 0, \w+ 2", shown)
    assert re.search(r"backup\.service: success, exit code 0, \w+ 2", shown)

    # A crawl that fails is followed by the look at the archive's health, too.
    do(f"mv {shell(FOLDER)}/archive.db {shell(FOLDER)}/away.db")
    do(f"{SYSTEMCTL} start tradepress-crawl.service", code=1)
    crawl, health = with_systemd.scheduled_runs(count=2, seconds=60)
    assert ("crawl" in crawl["arguments"], crawl["code"]) == (True, 3)
    assert "health" in health["arguments"]
    assert not (with_systemd.folder / "press" / FOLDER / "archive.db").exists()

    do("rm -r /srv/press/.config/systemd/user/tradepress-*.d")
    assert do("tradepress schedule remove") == "Removed: systemd units of this user.\n"
    assert do(f"find . -name '*tradepress-*' -not -path ./{shell(FOLDER)}") == ""
    assert "tradepress" not in do(f"{SYSTEMCTL} list-units --all 'tradepress-*' --plain -q")


def require_nothing_else_can_be_written(running: Machine) -> None:
    """The backup's command under its unit's rules, to somewhere else than beside the archive."""
    unit = "/srv/press/.config/systemd/user/tradepress-backup.service"
    running.do(f'sed -i \'s|"backup"|"backup" "-o" "/srv/test/backups"|\' {unit}')
    running.do(f"{SYSTEMCTL} daemon-reload")
    running.do(f"{SYSTEMCTL} start tradepress-backup.service", code=1)
    assert not (running.folder / "test" / "backups").exists()


@pytest.mark.slow
def test_a_timer_of_the_whole_machine_fires(with_system: Machine, site: Site) -> None:
    """The crawl runs as the archive's owner, who has no rights beside."""
    do = with_system.do
    first_crawl(with_system, site, as_user="runuser -u daemon -- ")
    printed = do(f"cd {shell(FOLDER)} && tradepress schedule install --system --at 03:00")
    assert printed.startswith("Installed: system units of systemd.\n")
    fire_soon(with_system, "systemctl", "/etc/systemd/system")
    require_the_nights_work(with_system, seconds=60)
    archive = with_system.folder / "press" / FOLDER / "archive.db"
    assert {path.owner() for path in archive.parent.iterdir()} == {"daemon"}
    do("rm -r /etc/systemd/system/tradepress-*.d")
    assert do("tradepress schedule remove") == "Removed: system units of systemd.\n"
    assert do("find /etc/systemd/system /var/lib/systemd/timers -type f -o -type l") == ""

    do(f"chown root {shell(FOLDER)}/archive.db")
    refused = do(f"cd {shell(FOLDER)} && tradepress schedule install --system", code=2)
    assert "belongs to root" in refused


def fire_soon(running: Machine, systemctl: str, units: str) -> None:
    """As an operator would set another time: seconds from now, to the second."""
    # Else the tests beside this one would go before it.
    drop_in = f"{units}/tradepress-.service.d"
    running.do(f"mkdir {drop_in} && printf '[Service]\\nNice=0\\n' >{drop_in}/now.conf")
    drop_in = f"{units}/tradepress-crawl.timer.d"
    running.do(f"mkdir {drop_in}")
    for seconds in (2, 5, 20):
        soon = datetime.now() + timedelta(seconds=seconds)
        lines = f"[Timer]\\nOnCalendar=\\nOnCalendar={soon:%Y-%m-%d %H:%M:%S}\\n"
        lines += "RandomizedDelaySec=0\\nAccuracySec=1ms\\n"
        running.do(f"printf '{lines}' >{drop_in}/soon.conf")
        running.do(f"{systemctl} daemon-reload && {systemctl} restart tradepress-crawl.timer")
        if datetime.now() < soon.replace(microsecond=0):  # a time that was past would never come
            return
    raise AssertionError("systemd took 20 seconds to read its units")


@pytest.mark.slow
def test_what_systemd_would_not_find_is_refused(with_systemd: Machine) -> None:
    empty_archive(with_systemd.folder / "press")
    with_systemd.do("mkdir /tmp/tradepress-test && cp archive.db /tmp/tradepress-test")
    try:
        refused = with_systemd.do(
            "tradepress schedule install --archive /tmp/tradepress-test/archive.db", code=2
        )
    finally:
        with_systemd.do("rm -r /tmp/tradepress-test")
    assert "vanish" in refused
    refused = with_systemd.do("XDG_RUNTIME_DIR=/run tradepress schedule install", code=1)
    assert "loginctl enable-linger" in refused
    assert not list(with_systemd.folder.glob("press/.config/**/tradepress-*"))


OTHERS = b"""# Somebody's own lines\t
MAILTO=librarian@library.example
*/5 * * * * echo "50\\% of \xe9t\xe9" >/dev/null
# END of them
"""


@pytest.mark.slow
def test_cron_fires(with_cron: Machine, site: Site) -> None:
    """By a real cron, at the next full minute; its crontab is in the end what it was before."""
    do = with_cron.do
    folder = with_cron.folder / "press" / FOLDER
    folder.mkdir()
    empty_archive(folder, OF_THE_GAZETTE)
    declare(with_cron.folder / "spiders", "gazette", site.home, verified=date(2026, 11, 20))
    publish(site, "lantern-mark-lost-9001", "medlar-mark-stays-9002")
    go = f"cd {shell(FOLDER)} && tradepress schedule"
    do(f"{go} install")
    do(f"{go} remove")
    do("crontab -l", code=1)  # there was none before

    (with_cron.folder / "press" / "before").write_bytes(OTHERS)
    do("crontab before")
    printed = do(f"{go} install --at 03:05")
    assert printed.startswith("Installed: lines of this user's crontab.\n")
    # As an operator would set another time.
    soon = datetime.now() + timedelta(seconds=63)
    do(f"crontab -l | sed 's/^5 3 /{soon.minute} {soon.hour} /' | crontab -")
    require_the_nights_work(with_cron, seconds=140)
    assert "gazette" in (folder / "schedule.log").read_text()
    shown = do(f"{go} show")
    do(f"{go} remove && crontab -l >after")
    assert f"{soon.minute} {soon.hour} * * * {{ " in shown
    assert (folder / "after").read_bytes() == OTHERS
