"""Pages from files: HTML, text captures, WARC, WACZ and WET, gzipped or not."""

import gzip
import io
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from struct import Struct
from typing import IO

from archive.captures.content_encoding import LARGEST
from archive.captures.file_part import FilePart
from tradepress.jobs.file_page import FilePage, UnreadableFile
from tradepress.jobs.warc_pages import read_records

LENGTHS = Struct("<HH")
"""Of an entry's name and extra field, in its local header (APPNOTE.TXT, 4.3.7)."""


def read_pages(path: Path, url: str | None = None, *, start: int = 0) -> Iterator[FilePage]:
    """Every page of a file, told apart by its name and first bytes.

    :param url: address of the page, for a file that holds one page and no address
    :param start: ``offset`` of the first page that is asked for, in a WARC file
    :raises UnreadableFile: after the last page that could be read
    """
    try:
        with path.open("rb") as stream:
            if path.suffix == ".wacz":
                yield from _read_wacz(stream)
            elif ".warc" in path.suffixes or ".wet" in path.suffixes:
                yield from read_records(FilePart(stream), start=start)
            else:
                yield _read_page(path, stream, url)
    except FileNotFoundError as error:
        raise UnreadableFile("there is no such file") from error
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        raise UnreadableFile(f"it can't be read ({error})") from error


def _read_page(path: Path, stream: IO[bytes], url: str | None) -> FilePage:
    raw = stream.read(LARGEST + 1)
    page = raw
    if raw.startswith(b"\x1f\x8b"):
        with gzip.open(io.BytesIO(raw)) as unpacked:
            page = unpacked.read(LARGEST + 1)
    is_text = ".txt" in path.suffixes
    return FilePage(
        page=page, raw=page, url=url, content_type="text/plain" if is_text else "text/html"
    )


def _read_wacz(stream: IO[bytes]) -> Iterator[FilePage]:
    """Pages of all WARC files in the package.

    :raises UnreadableFile: some records are damaged; all others were read
    """
    faults = []
    with zipfile.ZipFile(stream) as package:
        for entry in package.infolist():
            if not entry.filename.startswith("archive/") or ".warc" not in entry.filename:
                continue
            try:
                with _entry(package, entry, stream) as file:
                    # Places within an entry are none of the package.
                    yield from (replace(page, offset=None) for page in read_records(file))
            except (UnreadableFile, RuntimeError, zlib.error, zipfile.BadZipFile) as error:
                faults.append(f"{entry.filename}: {error}")
    if faults:
        raise UnreadableFile("; ".join(faults))


@contextmanager
def _entry(
    package: zipfile.ZipFile, entry: zipfile.ZipInfo, stream: IO[bytes]
) -> Iterator[FilePart]:
    """What an entry of a ZIP package holds: in its place if it is stored as WACZ has it, else in a
    temporary file.

    :raises RuntimeError: it is encrypted, or packed in a way that is not known here
    """
    with package.open(entry) as packed:
        if entry.compress_type == zipfile.ZIP_STORED:
            name, extra = LENGTHS.unpack(os.pread(stream.fileno(), 4, entry.header_offset + 26))
            yield FilePart(stream, entry.header_offset + 30 + name + extra, entry.file_size)
            return
        with tempfile.TemporaryFile() as unpacked:
            shutil.copyfileobj(packed, unpacked)
            unpacked.flush()
            yield FilePart(unpacked)
