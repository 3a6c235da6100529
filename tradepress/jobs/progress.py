"""Shows how a crawl or other job goes, while it goes: a table or bars, or lines in a log."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.table import Table

LINE_EVERY = 60.0
"""Is how many seconds lie between two lines of a log, for each source."""
SURE_AFTER = 5
"""Is how many addresses it takes until a source's rate says how long the rest will take."""


class Progress:
    """Watches one run.

    :param asked: source to the addresses that the run asks for, as it goes on
    :param outcomes: how those of a source have ended so far
    :param clock: seconds; only differences count
    """

    def __init__(
        self,
        sources: Sequence[str],
        asked: Mapping[str, int],
        outcomes: Mapping[str, Counter[str]],
        console: Console,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.sources = sources
        self.asked = asked
        self.outcomes = outcomes
        self.console = console
        self.clock = clock
        self.began = clock()
        self.told = self.began
        self.ended: dict[str, float] = {}

    @contextmanager
    def shown(self) -> Iterator[None]:
        """On a terminal the table stands below all else until the run ends, and goes then."""
        if not self.console.is_terminal:
            yield
            return
        with Live(
            get_renderable=self.table, console=self.console, refresh_per_second=4, transient=True
        ):
            yield

    def tick(self) -> None:
        """Prints new lines a minute after the last ones; is to be called about each second."""
        if not self.console.is_terminal and self.clock() - self.told >= LINE_EVERY:
            self.told = self.clock()
            for source in self.sources:
                if source not in self.ended:
                    self.console.out(self.line(source), highlight=False)

    def end(self, source: str) -> None:
        """This source has ended. In the first minute of a run nothing is printed of that: the
        summary follows at once."""
        self.ended[source] = self.clock()
        if not self.console.is_terminal and self.clock() - self.began >= LINE_EVERY:
            self.console.out(f"{self.line(source)}; ended", highlight=False)

    def line(self, source: str) -> str:
        """Returns ``wipr: 120 found, 30 new, 50 unchanged, 1 failed; 28.0 a minute, 1:30 left``."""
        found, new, unchanged, failed, rate, left = self.figures(source)
        words = f"{source}: {found} found, {new} new, {unchanged} unchanged, {failed} failed"
        return words + (f"; {rate} a minute" if rate else "") + (f", {left} left" if left else "")

    def table(self) -> Table:
        """Returns a table with a row a source."""
        table = Table(box=None, pad_edge=False)
        for name in ("source", "found", "new", "unchanged", "failed", "a minute", "left"):
            table.add_column(name, justify="left" if name == "source" else "right")
        for source in self.sources:
            style = "dim" if source in self.ended else None
            table.add_row(source, *self.figures(source), style=style)
        return table

    def figures(self, source: str) -> tuple[str, str, str, str, str, str]:
        """Returns found, new, unchanged (duplicates, too), failed, addresses a minute, time
        left."""
        found = self.asked[source]
        outcomes = self.outcomes[source]
        done = outcomes.total()
        seconds = self.ended.get(source, self.clock()) - self.began
        rate = done / seconds if done >= SURE_AFTER and seconds > 0 else None
        left = (found - done) / rate if rate and source not in self.ended and found > done else None
        return (
            str(found),
            str(outcomes["stored"]),
            str(outcomes["unchanged"] + outcomes["duplicate"]),
            str(outcomes["failed"]),
            f"{rate * 60:.0f}" if rate else "",
            f"{left // 60:.0f}:{left % 60:02.0f}" if left is not None else "",
        )


class JobProgress:
    """Watches a job whose steps have an end that is known: files, tasks, versions."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self.console = console
        self.clock = clock
        self.told = clock()
        self.steps: dict[str, tuple[int, int]] = {}
        """Says how much of each is done, and of how much."""
        self.bars = Bars(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            redirect_stdout=False,
            disable=not console.is_terminal,
        )

    @contextmanager
    def shown(self) -> Iterator["JobProgress"]:
        """Shows the bars below all else on a terminal; they go in the end."""
        with self.bars:
            yield self

    def show(self, step: str, done: int, of: int) -> None:
        """Shows a step as often as one likes: in a log a minute after the last lines, new ones."""
        self.steps.setdefault(step, (0, 0))
        if self.console.is_terminal:
            number = [*self.steps].index(step)
            if number == len(self.bars.task_ids):
                self.bars.add_task(step)
            self.bars.update(self.bars.task_ids[number], completed=done, total=of)
        self.steps[step] = done, of
        if not self.console.is_terminal and self.clock() - self.told >= LINE_EVERY:
            self.told = self.clock()
            for name, (had, all_of_it) in self.steps.items():
                self.say(f"{name}: {had:,} of {all_of_it:,}")

    def say(self, words: str) -> None:
        """Prints a line that stays."""
        self.console.out(words, highlight=False)
