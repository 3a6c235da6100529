"""Writes standard output with colours, for what is printed by rich."""

from typing import NoReturn

from rich.console import Console
from rich.text import Text


class Printed(Console):
    """Writes standard output: with colours on a terminal, and plain into a file or a pipe.

    Of a closed pipe the command line is told, where rich would end it.
    """

    def __init__(self) -> None:
        super().__init__(highlight=False, soft_wrap=True)

    def on_broken_pipe(self) -> NoReturn:
        raise  # what rich is handling

    def print_wrapped(self, text: Text, *, width: int, indent: int) -> None:
        """Writes lines of that width; what stands out goes on doing so in the next one."""
        for line in text.wrap(self, width):
            line.rstrip()
            self.print(Text(" " * indent) + line)
