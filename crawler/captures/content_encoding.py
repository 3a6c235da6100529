"""Content-Encoding undone: gzip, deflate, Brotli, Zstandard."""

import io
from collections.abc import Callable
from typing import BinaryIO

from fastwarc.stream_io import BrotliReader, GzipReader, WarcReader, ZstdReader

LARGEST = 10 * 1024 * 1024
"""Bytes; a larger page is no story."""

READERS: dict[str, Callable[[BinaryIO], WarcReader]] = {
    "gzip": GzipReader,
    "x-gzip": GzipReader,
    "deflate": lambda stream: GzipReader(stream, zlib=True),
    "br": BrotliReader,
    "zstd": ZstdReader,
}


def decode(body: bytes, encoding: str | None) -> bytes:
    """The body as it was before, up to the size limit.

    :raises OSError: it is not what it says, or an encoding nobody here knows
    """
    name = (encoding or "identity").strip().lower()
    if name == "identity":
        return body
    if name not in READERS:
        raise OSError(f"unknown Content-Encoding {name!r}")
    return READERS[name](io.BytesIO(body)).read(LARGEST)
