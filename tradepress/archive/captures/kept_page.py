"""Reads a captured page back: checked against its digest, and decoded."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastwarc.warc import WarcRecord

from tradepress.archive.captures.content_encoding import decode
from tradepress.archive.captures.kept_file import open_kept
from tradepress.archive.captures.packing import payload_digest
from tradepress.archive.captures.warc import read_capture


class UnreadablePage(Exception):
    """Says that a captured page is not there, or not as it was written, and where and why."""


def read_kept_page(folder: Path, place: Mapping[str, Any]) -> bytes:
    """Returns a page of the captures without its Content-Encoding.

    :param folder: of the captures
    :param place: ``file``, ``offset``, ``length`` and ``digest`` of the index
    :raises UnreadablePage: it is not there, or not as it was written
    """
    record, raw = read_checked(folder, place)
    encoding = record.http_headers.get("Content-Encoding") if record.is_http else None
    try:
        return decode(raw, encoding)
    except OSError as error:
        raise _unreadable(place, error) from error


def read_checked(folder: Path, place: Mapping[str, Any]) -> tuple[WarcRecord, bytes]:
    """Returns the record of a captured page, and its payload as received.

    Parameters and errors as of :func:`read_kept_page`.
    """
    record = read_record(folder, place)
    try:
        raw = record.reader.read()
    except (OSError, ValueError) as error:
        raise _unreadable(place, error) from error
    if payload_digest(raw) != place["digest"]:
        where = f"{place['file']} at byte {place['offset']}"
        raise UnreadablePage(f"{where} is not the page that was written there (other digest)")
    return record, raw


def read_record(folder: Path, place: Mapping[str, Any]) -> WarcRecord:
    """Reads any record that the index names.

    :param place: ``file``, ``offset`` and ``length``
    :raises UnreadablePage: there is no whole record
    """
    try:
        return read_capture(folder, place["file"], place["offset"], place["length"])
    except FileNotFoundError as error:
        raise UnreadablePage(f"{place['file']} is missing from {folder}") from error
    except (OSError, ValueError) as error:
        raise _unreadable(place, error) from error


def read_member(folder: Path, place: Mapping[str, Any]) -> bytes:
    """Reads a record as it lies in its file, in its gzip member.

    :raises UnreadablePage: the file is not there, or ends before it
    """
    try:
        with open_kept(folder, place["file"]) as stream:
            size = os.fstat(stream.fileno()).st_size
            stream.seek(place["offset"])
            member = stream.read(max(0, min(place["length"], size)))
    except OSError as error:
        raise _unreadable(place, error) from error
    if len(member) < place["length"]:
        raise _unreadable(place, EOFError("the file ends before it"))
    return member


def _unreadable(place: Mapping[str, Any], error: Exception) -> UnreadablePage:
    return UnreadablePage(f"{place['file']} at byte {place['offset']} can't be read ({error})")
