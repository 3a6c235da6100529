"""Completes names at a shell's Tab key; writes nothing, and offers nothing where it can't tell."""

from contextlib import suppress

import click

from tradepress.configuration import Configuration
from tradepress.declared_sources import look_in, source_names

MOST = 200


def sources(context: click.Context, _parameter: click.Parameter, typed: str) -> list[str]:
    """Returns the declared sources whose names begin so."""
    look_in(context.ensure_object(Configuration).sources.folder)
    return [name for name in source_names() if name.startswith(typed)]


def names(context: click.Context, parameter: click.Parameter, typed: str) -> list[str]:
    """Returns saved queries (``name``) or the values of a filter that begin so, but for case."""
    # Every command has options that are completed; only the Tab key asks the archive.
    from tradepress.archive.care.snapshot import query_folder
    from tradepress.archive.file.kept_log import log_of
    from tradepress.archive.read_only import open_still, read_archive
    from tradepress.archive.search.named_values import fold, known_names

    with suppress(Exception):
        archive = context.params["archive"].absolute()
        # To read while nobody writes, SQLite would make files beside it.
        with (read_archive if log_of(archive).exists() else open_still)(archive) as db:
            if parameter.name == "name":
                found = sorted(file.stem for file in query_folder(archive).glob("*.json"))
            else:
                found = known_names(db, str(parameter.name))
            return [one for one in found if fold(one).startswith(fold(typed))][:MOST]
    return []
