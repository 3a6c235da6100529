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
from tradepress.extraction.html_blocks import Layout
from tradepress.extraction.people import read_organisations
from tradepress.extraction.walk import FoundLink, Walked
from tradepress.story import Reading, Reservation


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

    def add_organisations(
        self, lines: Iterable[str], evidence: str, *, declared: bool = False
    ) -> None:
        """Adds those named in the lines that are not the paper itself, where no person is named."""
        if self.fields.get("authors"):
            return
        own = self.site_keys
        names = read_organisations(lines, declared=declared)
        others = (n for n in names if not is_like_site(n, own) and joined(n) not in own)
        self.add("authors", tuple(others), evidence)

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
            chosen = () if any(n in b.text for n in declared for b in blocks) else names
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
            self.add("authors", line.authors, evidence)

    def add_times(self, times: Iterable[tuple[DateReading, bool]], evidence: str) -> None:
        for reading, is_update in times:
            (self.modified if is_update else self.published).append((reading, evidence))

    def add_url_date(self, url: str | None) -> None:
        if url and (day := url_date(urlsplit(url).path)):
            self.published.append((day, "url"))
