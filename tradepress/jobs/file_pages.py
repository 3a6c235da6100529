"""Pages from files: HTML, text captures, WARC, WACZ and WET, gzipped or not."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from archive.captures.content_encoding import LARGEST
from tradepress.jobs.file_page import FilePage, UnreadableFile
from tradepress.jobs.warc_pages import read_records


def read_pages(path: Path, url: str | None = None) -> Iterator[FilePage]:
    """Every page of a file, told apart by its name and first bytes.

    :param url: address of the page, for a file that holds one page and no address
    :raises UnreadableFile: after the last page that could be read
    """
    try:
        with path.open("rb") as stream:
            if path.suffix == ".wacz":
                yield from _read_wacz(path)
            elif ".warc" in path.suffixes or ".wet" in path.suffixes:
                yield from read_records(stream)
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


def _read_wacz(path: Path) -> Iterator[FilePage]:
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            if name.startswith("archive/") and ".warc" in name:
                with package.open(name) as stream:
                    yield from read_records(stream)
