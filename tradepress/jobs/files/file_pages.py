"""Reads pages from files: HTML, MHTML, text captures, WARC, ARC, WACZ and WET, packed or not."""

import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from struct import Struct
from typing import IO

from tradepress.archive.captures.file_part import FilePart
from tradepress.jobs.files.file_page import FilePage, OtherRecords, UnreadableFile, file_border
from tradepress.jobs.files.page_folders import RECORDS
from tradepress.jobs.files.saved_pages import at_publisher, read_saved_page
from tradepress.jobs.files.warc_pages import read_records, record_borders

LENGTHS = Struct("<HH")
"""Reads the lengths of an entry's name and extra field, in its local header (APPNOTE.TXT,
4.3.7)."""


def read_pages(
    path: Path,
    url: str | None = None,
    *,
    start: int = 0,
    stop: int | None = None,
    others: OtherRecords | None = None,
) -> Iterator[FilePage]:
    """Yields every page of a file, told apart by its name and first bytes.

    Each has the address at its publisher, also where the file has that of a web archive.

    :param url: address of the page, for a file that holds one page
    :param start: ``offset`` of the first page that is asked for, in a WARC or WACZ file
    :param stop: what begins there or behind is left out: one of :func:`file_borders`
    :param others: is told what else is in a file of records
    :raises UnreadableFile: after the last page that could be read
    """
    try:
        with file_border(FileNotFoundError), path.open("rb") as stream:
            endings = {ending.lower() for ending in path.suffixes}
            if ".wacz" in endings:
                yield from map(at_publisher, _read_wacz(stream, start, stop, others))
            elif endings.intersection(RECORDS):
                file = FilePart(stream, size=stop)
                yield from map(at_publisher, read_records(file, start=start, others=others))
            else:
                page = read_saved_page(path.name, stream)
                yield at_publisher(replace(page, url=url)) if url else page
    except FileNotFoundError as error:
        raise UnreadableFile("there is no such file") from error


def file_borders(path: Path, apart: int) -> Iterator[int]:
    """Yields where a WARC, WET or WACZ file can be cut into parts that are read each by itself, so
    many bytes apart or more.

    What can't be read is not cut, nor is what stands behind it.

    :raises OSError: it can't be opened
    """
    with path.open("rb") as stream, suppress(UnreadableFile), file_border():
        if ".wacz" not in {ending.lower() for ending in path.suffixes}:
            yield from record_borders(FilePart(stream), apart)
            return
        with zipfile.ZipFile(stream) as package:
            last, entries = 0, warc_files(package)
            if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
                return  # its places are none of the package
            for entry in entries:
                with entry_part(package, entry, stream) as (file, place):
                    for at in record_borders(file, 0):
                        if (place or 0) + at - last >= apart:
                            last = (place or 0) + at
                            yield last


def warc_files(package: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Returns the WARC files in the order in which they stand."""
    entries = sorted(package.infolist(), key=lambda entry: entry.header_offset)
    return [
        entry
        for entry in entries
        if entry.filename.startswith("archive/") and ".warc" in entry.filename
    ]


def _read_wacz(
    stream: IO[bytes], start: int, stop: int | None, others: OtherRecords | None
) -> Iterator[FilePage]:
    """Yields pages of all WARC files in the package, as :func:`read_pages` gives them.

    :raises UnreadableFile: it holds none, or some records are damaged; all others were read
    """
    faults = []
    with zipfile.ZipFile(stream) as package:
        entries = warc_files(package)
        if not entries:
            raise UnreadableFile("it is no WACZ file: no WARC file is in its folder archive/")
        for entry in entries:
            try:
                with file_border(), entry_part(package, entry, stream) as (file, place):
                    pages = read_records(file, others=others)
                    if place is None:  # places within it are none of the package
                        yield from (replace(page, offset=None) for page in pages)
                        continue
                    size = file.size if stop is None else min(file.size, stop - place)
                    if size > 0 and place + size > start:
                        part = FilePart(stream, place, size)
                        for page in read_records(part, start=max(start - place, 0), others=others):
                            yield replace(page, offset=place + (page.offset or 0))
            except UnreadableFile as error:
                faults.append(f"{entry.filename}: {error}")
    if faults:
        raise UnreadableFile("; ".join(faults))


@contextmanager
def entry_part(
    package: zipfile.ZipFile, entry: zipfile.ZipInfo, stream: IO[bytes]
) -> Iterator[tuple[FilePart, int | None]]:
    """Opens an entry of a ZIP package, and says where it is: in its place if it is stored as WACZ
    has it, else in a temporary file (None).

    :raises RuntimeError: it is encrypted, or packed in a way that is not known here
    """
    with package.open(entry) as packed:
        if entry.compress_type == zipfile.ZIP_STORED:
            name, extra = LENGTHS.unpack(os.pread(stream.fileno(), 4, entry.header_offset + 26))
            place = entry.header_offset + 30 + name + extra
            yield FilePart(stream, place, entry.file_size), place
            return
        with tempfile.TemporaryFile() as unpacked:
            shutil.copyfileobj(packed, unpacked)
            unpacked.flush()
            yield FilePart(unpacked), None
