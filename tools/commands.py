"""Writes docs/reference/commands.md: `make generated`. All it says stands with the commands."""

from collections.abc import Iterator
from pathlib import Path

import click

from tools.written_between import written_between
from tradepress.command_line import PURPOSES, cli

DOCUMENT = Path(__file__).parents[1] / "docs" / "reference" / "commands.md"
START, END = "<!-- commands: written by `make docs` -->\n", "<!-- end of commands -->\n"


def chapter(path: str, command: click.Command, context: click.Context, level: int) -> Iterator[str]:
    """Yields the lines on a command: how it is called, what it does, its options, its parts."""
    usage = command.collect_usage_pieces(context)
    yield f"{'#' * level} {path}\n"
    yield f"```text\ntradepress {path} {' '.join(usage)}\n```\n"
    yield f"{paragraphs(command.help or '')}\n"
    records = [
        record
        for parameter in command.get_params(context)
        if (record := parameter.get_help_record(context))
        and record[1]
        and "--help" not in record[0]
    ]
    if records:
        yield "| option | meaning |\n|---|---|"
        for name, words in records:
            yield f"| `{cell(name)}` | {cell(words)} |"
        yield ""
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            part = command.get_command(context, name)
            if part is not None and not part.hidden:
                inner = click.Context(part, parent=context, info_name=name)
                yield from chapter(f"{path} {name}", part, inner, level + 1)


def paragraphs(words: str) -> str:
    """Returns a help text as Markdown: what click is told to leave as it is becomes a block."""
    blocks = []
    for block in words.split("\n\n"):
        lines = block.strip("\n").splitlines()
        if lines and lines[0].strip() == "\b":
            blocks.append("\n".join(["```text", *lines[1:], "```"]))
        else:
            blocks.append(" ".join(block.split()))
    return "\n\n".join(blocks)


def cell(words: str) -> str:
    """Returns words that a table may hold."""
    return " ".join(words.split()).replace("|", "\\|")


def chapters() -> str:
    """Returns the chapters on all commands, by purpose."""
    context = click.Context(cli, info_name="tradepress")
    lines = []
    for purpose, commands in PURPOSES.items():
        lines.append(f"## {purpose}\n")
        for name in commands:
            command = cli.get_command(context, name)
            assert command is not None
            inner = click.Context(command, parent=context, info_name=name)
            lines += chapter(name, command, inner, 3)
    return "\n".join(lines)


def with_chapters(document: str) -> str:
    """Returns the document with these chapters in their place."""
    return written_between(document, START, END, chapters())


if __name__ == "__main__":
    DOCUMENT.write_text(with_chapters(DOCUMENT.read_text()))
