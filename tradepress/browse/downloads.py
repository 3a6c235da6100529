"""Sends a file of any size as it is made: from a connection of its own, in nobody's way."""
# mypy: disable-error-code="import-untyped"

import asyncio
import logging
import unicodedata
from collections.abc import Awaitable, Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datasette.utils.asgi import Response

from tradepress.archive.clock import utc_now
from tradepress.archive.database import Database
from tradepress.archive.file.connection import file_of
from tradepress.archive.file.one_view import one_view
from tradepress.archive.read_only import read_archive
from tradepress.archive.withdrawal.tombstone_file import require_nothing_withdrawn
from tradepress.browse.asking.limits import hide_texts
from tradepress.browse.page_visit import PageVisit

LOGGER = logging.getLogger(__name__)
Send = Callable[[dict[str, Any]], Awaitable[None]]

SENT_AT_ONCE = 65_536
"""Counts the bytes that are sent at once, about."""
STALLED = 60.0
"""Is how many seconds a reader may take for what was sent: as long as a file is being made,
nothing that a crawl replaces is given free."""
LONGEST_NAME = 80


@dataclass(frozen=True, kw_only=True, slots=True)
class Download:
    """Is an answer of Datasette: a file that is whole, or a transfer that breaks off.

    It shows the archive as it stood at one moment, and ends with the reader who goes away.
    """

    visit: PageVisit
    name: str
    content_type: str
    parts: Callable[[Database], Iterable[bytes]]
    """Makes its parts, given the archive."""
    busy: Callable[[], Awaitable[Response]]
    """Answers while too many others are being made."""

    async def asgi_send(self, send: Send) -> None:
        """Sends the file; what fails after its beginning is logged, and nothing says that the file
        is whole.

        :raises ArchiveError: the archive can't be read, or holds again what was withdrawn
        """
        slots = self.visit.archive.downloads
        if not slots.acquire(blocking=False):
            await (await self.busy()).asgi_send(send)
            return
        loop, thread = asyncio.get_running_loop(), ThreadPoolExecutor(1, "download")
        gone = asyncio.create_task(self._gone())
        parts = self._made(Path(self.visit.archive.path))
        has_begun = is_whole = False
        try:
            part = await loop.run_in_executor(thread, next, parts, b"")
            await send(self._start())
            has_begun = True
            while part and not gone.done():
                await _taken(send, part)
                part = await loop.run_in_executor(thread, next, parts, b"")
            is_whole = not gone.done()
        except Exception as error:
            if not has_begun:
                raise
            LOGGER.error("%s broke off while it was sent", self.name, exc_info=error)
        finally:
            gone.cancel()
            closed = thread.submit(parts.close)
            closed.add_done_callback(lambda _: slots.release())
            thread.shutdown(wait=False)
            await asyncio.wrap_future(closed)
        if is_whole:
            await send({"type": "http.response.body", "body": b""})

    def _start(self) -> dict[str, Any]:
        named = f'attachment; filename="{self.name}"'
        headers = {"content-type": self.content_type, "content-disposition": named}
        lines = [(name.encode(), value.encode()) for name, value in headers.items()]
        return {"type": "http.response.start", "status": 200, "headers": lines}

    async def _gone(self) -> None:
        """Returns when the reader has gone."""
        while (await self.visit.request.receive())["type"] != "http.disconnect":
            pass

    def _made(self, archive: Path) -> Generator[bytes, None, None]:
        with closing(read_archive(archive)) as db, one_view(db):
            require_nothing_withdrawn(db, file_of(db))
            if self.visit.is_public:
                hide_texts(db.conn)
            held = bytearray()
            for part in self.parts(self.visit.archive.asked_by(db.conn)):
                held += part
                if len(held) >= SENT_AT_ONCE:
                    yield bytes(held)
                    held.clear()
            if held:
                yield bytes(held)


async def _taken(send: Send, part: bytes) -> None:
    async with asyncio.timeout(STALLED):
        await send({"type": "http.response.body", "body": part, "more_body": True})


def file_name(words: str, ending: str) -> str:
    """Returns ``stories-lantern-mark-source-wipr-2026-11-28.csv``: what was asked, on which day.

    :param words: any; what of them is no letter or digit of ASCII is left out
    """
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    signs = "".join(sign if sign.isalnum() else " " for sign in plain)
    asked = "-".join(signs.split())[:LONGEST_NAME].rstrip("-")
    return "-".join(filter(None, ["stories", asked, utc_now()[:10]])) + f".{ending}"
