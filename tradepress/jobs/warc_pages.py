"""Pages from WARC records: responses, resources and conversions (WET)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO

from fastwarc.warc import WarcRecord, WarcRecordType

from archive.captures.content_encoding import LARGEST, decode
from archive.captures.members import MAGIC, Member, members
from archive.captures.warc import read_warc
from tradepress.jobs.file_page import FilePage, UnreadableFile

PAGE_TYPES = ("text/html", "application/xhtml", "text/plain")


def read_records(stream: IO[bytes]) -> Iterator[FilePage]:
    """
    :raises UnreadableFile: some records are damaged; all others were read
    """
    is_packed = stream.read(len(MAGIC)) == MAGIC
    stream.seek(0)
    if not is_packed:
        yield from _pages_of(stream)
        return
    damaged: list[Member] = []
    is_empty = True
    for member in members(stream):
        last: FilePage | None = None
        try:
            for page in _pages_of(member):
                if last is not None:
                    yield last
                last = page
        except (OSError, UnreadableFile) as error:
            member.fault = member.fault or str(error)
        member.drain()  # at its end stands a checksum
        if member.fault is not None:  # of what was read up to there, the last is not whole
            damaged.append(member)
            continue
        is_empty = False
        if last is not None:
            yield last
    if is_empty:
        raise UnreadableFile("it holds no whole record")
    if damaged:
        places = ", ".join(f"at byte {member.start}: {member.fault}" for member in damaged[:3])
        more = ", …" if len(damaged) > 3 else ""
        raise UnreadableFile(
            f"{len(damaged)} of its records can't be read ({places}{more}); all others were read"
        )


def _pages_of(stream: IO[bytes] | Member) -> Iterator[FilePage]:
    for record in read_warc(stream):
        page = _read_record(record)
        if page is not None:
            yield page


def _read_record(record: WarcRecord) -> FilePage | None:
    """A response, resource or conversion (WET) record as a page; None for what is none."""
    if record.record_type == WarcRecordType.response and record.is_http:
        answer = record.http_headers
    elif record.record_type in (WarcRecordType.resource, WarcRecordType.conversion):
        answer = None
    else:
        return None
    url = (record.headers.get("WARC-Target-URI") or "").strip("<>")
    content_type = (record.headers if answer is None else answer).get("Content-Type") or ""
    if (
        record.content_length > LARGEST
        or not url.startswith(("http://", "https://"))
        or not content_type.startswith(PAGE_TYPES)
        or (answer is not None and answer.status_code != 200)
    ):
        return None
    page = raw = _payload(record)
    if answer is not None:
        try:
            page = decode(raw, answer.get("Content-Encoding"))
        except (OSError, ValueError):
            return None
    return FilePage(
        page=page,
        raw=raw,
        url=url,
        content_type=content_type,
        status=None if answer is None else answer.status_code,
        http_headers=() if answer is None else tuple(answer.items()),
        date_captured=_date_of(record),
    )


def _date_of(record: WarcRecord) -> datetime | None:
    """When it was captured; None where the record does not say so in the form of ISO 28500."""
    try:
        return datetime.fromisoformat(record.headers.get("WARC-Date") or "").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _payload(record: WarcRecord) -> bytes:
    """All bytes of a record after its HTTP headers.

    :raises UnreadableFile: the file ends within it
    """
    declared = record.content_length
    raw = record.reader.read()
    if len(raw) < declared:
        raise UnreadableFile("it is cut off within its last record; what came before was read")
    return raw
