"""Puts records together that a tool has cut into segments (ISO 28500, 7)."""

from fastwarc.warc import WarcRecord, WarcRecordType

from tradepress.archive.captures.content_encoding import LARGEST
from tradepress.jobs.files.record_page import TOO_LARGE, NoPage

SEGMENTS = "segments of a record without the others"


class Segments:
    """Holds the segments of records of which others are still to come; of the last record that came
    to its end, too, as it may be read twice."""

    def __init__(self) -> None:
        self._first: dict[str, WarcRecord] = {}
        self._blocks: dict[str, dict[int, bytes]] = {}
        self._last: dict[str, int] = {}
        self._ended = ""

    @property
    def left(self) -> int:
        return sum(len(blocks) for of, blocks in self._blocks.items() if of != self._ended)

    def whole(self, record: WarcRecord) -> WarcRecord | None:
        """Returns a record that is whole, by itself or with this segment; None: others are to come.

        :raises NoPage: it is larger than a page may be
        """
        said = record.headers.get("WARC-Segment-Number") or ""
        if not said.isdecimal():
            return record
        of = record.record_id or ""
        if record.record_type == WarcRecordType.continuation:
            of = record.headers.get("WARC-Segment-Origin-ID") or ""
        else:
            self._first[of] = record
        blocks = self._blocks.setdefault(of, {})
        if sum(map(len, blocks.values())) + record.content_length > 2 * LARGEST:
            raise NoPage(TOO_LARGE)
        blocks[int(said)] = record.reader.read()
        if record.headers.get("WARC-Segment-Total-Length"):
            self._last[of] = int(said)
        if of not in self._first or len(blocks) != self._last.get(of):
            return None
        if self._ended != of:
            self._blocks.pop(self._ended, None)
            self._first.pop(self._ended, None)
            self._ended = of
        self._first[of].set_bytes_content(b"".join(blocks[number] for number in sorted(blocks)))
        return self._first[of]
