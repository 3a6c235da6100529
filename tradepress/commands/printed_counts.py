"""Prints counts for a person: a line for each value, with a bar on a terminal; those of two as a
table."""

import shutil
import sys
from collections.abc import Sequence

import click
from rich.cells import cell_len, set_cell_size

from tradepress.archive.text_forms import storable
from tradepress.commands.options import is_terminal
from tradepress.research.counting.count_stories import CountRow, StoryCounts
from tradepress.research.counting.count_words import label_of, notes_on, percent, shown

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
    (key,) = counts.by
    rows, left_out = shown(counts)
    columns = [[key, *(label_of(key, row.keys[0]) for row in rows)]]
    columns.append(["stories", *(f"{row.stories:,}" for row in rows)])
    if counts.of is not None:
        columns.append(["of", *(f"{row.of:,}" for row in rows)])
        columns.append(["share", *(percent(row.share) for row in rows)])
    lines = aligned(columns)
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
    numbers = {row.keys: row for row in counts.rows}
    values = [list(dict.fromkeys(row.keys[place] for row in counts.rows)) for place in (0, 1)]
    down, across = (0, 1) if len(values[0]) >= len(values[1]) else (1, 0)
    columns = [[counts.by[down], *(label_of(counts.by[down], one) for one in values[down])]]
    room = (width or PIPED_WIDTH) - max(min(cell_len(one), LONGEST_NAME) for one in columns[0])
    for of_column in values[across]:
        cells = []
        for of_line in values[down]:
            row = numbers.get((of_line, of_column) if down == 0 else (of_column, of_line))
            cells.append("" if row is None else cell(row, counts))
        column = [label_of(counts.by[across], of_column), *cells]
        room -= 2 + max(min(cell_len(one), LONGEST_NAME) for one in column)
        if room < 0:
            break
        columns.append(column)
    lines = aligned(columns)
    left_out = len(values[across]) - len(columns) + 1
    if left_out:
        lines.append(f"and {left_out:,} more to the right: --csv has all")
    return lines


def cell(row: CountRow, counts: StoryCounts) -> str:
    """Returns the number, or the share if that was asked for."""
    return f"{row.stories:,}" if counts.of is None else percent(row.share)


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
