"""Looks over the machine that an archive is kept on, and reports it without anything private."""

import os
import re
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from importlib.metadata import distributions, metadata
from pathlib import Path
from platform import machine, python_version, system
from shlex import quote
from shutil import disk_usage
from subprocess import getoutput
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from packaging.version import Version

from tradepress.archive.disk import require_room
from tradepress.archive.errors import ArchiveError, ArchiveMissing, OlderArchive
from tradepress.archive.ledger.run_report import page_of_runs
from tradepress.archive.read_only import read_archive, user_version
from tradepress.configuration import Configuration, load_configuration
from tradepress.declared_sources import all_sources, require_crawlable

PACKAGE = Path(__file__).parents[1]
RUN_WITH = (PACKAGE / "run.txt", PACKAGE.parent / "requirements/run.txt")  # in a wheel, a checkout
NEEDED = "CREATE VIRTUAL TABLE a USING fts5 (b); CREATE TABLE c (d ANY) STRICT; SELECT json('[1]')"
UNFIT = ("nfs", "smb2", "cifs", "v9fs", "fuseblk", "tmpfs", "ramfs", "overlayfs")  # in stat(1)
SECOND = "%Y-%m-%dT%H:%M:%SZ"
PROXIES = ("http_proxy", "https_proxy", "all_proxy")
COUNTED = ("articles", "versions", "captures", "urls", "fetches", "sources", "tombstones", "runs")
State = Literal["ok", "warning", "problem", "unseen"]


class Noticed(NamedTuple):
    """Is what a look at one thing told. Paths, names and addresses are in ``private`` alone."""

    subject: str
    state: State
    what: str
    mend: str = ""
    private: str = ""


def look_over_machine(
    configuration: Configuration, *looks: Callable[[Configuration], Iterator[Noticed]]
) -> Iterator[Noticed]:
    """Yields what was seen, and of a look that fails that the rest was not. It changes nothing."""
    for look in (_software, _surroundings, _archive, *looks):
        try:
            yield from look(configuration)
        except Exception as error:
            what = f"the rest was not seen: {type(error).__name__}"
            yield Noticed(look.__name__.strip("_"), "unseen", what, private=str(error))


def judge(subject: str, fault: object, state: State, what: str, mend: str, well: str) -> Noticed:
    """Tells of a fault, if there is any, else what is well."""
    return Noticed(subject, state, what, mend) if fault else Noticed(subject, "ok", well)


def tried(subject: str, require: Callable[[], object], well: str, mend: str = "") -> Noticed:
    """Tells by which error a requirement is not met, else what is well."""
    states: dict[type, State] = {ArchiveMissing: "unseen", OlderArchive: "warning"}
    try:
        require()
    except Exception as error:
        what, state = f"fails by {type(error).__name__}", states.get(type(error), "problem")
        what = "none yet" if state == "unseen" else what
        return Noticed(subject, state, what, mend, str(error))
    return Noticed(subject, "ok", well)


def _software(_: Configuration) -> Iterator[Noticed]:
    about, has = metadata("tradepress"), python_version()
    run_on = re.findall(r"Python :: (3\.\d+)", str(about.get_all("Classifier")))
    is_other = run_on and has.rpartition(".")[0] not in run_on
    yield judge("Python", is_other, "warning", f"{has}, untried", f"use {'/'.join(run_on)}", has)
    has, memory = sqlite3.sqlite_version, sqlite3.connect(":memory:")
    yield tried("SQLite", lambda: memory.executescript(NEEDED), has, "take another Python")
    memory.close()
    here = {re.sub(r"[-_.]+", "-", one.name).lower(): one.version for one in distributions()}
    needed = about.get_all("Requires-Dist", [])
    lacking = " ".join(line for line in needed if re.split(r"[^\w.-]", line)[0] not in here)
    there = [one for one in about.get_all("Provides-Extra", []) if f"'{one}'" not in lacking]
    yield Noticed("extras", "ok", ", ".join(there) or "none", "pip install 'tradepress[NAME]'")
    text = next(file for file in RUN_WITH if file.exists()).read_text()
    run = dict(re.findall(r"^([\w.-]+)==([\w.]+)", text, re.MULTILINE))
    later = sorted(one for one in run.keys() & here if Version(here[one]) > Version(run[one]))
    newer = "newer: " + ", ".join(f"{one} {here[one]} ({run[one]} was run)" for one in later)
    yield judge("versions", later, "warning", newer, "if it fails, install those", "none is newer")


def _surroundings(configuration: Configuration) -> Iterator[Noticed]:
    used = {sys.getfilesystemencoding(), getattr(sys.stdout, "encoding", None) or "utf-8"}
    other = ", ".join({name for name in used if name.lower() != "utf-8"})
    yield judge("locale", other, "warning", f"{other}, not UTF-8", "export LC_ALL=C.UTF-8", "UTF-8")
    zone = os.environ.get("TZ", "").lstrip(":") or "UTC"
    yield tried("time zone", lambda: ZoneInfo(zone), time.strftime("UTC%z"), "mend TZ")
    found = ", ".join(one for one in PROXIES if {one, one.upper()} & os.environ.keys())
    what, mend = f"{found}: crawls go past it", "let this machine reach sites by itself"
    yield judge("proxies", found, "warning", what, mend, "none is set")
    now, archive = time.strftime(SECOND, time.gmtime()), configuration.archive
    files = [file for file in (PACKAGE, archive) if file.exists()]
    marks = [time.strftime(SECOND, time.gmtime(file.stat().st_mtime)) for file in files]
    with suppress(ArchiveError, sqlite3.Error), read_archive(archive) as db:
        marks += filter(None, db.execute("SELECT max(started) FROM runs").fetchone())
    what, mend = f"{now} is before {max(marks)}, when something was written here", "set it"
    yield judge("clock", max(marks) > now, "problem", what, mend, f"{now}, after what is here")
    is_set = getoutput("timedatectl show --property=NTPSynchronized --value 2>/dev/null")
    state: State = "warning" if is_set else "unseen"
    what, mend = is_set or "not told", "timedatectl set-ntp true"
    yield judge("network time", is_set != "yes", state, what, mend, is_set)


def _archive(configuration: Configuration) -> Iterator[Noticed]:
    archive, folder = configuration.archive, configuration.archive.parent
    file = configuration.file
    yield tried("settings", lambda: require_crawlable(load_configuration(file)), "can be read")
    yield tried("sources", all_sources, "can be read")
    mend = 'contact = "you@library.example", or no real site is crawled'
    yield judge("contact", not configuration.contact, "warning", "none", mend, "is set")
    yield tried("archive", lambda: read_archive(archive).close(), "can be read")
    for name, path in [("folder", folder), ("archive", archive)][: 1 + archive.exists()]:
        is_closed, mend = not os.access(path, os.W_OK), "run this as its owner, or mend its rights"
        what = f"the {name} can't be written" if is_closed else f"anybody may write the {name}"
        is_wrong = is_closed or path.stat().st_mode & 0o002
        yield judge("rights", is_wrong, "problem", what, mend, f"the {name} can be written")
    kind = getoutput(f"stat -f -c %T {quote(str(folder))} 2>/dev/null")
    state: State = "warning" if kind else "unseen"
    what, mend = kind or "not told", "keep the archive on a disk of this machine"
    yield judge("file system", not kind or kind in UNFIT, state, what, mend, kind)
    free = f"{disk_usage(folder).free / 1e9:,.1f} GB are free"
    yield tried("disk", lambda: require_room(folder, configuration.limits.reserve), free)
    if any(one.rendered for one in all_sources()):
        from tradepress.crawling.confined_browser import require_browser

        yield tried("Chromium", require_browser, "is here")
    else:
        yield Noticed("Chromium", "ok", "no source needs one")


def fault_report(told: Sequence[Noticed], configuration: Configuration) -> str:
    """Writes what a maintainer needs, as Markdown: no path, name or address of anybody's."""
    has = f"SQLite {sqlite3.sqlite_version}, {system()} {machine()}"
    lines = [f"Tradepress {metadata('tradepress')['Version']}, {has}", str(configuration.limits)]
    lines += [f"{one.state}: {one.subject} {one.what}" for one in told]
    with suppress(ArchiveError, sqlite3.Error), read_archive(configuration.archive) as db:
        sql = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in COUNTED)
        lines += [f"schema {user_version(db)}: {dict(db.execute(sql))}"]
        for run in page_of_runs(db, before=None, limit=10):
            came = " ".join(f"{name} {count}" for name, count in run.outcomes.items())
            lines += [f"{run.kind} by {run.version}, {run.state} {run.exit_code}: {came}"]
    return "\n* ".join(lines) + "\n"
