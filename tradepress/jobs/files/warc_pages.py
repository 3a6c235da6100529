"""Reads pages from records of WARC and ARC files: responses, resources and conversions (WET).

A file is read by fastwarc from one end to the other; it stops at the first byte that it can't read,
and takes some ends for whole ones that are not. So no page is given before the next record has
begun, and where it stops, that one record is looked at by itself and reading goes on behind it.
"""

import re
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from fastwarc.stream_io import ZstdReader
from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from tradepress.archive.captures.file_part import FilePart
from tradepress.archive.captures.members import (
    ARC_HEAD,
    BEGINNING,
    BLANK,
    CHUNK,
    HEAD,
    MAGIC,
    Member,
    begins_record,
    next_member,
)
from tradepress.jobs.files.file_page import FilePage, OtherRecords, UnreadableFile, file_border
from tradepress.jobs.files.odd_records import CutOffRecord, OddRecords, is_odd
from tradepress.jobs.files.record_page import NO_DATE, NoPage, read_record, revisit_in
from tradepress.jobs.files.segments import SEGMENTS, Segments
from tradepress.story import Revisit

PLAIN_BEGINNING = re.compile(rb"WARC/\d\.\d+[ \t]*\r?\n[\w-]+[ \t]*:")
"""Matches how a record begins that is not packed."""
LINES = 4096
"""Bounds the bytes in which it is seen."""

ZSTD = (b"\x28\xb5\x2f\xfd", b"\x5d\x2a\x4d\x18")
"""Are how a file begins that is packed by zstd: with a frame, or with the dictionary of all."""
NO_PAGES = (WarcRecordType.warcinfo, WarcRecordType.request, WarcRecordType.metadata)
Key = tuple[str | None, ...]
"""Holds what tells records apart, as not every tool gives each an ID of its own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _ReadRecord:
    """Is what a record comes to."""

    key: Key
    page: FilePage | None = None
    revisit: Revisit | None = None
    reason: str | None = None
    """Says what is wrong with it, in words that follow a number; None: nothing."""


def read_records(
    file: FilePart,
    wanted: Callable[[str], bool] | None = None,
    start: int = 0,
    others: OtherRecords | None = None,
) -> Iterator[FilePage]:
    """Yields every page of a WARC or ARC file, packed or not, in its order.

    :param wanted: of which addresses; of the records of others nothing but their frame is read
    :param start: ``offset`` of a page; what stands before its record is left out
    :param others: is told what else there is
    :raises UnreadableFile: some records are damaged; all others were read
    """
    reading = _Reading(file, wanted)
    others = others or OtherRecords()
    with file_border():
        for found in reading.records(start):
            if found.reason is not None:
                others.reasons[found.reason] += 1
            if found.revisit is not None:
                others.revisits.append(found.revisit)
            if found.page is not None:
                yield found.page
    if left := reading.segments.left:
        others.reasons[SEGMENTS] += left
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


class _Reading:
    """Reads from one end of a file to the other."""

    def __init__(self, file: FilePart, wanted: Callable[[str], bool] | None) -> None:
        self.damaged: dict[int, str] = {}
        """Says where a record can't be read, and why."""
        self.is_empty = True
        """No record was whole."""
        self._file = file
        self._wanted = wanted
        self.segments = Segments()
        self._offset = 0
        """Is where the last record begins that is known to have a gzip member of its own, or
        none."""
        self._seen = 0
        """Is where the reader was when it gave its last record."""
        self._given: set[Key] = set()
        """Are records since then that were given."""
        self._held: _ReadRecord | None = None
        """Is the last record, until it is known to be whole."""
        self._stopped: OSError | None = None

    def records(self, start: int) -> Iterator[_ReadRecord]:
        beginning = self._file.read_at(start, LINES)
        if beginning.startswith(ZSTD):
            yield from self._unpacked()
            return
        is_packed = beginning.startswith(MAGIC)
        text = Member(self._file, start).read(LINES) if is_packed else beginning
        begins = ARC_HEAD if ARC_HEAD.match(text) else PLAIN_BEGINNING
        is_plain = begins.match(beginning) is not None
        at: int | None = start
        while at is not None and at < self._file.size:
            if begins is ARC_HEAD:  # which fastwarc does not know
                self._begin(at)
                self._seen = at if is_plain else self._file.size
            else:
                yield from self._quickly(at, is_packed=is_packed, is_plain=is_plain)
            if is_packed:
                at = yield from self._members()
            elif is_plain:
                at = yield from self._plain(begins)
            else:  # packed in another way: it has to be taken at its word
                yield from self._last()
                return

    def _unpacked(self) -> Iterator[_ReadRecord]:
        """Yields what is packed by zstd, up to the first damage: no place in it is known."""
        self._file.seek(0)
        records = OddRecords(ZstdReader(self._file))
        try:
            for record in records:
                self.is_empty = False
                if (found := self._found(record, records.read)) is not None:
                    page = found.page and replace(found.page, offset=None)
                    yield replace(found, page=page)
        except OSError as error:
            self.damaged[records.read] = f"{error}, and what stands behind it"

    def _begin(self, at: int) -> None:
        self._offset, self._seen, self._held, self._stopped = at, at, None, None
        self._given.clear()

    def _quickly(self, at: int, *, is_packed: bool, is_plain: bool) -> Iterator[_ReadRecord]:
        """Yields records as far as the reader comes, but for the last."""
        self._begin(at)
        self._file.seek(at)
        before = whole = at
        try:
            for record in _records(self._file):
                place = record.stream_pos
                # Of records that share a member it says the same place, or one within it.
                if before < self._seen < place:
                    whole = self._seen
                if self._held is not None:
                    self._pass(whole, is_packed=is_packed)
                    yield self._placed(self._held, place, is_packed=is_packed)
                    self._given.add(self._held.key)
                    self._held = None
                before, self._seen = self._seen, place
                if is_plain:
                    _check_headers(self._file, place)
                if is_odd(record):
                    raise CutOffRecord("its headers are written otherwise")
                self._held = self._found(record, place)
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

    def _placed(self, found: _ReadRecord, end: int, *, is_packed: bool) -> _ReadRecord:
        """Returns a record with its place, and of a page the gzip member that begins there, up to
        the next record."""
        if found.page is None:
            return found
        member = self._file.read_at(self._seen, end - self._seen) if is_packed else b""
        member_of = member if member.startswith(MAGIC) else None
        page = replace(found.page, offset=self._offset, member=member_of)
        return replace(found, page=page)

    def _members(self) -> Generator[_ReadRecord, None, int | None]:
        """Yields what is left of the gzip members at which the reader stopped.

        :returns: where the next begins
        """
        at: int | None = self._offset
        while at is not None and at <= min(self._seen, self._file.size - 1):
            member = Member(self._file, at)
            held: _ReadRecord | None = None
            try:
                for record in OddRecords(member):
                    if held is not None:
                        yield held
                    held = self._found(record, at)
                    if held is not None and held.key in self._given:
                        held = None
                    elif held is not None:
                        self._given.add(held.key)
            except OSError as error:
                member.fault = member.fault or str(error)
                if held is not None and isinstance(error, CutOffRecord):  # the next has begun
                    yield held
            member.drain()  # at its end stands a checksum
            if member.fault is not None:  # of what was read up to there, the last is not whole
                self.damaged[at] = member.fault
            else:
                self.is_empty = False
                if held is not None:
                    yield held
            at = next_member(self._file, member)
        return at

    def _plain(self, begins: re.Pattern[bytes]) -> Generator[_ReadRecord, None, int | None]:
        """Yields the record, not packed, at which the reader stopped.

        :returns: where the next begins
        """
        after = self._seen + 1
        self._file.seek(self._seen)
        records = OddRecords(self._file)
        try:
            for record in records:
                self.is_empty = False
                after = self._seen + records.read
                found = self._held or self._found(record, self._seen)
                if found is not None:
                    yield found
                break
        except OSError as error:
            self.damaged[self._seen] = str(error)
        following = _next_plain(self._file, after, begins)
        between = (self._file.size if following is None else following) - after
        if (
            self._seen not in self.damaged
            and self._file.read_at(after, min(between, CHUNK)).strip()
        ):
            self.damaged[after] = "it is no record"
        return following

    def _last(self) -> Iterator[_ReadRecord]:
        if self._stopped is not None:
            self.damaged[self._seen] = f"{self._stopped}, and what stands behind it"
        elif self._held is not None:
            self.is_empty = False
            yield self._held

    def _found(self, record: WarcRecord, offset: int) -> _ReadRecord | None:
        """Returns what a record comes to; None of what belongs to others, or is not wanted."""
        url = _address_of(record)
        if record.record_type in NO_PAGES or (self._wanted is not None and not self._wanted(url)):
            return None
        try:
            whole = self.segments.whole(record)
        except NoPage as why:
            return _ReadRecord(key=_key(record), reason=str(why))
        if whole is None:
            return None
        key, url = _key(whole), _address_of(whole)
        try:
            if whole.record_type == WarcRecordType.revisit:
                return _ReadRecord(key=key, revisit=revisit_in(whole, url, offset))
            page = read_record(whole, url, offset)
        except NoPage as why:
            return _ReadRecord(key=key, reason=str(why))
        except UnreadableFile as error:
            self.damaged[offset] = str(error)
            return None
        reason = NO_DATE if page.date_captured is None and key[2] else None
        return _ReadRecord(key=key, page=page, reason=reason)


def _address_of(record: WarcRecord) -> str:
    return (record.headers.get("WARC-Target-URI") or "").strip("<>")


def _key(record: WarcRecord) -> Key:
    date, kind = record.headers.get("WARC-Date"), str(record.record_type)
    return record.record_id, _address_of(record), date, kind, str(record.content_length)


def _records(stream: FilePart | Member) -> Iterator[WarcRecord]:
    return iter(ArchiveIterator(stream, parse_http=False, max_header_len=HEAD))


def _check_headers(file: FilePart, offset: int) -> bytes:
    """Returns the headers of a record that is not packed.
    Of one that breaks off in them, the reader takes the beginning of the next for more of the same.

    :raises CutOffRecord: they are not whole
    """
    headers, blank, _ = file.read_at(offset, BEGINNING).partition(BLANK)
    if not blank:
        headers, blank, _ = file.read_at(offset, HEAD).partition(BLANK)
    if not blank or not PLAIN_BEGINNING.match(headers) or PLAIN_BEGINNING.search(headers, 1):
        raise CutOffRecord("it has no whole headers")
    return headers


def _next_plain(file: FilePart, start: int, pattern: re.Pattern[bytes]) -> int | None:
    """Returns where the next record begins that is not packed."""
    position, data = start, b""
    while more := file.read_at(position + len(data), CHUNK):
        data += more
        if begins := pattern.search(data):
            return position + begins.start()
        position += len(data) - len(data[-LINES:])
        data = data[-LINES:]
    return None
