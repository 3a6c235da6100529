"""Holds one page of a file, whatever the form of the file."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from tradepress.archive.border import border
from tradepress.story import Reservation, Revisit


class UnreadableFile(Exception):
    """Raised where a file, or the rest of it, can't be read; the message says why."""


file_border = partial(
    border, lambda why: UnreadableFile(f"it can't be read ({why})"), UnreadableFile
)
"""Is around all that is read of a file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FilePage:
    """Is one page of a file."""

    page: bytes
    """Is the page's body, decoded from transfer and content encodings."""
    raw: bytes
    """Is the page as it stood in the file."""
    url: str | None = None
    content_type: str | None = None
    status: int | None = None
    http_headers: tuple[tuple[str, str], ...] = ()
    date_captured: datetime | None = None
    site_reservations: tuple[Reservation, ...] = ()
    """Holds what the files of its site reserve of it, if they were asked for."""
    data: bytes | None = None
    """Is the JSON that the page loads the story from, if that was asked for."""
    offset: int | None = None
    """Is the first byte of its record, or of the gzip member that holds it, in a WARC file: there
    reading may begin again. None: in a file of another form."""
    member: bytes | None = None
    """Is the gzip member that holds its record, as it lies in a WARC file; None: it has none, or
    shares it with other records."""
    record_id: str | None = None
    """Is the ID of its record, by which a revisit may name it."""
    digest: str | None = None
    """Is the digest of the payload, as its record has it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OtherRecords:
    """Collects what is in files of records beside the pages."""

    reasons: Counter[str] = field(default_factory=Counter)
    """Counts records that gave no page, in words that follow a number."""
    revisits: list[Revisit] = field(default_factory=list)
    """Are visits at which a page was the same; whoever reads takes them out."""
