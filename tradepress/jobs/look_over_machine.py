"""Looks over the machine that an archive is kept on, and reports it without anything private."""

import os
import re
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime
from importlib.metadata import distributions, metadata
from pathlib import Path
from platform import machine, python_version, system
from shlex import quote
from subprocess import getoutput
from typing import Literal, NamedTuple
from zoneinfo import available_timezones

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tradepress.archive.clock import utc_text
from tradepress.archive.disk import room
from tradepress.archive.errors import ArchiveError, ArchiveMissing, OlderArchive
from tradepress.archive.ledger.run_report import page_of_runs
from tradepress.archive.read_only import read_archive, require_sqlite, user_version
from tradepress.configuration import Configuration, ConfigurationError, load_configuration
from tradepress.declared_sources import all_sources, require_crawlable
from tradepress.jobs.check_report import table

PACKAGE = Path(__file__).parents[1]
RUN_WITH = (PACKAGE / "run.txt", PACKAGE.parent / "requirements" / "run.txt")
"""Say with which versions Tradepress was run: in a wheel, in a checkout."""
NEEDED = (
    "CREATE VIRTUAL TABLE a USING fts5 (b); SELECT json_group_array(value) FROM json_each('[1]')"
)
UNFIT = ("nfs", "smb2", "cifs", "v9fs", "fuseblk", "tmpfs", "ramfs", "overlayfs")
"""Lists file systems of a network, a container or the memory, as stat(1) calls them."""
LITTLE_ROOM = 10**9
PROXIES = ("http_proxy", "https_proxy", "all_proxy")
COUNTED = ("articles", "versions", "captures", "urls", "fetches", "sources", "tombstones", "runs")
State = Literal["ok", "warning", "problem", "unseen"]


class Told(NamedTuple):
    """Is what a look at one thing told. Paths, names and addresses are in ``private`` alone."""

    subject: str
    state: State
    what: str
    mend: str = ""
    private: str = ""


def look_over_machine(
    configuration: Configuration, *looks: Callable[[Configuration], Iterator[Told]]
) -> Iterator[Told]:
    """Yields what was seen, also by further looks; of one that fails, that the rest was not seen.
    It changes nothing."""
    for look in (_software, _times, _place, _settings, *looks):
        try:
            yield from look(configuration)
        except Exception as error:
            what = f"the rest of it could not be looked at ({type(error).__name__})"
            yield Told(look.__name__.strip("_"), "unseen", what, private=str(error))


def judge(subject: str, fault: object, state: State, what: str, mend: str, well: str) -> Told:
    """Tells of a fault, if there is any, else what is well."""
    return Told(subject, state, what, mend) if fault else Told(subject, "ok", well)


def _software(_: Configuration) -> Iterator[Told]:
    about, has = metadata("tradepress"), python_version()
    tried = re.findall(r"Python :: (3\.\d+)", str(about.get_all("Classifier")))
    is_other = tried and has.rpartition(".")[0] not in tried
    mend = f"if something fails, take {' or '.join(tried)}"
    yield judge("Python", is_other, "warning", f"{has} was not tried", mend, has)
    here = {canonicalize_name(one.name): one.version for one in distributions()}
    needed = [Requirement(line) for line in about.get_all("Requires-Dist", [])]
    lacking = [one for one in needed if canonicalize_name(one.name) not in here]
    missing = ", ".join(one.name for one in lacking if not one.marker)
    mend = "install Tradepress anew"
    yield judge("packages", missing, "problem", f"missing: {missing}", mend, "none is missing")
    marks = " ".join(str(one.marker) for one in lacking)
    there = [one for one in about.get_all("Provides-Extra", []) if f'"{one}"' not in marks]
    mend = "pip install 'tradepress[NAME]' adds others"
    yield Told("extras", "ok", f"installed: {', '.join(there) or 'none'}", mend)
    why, has = "", sqlite3.sqlite_version
    try:
        require_sqlite()
        with closing(sqlite3.connect(":memory:")) as memory:
            memory.executescript(NEEDED)
    except (ArchiveError, sqlite3.Error) as error:
        why = f"{has} can't hold an archive: {error}"
    yield judge("SQLite", why, "problem", why, "take another Python", f"{has}, with FTS5 and JSON")
    used = {sys.getfilesystemencoding(), getattr(sys.stdout, "encoding", None) or "utf-8"}
    other = ", ".join({name for name in used if name.lower() != "utf-8"})
    yield judge("locale", other, "warning", f"{other}, not UTF-8", "export LC_ALL=C.UTF-8", "UTF-8")
    text = next(file for file in RUN_WITH if file.exists()).read_text()
    run = dict(re.findall(r"^([\w.-]+)==([\w.]+)", text, re.MULTILINE))
    later = sorted(one for one in run.keys() & here if Version(here[one]) > Version(run[one]))
    newer = ", ".join(f"{one} {here[one]} ({run[one]} was run)" for one in later)
    mend = "if something fails, install what was run"
    yield judge("versions", newer, "warning", f"newer: {newer}", mend, "none is newer than was run")


def _times(configuration: Configuration) -> Iterator[Told]:
    zone, known = os.environ.get("TZ", "").lstrip(":"), available_timezones()
    unknown = {one.timezone for one in all_sources()} - known
    what, mend = f"{len(unknown)} zones of sources are not known here", "apt install tzdata"
    yield judge("time zones", unknown, "problem", what, mend, "those of all sources are known")
    what, well = "TZ names none that is known, and UTC counts", f"UTC{time.strftime('%z')}"
    is_wrong = zone and zone not in known
    yield judge("time zone", is_wrong, "warning", what, "set it as in TZ=Europe/London", well)
    now, archive = utc_text(datetime.now(UTC)), configuration.archive
    files = [file for file in (PACKAGE, archive) if file.exists()]
    marks = [utc_text(datetime.fromtimestamp(file.stat().st_mtime, UTC)) for file in files]
    with suppress(ArchiveError, sqlite3.Error), read_archive(archive) as db:
        marks += filter(None, db.execute("SELECT max(started) FROM runs").fetchone())
    what, mend = f"{now} is before {max(marks)}, when something was written here", "set it"
    yield judge("clock", max(marks) > now, "problem", what, mend, f"{now}, after what is here")
    is_set = getoutput("timedatectl show --property=NTPSynchronized --value 2>/dev/null")
    state: State = "warning" if is_set else "unseen"
    what = "the network does not set it" if is_set else "whether the network sets it is not told"
    mend = "timedatectl set-ntp true" if is_set else ""
    yield judge("clock", is_set != "yes", state, what, mend, "the network sets it")


def _place(configuration: Configuration) -> Iterator[Told]:
    archive, folder = configuration.archive, configuration.archive.parent
    for name, path in [("folder", folder), ("archive", archive)][: 1 + archive.exists()]:
        is_closed, mend = not os.access(path, os.W_OK), "run this as its owner, or mend its rights"
        state: State = "problem" if is_closed else "warning"
        is_wrong = is_closed or path.stat().st_mode & 0o002
        what = "can't be written" if is_closed else "can be written by everybody"
        yield judge(name, is_wrong, state, what, mend, "can be written")
    try:
        with read_archive(archive) as db:
            yield Told("archive", "ok", f"can be read, of schema {user_version(db)}")
    except ArchiveError as error:
        unread: tuple[State, str] = ("problem", f"can't be read: {type(error).__name__}")
        known: dict[type, tuple[State, str]] = {
            ArchiveMissing: ("unseen", "there is none yet"),
            OlderArchive: ("warning", "of an older Tradepress"),
        }
        yield Told("archive", *known.get(type(error), unread), private=str(error))
    left = room(folder, configuration.limits.reserve)
    state = "unseen" if left is None else "problem" if left < 0 else "warning"
    what = "its room is not told" if left is None else f"{left / 1e9:,.1f} GB may be written"
    yield judge("disk", left is None or left < LITTLE_ROOM, state, what, "make room", what)
    kind = getoutput(f"stat -f -c %T {quote(str(folder))} 2>/dev/null")
    if not kind:
        yield Told("file system", "unseen", "its kind is not told")
    else:
        what, mend = (
            f"{kind}, of a network, a container or the memory",
            "keep the archive elsewhere",
        )
        yield judge("file system", kind in UNFIT, "warning", what, mend, kind)


def _settings(configuration: Configuration) -> Iterator[Told]:
    try:
        require_crawlable(load_configuration(configuration.file))
        all_sources()
        words = "can be read" if configuration.file else "no file: all is as by default"
        yield Told("configuration", "ok", words)
    except ConfigurationError as error:
        yield Told("configuration", "problem", "no crawl takes it", private=str(error))
    what, mend = "none, so that no real site is crawled", 'set contact = "you@library.example"'
    yield judge("contact", not configuration.contact, "warning", what, mend, "is set")
    found = ", ".join(one for one in PROXIES if {one, one.upper()} & os.environ.keys())
    what, mend = f"{found}: crawls don't use it", "let this machine reach sites by itself"
    yield judge("proxies", found, "warning", what, mend, "none is set")
    from tradepress.crawling.confined_browser import NoBrowser, require_browser

    try:
        said = getoutput(f"{quote(require_browser())} --version 2>/dev/null")
        yield Told("Chromium", "ok", " ".join(re.findall(r"[\d.]{5,}", said)))
    except NoBrowser as error:
        is_needed = any(one.rendered for one in all_sources())
        what, well = "not here, and a source needs it", "not here; no source needs it"
        yield judge("Chromium", is_needed, "problem", what, str(error), well)


def fault_report(told: Sequence[Told], configuration: Configuration) -> str:
    """Writes what a maintainer needs, as Markdown: no path, name or address of anybody's."""
    lines = [f"Tradepress {metadata('tradepress')['Version']} on {system()} {machine()}"]
    lines += table(("", "", ""), [(one.state, one.subject, one.what) for one in told])
    lines += [f"{configuration.limits}, policy {configuration.policy}"]
    with suppress(ArchiveError, sqlite3.Error), read_archive(configuration.archive) as db:
        counts = [db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in COUNTED]
        lines += table(COUNTED, [tuple(map(str, counts))])
        for run in page_of_runs(db, before=None, limit=10):
            lines += [f"* {run.kind} by {run.version}, {run.state}, exit code {run.exit_code}: "]
            lines[-1] += ", ".join(f"{name} {count}" for name, count in run.outcomes.items())
    return "\n".join(lines) + "\n"
