"""Pages that wait where a process holds as many as it may."""

import asyncio

import pytest

from tradepress.conduct import capacity
from tradepress.conduct.capacity import MOST_PAGES, Capacity

WAITERS = 50
LOOKS = 10
"""So often the process is found to hold all that it may."""


def test_one_looks_for_all_and_they_go_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capacity, "LOOK_SECONDS", 0)
    shared = Capacity()
    looks, went = [], []

    def in_hand() -> int:
        looks.append(len(went))
        return MOST_PAGES if len(looks) <= LOOKS else 0

    async def ask(number: int) -> None:
        async with shared.page(lambda: None):
            went.append(number)

    async def all_at_once() -> None:
        await asyncio.gather(*map(ask, range(WAITERS)))

    shared.in_hand["a crawl"] = in_hand
    asyncio.run(all_at_once())
    assert went == [*range(WAITERS)]
    assert len(looks) == LOOKS + WAITERS
    assert shared.on_the_wire == 0


def test_who_waits_behind_another_hears_that_its_crawl_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(capacity, "LOOK_SECONDS", 0)
    shared = Capacity()
    shared.on_the_wire = MOST_PAGES

    class Ended(Exception):
        pass

    def end() -> None:
        raise Ended

    async def ask() -> None:
        async with shared.page(end):
            raise AssertionError("asked for")

    async def all_at_once() -> list[BaseException | None]:
        return await asyncio.gather(*(ask() for _ in range(3)), return_exceptions=True)

    assert [type(one) for one in asyncio.run(all_at_once())] == [Ended] * 3
    assert shared.on_the_wire == MOST_PAGES
