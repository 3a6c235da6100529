"""Collects all that was read of one page, before the choice (PageReadings)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlsplit

from tradepress.archive.text_forms import joined
from tradepress.extraction.access import NOT_FREE
from tradepress.extraction.blocks import Block
from tradepress.extraction.confidence import Way
from tradepress.extraction.dateline import Dateline
from tradepress.extraction.dates import DateReading, Found, url_date
from tradepress.extraction.headline import is_like_site
from tradepress.extraction.page_layout import Layout
from tradepress.extraction.people import read_credit, read_names
from tradepress.extraction.walk import FoundLink, Walked
from tradepress.story import Reading, Reservation

OFTEN = 3
"""Is in how many paragraphs the story names whom it is about, and seldom who wrote it."""


@dataclass(slots=True)
class PageReadings:
    """Holds all readings of one page by field, strongest first, and what else the choice needs."""

    walked: Walked
    layout: Layout = field(default_factory=Layout)
    """Holds all that an HTML page shows."""
    at: int | None = None
    """Is where the headline stands among the blocks of the layout."""
    sites: Sequence[str] = ()
    """Holds the names of the publisher."""
    fields: dict[str, list[Reading]] = field(default_factory=dict)
    published: list[Found] = field(default_factory=list)
    modified: list[Found] = field(default_factory=list)
    access: list[tuple[object, str]] = field(default_factory=list)
    links_above: list[FoundLink] = field(default_factory=list)
    word_count: int | None = None
    canonical: str | None = None
    reservations: tuple[Reservation, ...] = ()
    body_from: Way = "agreement"
    drawn_by: str = ""
    """Says of a page without text what shows that a script draws it."""
    drawn_reason: str = "script"
    signals: dict[str, float] = field(default_factory=dict)
    """Holds what speaks for and against the body, for its confidence."""

    @property
    def is_kept_back(self) -> bool:
        """Does a wall, or what the page declares, keep the rest of the story from readers?"""
        return bool(self.walked.wall) or any(value in NOT_FREE for value, _ in self.access)

    @property
    def site_keys(self) -> set[str]:
        return set(map(joined, self.sites))

    def best(self, name: str) -> Any:
        found = self.fields.get(name)
        return found[0].value if found else None

    def add(self, name: str, value: Any, evidence: str) -> None:
        reading = Reading(value=value, evidence=evidence)
        if value and reading not in self.fields.get(name, ()):
            self.fields.setdefault(name, []).append(reading)

    def add_credit(self, lines: Iterable[str], evidence: str, *, is_typed: bool = False) -> None:
        """Adds whom the lines name beside people who signed, or in place of any."""
        is_signed = bool(self.best("authors"))
        names = read_credit(lines, publishers=self.sites, is_signed=is_signed, is_typed=is_typed)
        self.add("credit", names, evidence)

    def tells_of(self, names: tuple[str, ...]) -> bool:
        """Does the text speak of these people time and again, as of whom it is about?"""
        told = [any(name in block.text for name in names) for block in self.walked.paragraphs]
        return sum(told) >= OFTEN

    def prefer_printed(
        self, names: tuple[str, ...], beside: tuple[str, ...], blocks: Sequence[Block]
    ) -> None:
        """Puts the names that a byline leads in before declared ones that the page doesn't print:
        those are of whom put the story into the system; and the line ``beside`` the headline that
        names these and perhaps others."""
        declared = self.best("authors") or ()
        if not declared:
            return
        if names and set(names).isdisjoint(declared):
            surer = [n for n in declared if " " in n and not is_like_site(n, self.site_keys)]
            chosen = () if any(n in b.text for n in surer for b in blocks) else names
        else:
            lists = [set(cast("tuple[str, ...]", r.value)) for r in self.fields["authors"]]
            chosen = beside if lists[0] <= set(beside) > min(lists, key=len) else ()
        if chosen:
            reading = Reading(value=chosen, evidence="byline")
            others = [other for other in self.fields["authors"] if other != reading]
            self.fields["authors"] = [reading, *others]

    def add_datelines(self, lines: Iterable[Dateline], evidence: str = "dateline") -> None:
        for line in lines:
            if line.date:
                self.published.append((line.date, evidence))
            if line.modified:
                self.modified.append((line.modified, evidence))
            self.add("section", line.section, evidence)
            people = read_names(line.authors, publishers=self.sites, declared=True)
            self.add("authors", people, evidence)

    def add_times(self, times: Iterable[tuple[DateReading, bool]], evidence: str) -> None:
        for reading, is_update in times:
            (self.modified if is_update else self.published).append((reading, evidence))

    def add_url_date(self, url: str | None) -> None:
        if url and (day := url_date(urlsplit(url).path)):
            self.published.append((day, "url"))
