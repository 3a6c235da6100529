"""Files of records as others write them, by hand and by tools: all that holds a page is read, and
of the rest it is told how much there is and why."""

import gzip
import io
import random
import struct
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from tradepress.jobs.files.file_page import FilePage, OtherRecords, UnreadableFile
from tradepress.jobs.files.file_pages import read_pages

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

URL = "https://lantern.example/case"
PAGE = b"<!DOCTYPE html><title>Case</title><p>A lantern on a label.</p>\n\n<p>And no more.</p>"
HEAD = "HTTP/1.1 200 OK\r\nServer: x\r\nContent-Type: text/html\r\n"
DATE = "2019-03-14T09:15:00Z"
CDX_DAY = "20190314091500"


def answer(page: bytes = PAGE, head: str = HEAD, end: str = "\r\n") -> bytes:
    return (head + end).encode("latin-1") + page


def a_record(
    block: bytes | None = None,
    *,
    kind: str = "response",
    url: str = URL,
    version: str = "WARC/1.0",
    line: str = "\r\n",
    end: bytes = b"\r\n\r\n",
    date: str = DATE,
    content_type: str | None = "application/http; msgtype=response",
    length: int | None = None,
    number: int = 1,
    more: str = "",
    names: Callable[[str], str] = str,
) -> bytes:
    block = answer() if block is None else block
    fields = {
        "WARC-Type": kind,
        "WARC-Target-URI": url,
        "WARC-Date": date,
        "WARC-Record-ID": f"<urn:uuid:00000000-0000-0000-0000-{number:012}>",
        "Content-Type": content_type,
        "Content-Length": len(block) if length is None else length,
    }
    lines = [f"{names(name)}: {value}" for name, value in fields.items() if value]
    head = line.join([version, *lines, *more.splitlines(), "", ""])
    return head.encode("latin-1") + block + end


def an_arc(block: bytes | None = None, *, url: str = URL, number: int = 1, said: str = "") -> bytes:
    block = answer() if block is None else block
    said = said or "text/html"
    return f"{url}?{number} 93.184.216.34 {CDX_DAY} {said} {len(block)}\n".encode() + block + b"\n"


def arc_head(version: int = 1, more: str = "") -> bytes:
    fields = "URL IP-address Archive-date Content-type Archive-length"
    if version == 2:
        fields = (
            "URL IP-address Archive-date Content-type Result-code Checksum Location Offset "
            "Filename Archive-length"
        )
    text = f"{version} {int(bool(more))} Lantern\n{fields}\n{more}\n".encode()
    said = "text/plain 200 - - 0 x.arc" if version == 2 else "text/plain"
    return f"filedesc://x.arc 0.0.0.0 {CDX_DAY} {said} {len(text)}\n".encode() + text + b"\n"


ARC2 = "text/html 200 0cc175b9c0f1b6a8 - 5 x.arc"
INFO = a_record(b"software: x\r\n", kind="warcinfo", content_type="application/warc-fields")
REQUEST = a_record(
    b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", kind="request", content_type="application/http"
)
METADATA = a_record(b"via: x\r\n", kind="metadata", content_type="application/warc-fields")
CHUNKED = HEAD + "Transfer-Encoding: chunked\r\n"
IN_CHUNKS = b"%x\r\n%b\r\n0\r\n\r\n" % (len(PAGE), PAGE)
HEADS = {
    "bare line feeds in the answer": HEAD.replace("\r\n", "\n"),
    "names in small letters": HEAD.lower().replace("http/1.1 200 ok", "HTTP/1.1 200 OK"),
    "no type": "HTTP/1.1 200 OK\r\nServer: x\r\n",
    "no header at all": "HTTP/1.1 200 OK\r\n",
    "folded": HEAD.replace("Content-Type: ", "X: a\r\n b\r\nContent-Type:\r\n  "),
    "bytes of Latin-1": HEAD + "X-Word: caf\xe9\r\n",
    "HTTP/2": HEAD.replace("HTTP/1.1 200 OK", "HTTP/2 200"),
    "no reason": HEAD.replace(" OK", ""),
    "ICY": HEAD.replace("HTTP/1.1", "ICY"),
    "100 Continue": "HTTP/1.1 100 Continue\r\n\r\n" + HEAD,
    "103 Early Hints": "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + HEAD,
    "no colon": HEAD + "no colon\r\n",
    "gzip that is none": HEAD + "Content-Encoding: gzip\r\n",
    "br that is none": HEAD + "Content-Encoding: br\r\n",
    "chunks that are none": CHUNKED,
    "a type in capitals": HEAD.replace("text/html", "TEXT/HTML; Charset=UTF-8"),
    "XHTML": HEAD.replace("text/html", "application/xhtml+xml"),
}
SHAPES: dict[str, dict[str, object]] = {
    "as usual": {},
    "WARC/0.17": {"version": "WARC/0.17"},
    "WARC/0.18": {"version": "WARC/0.18"},
    "WARC/1.1": {"version": "WARC/1.1"},
    "bare line feeds": {"line": "\n", "end": b"\n\n"},
    "bare line feeds in its headers": {"line": "\n"},
    "names of its headers in small letters": {"names": str.lower},
    "in capitals": {"names": str.upper},
    "its length in small letters": {"names": lambda name: name.replace("Content-L", "content-l")},
    "its kind in capitals": {"kind": "RESPONSE"},
    "in angle brackets": {"url": f"<{URL}>"},
    "a folded header": {"more": "X-Note: a\n  b"},
    "bytes of Latin-1 in its headers": {"more": "X-Note: caf\xe9"},
    "a header without a colon": {"more": "lantern"},
    "without type": {"content_type": None},
    "its type in capitals": {"content_type": "Application/HTTP"},
    "a date of 14 digits": {"date": CDX_DAY},
    "a date with parts of a second": {"date": "2019-03-14T09:15:00.123456789Z"},
    "a date with an offset": {"date": "2019-03-14T10:15:00+01:00"},
    "a date without zone": {"date": "2019-03-14T09:15:00"},
    "without its last line ends": {"end": b""},
    "one line end": {"end": b"\r\n"},
    "more line ends": {"end": b"\r\n\r\n\r\n\r\n"},
    "a resource": {"kind": "resource", "content_type": "text/html", "block": PAGE},
    "a resource without type": {"kind": "resource", "content_type": None, "block": PAGE},
    "a resource with its answer": {"kind": "resource"},
    "a conversion": {"kind": "conversion", "content_type": "text/plain", "block": PAGE},
    "a response without an answer": {"content_type": "text/html", "block": PAGE},
    "a page that begins with its title": {
        "block": answer(PAGE.removeprefix(b"<!DOCTYPE html>"), "HTTP/1.1 200 OK\r\n"),
    },
    "a response of nothing but a page": {"content_type": None, "block": PAGE},
    "a type that was found": {
        "block": answer(b"no markup " * 9, "HTTP/1.1 200 OK\r\n"),
        "more": "WARC-Identified-Payload-Type: text/html",
    },
    "in chunks": {"block": answer(IN_CHUNKS, CHUNKED)},
    "gzip": {"block": answer(gzip.compress(PAGE), HEAD + "Content-Encoding: gzip\r\n")},
    **{name: {"block": answer(head=head)} for name, head in HEADS.items()},
    "line feeds all over": {
        "block": answer(head=HEADS["bare line feeds in the answer"], end="\n"),
        "line": "\n",
        "end": b"\n\n",
        "names": str.lower,
    },
}


def a_dictionary() -> bytes:
    words = [answer(PAGE + random.Random(n).randbytes(40)) for n in range(300)]
    return bytes(zstd.train_dict(words, 2000).dict_content)


DICTIONARY = a_dictionary()


def frames(*records: bytes, dictionary: bytes | None = None, is_packed: bool = False) -> bytes:
    """A .warc.zst of these records, with its dictionary at its head."""
    if dictionary is None:
        return b"".join(map(zstd.compress, records))
    head = zstd.compress(dictionary) if is_packed else dictionary
    known = zstd.ZstdDict(dictionary)
    packed = (zstd.compress(record, zstd_dict=known) for record in records)
    return struct.pack("<II", 0x184D2A5D, len(head)) + head + b"".join(packed)


PACKINGS: dict[str, Callable[..., bytes]] = {
    "plain": lambda *records: b"".join(records),
    "a gzip member each": lambda *records: b"".join(map(gzip.compress, records)),
    "one gzip member": lambda *records: gzip.compress(b"".join(records)),
    "a frame each": frames,
    "a dictionary": lambda *records: frames(*records, dictionary=DICTIONARY),
    "a packed dictionary": lambda *records: frames(*records, dictionary=DICTIONARY, is_packed=True),
}


def read(path: Path, start: int = 0) -> tuple[list[FilePage], dict[str, int], str]:
    """The pages of a file, what is counted beside them, and what is said to be damaged."""
    others, pages = OtherRecords(), []
    try:
        pages.extend(read_pages(path, start=start, others=others))
    except UnreadableFile as error:
        return pages, dict(others.reasons), str(error)
    return pages, dict(others.reasons), ""


def by_warcio(data: bytes) -> int:
    """Pages that warcio reads until it gives up."""
    found = 0
    try:
        for record in ArchiveIterator(io.BytesIO(data), arc2warc=True):
            body = record.content_stream().read()
            found += record.rec_type in ("response", "resource", "conversion") and b"<p>" in body
    except (ArchiveLoadFailed, EOFError, ValueError, zlib.error):
        pass
    return found


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_page_is_read_in_every_shape_and_packing(
    tmp_path: Path, shape: str, packing: str
) -> None:
    records = [INFO, a_record(number=1), REQUEST, a_record(number=2, **SHAPES[shape])]  # type: ignore[arg-type]
    records += [METADATA, a_record(number=3, **SHAPES[shape]), INFO]  # type: ignore[arg-type]
    data = PACKINGS[packing](*records)
    path = tmp_path / f"crawl.warc{'.zst' if 'frame' in packing or 'dict' in packing else '.gz'}"
    path.write_bytes(data)
    pages, counted, said = read(path)
    assert (len(pages), counted, said) == (3, {}, "")
    assert {page.url for page in pages} == {URL}
    bodies = {PAGE, PAGE.removeprefix(b"<!DOCTYPE html>"), b"no markup " * 9}
    assert {page.page for page in pages} <= bodies
    assert {f"{page.date_captured:%Y%m%d%H%M%S}" for page in pages} == {CDX_DAY}
    again = [page.record_id for page in read(path, pages[1].offset or 0)[0]]
    assert (pages[1].offset is None) == (path.suffix == ".zst")
    assert again[-2:] == [page.record_id for page in pages[1:]]


SEGMENTS = [
    a_record(answer(PAGE)[:90], number=7, more="WARC-Segment-Number: 1", kind="response"),
    a_record(
        answer(PAGE)[90:120],
        number=8,
        kind="continuation",
        content_type=None,
        more="WARC-Segment-Origin-ID: <urn:uuid:00000000-0000-0000-0000-000000000007>\r\n"
        "WARC-Segment-Number: 2",
    ),
    a_record(
        answer(PAGE)[120:],
        number=9,
        kind="continuation",
        content_type=None,
        more="WARC-Segment-Origin-ID: <urn:uuid:00000000-0000-0000-0000-000000000007>\r\n"
        f"WARC-Segment-Number: 3\r\nWARC-Segment-Total-Length: {len(answer(PAGE))}",
    ),
]
FIRST, LAST = a_record(number=1, url=f"{URL}?1"), a_record(number=9, url=f"{URL}?9")


@dataclass(frozen=True, kw_only=True)
class Odd:
    """A file, and what is in it."""

    data: bytes
    name: str = "crawl.warc.gz"
    pages: int = 2
    counted: tuple[tuple[str, int], ...] = ()
    damaged: str = ""
    """Is said of what can't be read."""


def between(*records: bytes, name: str = "crawl.warc.gz", **told: object) -> Odd:
    """A file of records between two that are as usual."""
    return Odd(data=b"".join(map(gzip.compress, [FIRST, *records, LAST])), name=name, **told)  # type: ignore[arg-type]


def one(reason: str, number: int = 1) -> tuple[tuple[str, int], ...]:
    return ((reason, number),)


def with_status(status: str) -> bytes:
    return a_record(answer(head=HEAD.replace("200 OK", status)), number=5)


IMAGE = a_record(answer(b"\xff\xd8\xff", HEAD.replace("text/html", "image/jpeg")), number=5)
REVISIT = a_record(answer(b""), kind="revisit", number=5, more="WARC-Payload-Digest: sha1:LANTERN")
ARCS = [an_arc(number=number) for number in range(3)]
HALF_ARC = gzip.compress(ARCS[1])[: len(gzip.compress(ARCS[1])) // 2]
LONG = "X-Long: " + "a" * 600_000 + "\r\n"
ODD: dict[str, Odd] = {
    "a picture": between(IMAGE, counted=one("no HTML")),
    "pictures of two sorts": between(
        IMAGE,
        a_record(b"\x89PNG", kind="resource", content_type="image/png", number=6),
        counted=one("no HTML", 2),
    ),
    "a picture last": Odd(
        data=b"".join(map(gzip.compress, [FIRST, LAST, IMAGE])), counted=one("no HTML")
    ),
    "a picture last, not packed": Odd(data=FIRST + LAST + IMAGE, counted=one("no HTML")),
    "a picture last, in one member": Odd(
        data=gzip.compress(FIRST + LAST + IMAGE), counted=one("no HTML")
    ),
    "nothing but pictures": Odd(data=gzip.compress(INFO + IMAGE), pages=0, counted=one("no HTML")),
    "bytes without type": between(
        a_record(answer(b"\0\1\2" * 50, "HTTP/1.1 200 OK\r\n"), number=5),
        counted=one("without type"),
    ),
    "a redirect": between(with_status("301 Moved"), counted=one("redirects and errors")),
    "an error": between(with_status("404 Not Found"), counted=one("redirects and errors")),
    "a part": between(with_status("206 Partial Content"), counted=one("redirects and errors")),
    "dns": between(
        a_record(
            b"20190314 lantern. A 1.2", url="dns:lantern.example", content_type="text/dns", number=5
        ),
        counted=one("of no web address"),
    ),
    "whois": between(
        a_record(b"x", kind="resource", url="whois://lantern", content_type="text/plain", number=5),
        counted=one("of no web address"),
    ),
    "a log of wget": between(
        a_record(
            b"x",
            kind="resource",
            url="<metadata://gnu.org/wget.log>",
            content_type="text/plain",
            number=5,
        ),
        counted=one("of no web address"),
    ),
    "a kind that nobody knows": between(
        a_record(kind="lantern", number=5), counted=one("of an unknown kind")
    ),
    "no kind": between(
        a_record(number=5).replace(b"WARC-Type: response\r\n", b""),
        counted=one("of an unknown kind"),
    ),
    "a large page": between(
        a_record(answer(b"<p>" * 4_000_000), number=5), counted=one("of more than 10 MB")
    ),
    "a date that is none": between(
        a_record(number=5, date="yesterday"), pages=3, counted=one("with a date that can't be read")
    ),
    "a month": between(
        a_record(number=5, date="2019-03"), pages=3, counted=one("with a date that can't be read")
    ),
    "no date": between(a_record(number=5, date=""), pages=3),
    "a date to come": between(a_record(number=5, date="29990314091500"), damaged="not come"),
    "segments": between(*SEGMENTS, pages=3),
    "segments, not packed": Odd(data=b"".join([FIRST, *SEGMENTS, LAST]), pages=3),
    "segments in one member": Odd(data=gzip.compress(b"".join([FIRST, *SEGMENTS, LAST])), pages=3),
    "segments, the last first": between(*SEGMENTS[::-1], pages=3),
    "segments at the end": Odd(data=b"".join(map(gzip.compress, SEGMENTS)), pages=1),
    "a segment that is missing": between(
        SEGMENTS[0], SEGMENTS[2], counted=one("segments of a record without the others", 2)
    ),
    "a continuation alone": between(
        SEGMENTS[1], counted=one("segments of a record without the others")
    ),
    "headers too long": between(
        a_record(answer(head=HEAD + LONG), number=5), damaged="its headers are too long"
    ),
    "longer than it is": between(a_record(number=5, length=9000), damaged="it is cut off"),
    "shorter than it is": between(a_record(number=5, length=130), damaged="it is cut off"),
    "without a length": between(
        a_record(number=5).replace(b"Content-Length", b"Content-Width"), damaged="how long it is"
    ),
    "a length that is none": between(a_record(number=5, length=-7), damaged="how long it is"),
    "a broken member": Odd(
        data=gzip.compress(FIRST) + gzip.compress(a_record())[:99] + gzip.compress(LAST),
        damaged="1 of its records",
    ),
    "a broken member of small letters": Odd(
        data=gzip.compress(FIRST)
        + gzip.compress(a_record(names=str.lower))[:99]
        + gzip.compress(LAST),
        damaged="1 of its records",
    ),
    "two in a member, small letters": Odd(
        data=gzip.compress(FIRST + a_record(names=str.lower, number=3)) + gzip.compress(LAST),
        pages=3,
    ),
    "a damaged end": Odd(
        data=gzip.compress(FIRST) + gzip.compress(LAST) + gzip.compress(a_record())[:80],
        damaged="it is cut off",
    ),
    "text behind the last": Odd(
        data=gzip.compress(FIRST) + gzip.compress(LAST) + b"end", damaged="1 of its records"
    ),
    "a broken frame": Odd(
        data=frames(FIRST, REQUEST, METADATA) + frames(a_record())[:99] + frames(LAST),
        name="crawl.warc.zst",
        pages=1,
        damaged="and what stands behind it",
    ),
    "a broken frame with a dictionary": Odd(
        data=frames(FIRST, REQUEST, METADATA, a_record(), dictionary=DICTIONARY)[:-30]
        + frames(LAST),
        name="crawl.warc.zst",
        pages=1,
        damaged="and what stands behind it",
    ),
    "a dictionary of nonsense": Odd(
        data=struct.pack("<II", 0x184D2A5D, 9) + b"\x28\xb5\x2f\xfd_____" + frames(FIRST),
        name="crawl.warc.zst",
        pages=0,
        damaged="it holds no whole record",
    ),
    "a frame for all": Odd(data=zstd.compress(FIRST + LAST), name="crawl.warc.zst"),
    "ARC": Odd(data=arc_head() + b"".join(ARCS), name="crawl.arc", pages=3),
    "ARC 1.1": Odd(
        data=arc_head(more="<arcmetadata>\n\n</arcmetadata>") + b"".join(ARCS),
        name="crawl.arc",
        pages=3,
    ),
    "ARC 2": Odd(
        data=arc_head(2) + an_arc(said=ARC2) + an_arc(said=ARC2, number=2), name="crawl.arc"
    ),
    "ARC, gzip": Odd(
        data=b"".join(map(gzip.compress, [arc_head(), *ARCS])), name="crawl.arc.gz", pages=3
    ),
    "ARC, one member": Odd(
        data=gzip.compress(b"".join([arc_head(), *ARCS])), name="crawl.arc.gz", pages=3
    ),
    "ARC, zstd": Odd(data=frames(arc_head(), *ARCS), name="crawl.arc.zst", pages=3),
    "ARC under another name": Odd(
        data=b"".join(map(gzip.compress, [arc_head(), *ARCS])), name="crawl.warc.gz", pages=3
    ),
    "ARC with spaces in an address": Odd(
        data=arc_head() + an_arc(url="http://lantern.example/a b"), name="crawl.arc", pages=1
    ),
    "ARC with a date of 12 digits": Odd(
        data=arc_head() + an_arc().replace(CDX_DAY.encode(), CDX_DAY[:12].encode()),
        name="crawl.arc",
        pages=1,
    ),
    "ARC with a picture and dns": Odd(
        data=arc_head()
        + an_arc(answer(b"\xff\xd8", HEAD.replace("text/html", "image/jpeg")), said="image/jpeg")
        + b"dns:lantern.example 1.2.3.4 20190314091500 text/dns 7\n20190314\n"[:-2]
        + b"\n\n"
        + ARCS[0],
        name="crawl.arc",
        pages=1,
        counted=(("no HTML", 1), ("of no web address", 1)),
    ),
    "ARC with more line ends": Odd(data=arc_head() + b"\n\n".join(ARCS), name="crawl.arc", pages=3),
    "ARC, damaged": Odd(
        data=arc_head() + ARCS[0] + ARCS[1][:150] + ARCS[2], name="crawl.arc", damaged="1 of its"
    ),
    "ARC, a broken member": Odd(
        data=b"".join(
            [*map(gzip.compress, [arc_head(), ARCS[0]]), HALF_ARC, gzip.compress(ARCS[2])]
        ),
        name="crawl.arc.gz",
        damaged="1 of its records",
    ),
    "ARC, cut off": Odd(
        data=arc_head() + b"".join(ARCS)[:-40], name="crawl.arc", damaged="it is cut off"
    ),
    "ARC without its head": Odd(data=b"".join(ARCS), name="crawl.arc", pages=3),
    "ARC in chunks": Odd(
        data=arc_head() + an_arc(answer(IN_CHUNKS, CHUNKED)), name="crawl.arc", pages=1
    ),
    "ARC of a page without its answer": Odd(
        data=arc_head() + an_arc(PAGE), name="crawl.arc", pages=1
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_nothing_is_passed_over_in_silence(tmp_path: Path, name: str) -> None:
    odd = ODD[name]
    path = tmp_path / odd.name
    path.write_bytes(odd.data)
    pages, counted, said = read(path)
    assert (len(pages), counted) == (odd.pages, dict(odd.counted)), said
    assert odd.damaged in said
    assert bool(said) == bool(odd.damaged)
    if odd.name.startswith("crawl.arc"):
        assert {page.page for page in pages} == {PAGE}
        assert {f"{page.date_captured:%Y%m%d%H}" for page in pages} == {CDX_DAY[:10]}
    if not odd.damaged and "zst" not in odd.name:
        assert by_warcio(odd.data) <= odd.pages + sum(counted.values())
