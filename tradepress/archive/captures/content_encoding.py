"""Undoes Content-Encoding (RFC 9110, section 8.4): gzip, deflate, Brotli, Zstandard.

Never half a page: a stream that does not come to its own end is an error.
"""

import io
import re
import zlib
from collections.abc import Callable
from typing import BinaryIO

from fastwarc.stream_io import BrotliReader, WarcReader, ZstdReader

LARGEST = 10 * 1024 * 1024
"""Limits the bytes of a page; a larger one is no story."""
MOST_LAYERS = 3
"""Is more than any server needs; each costs another pass over the body."""
MOST_MEMBERS = 100
CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;.*)?")
GZIP, ZLIB, RAW = 31, 15, -15
"""Tell the formats apart for zlib (its ``wbits``)."""


class Undecodable(OSError):
    """Says that the body is not in the encoding its header names, or in one nobody knows."""


class CutOff(Undecodable):
    """Says that the body ends before its end."""


class TooLarge(Undecodable):
    """Says that the body, decoded, is larger than it may be."""


def decode(body: bytes, encoding: str | None, most: int = LARGEST) -> bytes:
    """Returns the body as it was before; an empty one (of a 304, for example) is in no encoding.

    :param encoding: the header's value; the encoding applied last stands last
    :param most: bytes that any layer may come to
    :raises Undecodable: and CutOff, TooLarge
    """
    names = [name.strip().lower() for name in (encoding or "").split(",")]
    layers = [name for name in names if body and name not in ("", "identity")]
    if len(layers) > MOST_LAYERS:
        raise Undecodable(f"{len(layers)} encodings, one within the other")
    for name in reversed(layers):
        if name not in DECODERS:
            raise Undecodable(f"unknown Content-Encoding {name!r}")
        body = DECODERS[name](body, most)
        if len(body) > most:
            raise TooLarge(f"decoded, the body has more than {most:,} bytes")
    return body


def without_chunks(body: bytes) -> bytes | None:
    """Returns a body without the frame of the chunked coding (RFC 9112, 7.1); None: it has none,
    or is cut off."""
    text, at = bytearray(), 0
    while (end := body.find(b"\r\n", at)) >= 0 and (size := CHUNK_SIZE.fullmatch(body, at, end)):
        at = end + 2 + int(size[1], 16)
        if at == end + 2:
            return bytes(text)
        text += body[end + 2 : at]
        if body[at : at + 2] != b"\r\n":
            return None
        at += 2
    return None


def _gunzip(body: bytes, most: int) -> bytes:
    """Unpacks all members (RFC 1952, section 2.2); what follows the last one is ignored."""
    text = bytearray()
    for _ in range(MOST_MEMBERS):
        member, body = _inflate(body, most - len(text), GZIP)
        text += member
        if len(text) > most or not body.startswith(b"\x1f\x8b"):
            return bytes(text)
    raise Undecodable(f"more than {MOST_MEMBERS} gzip members, one after the other")


def _undeflate(body: bytes, most: int) -> bytes:
    """Unpacks deflate in the zlib format, as RFC 9110 has it, or without, as some servers do."""
    try:
        return _inflate(body, most, ZLIB)[0]
    except CutOff:
        raise
    except Undecodable:
        return _inflate(body, most, RAW)[0]


def _inflate(body: bytes, most: int, form: int) -> tuple[bytes, bytes]:
    """Returns what a stream holds (over ``most`` if that is too much), and what follows it."""
    stream = zlib.decompressobj(form)
    try:
        text = stream.decompress(body, most + 1)  # checksum and length are checked, too
    except zlib.error as error:
        raise Undecodable(str(error)) from error
    if len(text) <= most and not stream.eof:
        raise CutOff("the compressed body ends before its end")
    return text, stream.unused_data


def _read_with(reader: Callable[[BinaryIO], WarcReader]) -> Callable[[bytes, int], bytes]:
    def read(body: bytes, most: int) -> bytes:
        stream, text = reader(io.BytesIO(body)), bytearray()
        try:
            while len(text) <= most and (piece := stream.read(most + 1 - len(text))):
                text += piece
        except OSError as error:  # it does not say whether it is cut off or something else
            raise Undecodable(str(error)) from error
        return bytes(text)

    return read


DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _undeflate,
    "br": _read_with(BrotliReader),
    "zstd": _read_with(ZstdReader),
}
