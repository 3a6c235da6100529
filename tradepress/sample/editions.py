"""Holds the sample papers in two editions: pages as files, and the addresses they are served at.

``editions/base`` holds a folder for each paper, and pages.json: each address with its file, the day
of its last change, and what a file can't tell. ``editions/later`` holds what differs some days on.
"""

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote

EditionName = Literal["base", "later"]

PAPERS = {"signetgazette.example": "signet", "marksandmakers.example": "makers"}
"""Maps a host to the source, which is the first half of every ref."""
EDITIONS = Path(__file__).with_name("editions")
FOUNDED = "2011-03-01"
"""Is the day of everything that has none of its own."""
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".pdf": "application/pdf",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Is one answer of a paper's site."""

    body: bytes = b""
    content_type: str = CONTENT_TYPES[".html"]
    status: int = 200
    location: str | None = None
    changed: dt.datetime | None = None
    """Is the noon of the day of the last change."""


class SampleSite:
    """Is one paper in one edition."""

    def __init__(self, host: str, edition: EditionName) -> None:
        self.home = f"http://{host}"
        self._not_found = {"file": f"{PAPERS[host]}/404.html", "status": 404}
        self._folders = [EDITIONS / "base"]
        if edition == "later":
            self._folders.insert(0, EDITIONS / "later")
        self._entries: dict[str, dict[str, Any]] = {}
        for folder in reversed(self._folders):
            self._entries |= json.loads((folder / "pages.json").read_text("utf-8"))

    def page(self, path: str, query: str = "") -> Page:
        """Returns the answer to a path and a query (percent-encoded); one that no page has says
        nothing."""
        address = self.home + path
        entry = self._entries.get(f"{address}?{unquote(query)}") or self._entries.get(address)
        if entry and "location" in entry:
            return Page(status=entry["status"], location=entry["location"])
        return self._read(**(entry or self._not_found))

    def _read(
        self, file: str, day: str = FOUNDED, type: str | None = None, status: int = 200
    ) -> Page:
        place = next(place for folder in self._folders if (place := folder / file).exists())
        return Page(
            body=place.read_bytes(),
            content_type=type or CONTENT_TYPES[place.suffix],
            status=status,
            changed=dt.datetime.combine(dt.date.fromisoformat(day), dt.time(12), dt.UTC),
        )
