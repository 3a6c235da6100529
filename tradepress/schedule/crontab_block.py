"""Writes the schedule's lines in the text of a crontab, whose other lines stay byte for byte."""

import io
import os
import re
import shlex
from pathlib import Path

from tradepress.schedule.plan import Plan, SchedulingError, fill

BEGIN = "# BEGIN tradepress (written by `tradepress schedule install`)"
END = "# END tradepress"
OURS = re.compile(rb"tradepress\S* (?:.* )?(crawl|backup) (?:.* )?--archive ")
"""Matches what stands in each line between the two, also in one that was changed by hand."""


def block(plan: Plan) -> str:
    """Returns the lines: crawl, saved queries and health one after the other, and the backup.

    All paths are whole, so that cron's short PATH does; what is printed goes into a file, since
    `tradepress health` tells those whom tradepress.toml names.
    """
    return fill(
        "crontab",
        plan=plan,
        begin=BEGIN,
        end=END,
        command=lambda *words: _quoted(plan.command(*words)),
        log=_quoted([str(log_of(plan.archive))]),
    )


def log_of(archive: Path) -> Path:
    """Returns where what the jobs print is written."""
    return archive.with_name("schedule.log")


def _quoted(words: list[str]) -> str:
    """Makes words safe for the shell; then for cron, to whom a bare per cent sign is the end of the
    line.

    A backslash stands before a quote: some crons take two for one, or one and a per cent sign for
    that sign, and others don't.
    """
    return shlex.join(words).replace("\\", "\\''").replace("%", "\\%")


def put(crontab: bytes, lines: bytes) -> bytes:
    """Puts the block in the place of the one that is there, or after the last line.

    A last line without an end stays the last: to end it would make cron read it otherwise.

    :raises SchedulingError: it can't be told which lines are ours
    """
    found = blocks(crontab)
    if len(found) > 1:
        raise SchedulingError(
            f"the crontab has {len(found)} schedules: take them out with "
            "`tradepress schedule remove`, then install again"
        )
    start, end = found[0] if found else (crontab.rfind(b"\n") + 1,) * 2
    return crontab[:start] + lines + crontab[end:]


def take_out(crontab: bytes) -> bytes:
    """Returns what is left without our lines.

    :raises SchedulingError: it can't be told which lines are ours
    """
    for start, end in reversed(blocks(crontab)):
        crontab = crontab[:start] + crontab[end:]
    return crontab


def blocks(crontab: bytes) -> list[tuple[int, int]]:
    """Returns where each block begins and ends. Only a whole line is a mark.

    :raises SchedulingError: it can't be told which lines are ours
    """
    found: list[tuple[int, int]] = []
    begun: int | None = None
    place = 0
    for number, line in enumerate(io.BytesIO(crontab), 1):
        words = os.fsdecode(line.strip())
        if words == BEGIN:
            if begun is not None:
                raise _broken(number, f"begins a schedule before the one above has its {END!r}")
            begun = place
        elif words == END:
            if begun is None:
                raise _broken(number, f"ends a schedule and has no {BEGIN!r} above it")
            found.append((begun, place + len(line)))
            begun = None
        elif begun is not None and words and not OURS.search(line):
            raise _broken(number, f"stands between {BEGIN!r} and {END!r} and is none of our lines")
        place += len(line)
    if begun is not None:
        raise _broken(crontab.count(b"\n", 0, begun) + 1, f"has no {END!r} below its lines")
    return found


def _broken(number: int, what: str) -> SchedulingError:
    return SchedulingError(
        f"line {number} of the crontab {what}; nothing was changed: with `crontab -e` put right or "
        "delete what is left of the schedule's lines, and keep your own outside of them"
    )


def archives(crontab: bytes) -> list[Path]:
    """Returns whose schedule it is, without lines that were changed by hand to another form than
    ours.

    :raises SchedulingError: it can't be told which lines are ours
    """
    found = [
        _archive(os.fsdecode(line))
        for start, end in blocks(crontab)
        for line in crontab[start:end].splitlines()
        if OURS.search(line)
    ]
    return list(dict.fromkeys(archive for archive in found if archive is not None))


def _archive(line: str) -> Path | None:
    words = shlex.shlex(line.replace("\\%", "%"), posix=True, punctuation_chars=True)
    words.whitespace_split, words.commenters = True, ""
    try:
        split = list(words)
        return Path(split[split.index("--archive") + 1])
    except (ValueError, IndexError):  # a quote without its pair, no such word, nothing after it
        return None
