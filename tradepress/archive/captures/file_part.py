"""Reads some bytes of a file as a stream of their own, such as one entry of a ZIP package."""

import io
import os
from typing import IO


class FilePart(io.RawIOBase):
    """Reads a part of an open file, from ``start`` on; it does not move the file's own position.

    :param size: bytes; by default to the end of the file
    """

    def __init__(self, file: IO[bytes], start: int = 0, size: int | None = None) -> None:
        self._file = file
        self._start = start
        self.size = os.fstat(file.fileno()).st_size - start if size is None else size
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.size}[whence]
        self._position = max(base + offset, 0)
        return self._position

    def tell(self) -> int:
        return self._position

    def read(self, size: int | None = -1) -> bytes:
        left = max(self.size - self._position, 0)
        data = self.read_at(self._position, left if size is None or size < 0 else min(size, left))
        self._position += len(data)
        return data

    def read_at(self, offset: int, size: int) -> bytes:
        """Reads so many bytes from ``offset`` on; fewer only at the end of the part."""
        size = min(size, max(self.size - offset, 0))
        data = os.pread(self._file.fileno(), size, self._start + offset)
        while len(data) < size and (
            more := os.pread(
                self._file.fileno(), size - len(data), self._start + offset + len(data)
            )
        ):
            data += more
        return data
