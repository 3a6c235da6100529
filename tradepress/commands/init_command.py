"""Runs `tradepress init`: six questions, and the tradepress.toml that says the answers."""

import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import click

from tradepress.archive.errors import ArchiveError
from tradepress.commands.options import configured, duration, is_terminal, is_text
from tradepress.configuration import (
    FILE_NAME,
    MAIL_EXAMPLE,
    Configuration,
    ConfigurationError,
    Notify,
    SourcesConfiguration,
    load_configuration,
    read_sources,
    write_duration,
)
from tradepress.declared_sources import all_sources, look_in
from tradepress.jobs import first_configuration as first

Answer = TypeVar("Answer")
REFUSED = (ArchiveError, ConfigurationError, ValueError, click.BadParameter)
QUESTIONS = {
    "contact": "Who runs this: your mail or web address, which the sites see.",
    "language": "Language of the papers to choose from: a code such as en, or all. It is asked for "
    "the next question; no setting keeps it.",
    "sources": "Which papers are crawled: names with commas between them, or all.",
    "every": "How often: the least time between two crawls of a paper. A little less than a day "
    "is right for every night, 160h for every week.",
    "archive": "Where the stories are kept: a file.",
    "notify": f"Whom to tell when something is wrong: addresses such as {MAIL_EXAMPLE} with commas "
    "between them, or nobody. They hold passwords, so that they are not shown.",
}


@click.command(params=[click.Option([f"--{one}"], help=QUESTIONS[one]) for one in QUESTIONS])
@click.option("--yes", is_flag=True, help="Ask nothing: what no option says is as without a file.")
def init(yes: bool, **given: str | None) -> int:
    """Set this folder up: six questions, and a tradepress.toml with the answers.

    What an option says is not asked. A tradepress.toml that is there stays as it is.
    """
    file, usual = Path(FILE_NAME), configured()
    first.require_free(usual.file or file)
    if not yes and not is_terminal(sys.stdin):
        raise click.UsageError("There is no terminal to ask at: give --yes, and --contact ADDRESS.")
    look_in(read_sources(file, {}, is_named=False).folder)
    papers = [source for source in all_sources() if not source.sample]

    def answer(name: str, read: Callable[[str], Answer], default: str) -> Answer:
        """Reads what was given, or else what is typed: that again, until it can be read."""
        words, hides = given[name] or default, name == "notify"  # its addresses hold passwords
        if is_asked := given[name] is None and not yes:
            click.echo("\n" + click.wrap_text(QUESTIONS[name]))
        while True:
            try:
                if is_asked:
                    shown = bool(default) and not hides
                    words = click.prompt(name.title(), default, hides, show_default=shown)
                if not is_text(words):
                    raise ValueError("it is not UTF-8")
                return read(words.strip())
            except REFUSED as error:
                told = str(error).removeprefix("The environment: ")
                if not is_asked:
                    raise click.BadParameter(told, param_hint=f"'--{name}'") from error
                click.echo(f"  {told}")

    if not yes:
        click.echo("Six questions. Enter takes what stands in brackets; Ctrl-C ends it all.")
    contact = answer("contact", first.read_contact, usual.contact or "")
    given["language"] = given["language"] or (given["sources"] and first.ALL)
    offered = answer("language", lambda words: first.papers_in(words, papers), first.ALL)
    if not yes and given["sources"] is None:
        click.echo("\n" + "\n".join(f"  {one.name:<18}{one.publisher}" for one in offered))
    all_names = ",".join(usual.sources.names) or first.ALL
    names = answer("sources", lambda words: first.read_names(words, offered, papers), all_names)
    settings = Configuration(
        contact=contact,
        sources=SourcesConfiguration(names=names),
        every=answer("every", duration, write_duration(usual.every)),
        archive=answer("archive", first.read_place, str(usual.archive)),
        notify=Notify(urls=answer("notify", first.read_urls, ",".join(usual.notify.urls))),
    )
    first.write_configuration(file, settings)
    click.echo(f"Written: {file.absolute()}")
    if not yes:
        offer_schedule(settings.every)
    click.echo("Next: `tradepress crawl`. The first crawl of a paper is a trial, to be looked at.")
    return 0


def offer_schedule(every: timedelta) -> None:
    """Does what `tradepress schedule install` does, if somebody wants it."""
    from tradepress.archive.open import open_archive
    from tradepress.commands.schedule_command import EVERY, install

    often = next((one for one in EVERY if duration(one) > every), EVERY[-1])
    later = "later: `tradepress schedule install`"
    question = f"Crawl by the clock, every {often.removesuffix('h')} hours ({later})?"
    try:
        is_wanted = click.confirm(question)
    except click.Abort:  # by Ctrl-C: the file is written, and what is left is a command of its own
        click.echo()
        is_wanted = False
    if is_wanted:
        context = click.get_current_context()
        context.obj = load_configuration()
        open_archive(context.obj.archive, command="init").close()  # a schedule makes none
        context.invoke(install, every=often, archive=context.obj.archive)
