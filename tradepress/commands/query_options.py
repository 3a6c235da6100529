"""Declares QUERY and the filters, for every command that takes a set of stories."""

import shlex
from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import click

from tradepress.archive.database import Database
from tradepress.archive.search.asked_days import with_days
from tradepress.archive.search.find_stories import ACCESS
from tradepress.archive.search.meant_names import names_taken, with_meant_names
from tradepress.archive.search.named_values import BY_NAME
from tradepress.archive.search.query_language import remarks
from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.stories.articles import DOUBTFUL_BELOW
from tradepress.commands import completing
from tradepress.commands.options import date_option, day_option
from tradepress.mentions.asked_names import with_known_names
from tradepress.story import ASKED_KINDS

if TYPE_CHECKING:
    from tradepress.research.export.withheld_text import Texts


class QueryCommand(click.Command):
    """Takes ``-word …`` for the query and not for options that there aren't; its help has the
    filters below its own options."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, query_last(args, self.get_params(ctx)))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        filters = {field.name for field in fields(StoryQuery)}
        for heading, is_filter in (("Options", False), ("Filters", True)):
            records = [
                one.get_help_record(ctx)
                for one in self.get_params(ctx)
                if isinstance(one, click.Option) and (one.name in filters) is is_filter
            ]
            with formatter.section(heading):
                formatter.write_dl([*filter(None, records)])


def query_last(arguments: list[str], parameters: Sequence[click.Parameter]) -> list[str]:
    """Returns the arguments with the words of the query, such as ``-court mark``, behind ``--``, in
    their order.

    What begins with two dashes and what follows an option that takes a value stay where they are.
    """
    if "--" in arguments:
        return arguments
    takes_value = {
        name: isinstance(parameter, click.Option) and not parameter.is_flag
        for parameter in parameters
        for name in parameter.opts
    }
    words: list[str] = []
    others: list[str] = []
    is_value = False
    for word in arguments:
        is_option = is_value or word.startswith("--") or word in takes_value
        (others if is_option else words).append(word)
        is_value = not is_value and takes_value.get(word, False)
    return [*others, "--", *words] if words else arguments


def any_of(name: str, metavar: str, words: str) -> Callable[[Any], Any]:
    """Makes a filter that may be given several times: any of the values will do."""
    words = f"{words.removesuffix('.')}; can be repeated."
    complete = completing.names
    return click.option(name, metavar=metavar, multiple=True, help=words, shell_complete=complete)


FILTERS = (
    any_of("--source", "NAME", "Only this source."),
    any_of("--section", "NAME", "Only this section, in the paper's own word."),
    any_of("--language", "CODE", "Only this language: en, de, …"),
    click.option(
        "--access",
        type=click.Choice(ACCESS),
        multiple=True,
        help="Only stories whose page says so of itself (unknown: it says nothing); can be "
        "repeated.",
    ),
    any_of("--author", "NAME", "Only stories by this author."),
    any_of("--court", "NAME", "Only stories that mention this court, by any of its names."),
    any_of("--office", "NAME", "Only stories that mention this office, by any of its names."),
    any_of("--case", "NAME", "Only stories that mention this case, or a case of this party."),
    any_of("--number", "NUMBER", "Only stories that mention this number of a case or a mark."),
    any_of("--firm", "NAME", "Only stories that mention this law firm, by any of its names."),
    click.option(
        "--mentions",
        type=click.Choice(ASKED_KINDS),
        metavar="KIND",
        multiple=True,
        help=f"Only stories that mention anything of this kind: {', '.join(ASKED_KINDS)}; can be "
        "repeated.",
    ),
    date_option(
        "--since",
        "Only stories published on this day (month, year) or later: 2017-08, last year, 30 days "
        "ago.",
    ),
    date_option("--until", "Only stories published on this day (month, year) or earlier."),
    day_option("--as-of", "As of the end of this day (UTC), in this archive."),
    day_option("--seen-on", "As of this day (UTC), at the papers, as far as known."),
    click.option("--undated", is_flag=True, help="Only stories without a day of publication."),
    click.option(
        "--doubtful",
        is_flag=True,
        help=f"Only stories with a confidence below {DOUBTFUL_BELOW} (not those without one), or "
        "with a paragraph in doubt.",
    ),
    click.option("--stemmed", is_flag=True, help="Match word families: oppose, opposed, opposing."),
    click.option(
        "--variants",
        is_flag=True,
        help="Match other spellings, old names and languages, too: OHIM, Marke.",
    ),
)


def query_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds argument QUERY and FILTERS; :func:`story_query` makes a value of what they give."""
    for option in reversed(FILTERS):
        command = option(command)
    return click.argument("query", nargs=-1, metavar="[QUERY]")(command)


def story_query(
    query: tuple[str, ...], filters: dict[str, Any], *, is_saved: bool = False
) -> StoryQuery:
    """Returns what was typed, as a value.

    :param query: each argument is a word; one with spaces in it stands alone, since the shell has
        taken its quotation marks away
    :param filters: what all options of :func:`query_options` gave
    :param is_saved: words such as ``last year`` stay, since they are asked again
    """
    words = " ".join(query)
    if len(query) > 1 and any(len(one.split()) > 1 for one in query):
        raise click.UsageError(f"QUERY is one argument, so put it in quotes: {shlex.quote(words)}")
    if filters["as_of"] and filters["seen_on"]:
        raise click.UsageError("Give --as-of or --seen-on, not both.")
    for remark in remarks(words):
        click.echo(f"Note: {remark}.", err=True)
    asked = with_known_names(StoryQuery(words=words if query else None, **filters))
    return asked if is_saved else with_days(asked)


def known_query(db: Database, query: StoryQuery) -> StoryQuery:
    """Returns a query with the names that its filters mean, and tells whoever typed others.

    :raises UnknownName: no story of the archive has a name, or several may be meant
    """
    typed = click.get_current_context().params
    asked = {name: typed.get(name) or () for name in BY_NAME}
    whole = {name: (value,) if isinstance(value, str) else value for name, value in asked.items()}
    meant = with_meant_names(db, query, whole)
    for line in names_taken(query, meant):
        click.echo(line, err=True)
    return meant


def texts_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds ``--metadata-only`` and ``--full``; :func:`given_texts` makes a value of them."""
    for option in (
        click.option(
            "--full",
            is_flag=True,
            help="With all texts that the archive holds, also those whose publishers reserve them.",
        ),
        click.option("--metadata-only", is_flag=True, help="Without any text."),
    ):
        command = option(command)
    return command


def given_texts(*, metadata_only: bool, full: bool) -> "Texts":
    """Tells whose texts are given on.

    :raises click.UsageError: both are asked for
    """
    if metadata_only and full:
        raise click.UsageError("Give --metadata-only or --full, not both.")
    return "none" if metadata_only else "all" if full else "unreserved"
