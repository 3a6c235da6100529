"""Notes the parts of an archive that are crawled elsewhere, until what was read there is back."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tradepress.archive.clock import utc_now
from tradepress.archive.errors import ArchiveBusy, ArchiveMissing, OlderArchive
from tradepress.archive.file.transaction import Transaction
from tradepress.archive.read_only import read_archive


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckedOutPart:
    """Is the folder of a part of the archive that is crawled elsewhere."""

    path: Path
    sources: tuple[str, ...]
    """Names the sources that are crawled there."""


class Parts:
    """Keeps table ``parts``. While one is checked out no other crawl begins: its sites may be asked
    from there.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, path: Path, sources: Sequence[str]) -> None:
        """Notes a part before anybody can begin to crawl there: commit it at once."""
        row = {"path": str(path), "sources": json.dumps([*sources]), "cut_at": utc_now()}
        self._transaction.insert("parts", row)

    def checked_out(self) -> list[CheckedOutPart]:
        """Returns the parts that are checked out, in the order in which they were cut."""
        return [
            CheckedOutPart(path=Path(row["path"]), sources=tuple(json.loads(row["sources"])))
            for row in self._transaction.rows("SELECT path, sources FROM parts ORDER BY id")
        ]

    def require_back(self) -> None:
        """Refuses to go on while a part is checked out.

        :raises ArchiveBusy: one is away
        """
        for part in self.checked_out():
            raise ArchiveBusy(
                f"{part.path} is a part of this archive that a cluster's crawl has not "
                "checked in, and may still be crawled: the next one (`tradepress crawl --local "
                "N`, or --scheduler) checks it in"
            )

    def remove(self, path: Path) -> None:
        """Forgets a part that is back, in the commit of what was read there."""
        self._transaction.write("DELETE FROM parts WHERE path = ?", [str(path)])


def is_part_checked_out(archive: Path) -> bool:
    """Is a part of this archive checked out, to be crawled elsewhere?"""
    with suppress(ArchiveMissing, OlderArchive), read_archive(archive) as db:
        return bool(db.table("parts").count)
    return False
