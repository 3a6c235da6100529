"""Says how pages of files ended, and a whole run of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tradepress.archive.ledger.run_report import RunSums
from tradepress.archive.stories.publishers import PublisherNames
from tradepress.archive.stories.stories import Saved
from tradepress.jobs.files.file_page import OtherRecords
from tradepress.jobs.files.record_page import NO_WEB_ADDRESS
from tradepress.notebook import Table
from tradepress.source import Source
from tradepress.story import Article
from tradepress.undeclared_source import source_of

NO_SOURCE = "no source has this site: declare one (`tradepress sources new`)"
NO_ADDRESS = "not a web address"
ANOTHER_STORY = "it says that it is another story, which is kept: give its own address by --url"
READ_BEFORE = "it was read before; --again reads it once more"
NO_PAGE_OF_IT = "none of its records gave a page"
PROBLEMS = ("failed", "skipped", "rejected")
NO_PAGE = ("empty", "not_html")
"""Says why the extraction refuses what is no page at all."""


@dataclass(kw_only=True, slots=True)
class FileReading:
    """Says how far a file is read."""

    path: Path
    hash: str
    start: int
    """Is where reading it began, in bytes: what stands before was taken in by an earlier run."""
    is_part: bool = False
    """Is it read up to a place, behind which another reads?"""
    place: int = 0
    """Is where the last page stands that was taken in."""
    others: OtherRecords = field(default_factory=OtherRecords)
    has_pages: bool = False
    has_stories: bool = False
    has_revisits: bool = False
    """Has it pages that were the same as before, to be settled when all files are read?"""
    is_damaged: bool = False

    @property
    def gave_nothing(self) -> bool:
        """Are there records in it, and no page, be it one that is known?"""
        is_whole = not (self.start or self.is_part or self.is_damaged or self.has_revisits)
        reasons = self.others.reasons.keys() - {NO_WEB_ADDRESS}
        return is_whole and not self.has_pages and bool(reasons)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ingested:
    """Says how one page of a file ended."""

    file: str
    url: str
    """Is the address of the page; the file again where nobody knows."""
    outcome: str
    """Is ``stored``, ``unchanged`` or ``duplicate``; ``known`` for a whole file that was read
    before; ``rejected``, ``skipped`` (it belongs nowhere) or ``failed`` (it can't be read);
    ``left_out`` of records of a file that gave no page."""
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Ingest(Table):
    """Is one run of files into an archive."""

    counts: Mapping[str, int]
    """Counts pages by outcome."""
    left_out: int
    """Counts files of folders that hold no page."""
    records: Mapping[str, int] = field(default_factory=dict)
    """Counts records of files that gave no page, in words that follow a number."""
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


def left_out(reading: FileReading) -> Ingested:
    file, words = str(reading.path), counted_words(reading.others.reasons)
    return Ingested(file=file, url=file, outcome="left_out", words=words)


def counted_words(reasons: Mapping[str, int]) -> str:
    """Returns ``12 no HTML, 3 without type``."""
    return ", ".join(f"{count:,} {reason}" for reason, count in reasons.items())


def again(saved: Saved, url: str, file: Path) -> Ingested:
    """Reports a page that was the same as before."""
    return Ingested(file=str(file), url=url, outcome=saved.outcome, words=words_of(saved))


def words_of(saved: Saved) -> str:
    """Names a story, and says why it ended so; one that is kept out (version 0) is not named."""
    if saved.version == 0:
        return str(saved.reason)
    ref = saved.ref if saved.version == 1 else f"{saved.ref}@{saved.version}"
    return f"{ref} ({saved.reason})" if saved.reason else ref


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
