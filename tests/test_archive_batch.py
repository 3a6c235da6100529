"""Batches: a story counts as saved only after the commit that contains it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from archive_rows import Pages, clock, story, value, writer
from sqlite_utils import Database

from archive.batch import Batch
from archive.errors import ArchiveError
from archive.open import open_archive
from archive.writer import Quarantined, Saved, Writer

__all__ = ["clock", "writer"]

HOUR = 3600.0


@pytest.fixture
def reader(tmp_path: Path, writer: Writer) -> Iterator[Database]:
    writer.commit()
    db = open_archive(tmp_path / "archive.db")
    yield db
    db.close()


def saving(batch: Batch, number: int, **changes: Any) -> "asyncio.Task[Saved]":
    article = story(number, **changes)
    facts = {"requested_url": article["url"], "extractor": "tests 1"}
    return asyncio.ensure_future(batch.save(article, [], **facts))


async def turn() -> None:
    """Let every task go as far as it can without the clock."""
    for _ in range(5):
        await asyncio.sleep(0)


def run(scenario: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        await asyncio.wait_for(scenario(), 20)

    asyncio.run(bounded())


def test_a_full_batch_is_committed_at_once(writer: Writer, reader: Database) -> None:
    async def scenario() -> None:
        batch = Batch(writer, size=3, seconds=HOUR)
        tasks = [saving(batch, number) for number in (1, 2)]
        await turn()
        assert not any(task.done() for task in tasks)
        assert reader["articles"].count == 0
        tasks += [saving(batch, 3), saving(batch, 4)]
        await turn()
        assert [task.done() for task in tasks] == [True, True, True, False]
        assert reader["articles"].count == 3
        assert [(await task).ref for task in tasks[:3]] == ["signet-1", "signet-2", "signet-3"]
        batch.commit()
        assert (await tasks[3]).outcome == "stored"

    run(scenario)


def test_a_small_batch_is_committed_after_its_time(writer: Writer, reader: Database) -> None:
    async def scenario() -> None:
        batch = Batch(writer, size=50, seconds=0.01)
        assert (await saving(batch, 1)).ref == "signet-1"
        assert reader["articles"].count == 1
        assert (await saving(batch, 2)).ref == "signet-2"

    run(scenario)


def test_commit_now_releases_who_waits(writer: Writer, reader: Database) -> None:
    async def scenario() -> None:
        batch = Batch(writer, seconds=HOUR)
        task = saving(batch, 1)
        await turn()
        batch.commit()
        assert reader["articles"].count == 1
        await task
        batch.commit()

    run(scenario)


def test_what_is_settled_meanwhile_is_committed_in_time(writer: Writer, reader: Database) -> None:
    async def scenario() -> None:
        batch = Batch(writer, seconds=0.01)
        writer.settle(story()["url"], "failed", "network", source="signet")
        await batch.commit_soon()
        assert reader["fetches"].count == 1

    run(scenario)


def test_a_quarantined_story_says_so_after_the_commit(writer: Writer, reader: Database) -> None:
    async def scenario() -> None:
        batch = Batch(writer, seconds=HOUR)
        tasks = [saving(batch, 1), saving(batch, 2, access="secret")]
        await turn()
        assert not any(task.done() for task in tasks)
        batch.commit()
        assert (await tasks[0]).ref == "signet-1"
        with pytest.raises(Quarantined, match="access"):
            await tasks[1]
        assert reader["quarantine"].count == 1

    run(scenario)


def test_a_failed_commit_reaches_every_waiter(writer: Writer) -> None:
    async def scenario() -> None:
        batch = Batch(writer, seconds=HOUR)
        tasks = [saving(batch, number) for number in (1, 2)]
        await turn()
        writer.db.execute("UPDATE versions SET article_id = 900 + id")
        with pytest.raises(ArchiveError):
            batch.commit()
        for task in tasks:
            with pytest.raises(ArchiveError):
                await task
        assert value(writer, "SELECT count(*) FROM articles") == 0
        again = saving(batch, 1)
        await turn()
        batch.commit()
        assert (await again).outcome == "stored"

    run(scenario)


def test_a_failed_sync_of_the_pages_reaches_the_waiter_of_the_timer(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Unplugged(Pages):
        def sync(self) -> None:
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(writer, "_captures", Unplugged())

    async def scenario() -> None:
        with pytest.raises(ArchiveError, match="Input/output error"):
            await saving(Batch(writer, seconds=0.01), 1)

    run(scenario)


def test_a_rollback_behind_its_back_is_no_success(writer: Writer) -> None:
    async def scenario() -> None:
        batch = Batch(writer, seconds=HOUR)
        task = saving(batch, 1)
        await turn()
        writer.db.execute("UPDATE versions SET article_id = 900 + id")
        with pytest.raises(ArchiveError):
            writer.commit()
        with pytest.raises(ArchiveError, match="rolled back"):
            batch.commit()
        with pytest.raises(ArchiveError, match="rolled back"):
            await task

    run(scenario)


def test_a_commit_by_the_writer_itself_is_one(writer: Writer) -> None:
    async def scenario() -> None:
        batch = Batch(writer, seconds=HOUR)
        task = saving(batch, 1)
        await turn()
        writer.commit()
        batch.commit()
        assert (await task).outcome == "stored"

    run(scenario)


def test_one_cancelled_waiter_does_not_take_the_others_along(writer: Writer) -> None:
    async def scenario() -> None:
        batch = Batch(writer, seconds=HOUR)
        tasks = [saving(batch, number) for number in (1, 2)]
        await turn()
        tasks[0].cancel()
        await turn()
        batch.commit()
        assert (await tasks[1]).ref == "signet-2"
        assert tasks[0].cancelled()

    run(scenario)
