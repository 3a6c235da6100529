"""Completes names at a shell's Tab key; writes nothing, and offers nothing where it can't tell."""

import time
from contextlib import suppress

import click

from tradepress.archive.care.snapshot import query_folder
from tradepress.archive.file.kept_log import log_of
from tradepress.archive.read_only import open_still, read_archive
from tradepress.archive.search.named_values import fold, known_names
from tradepress.configuration import Configuration
from tradepress.declared_sources import look_in, source_names

REFS = "SELECT ref FROM articles WHERE ref BETWEEN ? AND ? || char(0x10ffff) ORDER BY ref LIMIT ?"
MOST, SECONDS, STEPS = 200, 0.7, 10_000  # of SQLite, between two looks at the clock


def sources(context: click.Context, _parameter: click.Parameter, typed: str) -> list[str]:
    """Returns the declared sources whose names begin so."""
    look_in(context.ensure_object(Configuration).sources.folder)
    return [name for name in source_names() if name.startswith(typed)]


def names(context: click.Context, parameter: click.Parameter, typed: str) -> list[str]:
    """Returns what an archive has for a parameter, as far as it begins so but for case: refs of
    stories, saved queries (``name``), values of a filter."""
    with suppress(Exception):
        archive, end = context.params["archive"].absolute(), time.monotonic() + SECONDS
        # To read while nobody writes, SQLite would make files beside it.
        with (read_archive if log_of(archive).exists() else open_still)(archive) as db:
            db.conn.set_progress_handler(lambda: time.monotonic() > end, STEPS)
            if parameter.name == "ref":
                found = [ref for (ref,) in db.execute(REFS, [typed, typed, MOST])]
            elif parameter.name == "name":
                found = sorted(file.stem for file in query_folder(archive).glob("*.json"))
            else:
                found = known_names(db, str(parameter.name))
            return [one for one in found if fold(one).startswith(fold(typed))][:MOST]
    return []
