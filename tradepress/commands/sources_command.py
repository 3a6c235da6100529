"""Runs `tradepress sources`: the declared publishers."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from tradepress.archive.read_only import read_archive
from tradepress.archive.text_forms import counted, storable
from tradepress.commands import completing
from tradepress.commands.options import archive_option, configured, json_option
from tradepress.commands.printed import print_json
from tradepress.commands.sources_check import check_sources
from tradepress.commands.sources_new import new_source
from tradepress.configuration import Configuration, write_duration
from tradepress.declared_sources import (
    all_sources,
    configured_sources,
    require_crawlable,
    source_file,
    source_named,
)
from tradepress.source import Source
from tradepress.spiders import OURS
from tradepress.undeclared_source import from_files


@click.group()
def sources() -> None:
    """Declare new sources; list, show and check those that there are."""


sources.add_command(check_sources)
sources.add_command(new_source)


@sources.command("list")
@json_option
@archive_option
def list_sources(as_json: bool, archive: Path) -> int:
    """List every source.

    Those that a crawl without names takes are marked with `*`, if the configuration says which.
    Those that the archive has from files alone are declared nowhere: no crawl takes them.
    """
    configuration = configured()
    require_crawlable(configuration)
    taken = {source.name for source in configured_sources(configuration)}
    undeclared: dict[str, tuple[Source, int]] = {}
    if archive.exists():
        with read_archive(archive) as db:
            undeclared = from_files(db)
    declared = [*all_sources(), *(source for source, _ in undeclared.values())]
    if as_json:
        print_json(
            [{**_stated(source), "is_configured": source.name in taken} for source in declared]
        )
        return 0
    widths = [
        max(map(len, words))
        for words in zip(*((one.name, one.publisher) for one in declared), strict=True)
    ]
    for source in declared:
        if source.name in undeclared:
            state = f"from files: {counted(undeclared[source.name][1], 'story', 'stories')}"
        elif source.sample:
            state = "bundled sample"
        elif source.verified is None:
            state = "never checked on the live site"
        else:
            state = f"rules seen to work on {source.verified}"
        mark = ("* " if source.name in taken else "  ") if configuration.sources.names else ""
        if source.is_declared and source_file(source.name).parent != OURS:
            state = f"your own; {state}"
        own = own_settings(configuration, source.name)
        names = f"{source.name:<{widths[0]}}  {source.publisher:<{widths[1]}}"
        click.echo(storable(f"{mark}{names}  {state}{own}"))
    return 0


def _stated(source: Source) -> dict[str, Any]:
    """Returns the declaration as JSON has it, with the file that states it; None: no file does."""
    own = source.prepare_page
    fields = asdict(replace(source, prepare_page=None))
    file = str(source_file(source.name)) if source.is_declared else None
    return {**fields, "prepare_page": own and own.__name__, "file": file}


def own_settings(configuration: Configuration, source: str) -> str:
    """Returns what the configuration says of one source alone, for its line."""
    own = configuration.source.get(source)
    if own is None:
        return ""
    facts = {
        "every": None if own.every is None else write_duration(own.every),
        "policy": own.policy,
        "delay": None if own.delay is None else f"{own.delay:g} s",
    }
    return "".join(f"; {name} {value}" for name, value in facts.items() if value is not None)


@sources.command("show")
@click.argument("name", shell_complete=completing.sources)
@json_option
def show_source(name: str, as_json: bool) -> int:
    """Show the declaration of one source."""
    source = source_named(name)
    fields = _stated(source)
    if as_json:
        print_json(fields)
        return 0
    for field, value in fields.items():
        if field == "selectors":
            value = tuple(f"{name} {css}" for name, css in value.items() if css)
        if field == "furniture":
            click.echo("furniture")
            for rule in value:
                kind = f" -> {rule['kind']}" if rule["kind"] else ""
                click.echo(f"  {rule['cut']}{kind}: {rule['pattern']}")
        elif isinstance(value, tuple):
            click.echo(f"{field:<15}" + ", ".join(map(str, value)))
        else:
            click.echo(f"{field:<15}{'unknown' if value is None else value}")
    return 0
