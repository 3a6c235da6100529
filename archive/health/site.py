"""What the site says to crawlers: it turns us away, or its robots.txt has changed."""

from collections.abc import Iterator
from datetime import datetime
from itertools import takewhile
from urllib.parse import urlsplit

from sqlite_utils import Database

from archive.clock import utc_text
from archive.health.finding import Finding
from archive.health.history import ANSWERED, History
from archive.health.rules import FAILED_TWICE, LONG_PAUSE, MOST_ROBOTS_VERSIONS, ROBOTS_NEWS

SITE_FILES = {"robots": "robots.txt", "tdmrep": "tdmrep.json"}
"""Kinds of requests, and what is asked for."""


def find_blocked(db: Database, history: History) -> Iterator[Finding]:
    """The host is left alone for longer than a busy one asks for."""
    places = [urlsplit(origin) for origin in history.origins()]
    hosts = {place.netloc for place in places} | {place.hostname for place in places}
    rows = db.execute(
        "SELECT host, paused_until, reason, blocks, blocked_at FROM hosts WHERE paused_until > ? "
        "ORDER BY host",
        [utc_text(history.now)],
    )
    for host, until, reason, blocks, blocked_at in rows.fetchall():
        if host not in hosts:
            continue
        if blocks or datetime.fromisoformat(until) - history.now > LONG_PAUSE:
            times = f", turned away {blocks} times" if blocks > 1 else ""
            yield Finding(
                source=history.source,
                check="blocked",
                level="problem",
                what=f"{host} turns us away",
                figures=f"{reason or 'no reason known'}{times}; left alone until "
                f"{until[:16].replace('T', ' ')} UTC",
                since=blocked_at,
                step="Ask the publisher for permission, and name your contact; the crawl goes on "
                "by itself when the site answers again.",
                subject=host,
            )


def find_site_file_news(db: Database, history: History) -> Iterator[Finding]:
    """A robots.txt or tdmrep.json that is another one than before."""
    for origin in sorted(history.origins()):
        for path in ("/robots.txt", "/.well-known/tdmrep.json"):
            versions = db.execute(
                "SELECT first_seen, digest, status FROM site_files WHERE origin = ? AND path = ? "
                "AND (status < 400 OR status IN (404, 410)) "  # others say nothing of the rules
                "ORDER BY last_seen DESC, id DESC LIMIT ?",
                [origin, path, MOST_ROBOTS_VERSIONS + 1],
            ).fetchall()
            recent = [seen for seen, *_ in versions if seen >= history.runs[0].started]
            if len(versions) < 2 or len(recent) > MOST_ROBOTS_VERSIONS:
                continue
            (changed_at, digest, status), *former = versions
            is_back = digest in [known for _, known, _ in former]
            if not is_back and history.now - datetime.fromisoformat(changed_at) < ROBOTS_NEWS:
                yield Finding(
                    source=history.source,
                    check="site file",
                    level="warning",
                    what=f"{origin}{path} has changed",
                    figures=f"it answers {status} now; told for a day",
                    since=changed_at,
                    step="It is obeyed. Read it, and whether the paper may still be crawled; every "
                    "version is kept in the table site_files.",
                    subject=f"{origin}{path}",
                )


def find_missing_site_files(history: History) -> Iterator[Finding]:
    """A robots.txt or tdmrep.json that could not be had, twice in a row."""
    for kind, name in SITE_FILES.items():
        runs = [fetches for _, fetches in history.by_run([kind])]
        bad = list(
            takewhile(
                lambda run: all(fetch.outcome not in (*ANSWERED, "rejected") for fetch in run),
                reversed(runs),
            )
        )
        if len(bad) >= FAILED_TWICE:
            fetch = bad[0][0]
            yield Finding(
                source=history.source,
                check="site file missing",
                level="warning",
                what=f"{fetch.url} can't be had",
                figures=f"{fetch.reason or fetch.outcome}, {len(bad)} runs",
                since=bad[-1][0].at,
                step=f"Without {name} nothing is known of what the publisher allows; open it in a "
                "browser.",
                subject=kind,
            )
