"""Runs `tradepress docs`: shows the documentation, which comes with the program."""

import sys

import click

from tradepress.archive.searched_form import MARK_END, MARK_START
from tradepress.commands.options import is_terminal
from tradepress.documentation import DocPage, find_sections, read_pages

WIDEST = 100
UNMARKED = dict.fromkeys(map(ord, MARK_START + MARK_END))


@click.command()
@click.argument("words", metavar="[NAME | WORDS]...", nargs=-1)
def docs(words: tuple[str, ...]) -> int:
    """Show a page of the documentation, or the pages that tell of some words.

    Without a word: what pages there are. They are in the reading room, too, under /help. A page
    that is piped on is Markdown.
    """
    pages = read_pages()
    asked = " ".join(words)
    name = asked.lower().removesuffix(".md")
    if not asked:
        width = max(map(len, pages))
        for page in pages.values():
            click.echo(f"{page.name:<{width}}  {page.title}")
        click.echo("\n`tradepress docs NAME` shows one; `tradepress docs WORDS` finds some.")
    elif name in pages:
        _show(pages[name])
    else:
        _find(asked)
    return 0


def _show(page: DocPage) -> None:
    if not is_terminal(sys.stdout):
        click.echo(page.text, nl=False)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console()
    with console.capture() as capture:
        console.print(Markdown(page.text, hyperlinks=False), width=min(WIDEST, console.width))
    click.echo_via_pager(capture.get())


def _find(asked: str) -> None:
    found = find_sections(asked)
    for one in found:
        click.secho(f"tradepress docs {one.page.name}", bold=True, nl=False)
        click.echo(f"  {one.heading}")
        if one.passage:
            click.echo(f"    {one.passage.translate(UNMARKED)}")
    if not found:
        click.echo(f"No page tells of {asked!r}. `tradepress docs` lists all.", err=True)
