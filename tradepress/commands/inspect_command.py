"""Runs `tradepress inspect`: what is this file, and may it be trusted?"""

from dataclasses import asdict
from pathlib import Path

import click

from tradepress.commands.options import archive_option, json_option
from tradepress.commands.printed import print_json


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@json_option
@archive_option
def inspect(file: Path, as_json: bool, archive: Path) -> int:
    """Look FILE over before you trust it: an archive, the folder of a release or a shard, a WACZ,
    WARC or ARC file, a saved query.

    A line for each finding, in half a minute at most; nothing is written. Stories that were
    withdrawn from the archive are findings, too. Exit code 1 if there are any.
    """
    from tradepress.jobs.inspect_file import NotInspected, inert, inspect

    try:
        found = inspect(file, archive=archive if archive.exists() else None)
    except NotInspected as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        print_json({name: asdict(found)[name] for name in ("kind", "would", "findings")})
    else:
        lines = [f"{inert(str(file))}: {found.kind}"]
        lines += [f"{one.check}: {one.words}" for one in found.findings]
        click.echo("\n".join([*lines, f"Then {found.would}."]))
    return int(bool(found.findings))
