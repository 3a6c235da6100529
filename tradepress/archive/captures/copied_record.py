"""Keeps a record that came from a WARC file as it came, where it says what we would write: to
deflate a page again takes five times as long as to look at it."""

import re
import zlib

from fastwarc.warc import WarcRecord

from tradepress.archive.captures.members import BLANK, MOST_HEADERS
from tradepress.archive.captures.packing import pack, page_record, payload_digest
from tradepress.story import Capture, PackedPage

BARE_MEMBER = b"\x1f\x8b\x08\x00"
"""Begins a gzip member that has no name, comment or other field of its own (RFC 1952)."""
MOST_REASON = 1024
"""Bounds the bytes by which a status line may be longer than ours, which gives no reason."""
LARGEST_SHARE = 0.75
"""Bounds what a member may have of the bytes that it holds: others hardly deflate."""
VERSION = re.compile(rb"WARC/1\.[01]")
FIELD = re.compile(rb"([A-Za-z-]+): ([!-~](?:[ -~]*[!-~])?)")
"""Matches a field on one line, in ASCII without control characters."""
STATUS_LINE = re.compile(rb"HTTP/1\.[01] ([0-9]{3})(?: [ -~]*)?\r\n")
RECORD_ID = re.compile(r"<urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}>", re.I)
OF_ITS_OWN = frozenset(("warc-record-id", "warc-block-digest", "content-length"))
HARMLESS = frozenset(
    ("warc-concurrent-to", "warc-identified-payload-type", "warc-ip-address", "warc-warcinfo-id")
)
"""Names fields that we don't write, and that change nothing about the page."""


def copy_or_pack(capture: Capture, member: bytes | None) -> PackedPage:
    """Copies the record of a page, or packs it anew.

    :param member: the gzip member in which the page came; None: it came otherwise
    :raises ArticleRowError: the address is too long for a record
    """
    if member is not None:
        record, block = page_record(capture)
        if (record_id := _id_of_same(member, record, block)) is not None:
            digest = record.headers["WARC-Payload-Digest"]
            return PackedPage(member=member, digest=digest, copied_id=record_id)
    return pack(capture)


def _id_of_same(member: bytes, record: WarcRecord, block: bytes) -> str | None:
    """Returns the ID of the record in a gzip member, if it is one whole record that says what ours
    would, and has it right; its status line may give a reason."""
    inflate = zlib.decompressobj(wbits=31)
    try:
        text = inflate.decompress(member, len(block) + MOST_HEADERS + MOST_REASON)
    except zlib.error:
        return None
    is_alone = member.startswith(BARE_MEMBER) and inflate.eof and not inflate.unused_data
    is_small = len(member) < LARGEST_SHARE * len(text)
    end_of_head = text.find(BLANK, 0, MOST_HEADERS + len(BLANK))
    start, end = end_of_head + len(BLANK), len(text) - len(BLANK)
    if not (is_alone and is_small) or end_of_head < 0 or not text.endswith(BLANK, start):
        return None
    kept = memoryview(text)[start:end]
    said = _fields(text[:end_of_head])
    wanted = {name.lower(): value for name, value in record.headers.items()}
    same = wanted.keys() - OF_ITS_OWN
    record_id = said.get("warc-record-id", "")
    if (
        any(said.get(name) != wanted[name] for name in same)
        or not said.keys() <= same | OF_ITS_OWN | HARMLESS
        or not RECORD_ID.fullmatch(record_id)
        or said.get("content-length") != str(len(kept))
        or said.get("warc-block-digest") != payload_digest(kept)
        or not _is_same_answer(text, start, end, block)
    ):
        return None
    return record_id


def _fields(head: bytes) -> dict[str, str]:
    """Returns the fields of a head, names in small letters; none if it is not written as ours."""
    version, *lines = head.split(b"\r\n")
    matches = [FIELD.fullmatch(line) for line in lines]
    fields = {match[1].decode().lower(): match[2].decode() for match in matches if match}
    is_plain = VERSION.fullmatch(version) and len(fields) == len(lines)
    return fields if is_plain else {}


def _is_same_answer(text: bytes, start: int, end: int, block: bytes) -> bool:
    """Tells whether what stands there is the same answer as the block, but for the words of the
    status line. Nothing is copied for it: that would take as long as the digests."""
    ours, theirs = STATUS_LINE.match(block), STATUS_LINE.match(text, start, end)
    if ours is None or theirs is None or ours[1] != theirs[1]:
        return False
    rest = memoryview(block)[ours.end() :]
    return end - theirs.end() == len(rest) and text.startswith(rest, theirs.end())
