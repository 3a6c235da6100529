"""Says what the undeclared sources of an archive are called: as most of their pages say."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tradepress.archive.file.transaction import Transaction
from tradepress.archive.frontier.taken_over import leave_out_empty
from tradepress.archive.site_host import is_site_name
from tradepress.archive.text_forms import one_line
from tradepress.story import Article

MOST = 1000
"""Bounds the stories that are asked of a source: those first in the order of their refs, which are
digests, so that neither the order nor the number of runs matters."""
LONGEST, SHOWN = 80, 3
SAID = f"""
    SELECT substr(json_extract(evidence, '$.publisher[0].value'), 1, {LONGEST}) AS publisher,
        articles.language
    FROM articles JOIN version_rows ON version_rows.id = articles.version_id
    WHERE ref > :site || '-' AND ref < :site || '.' AND source = :site ORDER BY ref LIMIT {MOST}
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


def settle_publisher(transaction: Transaction, site: str) -> PublisherNames:
    """Writes what most pages of an undeclared source call its publisher, and their language, into
    its row; where none says, the row stays."""
    rows = transaction.rows(SAID, {"site": site})
    if not rows:
        leave_out_empty(transaction, site)
    names = _most_frequent(one_line(row["publisher"] or "") for row in rows)
    languages = _most_frequent(row["language"] or "" for row in rows)
    transaction.write(
        "UPDATE sources SET publisher = coalesce(:publisher, publisher), "
        "language = coalesce(:language, language) WHERE name = :site",
        {
            "publisher": next(iter(names), None),
            "language": next(iter(languages), None),
            "site": site,
        },
    )
    return PublisherNames(source=site, names=names)


class Publishers:
    """Sees what the pages of a run call the publishers of undeclared sources."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._called: dict[str, str] = {}
        self._unsettled: set[str] = set()
        self._disagreed: set[str] = set()

    def note(self, source: str, story: Article) -> None:
        """Notes what the page of a story that was stored says."""
        if not is_site_name(source):
            return
        said = story.evidence.get("publisher")
        if source not in self._called or (said and said[0].value != self._called[source]):
            self._unsettled.add(source)

    def settle(self) -> None:
        """Writes what is changed by the pages since it was last called."""
        for source in self._unsettled:
            names = settle_publisher(self._transaction, source).names
            self._called[source] = next(iter(names), "")
            if len(names) > 1:
                self._disagreed.add(source)
        self._unsettled.clear()

    def disagreeing(self) -> Iterator[PublisherNames]:
        """Yields the sources of which a page of the run said otherwise than others."""
        for source in sorted(self._disagreed):
            yield settle_publisher(self._transaction, source)


def _most_frequent(words: Iterable[str]) -> dict[str, int]:
    counts = Counter(words)
    del counts[""]
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
