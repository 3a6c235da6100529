"""Checks the site: whether it lets us in, and what its listings and its files for crawlers say."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import product
from urllib.parse import urlsplit

from tradepress.archive.clock import utc_text
from tradepress.archive.frontier.next_visits import WITHOUT_VISIT
from tradepress.archive.health.finding import Check, Found
from tradepress.archive.health.history import ANSWERED, LISTINGS, Fetch, History
from tradepress.archive.health.shift import LEAST_SHARE, newest_while

LONG_PAUSE = timedelta(hours=6)
FEWEST_LISTINGS = 5
"""Counts readings of a listing that led to stories, before its leading to none is a break."""
FAILED_TWICE = 2
"""Counts runs: one failed page is no break, unless the site says that it is gone for good."""
GONE = ("http_404", "http_410", "robots", "offsite")
"""Lists reasons after which nobody expects a page back tomorrow."""
QUIET_SITEMAP = timedelta(days=8)
ROBOTS_NEWS = timedelta(hours=24)
MOST_ROBOTS_VERSIONS = 5
"""Limits the versions in the window; a file that changes more often does so by itself."""
SITE_FILES = {"robots": "/robots.txt", "tdmrep": "/.well-known/tdmrep.json"}
"""Maps kinds of requests to the path of what is asked for."""


def _hosts_of(origin: str) -> set[str | None]:
    """Returns a host with its port and without; none if it can't be read, as anything may be."""
    try:
        place = urlsplit(origin)
    except ValueError:
        return set()
    return {place.netloc, place.hostname}


def find_blocked(history: History) -> Iterator[Found]:
    hosts = set().union(*map(_hosts_of, history.origins))
    rows = history.db.execute(
        "SELECT host, paused_until, reason, blocks, blocked_at FROM hosts WHERE paused_until > ? "
        "ORDER BY host",
        [utc_text(history.now)],
    )
    for host, until, reason, blocks, blocked_at in rows.fetchall():
        is_long = datetime.fromisoformat(until) - history.now > LONG_PAUSE
        if host in hosts and (blocks or is_long):
            times = f", turned away {blocks} times" if blocks > 1 else ""
            yield Found(
                what=f"{host} turns us away",
                figures=f"{reason or 'no reason known'}{times}; left alone until "
                f"{until[:16].replace('T', ' ')} UTC",
                since=blocked_at,
                subject=host,
            )


def find_seeds(history: History) -> Iterator[Found]:
    runs = history.by_run(LISTINGS)
    if bad := newest_while(runs, _is_unread):
        reasons = sorted({fetch.reason or fetch.outcome for fetch in bad[0]})
        yield Found(
            what="no section, feed or sitemap could be read",
            figures=f"{len(bad[0])} asked: {', '.join(reasons)}",
            since=bad[-1][0].at,
            step=f"Open {bad[0][0].url} in a browser; `tradepress runs` says more. Nothing is "
            "lost: the next run asks again.",
        )
    elif bad := newest_while(runs, _leads_nowhere):
        yield Found(
            what="no listing leads to a story any more",
            figures=f"{len(bad[0])} read, no link of the form of a story",
            since=bad[-1][0].at,
            step=f"The links on {bad[0][0].url} have another form than article_url has: "
            "`tradepress sources check {source}` shows what to mend.",
        )


def _is_unread(run: Sequence[Fetch]) -> bool:
    return not any(fetch.outcome in ANSWERED for fetch in run)


def _leads_nowhere(run: Sequence[Fetch]) -> bool:
    """Tells whether no listing of a run led anywhere; sitemaps alone say nothing: an index lists
    no story, and one of news is empty at times."""
    listings = [fetch.found for fetch in run if fetch.kind != "sitemap"]
    return bool(listings) and set(listings) == {0} and not any(fetch.found for fetch in run)


def _listings(history: History) -> list[list[Fetch]]:
    """Returns, for each listing of the last run, all its readings within the window."""
    runs = history.by_run(LISTINGS)
    of_urls: dict[str, list[Fetch]] = {fetch.url: [] for fetch in runs[-1]} if runs else {}
    for fetch in (fetch for run in runs for fetch in run if fetch.url in of_urls):
        of_urls[fetch.url].append(fetch)
    return [readings for _, readings in sorted(of_urls.items())]


def find_lost(history: History) -> Iterator[Found]:
    for readings in _listings(history):
        bad = newest_while(readings, lambda fetch: fetch.outcome not in ANSWERED)
        if not bad:
            continue
        reason = bad[0].reason or bad[0].outcome
        is_gone = reason in GONE and len(readings) - len(bad) >= FEWEST_LISTINGS
        if is_gone or len(bad) >= FAILED_TWICE:
            yield Found(
                what=f"the {bad[0].kind} {bad[0].url} gives nothing",
                figures=f"{reason}, {len(bad)} in a row; others are read",
                since=bad[-1].at,
                subject=bad[0].kind,
            )


def find_empty(history: History) -> Iterator[Found]:
    for readings in _listings(history):
        counted = [(fetch, fetch.found) for fetch in readings if fetch.found is not None]
        counts = [found for _, found in counted]
        falls = (
            (min(counts[:first]), max(counts[first:]), counted[first][0].at)
            for first in range(len(counts) - 1, FEWEST_LISTINGS - 1, -1)
        )
        fall = next((fall for fall in falls if fall[1] < LEAST_SHARE * fall[0]), None)
        if fall is None:
            continue
        (least, most, since), fetch = fall, counted[-1][0]
        is_quiet = most or history.now - datetime.fromisoformat(since) < QUIET_SITEMAP
        if fetch.kind == "sitemap" and is_quiet:
            continue
        leads = "leads to far fewer stories" if most else "leads to no story any more"
        yield Found(
            what=f"the {fetch.kind} {fetch.url} {leads}",
            figures=f"{most} links of the form of a story, before {least} or more",
            since=since,
            subject=fetch.kind,
        )


def find_refused(history: History) -> Iterator[Found]:
    """Finds feeds with entries that are no stories by their addresses, from the first one on; what
    was not read anew is as it was."""
    for readings in _listings(history):
        counted = [fetch for fetch in readings if fetch.refused is not None]
        if bad := newest_while(counted, lambda fetch: bool(fetch.refused)):
            yield Found(
                what=f"article_url refuses entries of the feed {bad[0].url}",
                figures=f"{bad[0].refused} of {(bad[0].refused or 0) + (bad[0].found or 0)}",
                since=bad[-1].at,
                subject=bad[0].url,
            )


def find_missing_site_files(history: History) -> Iterator[Found]:
    for kind, path in SITE_FILES.items():
        bad = newest_while(
            history.by_run([kind]),
            lambda run: all(fetch.outcome not in (*ANSWERED, "rejected") for fetch in run),
        )
        if len(bad) >= FAILED_TWICE:
            fetch = bad[0][0]
            yield Found(
                what=f"{fetch.url} can't be had",
                figures=f"{fetch.reason or fetch.outcome}, {len(bad)} runs",
                since=bad[-1][0].at,
                step=f"Without {path.rpartition('/')[2]} nothing is known of what the publisher "
                "allows; open it in a browser.",
                subject=kind,
            )


def find_site_file_news(history: History) -> Iterator[Found]:
    for origin, path in product(sorted(history.origins), SITE_FILES.values()):
        versions = history.db.execute(
            "SELECT first_seen, digest, status FROM site_files WHERE origin = ? AND path = ? "
            "AND (status < 400 OR status IN (404, 410)) "  # others say nothing of the rules
            "ORDER BY last_seen DESC, id DESC LIMIT ?",
            [origin, path, MOST_ROBOTS_VERSIONS + 1],
        ).fetchall()
        recent = [seen for seen, *_ in versions if seen >= history.start]
        if len(versions) < 2 or len(recent) > MOST_ROBOTS_VERSIONS:
            continue
        (changed_at, digest, status), *former = versions
        is_back = digest in [known for _, known, _ in former]
        if not is_back and history.now - datetime.fromisoformat(changed_at) < ROBOTS_NEWS:
            yield Found(
                what=f"{origin}{path} has changed",
                figures=f"it answers {status} now; told for a day",
                since=changed_at,
                subject=f"{origin}{path}",
            )


def find_without_visit(history: History) -> Iterator[Found]:
    """Finds stories that came in since the last crawl: the next one says when to ask for them."""
    last = history.runs[history.last_run]
    (count,) = history.db.execute(
        f"SELECT count(*) FROM urls WHERE source = ? AND found_at < ? AND {WITHOUT_VISIT}",
        [history.source, last],
    ).fetchone()
    if count:
        yield Found(figures=f"{count:,}")


CHECKS = (
    Check(
        name="blocked",
        level="problem",
        find=find_blocked,
        step="Ask the publisher for permission, and name your contact; the crawl goes on by itself "
        "when the site answers again.",
        when="the host is left alone after it turned us away, or for more than "
        f"{LONG_PAUSE.seconds // 3600} hours",
        why="a busy host asks for less",
    ),
    Check(
        name="seeds",
        level="problem",
        find=find_seeds,
        unless=("blocked",),
        when="no section, feed or sitemap could be read in the last run; or no section or feed led "
        "to a story",
        why="needs no history; sitemaps may be empty",
    ),
    Check(
        name="seed lost",
        find=find_lost,
        unless=("blocked", "seeds"),
        step="Open it in a browser; if it has moved, "
        "`tradepress sources check {source}` shows what to mend.",
        when=f"one could not be read {FAILED_TWICE} times in a row, or once for good (404, 410, "
        f"robots, another site) after {FEWEST_LISTINGS} readings",
        why="one failed page is no break",
    ),
    Check(
        name="seed empty",
        find=find_empty,
        unless=("blocked", "seeds"),
        step="Compare its links with article_url: `tradepress sources check {source}` shows both.",
        when=f"one that led to stories each time ({FEWEST_LISTINGS} readings or more) leads to "
        "none, or to under a third of the fewest ever; a sitemap only after "
        f"{QUIET_SITEMAP.days} days; the pages of a section are one",
        why="a news sitemap lists two days, and is empty over a quiet week",
    ),
    Check(
        name="refused",
        find=find_refused,
        unless=("blocked", "seeds"),
        step="`tradepress sources check {source}` shows them and what to mend; ignored_url names "
        "those that nobody wants.",
        when="a feed holds entries whose addresses article_url refuses, and ignored_url doesn't "
        "name",
        why="a feed holds nothing but stories, and a drift begins with one",
    ),
    Check(
        name="site file missing",
        find=find_missing_site_files,
        unless=("blocked", "seeds"),
        when=f"robots.txt or tdmrep.json could not be had in {FAILED_TWICE} runs in a row",
    ),
    Check(
        name="site file",
        find=find_site_file_news,
        step="It is obeyed. Read it, and whether the paper may still be crawled; every version is "
        "kept in the table site_files.",
        when="robots.txt or tdmrep.json is another than before, for "
        f"{ROBOTS_NEWS.days * 24} hours; not if it changed more than {MOST_ROBOTS_VERSIONS} times "
        "in the window, or goes back to a former one",
        why="some are written anew at each request; it is obeyed in any case",
    ),
    Check(
        name="no visit",
        find=find_without_visit,
        what="stories have no next visit, so that no change of them is seen",
        step="`tradepress crawl {source}` takes them up: each is asked for when its age says so, "
        "or as soon as a listing names it.",
        when="addresses of kept stories that were there before the last crawl are not to be asked "
        "for; not those whose page is gone, or that only a web archive has",
        why="files that are read again, and archives that are merged, put a stop to visits until "
        "0.2.0",
    ),
)
