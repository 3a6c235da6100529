"""Reads pages from WARC records: responses, resources and conversions (WET).

A file is read by fastwarc from one end to the other; it stops at the first byte that it can't read,
and takes some ends for whole ones that are not. So no page is given before the next record has
begun, and where it stops, that one record is looked at by itself and reading goes on behind it.
"""

import re
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from tradepress.archive.captures.content_encoding import LARGEST, decode, without_chunks
from tradepress.archive.captures.file_part import FilePart
from tradepress.archive.captures.members import (
    BEGINNING,
    BLANK,
    CHUNK,
    HEAD,
    LENGTH,
    MAGIC,
    Member,
    begins_record,
    next_member,
)
from tradepress.archive.web_address import web_address
from tradepress.jobs.files.file_page import FilePage, UnreadableFile, file_border
from tradepress.jobs.files.saved_pages import in_the_past

PAGE_TYPES = ("text/html", "application/xhtml", "text/plain")
PAGE_RECORDS = (WarcRecordType.response, WarcRecordType.resource, WarcRecordType.conversion)
PLAIN_BEGINNING = re.compile(rb"WARC/1\.\d\r?\n[\w-]+:")
"""Matches how a record begins that is not packed."""
MOST_DIGITS = 18
"""Bounds the digits of a record's length: no file is longer."""
LINES = 256
"""Bounds the bytes in which it is seen."""

Key = tuple[str, str | None, datetime | None]
"""Holds of a record with a page its ID, address and date."""


def read_records(
    file: FilePart, wanted: Callable[[str], bool] | None = None, start: int = 0
) -> Iterator[FilePage]:
    """Yields every page of a WARC file, gzipped or not, in its order.

    :param wanted: of which addresses; of the records of others nothing but their frame is read
    :param start: ``offset`` of a page; what stands before its record is left out
    :raises UnreadableFile: some records are damaged; all others were read
    """
    reading = _Reading(file, wanted)
    with file_border():
        yield from reading.pages(start)
    if reading.is_empty:
        raise UnreadableFile("it holds no whole record")
    if damaged := reading.damaged:
        places = ", ".join(f"at byte {at}: {damaged[at]}" for at in sorted(damaged)[:3])
        more = ", …" if len(damaged) > 3 else ""
        raise UnreadableFile(
            f"{len(damaged)} of its records can't be read ({places}{more}); all others were read"
        )


def record_borders(file: FilePart, apart: int) -> Iterator[int]:
    """Yields where a WARC file can be cut into parts that are read each by itself: at the
    beginnings of records, so many bytes apart or more, as far as it can be read.

    Each record is gone through. To look for one behind some byte would be quicker, and may find one
    that a page holds: a crawl can come upon WARC files.
    """
    is_packed = file.read_at(0, len(MAGIC)) == MAGIC
    border = 0
    file.seek(0)
    with suppress(OSError):
        for record in _records(file):
            place = record.stream_pos
            if not is_packed:
                _check_headers(file, place)
            if place - border >= apart and (
                not is_packed or begins_record(file.read_at(place, BEGINNING))
            ):
                border = place
                yield place


class _CutOff(OSError):
    """Raised where the file ends within a record."""


class _Reading:
    """Reads from one end of a file to the other."""

    def __init__(self, file: FilePart, wanted: Callable[[str], bool] | None) -> None:
        self.damaged: dict[int, str] = {}
        """Says where a record can't be read, and why."""
        self.is_empty = True
        """No record was whole."""
        self._file = file
        self._wanted = wanted
        self._offset = 0
        """Is where the last record begins that is known to have a gzip member of its own, or
        none."""
        self._seen = 0
        """Is where the reader was when it gave its last record."""
        self._given: set[Key] = set()
        """Are pages since then that were given."""
        self._held: FilePage | None = None
        """Is the last page, until its record is known to be whole."""
        self._stopped: OSError | None = None

    def pages(self, start: int) -> Iterator[FilePage]:
        beginning = self._file.read_at(start, LINES)
        is_packed = beginning.startswith(MAGIC)
        is_plain = PLAIN_BEGINNING.match(beginning) is not None
        at: int | None = start
        while at is not None and at < self._file.size:
            yield from self._quickly(at, is_packed=is_packed, is_plain=is_plain)
            if is_packed:
                at = yield from self._members()
            elif is_plain:
                at = yield from self._plain()
            else:  # packed in another way: it has to be taken at its word
                yield from self._last()
                return

    def _quickly(self, at: int, *, is_packed: bool, is_plain: bool) -> Iterator[FilePage]:
        """Yields pages as far as the reader comes, but for the last."""
        self._offset, self._seen, self._held, self._stopped = at, at, None, None
        self._given.clear()
        self._file.seek(at)
        before = whole = at
        key: Key = "", None, None
        try:
            for record in _records(self._file):
                place = record.stream_pos
                # Of records that share a member it says the same place, or one within it.
                if before < self._seen < place:
                    whole = self._seen
                if self._held is not None:
                    self._pass(whole, is_packed=is_packed)
                    member = self._member(self._seen, place) if is_packed else None
                    yield replace(self._held, offset=self._offset, member=member)
                    self._given.add(key)
                before, self._seen = self._seen, place
                if is_plain:
                    _check_headers(self._file, place)
                self._held = self._page(record, place)
                if self._held is not None:
                    key = _key(record, self._held)
        except OSError as error:
            self._stopped = error
        self._pass(whole, is_packed=is_packed)
        self.is_empty = self.is_empty and self._seen == at

    def _pass(self, place: int, *, is_packed: bool) -> None:
        """A record at a place is whole, and nothing behind it was given."""
        if place > self._offset and (
            not is_packed or self._file.read_at(place, len(MAGIC)) == MAGIC
        ):
            self._offset = place
            self._given.clear()

    def _member(self, start: int, end: int) -> bytes | None:
        """Returns what lies between two records, if a gzip member begins there."""
        member = self._file.read_at(start, end - start)
        return member if member.startswith(MAGIC) else None

    def _members(self) -> Generator[FilePage, None, int | None]:
        """Yields what is left of the gzip members at which the reader stopped.

        :returns: where the next begins
        """
        at: int | None = self._offset
        while at is not None and at <= min(self._seen, self._file.size - 1):
            member = Member(self._file, at)
            held: FilePage | None = None
            try:
                for record in _records(member):
                    if held is not None:
                        yield held
                    held = self._page(record, at)
                    if held is not None and _key(record, held) in self._given:
                        held = None
            except OSError as error:
                member.fault = member.fault or str(error)
            member.drain()  # at its end stands a checksum
            if member.fault is not None:  # of what was read up to there, the last is not whole
                self.damaged[at] = member.fault
            else:
                self.is_empty = False
                if held is not None:
                    yield held
            at = next_member(self._file, member)
        return at

    def _plain(self) -> Generator[FilePage, None, int | None]:
        """Yields the record, not packed, at which the reader stopped.

        :returns: where the next begins
        """
        after = self._seen + 1
        try:
            after = _end_of_plain(self._file, self._seen)
        except _CutOff as error:
            self.damaged[self._seen] = str(error)
        else:
            self.is_empty = False
            if self._held is not None:
                yield self._held
        following = _next_plain(self._file, after)
        between = (self._file.size if following is None else following) - after
        if (
            self._seen not in self.damaged
            and self._file.read_at(after, min(between, CHUNK)).strip()
        ):
            self.damaged[after] = "it is no record"
        return following

    def _last(self) -> Iterator[FilePage]:
        if self._stopped is not None:
            self.damaged[self._seen] = f"{self._stopped}, and what stands behind it"
        elif self._held is not None:
            self.is_empty = False
            yield self._held

    def _page(self, record: WarcRecord, offset: int) -> FilePage | None:
        """Returns a record as a page; None for what is none, or is not wanted."""
        url = (record.headers.get("WARC-Target-URI") or "").strip("<>")
        if self._wanted is not None and not self._wanted(url):
            return None
        if (
            record.record_type not in PAGE_RECORDS
            or record.content_length > LARGEST
            or not url.startswith(("http://", "https://"))
        ):
            return None
        try:
            return _read_record(record, url, offset)
        except UnreadableFile as error:
            self.damaged[offset] = str(error)
            return None


def _key(record: WarcRecord, page: FilePage) -> Key:
    """Returns what tells records apart, as not every tool gives each an ID of its own."""
    return record.record_id or "", page.url, page.date_captured


def _records(stream: FilePart | Member) -> Iterator[WarcRecord]:
    return iter(ArchiveIterator(stream, parse_http=False, max_header_len=HEAD))


def _read_record(record: WarcRecord, url: str, offset: int) -> FilePage | None:
    """Reads a record as a page; None for what is none.

    :raises UnreadableFile: its page is in no encoding that is known here, or it has no address
        or a time to come
    :raises OSError: the file ends within it, or its headers are too many
    """
    status, answer = None, record.headers
    headers: tuple[tuple[str, str], ...] = ()
    if record.record_type == WarcRecordType.response:
        if not record.is_http:
            return None
        record.parse_http(max_header_len=HEAD)
        answer = record.http_headers
        status, headers = answer.status_code, answer.items()
    content_type = answer.get("Content-Type") or ""
    if not content_type.lower().startswith(PAGE_TYPES) or status not in (None, 200):
        return None
    declared = record.content_length
    page = raw = record.reader.read()
    if len(raw) < declared:
        raise _CutOff("it is cut off")
    if "chunked" in (answer.get("Transfer-Encoding") or "").lower():
        raw = without_chunks(raw) or raw
        headers = _without("transfer-encoding", headers)
    if status is not None:
        try:
            page = decode(raw, answer.get("Content-Encoding"))
        except (OSError, ValueError) as error:
            if not raw.lstrip().startswith(b"<"):
                raise UnreadableFile(str(error)) from error
            page = raw  # some tools decode the page, and keep the header
            headers = _without("content-encoding", headers)
    try:
        address = web_address(url)
    except ValueError as error:
        raise UnreadableFile("its address is none") from error
    return FilePage(
        page=page,
        raw=raw,
        url=address,
        content_type=content_type,
        status=status,
        http_headers=headers,
        date_captured=_date_of(record),
        offset=offset,
    )


def _without(name: str, headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple(header for header in headers if header[0].lower() != name)


def _date_of(record: WarcRecord) -> datetime | None:
    """Returns when it was captured; None where the record does not say so in the form of ISO 28500.

    :raises UnreadableFile: that has not come
    """
    try:
        return in_the_past(datetime.fromisoformat(record.headers.get("WARC-Date") or ""))
    except ValueError:
        return None


def _end_of_plain(file: FilePart, offset: int) -> int:
    """Returns the first byte after a record that is not packed.

    :raises _CutOff: it is not whole, or no record
    """
    headers = _check_headers(file, offset)
    length = LENGTH.search(headers)
    if length is None:
        raise _CutOff("it does not say how long it is")
    end = offset + len(headers) + len(BLANK) + int(length[1][:MOST_DIGITS])
    behind = file.read_at(min(end, file.size), len(BLANK))
    if end > file.size or (behind != BLANK and end + len(behind) < file.size):
        raise _CutOff("it is cut off")
    return end + len(behind)


def _check_headers(file: FilePart, offset: int) -> bytes:
    """Returns the headers of a record that is not packed.
    Of one that breaks off in them, the reader takes the beginning of the next for more of the same.

    :raises _CutOff: they are not whole
    """
    headers, blank, _ = file.read_at(offset, BEGINNING).partition(BLANK)
    if not blank:
        headers, blank, _ = file.read_at(offset, HEAD).partition(BLANK)
    if not blank or not PLAIN_BEGINNING.match(headers) or PLAIN_BEGINNING.search(headers, 1):
        raise _CutOff("it has no whole headers")
    return headers


def _next_plain(file: FilePart, start: int) -> int | None:
    """Returns where the next record begins that is not packed."""
    position, data = start, b""
    while more := file.read_at(position + len(data), CHUNK):
        data += more
        if begins := PLAIN_BEGINNING.search(data):
            return position + begins.start()
        position += len(data) - len(data[-LINES:])
        data = data[-LINES:]
    return None
