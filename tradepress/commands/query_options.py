"""QUERY and the filters, for every command that takes a set of stories."""

import shlex
from collections.abc import Callable
from typing import Any

import click

from archive.search.find_stories import ACCESS
from archive.search.story_query import StoryQuery
from archive.stories.articles import DOUBTFUL_BELOW
from mentions.asked_names import with_known_names
from tradepress.commands.options import date_option, day_option


def any_of(name: str, metavar: str, words: str) -> Callable[[Any], Any]:
    """A filter that may be given several times: any of the values will do."""
    words = f"{words.removesuffix('.')}; can be repeated."
    return click.option(name, metavar=metavar, multiple=True, help=words)


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
    date_option("--since", "Only stories published on this day (month, year) or later."),
    date_option("--until", "Only stories published on this day (month, year) or earlier."),
    day_option("--as-of", "Take what the archive held at the end of this day (UTC)."),
    day_option("--seen-on", "Take what the papers showed on this day (UTC), as far as known."),
    click.option(
        "--doubtful",
        is_flag=True,
        help=f"Only stories with a confidence below {DOUBTFUL_BELOW} (not those without one).",
    ),
    click.option("--stemmed", is_flag=True, help="Match word families: oppose, opposed, opposing."),
    click.option(
        "--variants",
        is_flag=True,
        help="Match other spellings and old names, too: trade mark, OHIM.",
    ),
)


def query_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Argument QUERY and FILTERS; :func:`story_query` makes a value of what they give."""
    for option in reversed(FILTERS):
        command = option(command)
    return click.argument("query", nargs=-1, metavar="[QUERY]")(command)


def story_query(query: tuple[str, ...], filters: dict[str, Any]) -> StoryQuery:
    """What was typed, as a value.

    :param query: each argument is a word; one with spaces in it stands alone, since the shell has
        taken its quotation marks away
    :param filters: what all options of :func:`query_options` gave
    """
    words = " ".join(query)
    if len(query) > 1 and any(len(one.split()) > 1 for one in query):
        raise click.UsageError(f"QUERY is one argument, so put it in quotes: {shlex.quote(words)}")
    if filters["as_of"] and filters["seen_on"]:
        raise click.UsageError("Give --as-of or --seen-on, not both.")
    return with_known_names(StoryQuery(words=words if query else None, **filters))
