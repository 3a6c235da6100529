"""What is asked of a back-fill, what it will do and what it came to."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from archive.ledger.run_report import RunSums
from crawler.source import Source


class Way(StrEnum):
    """Where the past of a source comes from."""

    WAYBACK = "wayback"
    COMMONCRAWL = "commoncrawl"
    CCNEWS = "ccnews"
    SITEMAP = "sitemap"
    SECTIONS = "sections"


@dataclass(frozen=True, kw_only=True, slots=True)
class Backfill:
    """What is asked for."""

    source: Source
    way: Way
    since: date | None = None
    """First day: of capture in a web archive, of publication on the site itself."""
    until: date | None = None
    """Last day."""
    limit: int | None = None
    """Stories at most."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BackfillPlan:
    """What a back-fill will do, once somebody has agreed."""

    captures: int | None
    """To be asked for: those that no run before came to. None: no captures, but the stories
    themselves on their own site."""
    stories: int
    """Of which they are."""
    files: int = 0
    """WARC files of about a gigabyte that have to be looked through; nobody knows beforehand how
    many captures are in them."""
    requests: int
    seconds: float
    """At the pace that is set."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BackfillResult:
    """What one run came to."""

    plan: BackfillPlan | None
    """None: the index could not be read."""
    sums: RunSums | None
    """None if no archive was made."""
    troubles: tuple[str, ...]
    """What kept it from its end, each in one line."""
    seconds: float
    exit_code: int
    """0: done; 1: something failed, or it was not wanted; 4: the web archive gave no index."""
