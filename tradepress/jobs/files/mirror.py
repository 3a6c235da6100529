"""Tells of the files that `wget --mirror` has written where their pages stood, and when."""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from tradepress.archive.clock import has_come
from tradepress.archive.web_address import web_address
from tradepress.jobs.files.address_list import AddressLine, AddressList
from tradepress.jobs.files.page_folders import RECORDS, find_files
from tradepress.jobs.files.saved_pages import HEAD

HOST = re.compile(r"(?P<host>localhost|[\w-]+(?:\.[\w-]+)+)(?:[:+](?P<port>\d{1,5}))?")
"""Matches the folder of a host; on Windows wget writes ``+`` before the port."""
SCHEMES = ("http", "https")
"""Are folders above those of hosts, by --protocol-directories."""
QUERY = re.compile(r"@(?=[\w.%\[\]-]+=)")
"""Matches how a query begins in a name that Windows allows."""
INDEX = re.compile(r"(?<![^/])index\.html(?=$|\?)")
"""Matches what wget calls the page of a folder."""
ADDED = re.compile(r"(?:(?<=\?)(?P<query>.*)|(?<=\.)(?P<ending>\w{2,5}))\.html$")
"""Matches a name that -E has lengthened."""
KEPT = "%/:@!$&'()*+,;=~[]?|"
NO_HOST = "it is in no folder of a host, as wget makes them"


def read_mirror(folder: Path, at: datetime | None = None) -> tuple[AddressList, int]:
    """Reads the names of the pages in a folder above those of hosts, or in that of one.

    :param at: when all of them stood; None: at the times of change of the files
    :returns: where the pages stood, and how many other files there are; a list names as faults what
        it can't tell
    """
    lines: dict[Path, AddressLine] = {}
    faults, others = [], 0
    root = folder.resolve()
    root = root.parent if HOST.fullmatch(root.name) and not any(_hosts(root)) else root
    for found in find_files([folder]):
        path = found.path.resolve()
        is_other = path.name == "robots.txt" or not {*path.suffixes}.isdisjoint(RECORDS)
        if found.fault or not found.is_page or is_other:
            others += found.fault is None
            faults += [f"{found.path}: {found.fault}"] if found.fault else []
            continue
        try:
            url = _address(path.relative_to(root), path)
            changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except (OSError, OverflowError, ValueError) as error:
            faults.append(f"{found.path}: {error}")
            continue
        seen = at or changed.replace(microsecond=0)
        lines[path] = AddressLine(
            number=len(lines) + 1,
            path=path,
            url=url,
            date_captured=seen if has_come(seen) else None,
        )
    return AddressList(file=folder, lines=lines, faults=tuple(faults)), others


def _hosts(folder: Path) -> Iterator[str]:
    with suppress(OSError):
        for entry in os.scandir(folder):
            if entry.is_dir() and (HOST.fullmatch(entry.name) or entry.name in SCHEMES):
                yield entry.name


def _address(name: Path, path: Path) -> str:
    """Returns the address of a file's page; its scheme, and whether -E has lengthened the name, is
    as the page says itself.

    :raises ValueError: it is none
    """
    first, *rest = name.parts
    scheme = first if first in SCHEMES and rest else None
    host, *folders = rest if scheme else name.parts
    named = HOST.fullmatch(host)
    if named is None or not folders:
        raise ValueError(NO_HOST)
    *folders, last = folders
    last = last.removesuffix(".orig")  # by --backup-converted
    last = last if "?" in last else QUERY.sub("?", last, count=1)
    last = ADDED.sub(lambda added: added["query"] or added["ending"] or "", last)
    place = INDEX.sub("", "/".join(["", *folders, last]))
    site = named["host"] + (f":{named['port']}" if named["port"] else "")
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    for one in (place, place.removesuffix(".html")):
        address = quote(os.fsencode(f"{site}{one}"), safe=KEPT)
        said = re.search(rb"(https?)://%b/?[\"'>\s]" % re.escape(address.encode()), head)
        if said:
            return web_address(f"{scheme or said[1].decode()}://{address}")
    is_secure = named["port"] == "443" or f"https://{site}/".encode() in head
    address = quote(os.fsencode(f"{site}{place}"), safe=KEPT)
    return web_address(f"{scheme or SCHEMES[is_secure]}://{address}")
