"""Finds which files of folders hold pages."""

import mimetypes
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

RECORDS = (".warc", ".arc", ".wet", ".wacz")
"""Names the endings of files of many pages."""
PAGES = (".html", ".htm", ".xhtml", ".shtml", ".mht", ".mhtml", ".txt", *RECORDS)
PACKED = re.compile(r"\.(?:gz|zst)$", re.IGNORECASE)
START = 1024
"""Bounds the bytes in which a file of an unknown ending is seen to be a page."""
MARKUP = re.compile(rb"<!doctype html|<html", re.IGNORECASE)
BESIDE = "_files"
"""Ends the name of the folder in which browsers put the pictures and styles of a page."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundFile:
    """Is a file that was named, or one of a folder that was."""

    path: Path
    is_page: bool = True
    """Tells by its ending, or by how it begins. A file that was named is taken for one."""
    fault: str | None = None
    """Says why a folder can't be read."""


def find_files(named: Iterable[Path]) -> Iterator[FoundFile]:
    """Yields the files that are named, and those of folders in the order of their names.

    Hidden files are left out, and so are links to folders and what browsers save beside a page.
    """
    for path in named:
        if path.is_dir():
            yield from _files_of(path)
        elif path.exists() and not path.is_file():
            yield FoundFile(
                path=path, fault="it is a pipe or a device: save what it gives as a file"
            )
        elif path.is_symlink() and not path.exists():
            yield FoundFile(path=path, fault="it is a link that leads nowhere")
        else:
            yield FoundFile(path=path)


def _files_of(folder: Path) -> Iterator[FoundFile]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield FoundFile(path=folder, fault=f"it can't be read ({error.strerror})")
        return
    for entry in entries:
        path = Path(entry.path)
        if entry.name.startswith("."):
            continue
        try:
            is_file = entry.is_file()
        except OSError as error:  # a link that leads to itself
            yield FoundFile(path=path, fault=f"it can't be read ({error.strerror})")
            continue
        if entry.is_dir(follow_symlinks=False):
            if not entry.name.endswith(BESIDE):
                yield from _files_of(path)
        elif is_file:
            yield FoundFile(path=path, is_page=_is_page(path))


def _is_page(path: Path) -> bool:
    name = PACKED.sub("", path.name.lower())
    if name.endswith(PAGES):
        return True
    if mimetypes.guess_type(name)[0] is not None:
        return False
    try:
        with path.open("rb") as stream:
            return MARKUP.search(stream.read(START)) is not None
    except OSError:
        return True  # whoever reads it tells why it can't be


def bytes_of_pages(named: Iterable[Path]) -> int:
    return sum(size_of(found.path) for found in find_files(named) if found.is_page)


def size_of(path: Path) -> int:
    """Returns the bytes of a file; none of one that can't be read, which is told in its turn."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def why_unread(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    return f"it can't be read ({error.strerror})"
