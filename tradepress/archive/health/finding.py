"""Defines what a check of the archive's health is, and what it says."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

Level = Literal["problem", "warning"]
Subject = TypeVar("Subject", contravariant=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Is one thing that is wrong, as long as it is."""

    source: str | None
    """Is None if it is the archive as a whole."""
    check: str
    """Says which check found it; the names are in `tradepress docs health`."""
    level: Level
    what: str
    figures: str = ""
    """Says what it was told by, against what is usual."""
    step: str = ""
    """Says what a person does next."""
    since: str | None = None
    """Is a time in UTC; None: nobody knows."""
    subject: str = ""
    """Tells which of several findings of one check it is (an address)."""

    @property
    def key(self) -> str:
        """Returns a key that stays as long as the same thing is wrong, whatever the figures are."""
        return " ".join(filter(None, (self.source or "archive", self.check, self.subject)))

    @property
    def line(self) -> str:
        """Puts all of it in one line, without the source."""
        since = f" since {self.since[:10]}" if self.since else ""
        figures = f" ({self.figures})" if self.figures else ""
        step = f". {self.step}" if self.step else ""
        return f"{self.what}{since}{figures}{step}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """Is what a check saw, as a :class:`Finding` is; level and words are the check's unless
    given."""

    figures: str = ""
    since: str | None = None
    subject: str = ""
    level: Level | None = None
    what: str = ""
    step: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Check(Generic[Subject]):
    """Is one entry of the table of checks: what is looked for, and all that is said of it."""

    name: str
    level: Level = "warning"
    find: Callable[[Subject], Iterable[Found]]
    unless: tuple[str, ...] = ()
    """Names checks that tell the same cause: it is not made where one of them found something."""
    what: str = ""
    step: str = ""
    """Says what a person does next; ``{source}`` stands for the name of the source."""
    when: str
    """Says when it is reported, for the table in `tradepress docs health`."""
    why: str = ""
    """Says why it is reported so, for the table in `tradepress docs health`."""

    def findings(self, subject: Subject, source: str | None = None) -> Iterator[Finding]:
        """Yields a finding for each thing that is wrong; of several with one subject the first."""
        by_subject: dict[str, list[Found]] = {}
        for found in self.find(subject):
            by_subject.setdefault(found.subject, []).append(found)
        for first, *others in by_subject.values():
            more = f" ({len(others)} more like it)" if others else ""
            yield Finding(
                source=source,
                check=self.name,
                level=first.level or self.level,
                what=(first.what or self.what) + more,
                figures=first.figures,
                step=(first.step or self.step).replace("{source}", str(source)),
                since=first.since,
                subject=first.subject,
            )
