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
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError

if TYPE_CHECKING:
    from playwright.async_api import Browser

PROGRAMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
NOBODY = 65534
AS_NOBODY = (
    *("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs"),
)
APART = ("--net", "--pid", "--fork", "--kill-child", "--mount-proc")
"""Are namespaces: no network, and processes that all end with the first."""
AS_ONESELF = ("--user", "--map-current-user")
MEMORY = 1 << 30
"""Bounds by how many bytes all of its processes together may grow. The kernel lets each have twice
as many bytes of data."""
CPU_SECONDS = 60
"""Bounds the CPU time of each of its processes; the kernel ends one that takes more."""
LIMITED = (
    f'echo $$ >"$0" && ulimit -d {2 * MEMORY >> 10} && ulimit -t {CPU_SECONDS} && ulimit -c 0 '
    '&& exec "$@"'
)
START_SECONDS = 60
END_TRIES, END_SECONDS = 500, 0.01
FLAGS = (
    *("--headless", "--remote-debugging-pipe", "--no-first-run", "--no-default-browser-check"),
    *("--disable-gpu", "--disable-breakpad", "--disable-dev-shm-usage", "--mute-audio"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-default-apps", "--disable-extensions", "--deny-permission-prompts"),
    "--js-flags=--max-old-space-size=512",
    # Where there are no namespaces, these alone keep it off the network: every connection goes by
    # a proxy whose name, as any other, can't be resolved.
    *("--proxy-server=nowhere.invalid:9", "--proxy-bypass-list=<-loopback>"),
    *("--host-resolver-rules=MAP * ~NOTFOUND", "--disable-quic"),
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)


class NoBrowser(UsageError):
    """Raised where pages can't be rendered; the message says why, and what to install."""


@dataclass(frozen=True, kw_only=True)
class Confinement:
    """Says how far this machine lets a process give up its rights."""

    programs: tuple[str, ...]
    """Are programs, with arguments, that start it so."""
    is_offline: bool
    """Is it in a network namespace of its own, which has no network?"""
    is_nobody: bool
    """Is it started as nobody, since we are root?"""
    is_sandboxed: bool
    """Has Chromium its own sandbox, which root can't have?"""


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
        return _memory(self.session) - self.held_at_start > MEMORY


def require_browser() -> str:
    """Returns the path of the Chromium on this machine; raises NoBrowser."""
    if find_spec("playwright") is None:
        raise NoBrowser(
            "its pages are rendered (drawn by their scripts), and for that the extra browser is "
            "missing: pip install 'tradepress[browser]'."
        )
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        raise NoBrowser(
            "its pages are rendered (drawn by their scripts), and no Chromium is on the PATH: "
            "install it (Debian: apt install chromium)."
        )
    return program


@cache
def confinement() -> Confinement:
    """Tries what of its rights a process may give up here."""
    is_root = os.geteuid() == 0
    apart = ("unshare", *(() if is_root else AS_ONESELF), *APART)
    apart = apart if _works(*apart) else ()
    nobody = AS_NOBODY if is_root and _works(*apart, *AS_NOBODY) else ()
    programs = (*apart, *nobody)
    return Confinement(
        programs=programs,
        is_offline=bool(apart),
        is_nobody=bool(nobody),
        # Its sandbox is made of namespaces, and without one it doesn't start unless root says so.
        is_sandboxed=not is_root or (bool(nobody) and _works(*programs, "unshare", *AS_ONESELF)),
    )


def _works(*programs: str) -> bool:
    try:
        return subprocess.run([*programs, "true"], capture_output=True).returncode == 0
    except OSError:
        return False


@asynccontextmanager
async def confined_browser(*flags: str) -> AsyncIterator[ConfinedBrowser]:
    """Starts Chromium with a new, empty profile; when the block ends nothing of it runs on.

    :param flags: further ones of Chromium
    :raises NoBrowser: there is none, or it doesn't start
    """
    program, confined = require_browser(), confinement()
    # Here, as few crawls need it.
    from playwright.async_api import Error, async_playwright

    with TemporaryDirectory(prefix="tradepress-", ignore_cleanup_errors=True) as name:
        mark, home = Path(name, "session"), Path(name, "home")
        home.mkdir()
        if confined.is_nobody:
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
                held = _memory(session)
                yield ConfinedBrowser(browser=browser, session=session, held_at_start=held)
            except Error as error:
                if "BrowserType.launch" not in str(error):
                    raise
                raise NoBrowser(f"{program} does not start ({_cause(error)}).") from error
            finally:
                if mark.exists():
                    end_session(int(mark.read_text()))


def _cause(error: Exception) -> str:
    """Returns what Chromium said last, else what playwright says."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = [line for line in lines if "[err]" in line]
    return (said or lines)[0].rpartition("[err]")[2].strip()[:300]


def end_session(session: int) -> None:
    """Kills all processes of a session, and waits for their end."""
    with suppress(ProcessLookupError):
        os.killpg(session, signal.SIGKILL)
    for _ in range(END_TRIES):
        left = [pid for pid, _ in _processes(session)]
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if not left:
            return
        time.sleep(END_SECONDS)


def _memory(session: int) -> int:
    """Returns how many bytes its processes hold; what they share counts for each."""
    return sum(pages for _, pages in _processes(session)) * os.sysconf("SC_PAGE_SIZE")


def _processes(session: int) -> Iterator[tuple[int, int]]:
    """Yields ID and pages in memory of each process of a session that has not ended."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
            if int(fields[3]) == session and fields[0] != "Z":
                yield int(stat.parent.name), int(fields[21])
