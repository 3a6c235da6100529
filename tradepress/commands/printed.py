"""What is printed with colours on a terminal, and plain into a file or a pipe."""

from typing import NoReturn

from rich.console import Console


class Printed(Console):
    """Standard output; of a closed pipe the command line is told, where rich would end it."""

    def __init__(self) -> None:
        super().__init__(highlight=False, soft_wrap=True)

    def on_broken_pipe(self) -> NoReturn:
        raise  # what rich is handling
