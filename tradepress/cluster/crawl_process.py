"""Runs the process in which a worker crawls: of its own, as Twisted's reactor wants the main
thread, and ended with its worker, as else it would go on beside whoever takes its task over."""

import ctypes
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from scrapy.exceptions import UsageError
from scrapy.settings import Settings
from scrapy.utils.log import configure_logging

from tradepress.archive.errors import ArchiveError
from tradepress.archive.ledger.outcomes import RunState
from tradepress.archive.open import open_archive
from tradepress.conduct.crawl_delay import capped
from tradepress.conduct.robots_rules import RobotsRules
from tradepress.conduct.site_pace import Pace, site_of
from tradepress.configuration import Configuration
from tradepress.crawling.addon import project_settings
from tradepress.declared_sources import look_in, source_named
from tradepress.jobs.crawl import problem_lines, run_crawl, trial_lines

PR_SET_PDEATHSIG = 1
"""Is, for prctl(2), the signal that a process gets when the thread that started it ends."""
LOCK_SECONDS = 120.0
"""A file server lets go of the locks of a machine that died after its lease, 90 seconds as a
rule."""
PROGRAM = "from tradepress.cluster.crawl_process import serve; serve()"
TICK = 1.0
"""Is how many seconds lie between two looks at whether a crawl is still wanted."""
LAST_WORDS = 300
"""Bounds the characters of what a process said before it broke."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawlHow:
    """Holds what `tradepress crawl` is told of a crawl, beside the configuration."""

    no_trial: bool = False
    limit: int | None = None
    """Bounds the stories that each source is asked for."""
    since: str | None = None
    """Is the day before which no story is kept."""
    is_debugging: bool = False
    """Tells to send Scrapy's log and tracebacks where the worker's own go."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawlAsked:
    """Says what is to be crawled."""

    sources: tuple[str, ...]
    archive: Path
    """Is a part of one (:mod:`tradepress.archive.merging.cut_sources`)."""
    configuration: Configuration
    how: CrawlHow
    asked_by: int
    """Is the process with which it ends."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawlTold:
    """Says what it came to."""

    counts: Mapping[str, int]
    """Counts ``crawled``: sources that could be; ``troubled``: was something amiss; and addresses
    by outcome."""
    notes: tuple[str, ...]
    """Says what is amiss, a line each."""


class CrawlBroke(Exception):
    """Raised where the process ended in the middle; the message says how."""


def crawl_in_process(asked: CrawlAsked, is_wanted: Callable[[], bool]) -> CrawlTold:
    """Crawls in a process of its own, and returns what it told.

    :param is_wanted: asked each second; once nobody waits for the crawl it ends as by Ctrl-C
    :raises CrawlBroke: it died, or could not write; what it committed is in the archive
    """
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=None if asked.how.is_debugging else subprocess.PIPE,
    ) as child:
        given: bytes | None = pickle.dumps(asked)
        is_ending = False
        while True:
            try:
                answer, said = child.communicate(given, timeout=TICK)
                break
            except subprocess.TimeoutExpired:
                given = None  # it has it
                if not is_ending and not is_wanted():
                    child.terminate()
                    is_ending = True
    if is_ending:  # it is no whole crawl, also where it was asked for again meanwhile
        raise CrawlBroke(f"nobody waits any more for the crawl of {', '.join(asked.sources)}")
    if child.returncode == 0:
        told = pickle.loads(answer)
        assert isinstance(told, CrawlTold)
        return told
    words = _last_words(child.returncode, said or b"")
    raise CrawlBroke(f"the crawl of {', '.join(asked.sources)} broke off ({words})")


def _last_words(code: int, said: bytes) -> str:
    """Returns why the process ended, in words.

    :param said: on its way; what was the last of it before a signal tells nothing of that
    """
    if code < 0:
        return f"it was killed by {signal.Signals(-code).name}"
    lines = said.decode(errors="replace").strip()[-LAST_WORDS:].splitlines()
    return lines[-1] if lines else f"exit code {code}"


def serve() -> None:
    """Serves one crawl, in the process."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a source's own code may print, here and in the processes that read pages
    sys.stdout = sys.stderr  # at once, so that the last words are the last
    asked = pickle.load(sys.stdin.buffer)
    assert isinstance(asked, CrawlAsked)
    if os.getppid() != asked.asked_by:  # it died before
        return
    try:
        told = crawl_part(asked)
    except (ArchiveError, UsageError) as error:
        sys.exit(str(error))  # last of what is said
    with answer:
        answer.write(pickle.dumps(told))


def crawl_part(asked: CrawlAsked) -> CrawlTold:
    """Crawls into a part of an archive, or goes on there where another try was killed.

    :raises ArchiveError: it can't be written, or somebody else does
    :raises UsageError: as things are set here it can't be crawled
    """
    look_in(asked.configuration.sources.folder)
    sources = [source_named(name) for name in asked.sources]
    logged = {"LOG_LEVEL": "DEBUG" if asked.how.is_debugging else "CRITICAL"}
    configure_logging(logged)
    result = run_crawl(
        sources,
        asked.configuration,
        archive=asked.archive,
        command=" ".join(["crawl", *asked.sources]),
        settings=logged,
        pace=pace_after(asked.archive, project_settings(asked.configuration, logged)),
        page_workers=1,
        is_part=True,
        no_trial=asked.how.no_trial,
        limit=asked.how.limit,
        since=asked.how.since,
    )
    reports = result.reports
    notes = [*problem_lines(reports), *trial_lines(reports)]
    sums = result.sums
    if sums is not None and sums.state == RunState.INTERRUPTED:
        notes.append(f"{', '.join(asked.sources)}: {sums.reason}; what was not come to stays due")
    return CrawlTold(
        counts={
            "crawled": sum(report.was_crawled for report in reports),
            "troubled": int(result.exit_code != 0),
            **({outcome.value: n for outcome, n in sums.outcomes.items() if n} if sums else {}),
        },
        notes=tuple(notes),
    )


def pace_after(archive: Path, settings: Settings) -> Pace:
    """Returns the pace for a part that nobody else writes any more. Where a crawl was killed in it,
    its sites count as asked just now, and by robots.txt as it was read then.

    :raises ArchiveBusy: who was taken for dead still crawls
    """
    with open_archive(archive, command="crawl", create=False, wait=LOCK_SECONDS) as part:
        if not part.transaction.value("SELECT count(*) FROM runs"):
            return Pace()
        robots = part.transaction.rows(
            "SELECT origin, body FROM site_files WHERE path = '/robots.txt' ORDER BY last_seen"
        )
    pace = Pace(monotonic())
    for row in robots:
        rules = RobotsRules(row["body"], settings["ROBOTSTXT_USER_AGENT"])
        site = pace.sites[site_of(row["origin"])]
        site.rest = max(site.rest, capped(rules.crawl_delay, row["origin"])[0])
    return pace
