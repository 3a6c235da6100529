"""Holds what a dossier says, as values of which each of its forms is written."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.text_forms import counted, words_key
from tradepress.research.citation.styled_runs import Runs, as_text
from tradepress.research.counting.count_stories import CountRow, StoryCounts, times

MOST_MONTHS = 36
"""Limits the months that have a bar each; longer times are counted by year."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """Is a part of a text in one line."""

    text: str
    is_found: bool = False
    """Was it searched for?"""


Pieces = Sequence[Piece]


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """Is something that is told of a story, or of the dossier; each line is one of its own."""

    name: str
    lines: Sequence[str]
    address: str | None = None
    """Is an http(s) address that the line leads to."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DossierStory:
    """Is a story as a dossier gives it on. Its texts are clean lines: no control characters, no
    signs that turn the direction of what follows."""

    number: int
    """Is counted from 1."""
    name: str
    """Is what it is cited by: ``wipr-14415@3f9a2c71d0``."""
    headline: Pieces
    paper: str
    day: str | None
    language: str | None
    """Is a tag as HTML and Word take it."""
    summary: Pieces
    paragraphs: Sequence[Pieces]
    notes: Sequence[str]
    """Lists what must be known of the text: what is left of it out, and why; corrections."""
    facts: Sequence[Fact]
    citation: Runs

    @property
    def title(self) -> str:
        return "".join(piece.text for piece in self.headline)


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftOut:
    """Says what is not in a dossier."""

    why: str
    stories: Sequence[tuple[str, int | None]]
    """Lists names, and the numbers of those that stand in the dossier without their text."""
    more: int = 0
    """Counts those that are not named."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Dossier:
    """Is all of a dossier, in the order of its stories."""

    question: str
    made: str
    """Is the day, ISO 8601."""
    archive: str
    style: str
    """Is the citation style in words."""
    stories: Sequence[DossierStory]
    left_out: Sequence[LeftOut]

    @property
    def with_text(self) -> int:
        return sum(bool(story.paragraphs) for story in self.stories)

    @property
    def facts(self) -> Sequence[Fact]:
        """Lists what the title page says."""
        stories = f"{counted(len(self.stories), 'story', 'stories')}, {self.with_text:,} with text"
        names = "".join(f"{story.name}\n" for story in self.stories)
        return (
            Fact(name="Made", lines=[self.made]),
            Fact(name="Archive", lines=[self.archive]),
            Fact(name="Stories", lines=[stories]),
            Fact(name="Citations", lines=[self.style]),
            Fact(
                name="SHA-256",
                lines=[
                    hashlib.sha256(names.encode()).hexdigest(),
                    "over the names of the stories in the order of the contents, "
                    "each with a line feed behind it",
                ],
            ),
        )

    @property
    def by_day(self) -> Sequence[DossierStory]:
        """Lists the stories, the oldest first, the undated last."""
        return sorted(self.stories, key=lambda one: (one.day is None, one.day or "", one.number))

    @property
    def bibliography(self) -> Sequence[Runs]:
        return sorted(
            (story.citation for story in self.stories), key=lambda runs: words_key(as_text(runs))
        )

    @property
    def counts(self) -> StoryCounts | None:
        """Counts the stories by month or year; None: none has a day."""
        days = [story.day for story in self.stories if story.day]
        if not days:
            return None
        by: Literal["month", "year"] = "month"
        found = Counter[str | None](day[:7] for day in days)
        if len(shown := times("month", [day[:7] for day in days])) > MOST_MONTHS:
            by, found = "year", Counter(day[:4] for day in days)
            shown = times("year", [day[:4] for day in days])
        undated = [None] if len(days) < len(self.stories) else []
        found[None] = len(self.stories) - len(days)
        return StoryCounts(
            query=StoryQuery(words=self.question),
            by=(by,),
            fold=False,
            rows=tuple(CountRow(keys=(key,), stories=found[key]) for key in [*shown, *undated]),
            total=len(self.stories),
            copies=0,
        )
