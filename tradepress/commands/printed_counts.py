"""Prints counts for a person: a line for each value, with a bar on a terminal; those of two as a
table."""

import shutil
import sys
from collections.abc import Sequence
from itertools import accumulate

import click
from rich.cells import cell_len, set_cell_size

from tradepress.archive.text_forms import storable
from tradepress.commands.options import is_terminal
from tradepress.research.counting.count_stories import CountRow, StoryCounts
from tradepress.research.counting.count_words import notes_on, shown

LONGEST_NAME = 44
PIPED_WIDTH = 100
EIGHTHS = " ▏▎▍▌▋▊▉█"
SHORTEST_BAR = 10


def print_counts(counts: StoryCounts) -> None:
    """Prints the table, and below it what must be known about it."""
    width = shutil.get_terminal_size().columns if is_terminal(sys.stdout) else None
    lines = list_of(counts, width) if len(counts.by) == 1 else table_of(counts, width)
    head, *others = (storable(line.rstrip()) for line in lines)
    click.secho(head, bold=True)
    for line in [*others, *notes_on(counts)]:
        click.echo(line)


def list_of(counts: StoryCounts, width: int | None) -> list[str]:
    """Returns a head, and a line for each value of one key.

    :param width: of the terminal; None: no bars
    """
    rows, left_out = shown(counts)
    lines = aligned([*zip(*counts.lines(rows), strict=True)])
    if width is not None and rows:
        room = width - max(map(cell_len, lines)) - 3
        heights = [height(row, counts) for row in rows]
        if room >= SHORTEST_BAR and max(heights):
            bars = [bar(room * one / max(heights)) for one in heights]
            lines = [
                lines[0],
                *(f"{line}  {one}" for line, one in zip(lines[1:], bars, strict=True)),
            ]
    return [*lines, f"and {left_out:,} more"] if left_out else lines


def height(row: CountRow, counts: StoryCounts) -> float:
    """Returns what the bar shows: the share, if asked for. Stories without the value have none."""
    if row.keys == (None,):
        return 0
    return row.stories if counts.of is None else row.share or 0.0


def bar(length: float) -> str:
    """Returns so many characters of bar, to an eighth; what is not nothing is seen."""
    whole, eighth = divmod(max(round(length * 8), 1 if length else 0), 8)
    return EIGHTHS[8] * whole + EIGHTHS[eighth].strip()


def table_of(counts: StoryCounts, width: int | None) -> list[str]:
    """Returns a head, and a line for each value of the key that has more; what there is no room for
    to the right is counted."""
    columns = [*zip(*counts.lines(counts.rows), strict=True)]
    widths = [2 + max(min(cell_len(one), LONGEST_NAME) for one in column) for column in columns]
    room = 2 + (width or PIPED_WIDTH)
    fitting = max(1, sum(end <= room for end in accumulate(widths)))
    lines = aligned(columns[:fitting])
    left_out = len(columns) - fitting
    if left_out:
        lines.append(f"and {left_out:,} more to the right: --csv has all")
    return lines


def aligned(columns: Sequence[Sequence[str]]) -> list[str]:
    """Returns the lines of a table: names to the left, numbers to the right."""
    cut = [[one if cell_len(one) <= LONGEST_NAME else short(one) for one in c] for c in columns]
    widths = [max(map(cell_len, column)) for column in cut]
    lines = []
    for cells in zip(*cut, strict=True):
        name, *numbers = (
            " " * (width - cell_len(one)) + one if place else set_cell_size(one, width)
            for place, (one, width) in enumerate(zip(cells, widths, strict=True))
        )
        lines.append("  ".join([name, *numbers]))
    return lines


def short(name: str) -> str:
    return f"{set_cell_size(name, LONGEST_NAME - 1).rstrip()}…"
