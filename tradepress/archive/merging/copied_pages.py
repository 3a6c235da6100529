"""Copies records of raw pages from another archive, byte for byte."""

import re
from collections.abc import Callable, Iterator

from tradepress.archive.border import border
from tradepress.archive.captures.kept_page import (
    UnreadablePage,
    read_checked,
    read_member,
    read_record,
)
from tradepress.archive.file.rows import Row
from tradepress.archive.file.transaction import Transaction
from tradepress.archive.merging.other_archive import OtherArchive
from tradepress.archive.url_key import url_key
from tradepress.archive.withdrawal.other_pages import OF_NO_STORY
from tradepress.archive.withdrawal.tombstones import (
    find_tombstone,
    has_tombstones,
    known_address_key,
    page_key,
)

OF_SOURCE = re.compile(r"([A-Za-z0-9_][A-Za-z0-9._-]*?)-[0-9]{4}-[0-9]{2}")
"""Matches the name of a WARC file, and says whose pages are in it."""


class CopiedPages:
    """Copies ``captures`` and ``capture_records`` of another archive, and the files they name.

    :param run_id: of the run that brings them in
    :param tell: told of each record that can't be read
    """

    def __init__(
        self,
        transaction: Transaction,
        run_id: int,
        other: OtherArchive,
        tell: Callable[[str], None],
    ) -> None:
        self._transaction = transaction
        self._run_id = run_id
        self._other = other
        self._tell = tell

    def digest(self, capture_id: int | None) -> str | None:
        """Returns the digest of one of its pages."""
        pages = self._other.rows("SELECT digest FROM captures WHERE id = ?", [capture_id])
        return str(pages[0]["digest"]) if pages else None

    def copy(self, capture_id: int | None, source: str, whose: str) -> int | None:
        """Copies a page and what belongs to it.

        :param capture_id: of the other archive
        :param whose: what it is the page of, in words
        :returns: the id of its row here; None: none is kept, here or there, or it can't be read
        """
        if capture_id is None:
            return None
        pages = self._other.rows("SELECT * FROM captures WHERE id = ?", [capture_id])
        return self._copy(pages[0], source, whose) if pages else None

    def copy_refused(self) -> Iterator[int | None]:
        """Copies pages that gave no story, as far as they are not here: one at each step."""
        if self._transaction.captures is None:
            return
        names = "url, date_captured, digest"
        here = set(
            self._transaction.db.conn.execute(f"SELECT {names} FROM captures WHERE {OF_NO_STORY}")
        )
        for page in self._other.each(f"SELECT * FROM captures WHERE {OF_NO_STORY} ORDER BY id"):
            if (page["url"], page["date_captured"], page["digest"]) not in here:
                named = OF_SOURCE.match(str(page["file"]))
                source = named[1] if named else "unknown"
                yield self._copy(page, source, f"{page['url']} (no story)")

    def _copy(self, page: Row, source: str, whose: str) -> int | None:
        captures = self._transaction.captures
        if captures is None or self._is_withdrawn(page):
            return None
        folder = self._other.captures
        try:
            with border(UnreadablePage, UnreadablePage):
                read_checked(folder, page)
                member = read_member(folder, page)
        except UnreadablePage as error:
            self._tell(f"{whose}: its captured page stays behind: {error}")
            return None
        capture_id = self._transaction.insert(
            "captures",
            {
                **{name: value for name, value in page.items() if name != "id"},
                "run_id": self._run_id,
                **captures.append_record(member, source),
            },
        )
        for record in self._other.rows(
            "SELECT * FROM capture_records WHERE capture_id = ? ORDER BY id",
            [page["id"]],
        ):
            try:
                read_record(folder, record)
                member = read_member(folder, record)
            except UnreadablePage as error:
                self._tell(f"{whose}: a {record['kind']} of its page stays behind: {error}")
                continue
            self._transaction.insert(
                "capture_records",
                {
                    "capture_id": capture_id,
                    "run_id": self._run_id,
                    "kind": record["kind"],
                    "date_captured": record["date_captured"],
                    "digest": record["digest"],
                    **captures.append_record(member, source),
                },
            )
        return capture_id

    def _is_withdrawn(self, page: Row) -> bool:
        """Was it erased there, or is it kept out here?"""
        try:
            key = known_address_key(url_key(page["url"]))
        except ValueError:
            return True  # no address: it stands for an erased one
        db = self._transaction.db
        return has_tombstones(db) and bool(find_tombstone(db, [key, page_key(page["digest"])]))
