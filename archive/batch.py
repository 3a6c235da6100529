"""Batches: many stories share one commit, and each counts as saved only after it."""

import asyncio
from collections.abc import Callable
from typing import Any

from archive.errors import ArchiveError
from archive.rows import Row
from archive.writer import Quarantined, Saved, Writer


class Batch:
    """Commits a writer's open transaction after ``size`` stories or ``seconds``.

    Lives in one asyncio event loop and its thread.
    """

    def __init__(
        self,
        writer: Writer,
        size: int = 50,
        seconds: float = 1.0,
        *,
        on_failure: Callable[[ArchiveError], None] | None = None,
        on_commit: Callable[[], None] | None = None,
    ) -> None:
        self.writer = writer
        self.size = size
        self.seconds = seconds
        self.on_failure = on_failure
        self.on_commit = on_commit
        self._count = 0
        self._rollbacks = writer.rollbacks
        self._committed: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None

    async def save(self, article: Row, links: list[Row], **facts: Any) -> Saved:
        """:meth:`Writer.save_article`, but returns (or raises Quarantined) after the commit.

        :raises ArchiveError: the commit failed: nothing of the batch is kept
        """
        committed = self.commit_soon()
        refused, saved = None, None
        try:
            saved = self.writer.save_article(article, links, **facts)
        except Quarantined as error:
            refused = error
        self._count += 1
        if self._count >= self.size:
            self._finish()
        # Shielded: one waiter that is cancelled must not take the others along.
        await asyncio.shield(committed)
        if saved is None:
            assert refused is not None
            raise refused
        return saved

    def commit_soon(self) -> "asyncio.Future[None]":
        """See to it that what is open is committed in time; done when it is."""
        if self._committed is None:
            loop = asyncio.get_running_loop()
            self._committed = loop.create_future()
            self._timer = loop.call_later(self.seconds, self._finish)
            self._rollbacks = self.writer.rollbacks
            self._count = 0
        return self._committed

    def commit(self) -> None:
        """Commit now.

        :raises ArchiveError: nothing of the batch is kept; its waiters are told the same
        """
        if (error := self._finish()) is not None:
            raise error

    def _finish(self) -> ArchiveError | None:
        committed, self._committed = self._committed, None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        failure: ArchiveError | None = None
        try:
            self.writer.commit()
        except ArchiveError as error:
            failure = error
            if self.on_failure is not None:
                self.on_failure(error)
        if committed is not None and not committed.done():
            if failure is None and self.writer.rollbacks != self._rollbacks:
                failure = ArchiveError(f"{self.writer.path}: the batch was rolled back")
            if failure is None:
                committed.set_result(None)
            else:
                committed.set_exception(failure)
                committed.exception()  # read once, or asyncio complains where nobody waits
        if failure is None and self.on_commit is not None:
            self.on_commit()
        return failure
