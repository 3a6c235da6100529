"""Listings, feeds and sitemaps that give nothing, or lead to no story any more."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import takewhile

from archive.health.finding import Finding
from archive.health.history import ANSWERED, LISTINGS, Fetch, History
from archive.health.rules import FAILED_TWICE, FEWEST_LISTINGS, LEAST_SHARE, QUIET_SITEMAP

GONE = ("http_404", "http_410", "robots", "offsite")
"""Nobody expects it back tomorrow."""


def find_entrances(history: History) -> Iterator[Finding]:
    """First whether any entrance is left, then each that is not like the others."""
    asked = dict(history.by_run(LISTINGS))
    if not asked:
        return
    last = list(asked.values())[-1]
    if not any(fetch.outcome in ANSWERED for fetch in last):
        yield _unreadable(history, list(asked.values()))
        return
    if _leads_nowhere(last):
        yield _unlisted(history, list(asked.values()))
        return
    of_urls: dict[str, list[Fetch]] = {fetch.url: [] for fetch in last}
    for fetch in (fetch for fetches in asked.values() for fetch in fetches):
        if fetch.url in of_urls:
            of_urls[fetch.url].append(fetch)
    found: dict[str, list[Finding]] = {}
    for _, readings in sorted(of_urls.items()):
        for finding in (*_lost(history, readings), *_empty(history, readings)):
            found.setdefault(finding.key, []).append(finding)
    for first, *others in found.values():  # all the pages of a section, one finding
        more = f" ({len(others)} more like it)" if others else ""
        yield replace(first, what=first.what + more)


def _unreadable(history: History, runs: Sequence[Sequence[Fetch]]) -> Finding:
    """An absolute rule: it needs no history."""
    bad = list(takewhile(lambda run: not any(f.outcome in ANSWERED for f in run), reversed(runs)))
    reasons = sorted({fetch.reason or fetch.outcome for fetch in bad[0]})
    return Finding(
        source=history.source,
        check="entrances",
        level="problem",
        what="no section, feed or sitemap could be read",
        figures=f"{len(bad[0])} asked: {', '.join(reasons)}",
        since=bad[-1][0].at,
        step=f"Open {bad[0][0].url} in a browser; `tradepress runs` says more. Nothing is lost: "
        "the next run asks again.",
    )


def _leads_nowhere(run: Sequence[Fetch]) -> bool:
    """Sitemaps alone say nothing: an index lists no story, and one of news is empty at times."""
    listings = [fetch.found for fetch in run if fetch.kind != "sitemap"]
    return bool(listings) and set(listings) == {0} and not any(fetch.found for fetch in run)


def _unlisted(history: History, runs: Sequence[Sequence[Fetch]]) -> Finding:
    """So does this one."""
    bad = list(takewhile(_leads_nowhere, reversed(runs)))
    return Finding(
        source=history.source,
        check="entrances",
        level="problem",
        what="no listing leads to a story any more",
        figures=f"{len(bad[0])} read, no link of the form of a story",
        since=bad[-1][0].at,
        step=f"Compare the links on {bad[0][0].url} with article_url in "
        f"crawler/spiders/{history.source}.py, and mend it.",
    )


def _lost(history: History, readings: Sequence[Fetch]) -> Iterator[Finding]:
    """One that can't be read twice in a row, or was read for long and is gone for good."""
    bad = list(takewhile(lambda fetch: fetch.outcome not in ANSWERED, reversed(readings)))
    if not bad:
        return
    reason = bad[0].reason or bad[0].outcome
    is_gone = reason in GONE and len(readings) - len(bad) >= FEWEST_LISTINGS
    if is_gone or len(bad) >= FAILED_TWICE:
        yield Finding(
            source=history.source,
            check="entrance lost",
            level="warning",
            what=f"the {bad[0].kind} {bad[0].url} gives nothing",
            figures=f"{reason}, {len(bad)} in a row; others are read",
            since=bad[-1].at,
            step="Open it in a browser; if it has moved, mend "
            f"crawler/spiders/{history.source}.py.",
            subject=bad[0].kind,
        )


def _empty(history: History, readings: Sequence[Fetch]) -> Iterator[Finding]:
    """One that led to stories each time before, and leads to none or few now."""
    counted = [fetch for fetch in readings if fetch.found is not None]
    bad = list(takewhile(lambda fetch: fetch.found == 0, reversed(counted)))
    former = [fetch.found or 0 for fetch in counted[: len(counted) - len(bad)]]
    if bad and len(former) >= FEWEST_LISTINGS and min(former) > 0:
        lasts = history.now - datetime.fromisoformat(bad[-1].at)
        if bad[0].kind == "sitemap" and lasts < QUIET_SITEMAP:
            return
        yield Finding(
            source=history.source,
            check="entrance empty",
            level="warning",
            what=f"the {bad[0].kind} {bad[0].url} leads to no story any more",
            figures=f"0 links of the form of a story, before {min(former)} or more",
            since=bad[-1].at,
            step=f"Compare its links with article_url in crawler/spiders/{history.source}.py.",
            subject=bad[0].kind,
        )
        return
    if counted and counted[-1].kind != "sitemap":
        yield from _thin(history, counted)


def _thin(history: History, counted: Sequence[Fetch]) -> Iterator[Finding]:
    """The list has gone, and a box of the same page is left."""
    for first in range(len(counted) - 1, FEWEST_LISTINGS - 1, -1):
        least = min(fetch.found or 0 for fetch in counted[:first])
        most = max(fetch.found or 0 for fetch in counted[first:])
        if most < LEAST_SHARE * least:
            yield Finding(
                source=history.source,
                check="entrance empty",
                level="warning",
                what=f"the {counted[-1].kind} {counted[-1].url} leads to far fewer stories",
                figures=f"{most} links of the form of a story, before {least} or more",
                since=counted[first].at,
                step=f"Compare its links with article_url in crawler/spiders/{history.source}.py.",
                subject=counted[-1].kind,
            )
            return
