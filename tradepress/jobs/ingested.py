"""Says how pages of files ended, and a whole run of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tradepress.archive.ledger.run_report import RunSums
from tradepress.archive.stories.publishers import PublisherNames
from tradepress.notebook import Table
from tradepress.source import Source
from tradepress.story import Article
from tradepress.undeclared_source import source_of

NO_SOURCE = "no source has this site: declare one (`tradepress sources new`)"
NO_ADDRESS = "not a web address"
ANOTHER_STORY = "it says that it is another story, which is kept: give its own address by --url"
READ_BEFORE = "it was read before; --again reads it once more"
PROBLEMS = ("failed", "skipped", "rejected")
NO_PAGE = ("empty", "not_html")
"""Says why the extraction refuses what is no page at all."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ingested:
    """Says how one page of a file ended."""

    file: str
    url: str
    """Is the address of the page; the file again where nobody knows."""
    outcome: str
    """Is ``stored``, ``unchanged`` or ``duplicate``; ``known`` for a whole file that was read
    before; ``rejected``, ``skipped`` (it belongs nowhere) or ``failed`` (it can't be read)."""
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Ingest(Table):
    """Is one run of files into an archive."""

    counts: Mapping[str, int]
    """Counts pages by outcome."""
    left_out: int
    """Counts files of folders that hold no page."""
    disagreeing: tuple[PublisherNames, ...] = ()
    """Holds the undeclared sources whose pages call their publisher by several names."""
    sums: RunSums | None
    """Sums up the run; None: no story was found, so no archive was made, or no run was written into
    it."""

    @property
    def exit_code(self) -> int:
        """Returns 1 if a file could not be read, or a page was rejected or belongs nowhere."""
        return int(any(self.counts.get(outcome) for outcome in PROBLEMS))

    def _table(self) -> tuple[str, Sequence[str], Iterable[Sequence[object]]]:
        return "Pages of files", ("outcome", "pages"), self.counts.items()


def failed(file: Path, words: str) -> Ingested:
    return Ingested(file=str(file), url=str(file), outcome="failed", words=words)


def rejected(url: str, file: Path, words: str) -> Ingested:
    """Reports a file that is no page: nothing is written of it."""
    return Ingested(file=str(file), url=url, outcome="rejected", words=words)


def without_address(
    article: Article, file: Path, sources: Collection[Source], *, any_site: bool
) -> Ingested:
    """Reports a page of which nobody knows where it stood, nor can it say so itself."""
    declared = article.canonical_url
    words = "no address: what it declares is not that of a story: give --url"
    if declared is None:
        words = "no address: give --url or --addresses"
    elif source_of(declared, sources, any_site=any_site) is None:
        words = NO_SOURCE
    return Ingested(file=str(file), url=declared or str(file), outcome="skipped", words=words)
