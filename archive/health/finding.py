"""What a check of the archive's health says."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["problem", "warning"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that is wrong, as long as it is."""

    source: str | None
    """None: the archive as a whole."""
    check: str
    """Which check found it; the names are in docs/health.md."""
    level: Level
    what: str
    figures: str = ""
    """What it was told by, against what is usual."""
    step: str = ""
    """What a person does next."""
    since: str | None = None
    """UTC; None: nobody knows."""
    subject: str = ""
    """Of several findings of one check: which (an address)."""

    @property
    def key(self) -> str:
        """The same as long as the same thing is wrong, whatever the figures are."""
        return " ".join(filter(None, (self.source or "archive", self.check, self.subject)))

    @property
    def line(self) -> str:
        """All of it in one line, without the source."""
        since = f" since {self.since[:10]}" if self.since else ""
        figures = f" ({self.figures})" if self.figures else ""
        step = f". {self.step}" if self.step else ""
        return f"{self.what}{since}{figures}{step}"
