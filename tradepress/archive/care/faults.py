"""Holds what a verification finds, and says how it tells that it goes on."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass, field

from tradepress.notebook import Table


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """Is one fault of an archive."""

    check: str
    """Says which check found it: file, schema, references, full text, ledger, articles, values,
    withdrawn, mentions, captures or history."""
    words: str
    """Says what is wrong and how to mend it, in one line."""


@dataclass(kw_only=True, slots=True)
class Verified(Table):
    """Holds what a verification came to."""

    findings: list[Fault] = field(default_factory=list)
    articles: int = 0
    versions: int = 0
    runs: int = 0
    captures: int = 0
    captures_read: int = 0
    """Counts the captures whose digest was recomputed."""
    captures_unnamed: int | None = None
    """Counts pages that no row names, as a killed run leaves them; None: not counted."""
    leaves: int | None = None
    """Counts the leaves of the log that were made anew; None: nobody asked."""
    not_ended: int = 0
    """Counts runs that go on or were killed: they are no part of the log yet."""
    root: str | None = None
    """Is the newest root of the log, as :class:`~tradepress.archive.leaf_log.root.Root` is
    written."""
    timestamps: int | None = None
    """Counts timestamps of roots that hold."""
    stamped_at: str | None = None
    """Says when the newest root that has one was there at the latest (UTC)."""
    found_so: str | None = None
    """Says when the log was begun over what stood there, of an archive of an earlier Tradepress."""

    def _table(self) -> tuple[str, Sequence[str], Iterable[Sequence[object]]]:
        caption = f"Faults: {len(self.findings)}; stories: {self.articles:,}"
        return caption, ("check", "words"), map(astuple, self.findings)

    def add(self, check: str, words: str) -> None:
        """Notes a fault."""
        self.findings.append(Fault(check=check, words=words))


Progress = Callable[[str, int, int], None]
"""Is told the step, how much of it is done, and of how much."""


def no_progress(step: str, done: int, of: int) -> None:
    """Says nothing."""
