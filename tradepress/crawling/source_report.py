"""Counts what one run saw of one source: the facts behind its lines on the terminal."""

from collections import Counter
from dataclasses import dataclass, field

from tradepress.archive.stories.reservation_words import (
    WithheldSource,
    withheld_by,
    withheld_source,
)
from tradepress.conduct.host_pause import HostPaused
from tradepress.story import METADATA_ONLY, Article, Policy

FIELDS = ("headline", "body", "date_published", "authors", "section", "description")


@dataclass(kw_only=True, slots=True)
class SeedReport:
    """Says what became of one listing, feed or sitemap that was asked for."""

    kind: str
    url: str
    reason: str | None = None
    """Is the failure code, or None if it was read."""
    words: str | None = None
    refused: tuple[str, ...] = ()
    """Are entries of a feed whose addresses ``article_url`` refuses."""


@dataclass(kw_only=True, slots=True)
class SourceReport:
    """Counts what became of one crawl of one source; filled by the spider while it runs."""

    source: str
    is_trial: bool = False
    seeds: list[SeedReport] = field(default_factory=list)
    matching: dict[str, None] = field(default_factory=dict)
    """Holds the first thousand or so addresses with the form of a story, in the order found."""
    others: Counter[str] = field(default_factory=Counter)
    """Counts other links of the listings, by path form with digits and words folded."""
    rejections: Counter[str] = field(default_factory=Counter)
    """Counts the reasons of story addresses that gave no story."""
    failures: Counter[str] = field(default_factory=Counter)
    """Counts the reasons of story addresses that could not be read."""
    read: int = 0
    """Counts the story pages read."""
    filled: Counter[str] = field(default_factory=Counter)
    """Tells, by field name, how many read stories have it."""
    truncated: int = 0
    walled: int = 0
    """Counts the read stories whose page says that they stand behind a wall."""
    withheld: Counter[str] = field(default_factory=Counter)
    """Counts the read stories whose publisher alone keeps their texts out, by the reason."""
    lacks: str | None = None
    """Says what is missing on this machine, without which it is not crawled."""
    stops: dict[str, HostPaused] = field(default_factory=dict)
    """Holds the hosts that are left alone, and why."""
    notes: list[str] = field(default_factory=list)
    """Holds what else the operator should know, a sentence or two each."""
    left_out: Counter[str] = field(default_factory=Counter)
    """Counts the addresses that were not taken up, by the reason (traps, limits of a run)."""
    has_unchanged: bool = False
    """Did a feed or sitemap say that it is as it was when last read?"""
    goes_on: bool = False
    """Does it go on with what an earlier run has found?"""
    unchanged: int = 0
    """Counts the known stories whose site said that nothing is new, or that they are gone."""
    reread: int = 0
    """Counts the known stories whose pages were read again."""

    def add_article(self, article: Article, asked: Policy) -> None:
        """Counts one story page that was read.

        :param asked: what source and operator ask for
        """
        self.read += 1
        self.filled.update(name for name in FIELDS if getattr(article, name))
        self.filled["body"] += article.policy == METADATA_ONLY  # it was read, and dropped
        if asked != METADATA_ONLY and (why := withheld_by(article.reservations)):
            self.withheld[why] += 1
        self.truncated += article.is_truncated is True
        self.walled += article.access in ("registration", "subscription")

    @property
    def has_read_a_seed(self) -> bool:
        """Did a listing, feed or sitemap answer?"""
        return any(seed.reason is None for seed in self.seeds)

    @property
    def omission(self) -> str | None:
        """Says what was not taken up, in one line."""
        if not self.left_out:
            return None
        named = ", ".join(f"{why} {count}" for why, count in sorted(self.left_out.items()))
        return f"some addresses were left out ({named})"

    @property
    def withholding(self) -> WithheldSource | None:
        """Says that no text is kept of nearly all stories read, and why; None: it is."""
        return withheld_source(self.withheld, self.read)

    @property
    def is_empty(self) -> bool:
        """Were stories asked for, and not one of them read or known?"""
        not_asked = self.rejections["trial"] + self.rejections["policy"]
        refused = self.rejections.total() - not_asked + self.failures.total()
        return bool(refused) and not self.read and not self.unchanged

    @property
    def has_nothing_new(self) -> bool:
        """Was a seed read, and did nothing on it wait to be asked for?"""
        asked = self.read or self.rejections or self.failures
        return self.was_crawled and not asked

    @property
    def was_crawled(self) -> bool:
        """Was a seed read, and did it lead to the form of a story? Or were stories known before?"""
        found = bool(self.matching) or self.has_unchanged
        return self.goes_on or (self.has_read_a_seed and found)
