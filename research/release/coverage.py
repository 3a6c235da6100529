"""What an archive holds of each source, and what it does not: the statement that goes with a
release."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlite_utils import Database

_HELD = """
    SELECT sources.name, publisher, home_url, count(*) AS stories,
        sum(articles.id IN (SELECT value FROM json_each(:textless))) AS without_text,
        sum(completeness <> 'body' OR coalesce(is_truncated, 0)) AS teasers,
        sum(published_day IS NULL) AS undated,
        min(published_day) AS first_day, max(published_day) AS last_day,
        json_group_array(DISTINCT published_month) AS months
    FROM articles JOIN sources ON sources.name = source
    WHERE articles.id IN (SELECT value FROM json_each(:chosen))
    GROUP BY sources.name ORDER BY sources.name
"""
_ADDRESSES = """
    SELECT count(*) AS known,
        coalesce(sum(reason = 'robots'), 0) AS robots,
        coalesce(sum(outcome = 'rejected' AND reason = 'policy'), 0) AS rights,
        coalesce(sum(outcome = 'failed'), 0) AS failed,
        coalesce(sum(fetched_at IS NULL), 0) AS unread
    FROM urls WHERE source = ?
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceCoverage:
    """One source. Stories are those of the release; addresses, all that the archive knows of it."""

    source: str
    publisher: str
    home_url: str
    stories: int
    without_text: int
    """Of which the release gives the metadata alone."""
    teasers: int
    """Of which the site openly served a part."""
    undated: int
    first_day: str | None
    last_day: str | None
    empty_months: tuple[str, ...]
    """Between the first and the last one; the release has no story of them."""
    addresses: int
    robots: int
    """Addresses that the site's robots.txt keeps from programs."""
    rights: int
    """Addresses whose story may not be kept at all, by what is set for the source."""
    failed: int
    """Addresses that could not be read."""
    unread: int
    """Addresses that nobody has read so far."""
    withdrawn: int
    """Stories that were erased on demand."""


def coverage_of(
    db: Database, *, chosen: Iterable[int], textless: Iterable[int]
) -> list[SourceCoverage]:
    """
    :param db: with its ledger
    :param chosen: ids of the articles that the release has
    :param textless: of which it has the metadata alone
    """
    ids = {"chosen": json.dumps(list(chosen)), "textless": json.dumps(list(textless))}
    return [
        SourceCoverage(
            source=row["name"],
            publisher=row["publisher"],
            home_url=row["home_url"],
            stories=row["stories"],
            without_text=row["without_text"],
            teasers=row["teasers"],
            undated=row["undated"],
            first_day=row["first_day"],
            last_day=row["last_day"],
            empty_months=tuple(empty_months(filter(None, json.loads(row["months"])))),
            addresses=asked["known"],
            robots=asked["robots"],
            rights=asked["rights"],
            failed=asked["failed"],
            unread=asked["unread"],
            withdrawn=db.execute(
                "SELECT count(*) FROM tombstones WHERE source = ?", [row["name"]]
            ).fetchone()[0],
        )
        for row in db.query(_HELD, ids)
        for asked in db.query(_ADDRESSES, [row["name"]])
    ]


def empty_months(months: Iterable[str]) -> Iterator[str]:
    """Months between the first and the last of these that are not among them.

    >>> list(empty_months(["2016-11", "2017-02"]))
    ['2016-12', '2017-01']
    """
    has = set(months)
    if not has:
        return
    month, last = min(has), max(has)
    while month < last:
        year, number = map(int, month.split("-"))
        month = f"{year + number // 12}-{number % 12 + 1:02}"
        if month not in has:
            yield month
