"""States what an archive holds of each source, and what it does not, to go with a release."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tradepress.archive.database import Database
from tradepress.research.counting.count_stories import times
from tradepress.research.known_stories import find_coverage

_HELD = """
    SELECT source, publisher, home_url, count(*) AS stories,
        sum(articles.id IN (SELECT value FROM json_each(:textless))) AS without_text,
        sum(completeness <> 'body' OR coalesce(is_truncated, 0)) AS teasers,
        sum(published_day IS NULL) AS undated,
        min(published_day) AS first_day, max(published_day) AS last_day,
        json_group_array(DISTINCT published_month) AS months
    FROM articles JOIN sources ON sources.name = source
    WHERE articles.id IN (SELECT value FROM json_each(:chosen))
    GROUP BY source ORDER BY source
"""
_ADDRESSES = """
    SELECT count(*) AS addresses,
        coalesce(sum(reason = 'robots'), 0) AS robots,
        coalesce(sum(outcome = 'rejected' AND reason = 'policy'), 0) AS rights,
        coalesce(sum(outcome = 'failed'), 0) AS failed,
        coalesce(sum(coalesce(fetched_at, article_id) IS NULL), 0) AS unread
    FROM urls WHERE source = ?
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceCoverage:
    """Is one source: stories are those of the release; addresses, all that the archive knows."""

    source: str
    publisher: str
    home_url: str
    stories: int
    without_text: int
    """Counts stories of which the release gives the metadata alone."""
    teasers: int
    """Counts stories of which the site openly served a part."""
    undated: int
    first_day: str | None
    last_day: str | None
    empty_months: tuple[str, ...]
    """Lists months between the first and the last one of which the release has no story."""
    known: int
    """Counts stories that the archive knows of, held or not: by lists of the site, by indexes of
    web archives that were asked, by links (`tradepress docs research`)."""
    missing: int
    """Counts those that it does not hold."""
    addresses: int
    robots: int
    """Counts addresses that the site's robots.txt keeps from programs."""
    rights: int
    """Counts addresses whose story may not be kept at all, by what is set for the source."""
    failed: int
    """Counts addresses that could not be read."""
    unread: int
    """Counts addresses that nobody has read so far."""
    withdrawn: int
    """Counts stories that were erased on demand."""


def coverage_of(
    db: Database, *, chosen: Iterable[int], textless: Iterable[int]
) -> list[SourceCoverage]:
    """States the coverage of each source.

    :param db: with its ledger
    :param chosen: ids of the articles that the release has
    :param textless: of which it has the metadata alone
    """
    ids = {"chosen": json.dumps(list(chosen)), "textless": json.dumps(list(textless))}
    return [
        SourceCoverage(
            empty_months=tuple(empty_months(filter(None, json.loads(row.pop("months"))))),
            withdrawn=db.execute(
                "SELECT count(*) FROM tombstones WHERE source = ?", [row["source"]]
            ).fetchone()[0],
            known=total.known,
            missing=total.missing,
            **row,
            **asked,
        )
        for row in db.query(_HELD, ids)
        for asked in db.query(_ADDRESSES, [row["source"]])
        for total in [find_coverage(db, row["source"]).total]
    ]


def empty_months(months: Iterable[str]) -> Iterator[str]:
    """Yields months between the first and the last of these that are not among them.

    >>> list(empty_months(["2016-11", "2017-02"]))
    ['2016-12', '2017-01']
    """
    has = set(months)
    return (month for month in times("month", [*has]) if month not in has)
