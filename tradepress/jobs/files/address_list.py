"""Reads a CSV file that says where saved pages stood, for pages that don't say so themselves."""

import csv
import io
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tradepress.archive.archived_address import unwrap
from tradepress.archive.border import border
from tradepress.archive.web_address import web_address
from tradepress.jobs.files.file_page import UnreadableFile

DELIMITERS = ",;\t|"
HEAD = 1000
"""Bounds the characters in which the names of the columns tell by what they are parted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AddressLine:
    """Is one line of the list."""

    number: int
    path: Path
    """Is the path of the page, absolute; written relative to the folder of the list."""
    url: str
    date_captured: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class AddressList:
    """Is a list as read."""

    file: Path
    lines: Mapping[Path, AddressLine]
    faults: tuple[str, ...]
    """Says what is wrong with lines that count for nothing, each with its number."""


NO_LIST = AddressList(file=Path(), lines={}, faults=())


@border(lambda why: UnreadableFile(f"it is no CSV file ({why})"), UnreadableFile)
def read_address_list(file: Path) -> AddressList:
    """Reads the columns ``file``, ``url`` and, if there, ``date_captured`` of a CSV file in UTF-8.

    :raises UnreadableFile: it can't be read, or has no such columns
    """
    lines: dict[Path, AddressLine] = {}
    faults = []
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            for number, row in _rows(stream.read()):
                try:
                    with border(ValueError, ValueError):
                        line = _read_line(file.parent, number, row)
                    if (known := lines.setdefault(line.path, line)) is not line:
                        raise ValueError(f"{row['file']} stands in line {known.number}, too")
                except ValueError as error:
                    faults.append(f"line {number}: {error}")
    except UnicodeDecodeError as error:
        raise UnreadableFile("it is not UTF-8; save it as CSV in UTF-8") from error
    except OSError as error:
        raise UnreadableFile(f"it can't be read ({error.strerror})") from error
    return AddressList(file=file, lines=lines, faults=tuple(faults))


def read_time(words: str) -> datetime:
    """Reads an ISO 8601 day, which begins at midnight, or an instant; without an offset in UTC.

    :raises ValueError: it is none, or has not come yet
    """
    try:
        instant = datetime.fromisoformat(words)
        instant = (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(
            f"{words!r} is not a day or an instant; write 2017-08-04 or 2017-08-04T12:30:00Z"
        ) from None
    if instant > datetime.now(UTC):
        raise ValueError(f"{words!r} has not come yet")
    return instant


def _rows(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yields number and values by column of each line that is not empty.

    :raises UnreadableFile: columns are missing
    """
    dialect: type[csv.Dialect] = csv.excel
    with suppress(csv.Error):
        dialect = csv.Sniffer().sniff(text[:HEAD].partition("\n")[0], DELIMITERS)
    reader = csv.reader(io.StringIO(text, newline=""), dialect, strict=True)
    names = [name.strip().lower() for name in next(reader, [])]
    if missing := [name for name in ("file", "url") if name not in names]:
        raise UnreadableFile(f"it has no column {' and no column '.join(missing)}")
    for row in reader:
        if any(row):
            values = [value.strip() for value in row]
            yield reader.line_num, dict.fromkeys(names, "") | dict(zip(names, values, strict=False))


def _read_line(folder: Path, number: int, row: Mapping[str, str]) -> AddressLine:
    """Reads a line; raises ValueError: it names no file there, no web address, or no time."""
    path = folder / row["file"]
    if not row["file"] or not path.is_file():
        raise ValueError(f"there is no file {row['file']!r} in {folder}")
    try:
        url = row["url"] if unwrap(row["url"]) else web_address(row["url"])
    except ValueError:
        raise ValueError(f"{row['url']!r} is not a web address") from None
    captured = row.get("date_captured")
    return AddressLine(
        number=number,
        path=path.resolve(),
        url=url,
        date_captured=read_time(captured) if captured else None,
    )
