"""The sample papers in two editions: pages as files, and the addresses that they are served at.

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
"""Host: the source, which is the first half of every ref."""
EDITIONS = Path(__file__).with_name("editions")
FOUNDED = "2011-03-01"
"""Day of everything that has none of its own."""
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
    """One answer of a paper's site."""

    body: bytes = b""
    content_type: str = CONTENT_TYPES[".html"]
    status: int = 200
    location: str | None = None
    changed: dt.datetime | None = None
    """The noon of the day of the last change."""


class SampleSite:
    """One paper in one edition."""

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
        """The answer to a path and a query string (percent-encoded); a query that no page is listed
        with says nothing."""
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
