"""`tradepress sources`: the declared publishers."""

import json
from dataclasses import asdict
from datetime import date
from typing import Any

import click

from crawler.source import Source
from tradepress.options import json_option
from tradepress.spiders import all_spiders, spider_named


@click.group()
def sources() -> None:
    """List and show the declared sources."""


@sources.command("list")
@json_option
def list_sources(as_json: bool) -> int:
    """List every source."""
    declared = [spider.source for spider in all_spiders().values()]
    if as_json:
        click.echo(json.dumps([source_fields(source) for source in declared], indent=1))
        return 0
    for source in declared:
        if source.sample:
            state = "bundled sample"
        elif source.verified is None:
            state = "never checked on the live site: its first crawl is a trial"
        else:
            state = f"rules seen to work on {source.verified}"
        click.echo(f"{source.name:<10}{source.publisher:<38}{state}")
    return 0


@sources.command("show")
@click.argument("name")
@json_option
def show_source(name: str, as_json: bool) -> int:
    """Show the declaration of one source."""
    fields = source_fields(spider_named(name).source)
    if as_json:
        click.echo(json.dumps(fields, ensure_ascii=False, indent=1))
        return 0
    for field, value in fields.items():
        if field == "furniture":
            click.echo("furniture")
            for rule in value:
                kind = f" -> {rule['kind']}" if rule["kind"] else ""
                click.echo(f"  {rule['cut']}{kind}: {rule['pattern']}")
        elif isinstance(value, list):
            click.echo(f"{field:<15}" + ", ".join(map(str, value)))
        else:
            click.echo(f"{field:<15}{'unknown' if value is None else value}")
    return 0


def source_fields(source: Source) -> dict[str, Any]:
    """A declaration ready for JSON."""
    fields = asdict(source)
    for name, value in fields.items():
        if isinstance(value, tuple):
            fields[name] = list(value)
        elif isinstance(value, date):
            fields[name] = value.isoformat()
    return fields
