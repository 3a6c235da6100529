"""Parts the records of a WARC file by the papers whose pages they are."""

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from tradepress.archive.archived_address import unwrap
from tradepress.archive.captures.members import BLANK, HEAD, MAGIC, TARGET, members
from tradepress.archive.url_key import without_tracking
from tradepress.archive.web_address import web_address
from tradepress.cluster.dask_cluster import UnusableCluster
from tradepress.cluster.input_files import PageFile
from tradepress.configuration import Configuration
from tradepress.declared_sources import source_owning
from tradepress.source import Source

LENGTH = re.compile(rb"^Content-Length:[ \t]*(\d+)", re.IGNORECASE | re.MULTILINE)
UNDECLARED = "undeclared"
"""Names the group of sites that no declared source has, and of what can't be read."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
GroupOf = Callable[[str], str | None]
"""Returns the group of an address; None: it is left out."""


class NotParted(Exception):
    """Raised of a file whose records can't be told apart without reading their pages."""


def groups_of(
    sources: Collection[Source],
    configuration: Configuration,
    *,
    by_paper: bool,
    only_sources: bool,
) -> GroupOf:
    """Returns what tells the group of an address: its paper, or what the operator calls the group.

    :param only_sources: leave out sites that no declared source has
    :raises UnusableCluster: a folder can't be called like a group
    """
    groups = {source.name: source.name for source in sources}
    for name, own in configuration.source.items():
        if not by_paper and own.group is not None:
            groups[name] = own.group
    if wrong := next((one for one in groups.values() if not NAME.fullmatch(one)), None):
        raise UnusableCluster(
            f"A folder of shards can't be called {wrong!r}: give that group a name of letters, "
            "digits, dots and hyphens."
        )

    @lru_cache(100_000)
    def owners(host: str) -> list[Source]:
        return [source for source in sources if source.owns(f"https://{host}/")]

    def group_of(url: str) -> str | None:
        with suppress(ValueError):
            archived = unwrap(url)
            page = without_tracking(web_address(archived.url if archived else url))
            owner = source_owning(page, owners(urlsplit(page).hostname or ""))
            if owner is not None:
                return groups[owner.name]
        return None if only_sources else UNDECLARED

    return group_of


def part_file(path: Path, given: PageFile, group_of: GroupOf, folder: Path) -> dict[str, Path]:
    """Copies each record into a file of its group, in their order; returns these files by group.
    What is damaged goes with those of no paper.

    :param given: the file, or the part of it
    :param folder: an empty one, for these files
    :raises NotParted: several records share a gzip member, or it is no file of such members
    """
    parts: dict[str, Path] = {}
    with path.open("rb") as stream:
        if stream.read(len(MAGIC)) != MAGIC:
            raise NotParted(
                "its records have no gzip members of their own (`warcio recompress` makes some; "
                "a WACZ has files of such in its folder archive)"
            )
        for start, end, url in _records(path, given):
            group = UNDECLARED if url is None else group_of(url)
            if group is None:
                continue
            if group not in parts:
                (folder / group).mkdir()
                parts[group] = folder / group / given.name
            stream.seek(start)
            with parts[group].open("ab") as part:
                part.write(stream.read(end - start))
    return parts


def _records(path: Path, given: PageFile) -> Iterator[tuple[int, int, str | None]]:
    """Yields where each record about an address stands, and the address; of what is damaged None.

    :raises NotParted: several share a gzip member
    """
    damaged: int | None = None
    with path.open("rb") as stream:
        for member in members(stream, given.start, given.stop):
            if damaged is not None:
                yield damaged, member.start, None
            head, blank, _ = member.read(HEAD).partition(BLANK)
            member.drain()
            damaged = member.start if member.fault else None
            if damaged is not None:
                continue
            length = LENGTH.search(head)
            whole = len(head) + len(blank) + int(length[1] if length else 0) + len(BLANK)
            if member.tell() > whole:
                raise NotParted("its records share gzip members (`warcio recompress` parts them)")
            if target := TARGET.search(head):
                yield member.start, member.end, target[1].decode("utf-8", "replace")
        if damaged is not None:
            yield damaged, given.stop or path.stat().st_size, None
