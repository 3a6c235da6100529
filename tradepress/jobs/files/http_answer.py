"""Reads the answer of a site out of a record: also with bare line feeds, without an end, or behind
a "100 Continue"."""

import re
from dataclasses import dataclass, replace

from fastwarc.warc import WarcRecordPayloadReader

from tradepress.archive.captures.members import HEAD, PIECE
from tradepress.jobs.files.file_page import UnreadableFile
from tradepress.jobs.files.odd_records import FOLD

END = re.compile(rb"\r?\n\r?\n")
STATUS_LINE = re.compile(rb"(?:HTTP|ICY)[^ \r\n]* +(\d{3})(?!\d)[^\n]*", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class HttpAnswer:
    """Is an answer, as far as it was read."""

    status: int | None
    """Is None of what begins with no status line: it is all body."""
    headers: tuple[tuple[str, str], ...] = ()
    beginning: bytes
    """Begins the body."""
    size: int = 0
    """Counts the bytes before it."""

    def get(self, name: str) -> str:
        """Returns a header; empty if there is none."""
        return next((value for one, value in self.headers if one.lower() == name), "")

    def without(self, name: str) -> "HttpAnswer":
        kept = tuple(header for header in self.headers if header[0].lower() != name)
        return replace(self, headers=kept)


def read_answer(reader: WarcRecordPayloadReader) -> HttpAnswer:
    """Reads the head of an answer, and as much of its body as comes with it.

    :raises UnreadableFile: its headers are too many
    """
    data, size = reader.read(PIECE), 0
    while line := STATUS_LINE.match(data):
        while (end := END.search(data)) is None and (more := reader.read(PIECE)):
            data += more
            if len(data) > HEAD:
                raise UnreadableFile("its headers are too long")
        head, data = data[: end.start() if end else None], data[end.end() :] if end else b""
        size += len(head) + (len(end[0]) if end else 0)
        if 100 <= int(line[1]) < 200 and STATUS_LINE.match(data):
            continue
        lines = FOLD.sub(b" ", head).split(b"\n")[1:]
        headers = (one.decode("latin-1").partition(":") for one in lines)
        return HttpAnswer(
            status=int(line[1]),
            headers=tuple((name.strip(), value.strip()) for name, mark, value in headers if mark),
            beginning=data,
            size=size,
        )
    return HttpAnswer(status=None, beginning=data)
