"""Bounds how many pages a process holds at once, over all its sources: asked for faster than they
can be read and stored, they would fill its memory."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

MOST_PAGES = 150
"""Is the capacity in pages, each from the request to the commit."""
LOOK_SECONDS = 0.02


class Capacity:
    """Is shared by all crawls of a run, whose pages wait where it is taken up."""

    def __init__(self) -> None:
        self.in_hand: dict[object, Callable[[], int]] = {}
        """Tells, by crawl, how many of its pages came and are not stored yet."""
        self.on_the_wire = 0
        self.first_in_line = asyncio.Lock()
        """Is held by the one that looks for capacity; the others wait behind it, in their order."""

    @property
    def taken(self) -> int:
        return self.on_the_wire + sum(count() for count in self.in_hand.values())

    @asynccontextmanager
    async def page(self, require_going: Callable[[], None]) -> AsyncIterator[None]:
        """Waits until there is capacity for a page; within, the page is on the wire.

        :param require_going: raises when the crawl ends
        """
        async with self.first_in_line:
            require_going()
            while self.taken >= MOST_PAGES:
                await asyncio.sleep(LOOK_SECONDS)
                require_going()
            self.on_the_wire += 1
        try:
            yield
        finally:
            self.on_the_wire -= 1
