"""Whoever writes slow SQL waits for others who do; the pages of ours don't."""

import asyncio
import sqlite3
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from browsing import a_run, opened, path, save

from tradepress.browse.asking import archive_file
from tradepress.browse.asking.limits import connect_frugally

__all__ = ["path"]

MANY = 10


@pytest.mark.parametrize(
    ("asked", "row"),
    [
        ("/data.json?sql=select+{n},+slow()", "[{n}, 1]"),
        # Its page is found at once, its count is not.
        ("/data/articles.json?_size=0&_where=id=1+or+slow()", ""),
    ],
)
def test_our_pages_answer_while_many_send_slow_sql(
    path: Path, monkeypatch: pytest.MonkeyPatch, asked: str, row: str
) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused")
        save(writer, "Another story")
    is_over = Event()

    def connect(file: Path, **options: Any) -> sqlite3.Connection:
        connection = connect_frugally(file, **options)
        connection.create_function("slow", 0, is_over.wait)
        return connection

    monkeypatch.setattr(archive_file, "connect_frugally", connect)
    served = opened(path)

    async def visited() -> tuple[Any, list[Any]]:
        await served.invoke_startup()
        slow = [asyncio.create_task(served.client.get(asked.format(n=n))) for n in range(MANY)]
        try:
            for _ in range(MANY):
                await asyncio.wait_for(served.client.get("/stories?q=lantern"), 60)
            assert not any(one.done() for one in slow)
        finally:
            is_over.set()
        return await served.client.get("/stories?q=lantern"), await asyncio.gather(*slow)

    try:
        page, results = asyncio.run(visited())
    finally:
        is_over.set()
        served.executor.shutdown()
        for database in served.databases.values():
            database.close()
    assert "Lantern mark refused" in page.text
    assert [str(one.json()["rows"]) for one in results] == [
        f"[{row.format(n=n)}]" for n in range(MANY)
    ]
