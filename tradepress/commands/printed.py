"""How results are printed: for a program, for a person, and only the first of many."""

import json
from collections.abc import Sequence
from typing import Any, NoReturn

import click
from rich.console import Console
from rich.text import Text

MOST_SHOWN = 20
"""Lines or names, where there may be many."""


class Printed(Console):
    """Standard output: with colours on a terminal, and plain into a file or a pipe.

    Of a closed pipe the command line is told, where rich would end it.
    """

    def __init__(self) -> None:
        super().__init__(highlight=False, soft_wrap=True)

    def on_broken_pipe(self) -> NoReturn:
        raise  # what rich is handling

    def print_wrapped(self, text: Text, *, width: int, indent: int) -> None:
        """In lines of that width; what stands out goes on doing so in the next one."""
        for line in text.wrap(self, width):
            line.rstrip()
            self.print(Text(" " * indent) + line)


def print_json(value: Any) -> None:
    """For a program; days and paths become text."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1, default=str))


def print_some(lines: Sequence[str], *, indent: str = "", err: bool = False) -> None:
    """The first lines, and how many more there are."""
    for line in lines[:MOST_SHOWN]:
        click.echo(indent + line, err=err)
    if len(lines) > MOST_SHOWN:
        click.echo(f"{indent}… and {len(lines) - MOST_SHOWN} more", err=err)


def enumerated(names: Sequence[str], most: int = MOST_SHOWN) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
