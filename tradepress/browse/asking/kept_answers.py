"""Keeps answers that stay true until somebody writes to the archive: sums over all of it."""

from collections.abc import Awaitable, Callable, Hashable
from pathlib import Path
from typing import Any

from tradepress.browse.asking.limits import connect_frugally

MOST_ANSWERS = 500


class KeptAnswers:
    """Keeps the answers of one archive."""

    def __init__(self, archive: Path) -> None:
        self._watching = connect_frugally(archive)
        self._state = 0
        self._answers: dict[Hashable, Any] = {}

    async def get(self, question: Hashable, ask: Callable[[], Awaitable[Any]]) -> Any:
        """Returns the answer to a question, from memory where it is kept.

        :param ask: gives the answer where it isn't kept
        """
        # Another number after each commit of another connection; here nobody writes.
        (state,) = self._watching.execute("PRAGMA data_version").fetchone()
        if state != self._state or len(self._answers) >= MOST_ANSWERS:
            self._state, self._answers = state, {}
        answers = self._answers
        if question not in answers:
            answers[question] = await ask()
        return answers[question]

    def close(self) -> None:
        self._watching.close()
