"""How a job goes, while it goes: bars on a terminal, lines in a log."""

import io

from rich.console import Console

from tradepress.jobs.progress import JobProgress


def test_a_log_gets_a_line_a_minute_for_each_step() -> None:
    said, now = io.StringIO(), [0.0]
    with JobProgress(Console(file=said), lambda: now[0]).shown() as progress:
        for second in range(0, 150, 10):
            now[0] = second
            progress.show("ingest tasks", second, 1500)
            progress.show("merge", second // 10, 1500)
        progress.say("a.warc: no space left: it is tried again")
    assert said.getvalue().splitlines() == [
        "ingest tasks: 60 of 1,500",
        "merge: 5 of 1,500",
        "ingest tasks: 120 of 1,500",
        "merge: 11 of 1,500",
        "a.warc: no space left: it is tried again",
    ]


def test_a_terminal_has_a_bar_for_each_step_and_none_in_the_end() -> None:
    said = io.StringIO()
    with JobProgress(Console(file=said, force_terminal=True, width=80)).shown() as progress:
        progress.show("stories", 3, 12)
        progress.show("merge", 0, 12)
        progress.show("stories", 4, 12)
        progress.bars.refresh()
        shown = said.getvalue()
    assert "stories" in shown
    assert "4/12" in shown
    assert "0/12" in shown
    assert said.getvalue().endswith("\x1b[2K")
