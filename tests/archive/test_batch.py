"""Batches: a story counts as saved only after the commit that contains it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from archive_rows import Pages, Writer, clock, save, story, value, writer
from sqlite_utils import Database

from tradepress.archive.errors import ArchiveError
from tradepress.archive.file import transaction
from tradepress.archive.read_only import read_archive
from tradepress.archive.stories.stories import Quarantined, Saved

__all__ = ["clock", "writer"]

HOUR = 3600.0


@pytest.fixture
def reader(tmp_path: Path, writer: Writer) -> Iterator[Database]:
    writer.commit()
    db = read_archive(tmp_path / "archive.db")
    yield db
    db.close()


@pytest.fixture(autouse=True)
def no_timer(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    writer.commit()
    monkeypatch.setattr(transaction, "COMMIT_WITHIN", HOUR)


def saving(writer: Writer, number: int, **changes: Any) -> "asyncio.Task[Saved]":
    async def saved() -> Saved:
        try:
            return save(writer, story(number, **changes))
        finally:
            await writer.transaction.committed()

    return asyncio.ensure_future(saved())


async def turn() -> None:
    """Let every task go as far as it can without the clock."""
    for _ in range(5):
        await asyncio.sleep(0)


def run(scenario: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        await asyncio.wait_for(scenario(), 20)

    asyncio.run(bounded())


def test_a_full_batch_is_committed_at_once(
    writer: Writer, reader: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        monkeypatch.setattr(transaction, "MOST_WAITING", 3)
        tasks = [saving(writer, number) for number in (1, 2)]
        await turn()
        assert not any(task.done() for task in tasks)
        assert reader["articles"].count == 0
        tasks += [saving(writer, 3), saving(writer, 4)]
        await turn()
        assert [task.done() for task in tasks] == [True, True, True, False]
        assert reader["articles"].count == 3
        assert [(await task).ref for task in tasks[:3]] == ["signet-1", "signet-2", "signet-3"]
        writer.commit()
        assert (await tasks[3]).outcome == "stored"

    run(scenario)


def test_a_small_batch_is_committed_after_its_time(
    writer: Writer, reader: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        monkeypatch.setattr(transaction, "COMMIT_WITHIN", 0.01)
        assert (await saving(writer, 1)).ref == "signet-1"
        assert reader["articles"].count == 1
        assert (await saving(writer, 2)).ref == "signet-2"

    run(scenario)


def test_commit_now_releases_who_waits(writer: Writer, reader: Database) -> None:
    async def scenario() -> None:
        task = saving(writer, 1)
        await turn()
        writer.commit()
        assert reader["articles"].count == 1
        await task
        writer.commit()

    run(scenario)


def test_what_is_settled_meanwhile_is_committed_in_time(
    writer: Writer, reader: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        monkeypatch.setattr(transaction, "COMMIT_WITHIN", 0.01)
        writer.settle(story()["url"], "failed", "network", source="signet")
        await writer.transaction.committed()
        assert reader["fetches"].count == 1

    run(scenario)


def test_a_quarantined_story_says_so_after_the_commit(writer: Writer, reader: Database) -> None:
    async def scenario() -> None:
        tasks = [saving(writer, 1), saving(writer, 2, access="secret")]
        await turn()
        assert not any(task.done() for task in tasks)
        writer.commit()
        assert (await tasks[0]).ref == "signet-1"
        with pytest.raises(Quarantined, match="access"):
            await tasks[1]
        assert reader["quarantine"].count == 1

    run(scenario)


def test_a_failed_commit_reaches_every_waiter(writer: Writer) -> None:
    async def scenario() -> None:
        tasks = [saving(writer, number) for number in (1, 2)]
        await turn()
        writer.db.execute("UPDATE version_rows SET article_id = 900 + id")
        with pytest.raises(ArchiveError):
            writer.commit()
        for task in tasks:
            with pytest.raises(ArchiveError):
                await task
        assert value(writer, "SELECT count(*) FROM articles") == 0
        again = saving(writer, 1)
        await turn()
        writer.commit()
        assert (await again).outcome == "stored"

    run(scenario)


def test_a_failed_sync_of_the_pages_reaches_the_waiter_of_the_timer(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Unplugged(Pages):
        def sync(self) -> None:
            raise OSError(5, "Input/output error")

    writer.transaction.captures = Unplugged()
    monkeypatch.setattr(transaction, "COMMIT_WITHIN", 0.01)

    async def scenario() -> None:
        with pytest.raises(ArchiveError, match="Input/output error"):
            await saving(writer, 1)

    run(scenario)


def test_a_rollback_behind_its_back_is_no_success(writer: Writer) -> None:
    async def scenario() -> None:
        task = saving(writer, 1)
        await turn()
        writer.transaction.rollback()
        with pytest.raises(ArchiveError, match="rolled back"):
            writer.commit()
        with pytest.raises(ArchiveError, match="rolled back"):
            await task

    run(scenario)


def test_one_cancelled_waiter_does_not_take_the_others_along(writer: Writer) -> None:
    async def scenario() -> None:
        tasks = [saving(writer, number) for number in (1, 2)]
        await turn()
        tasks[0].cancel()
        await turn()
        writer.commit()
        assert (await tasks[1]).ref == "signet-2"
        assert tasks[0].cancelled()

    run(scenario)
