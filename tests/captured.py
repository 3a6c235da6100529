"""Captures as a crawler of the web had made them, in WARC files for a pywb."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tradepress.archive.captures.packing import pack
from tradepress.story import Capture


@dataclass(frozen=True, kw_only=True)
class Captured:
    """One page as it stood at an instant."""

    url: str
    at: str
    """ISO 8601, UTC."""
    page: str | bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def write_warc(file: Path, captures: Iterable[Captured]) -> Path:
    """A WARC file of these captures."""
    with file.open("wb") as stream:
        for one in captures:
            headers = {"Content-Type": "text/html; charset=utf-8", **one.headers}
            capture = Capture(
                url=one.url,
                body=one.page.encode() if isinstance(one.page, str) else one.page,
                content_type=headers["Content-Type"],
                status=one.status,
                http_headers=tuple(headers.items()),
                date_captured=datetime.fromisoformat(one.at).replace(tzinfo=UTC),
            )
            stream.write(pack(capture).member)
    return file
