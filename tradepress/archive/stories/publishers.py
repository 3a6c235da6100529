"""Says what the undeclared sources of an archive are called: as most of their pages say."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tradepress.archive.file.transaction import Transaction
from tradepress.archive.frontier.taken_over import leave_out_empty
from tradepress.archive.text_forms import one_line

MOST = 1000
"""Bounds the stories that are asked of a source: those first in the order of their refs, which are
digests, so that neither the order nor the number of runs matters."""
LONGEST, SHOWN = 80, 3
SAID = f"""
    SELECT substr(json_extract(evidence, '$.publisher[0].value'), 1, {LONGEST}) AS publisher,
        articles.language
    FROM articles JOIN version_rows ON version_rows.id = articles.version_id
    WHERE ref > :site || '-' AND ref < :site || '.' AND +source = :site ORDER BY ref LIMIT {MOST}
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class PublisherNames:
    """Holds what the pages of an undeclared source call its publisher, and how many do so."""

    source: str
    names: Mapping[str, int]
    """Has the most frequent first, which counts, and the first by the alphabet of equals."""

    @property
    def words(self) -> str:
        """Returns what is told where they disagree."""
        first, *others = (f"{name} ({count})" for name, count in self.names.items())
        more = f" and {len(others) - SHOWN:,} more" if len(others) > SHOWN else ""
        return f"{self.source} is called {first}; also {', '.join(others[:SHOWN])}{more}"


def settle_publishers(transaction: Transaction, sites: Iterable[str]) -> dict[str, PublisherNames]:
    """Writes what most pages of undeclared sources call their publisher, and their language, into
    their rows, where any says so; returns those whose pages disagree, by name."""
    settled = (_settle(transaction, site) for site in sites)
    return {one.source: one for one in settled if len(one.names) > 1}


def _settle(transaction: Transaction, site: str) -> PublisherNames:
    rows = transaction.rows(SAID, {"site": site})
    if not rows:
        leave_out_empty(transaction, site)
    names = _most_frequent(one_line(row["publisher"] or "") for row in rows)
    languages = _most_frequent(row["language"] or "" for row in rows)
    transaction.write(
        "UPDATE sources SET publisher = coalesce(?, publisher), language = coalesce(?, language) "
        "WHERE name = ?",
        [next(iter(names), None), next(iter(languages), None), site],
    )
    return PublisherNames(source=site, names=names)


def _most_frequent(words: Iterable[str]) -> dict[str, int]:
    counts = Counter(words)
    del counts[""]
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
