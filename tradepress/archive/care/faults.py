"""What a verification finds, and how it tells that it goes on."""

from collections.abc import Callable
from dataclasses import astuple, dataclass, field
from typing import TYPE_CHECKING

from tradepress.notebook import html_table, pandas_table

if TYPE_CHECKING:
    import pandas

COLUMNS = ("check", "words")


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """Is one fault of an archive."""

    check: str
    """Says which check found it: file, schema, references, full text, ledger, articles, values,
    withdrawn, mentions or captures."""
    words: str
    """Says what is wrong and how to mend it, in one line."""


@dataclass(kw_only=True, slots=True)
class Verified:
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

    def to_pandas(self) -> "pandas.DataFrame":
        """A row a fault.

        :raises ImportError: pandas is not installed; says how to have it
        """
        return pandas_table(COLUMNS, map(astuple, self.findings))

    def _repr_html_(self) -> str:
        looked_at = f"{self.articles} stories, {self.versions} versions, {self.captures} raw pages"
        faults = f"{len(self.findings)} faults" if self.findings else "no fault"
        return html_table(COLUMNS, map(astuple, self.findings), caption=f"{looked_at}: {faults}")

    def add(self, check: str, words: str) -> None:
        """Notes a fault."""
        self.findings.append(Fault(check=check, words=words))


Progress = Callable[[str, int, int], None]
"""Is told the step, how much of it is done, and of how much."""


def no_progress(step: str, done: int, of: int) -> None:
    """Says nothing."""
