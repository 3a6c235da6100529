"""Starts a Chromium that has no network, no rights and little memory, and ends all of it."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from stat import S_ISREG
from tempfile import TemporaryDirectory, gettempdir
from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError

if TYPE_CHECKING:
    from playwright.async_api import Browser

PROGRAMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
AS_ONESELF = ("unshare", "--user", "--map-current-user")
APART = ("--net", "--pid", "--fork", "--kill-child", "--mount-proc")
"""Names namespaces: without network, and of processes that all end with the first."""
NOBODY = 65534
AS_NOBODY = (
    "setpriv",
    f"--reuid={NOBODY}",
    f"--regid={NOBODY}",
    "--clear-groups",
    "--no-new-privs",
)
MEMORY, CPU_SECONDS = 1 << 30, 60
"""Are by how many bytes its processes together may grow, and the CPU time of each. The kernel
holds each to that time, and to twice as many bytes of data."""
LIMITED = (
    f'echo $$ >"$0" && ulimit -d {2 * MEMORY >> 10} && ulimit -t {CPU_SECONDS} && ulimit -c 0 '
    '&& exec "$@"'
)
PROFILE, LEFT_SECONDS = "tradepress-browser-", 24 * 3600
START_SECONDS, END_TRIES, END_SECONDS = 60, 500, 0.01
FLAGS = (
    *("--headless", "--remote-debugging-pipe", "--no-first-run", "--no-default-browser-check"),
    *("--disable-gpu", "--disable-breakpad", "--disable-dev-shm-usage", "--mute-audio"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-default-apps", "--disable-extensions", "--deny-permission-prompts"),
    # Without namespaces these alone keep it off the network: no name can be resolved, its proxy's
    # neither.
    *("--proxy-server=nowhere.invalid:9", "--proxy-bypass-list=<-loopback>", "--disable-quic"),
    *("--host-resolver-rules=MAP * ~NOTFOUND", "--js-flags=--max-old-space-size=512"),
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
)
RENDERED = "its pages are rendered (drawn by their scripts), and"


class NoBrowser(UsageError):
    """Raised where pages can't be rendered; the message says why, and what to install."""


class BrowserFailed(Exception):
    """Raised where a browser that had started ended, or no longer answers: nothing that the page
    did shows why."""


@dataclass(frozen=True, kw_only=True)
class Confinement:
    """Says how far this machine lets a process give up its rights."""

    programs: tuple[str, ...]
    """Are programs, with arguments, that start it in namespaces, and as nobody where we are root,
    as far as that is allowed."""
    is_sandboxed: bool
    """Has Chromium its own sandbox?"""


@dataclass(frozen=True, kw_only=True)
class ConfinedBrowser:
    """Is a Chromium that runs, with a new profile."""

    browser: "Browser"
    session: int
    """Is the ID of the session in which all of its processes are."""
    held_at_start: int

    @property
    def is_swollen(self) -> bool:
        """Do its processes hold more memory than they may together?"""
        return memory_of(self.session) - self.held_at_start > MEMORY


def require_browser() -> str:
    """Returns the path of the Chromium on this machine; raises NoBrowser."""
    if find_spec("playwright") is None:
        missing = "for that the extra browser is missing: pip install 'tradepress[browser]'."
        raise NoBrowser(f"{RENDERED} {missing}")
    if program := next(filter(None, map(shutil.which, PROGRAMS)), None):
        return program
    missing = "no Chromium is on the PATH: install it (Debian: apt install chromium)."
    raise NoBrowser(f"{RENDERED} {missing}")


@cache
def confinement() -> Confinement:
    """Tries what of its rights a process may give up here."""
    is_root = os.geteuid() == 0
    apart = (*(("unshare",) if is_root else AS_ONESELF), *APART)
    programs = apart if _works(*apart) else ()
    if is_root and _works(*programs, *AS_NOBODY):
        programs = (*programs, *AS_NOBODY)
    # The sandbox is made of user namespaces. Without it Chromium does not start, unless it is told.
    is_sandboxed = not is_root or (AS_NOBODY[0] in programs and _works(*programs, *AS_ONESELF))
    return Confinement(programs=programs, is_sandboxed=is_sandboxed)


def _works(*programs: str) -> bool:
    with suppress(OSError):
        return subprocess.run([*programs, "true"], capture_output=True).returncode == 0
    return False


@asynccontextmanager
async def confined_browser(*flags: str) -> AsyncIterator[ConfinedBrowser]:
    """Starts Chromium with a new, empty profile; when the block ends nothing of it runs on.

    :param flags: further ones of Chromium
    :raises NoBrowser: there is none, or it doesn't start
    """
    program, confined = require_browser(), confinement()
    from playwright.async_api import Error, async_playwright  # here, as few crawls need it

    remove_left_profiles()
    with TemporaryDirectory(prefix=PROFILE, ignore_cleanup_errors=True) as name:
        mark, home = Path(name, "session"), Path(name, "home")
        home.mkdir()
        if AS_NOBODY[0] in confined.programs:
            os.chown(home, NOBODY, NOBODY)
            Path(name).chmod(0o711)
        own = [*FLAGS, *flags, f"--user-data-dir={home}"]
        own += [] if confined.is_sandboxed else ["--no-sandbox"]
        async with async_playwright() as playwright:
            try:
                browser = await playwright.chromium.launch(
                    executable_path="/bin/sh",
                    args=["-c", LIMITED, str(mark), *confined.programs, program, *own],
                    ignore_default_args=True,
                    env={"PATH": os.defpath, "HOME": str(home), "TMPDIR": str(home)},
                    handle_sigint=False,
                    handle_sigterm=False,
                    handle_sighup=False,
                    timeout=START_SECONDS * 1000,
                )
                session = int(mark.read_text())
                held = memory_of(session)
                yield ConfinedBrowser(browser=browser, session=session, held_at_start=held)
            except Error as error:
                if "BrowserType.launch" not in str(error):
                    raise
                lines = [*filter(None, map(str.strip, str(error).splitlines()))]
                said = [line for line in lines if "[err]" in line] or lines[:1]
                causes = [line for line in said if "ERROR:" in line or "FATAL:" in line]
                cause = (causes or said)[-1].rpartition("[err]")[2].strip()[:300]
                raise NoBrowser(f"{program} does not start ({cause}).") from error
            finally:
                if mark.exists():
                    end_session(int(mark.read_text()))


def remove_left_profiles() -> None:
    """Deletes what a browser left a day ago or more, whose crawl was killed with it."""
    for mark in Path(gettempdir()).glob(f"{PROFILE}*/session"):
        with suppress(OSError, ValueError):
            about = mark.lstat()
            # Other users of this machine may write there, too: a pipe, a link, a file without end.
            is_ours = S_ISREG(about.st_mode) and about.st_uid == os.geteuid()
            is_old = time.time() - about.st_mtime > LEFT_SECONDS
            if is_ours and is_old and not any(processes(int(mark.read_text()))):
                shutil.rmtree(mark.parent, ignore_errors=True)


def end_session(session: int) -> None:
    """Ends all processes of a session by SIGKILL, and waits until they have ended."""
    for _ in range(END_TRIES):
        left = [pid for pid, _ in processes(session)]
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if not left:
            return
        time.sleep(END_SECONDS)


def memory_of(session: int) -> int:
    """Returns how many bytes its processes hold; what they share counts for each."""
    return sum(pages for _, pages in processes(session)) * os.sysconf("SC_PAGE_SIZE")


def processes(session: int) -> Iterator[tuple[int, int]]:
    """Yields ID and pages in memory of each process of a session that has not ended."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
            if int(fields[3]) == session and fields[0] != "Z":
                yield int(stat.parent.name), int(fields[21])
