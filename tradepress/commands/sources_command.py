"""`tradepress sources`: the declared publishers."""

from dataclasses import asdict

import click

from crawler.configuration import Configuration, write_duration
from crawler.declared_sources import (
    all_sources,
    configured_sources,
    require_crawlable,
    source_named,
)
from tradepress.commands.options import configured, json_option
from tradepress.commands.printed import print_json


@click.group()
def sources() -> None:
    """List and show the declared sources."""


@sources.command("list")
@json_option
def list_sources(as_json: bool) -> int:
    """List every source; those that a crawl without names takes are marked with `*`, if the
    configuration says which."""
    configuration = configured()
    require_crawlable(configuration)
    taken = {source.name for source in configured_sources(configuration)}
    declared = all_sources()
    if as_json:
        print_json(
            [{**asdict(source), "is_configured": source.name in taken} for source in declared]
        )
        return 0
    for source in declared:
        if source.sample:
            state = "bundled sample"
        elif source.verified is None:
            state = "never checked on the live site: its first crawl is a trial"
        else:
            state = f"rules seen to work on {source.verified}"
        mark = ("* " if source.name in taken else "  ") if configuration.sources.names else ""
        own = own_settings(configuration, source.name)
        click.echo(f"{mark}{source.name:<10}{source.publisher:<38}{state}{own}")
    return 0


def own_settings(configuration: Configuration, source: str) -> str:
    """What the configuration says of one source alone, for its line."""
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
@click.argument("name")
@json_option
def show_source(name: str, as_json: bool) -> int:
    """Show the declaration of one source."""
    fields = asdict(source_named(name))
    if as_json:
        print_json(fields)
        return 0
    for field, value in fields.items():
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
