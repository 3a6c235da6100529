"""Prints results: for a program, for a person, and only the first of many."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import click

from tradepress.archive.ledger.outcomes import OUTCOMES
from tradepress.archive.text_forms import storable
from tradepress.story import MENTION_KINDS, Mention

MOST_SHOWN = 20
"""Bounds lines or names, where there may be many."""


def print_json(value: Any) -> None:
    """Prints a value for a program; days and paths become text."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1, default=str))


def print_some(lines: Sequence[str], *, indent: str = "", err: bool = False) -> None:
    """Prints the first lines, and how many more there are; each stays one, whatever stands in
    it."""
    for line in lines[:MOST_SHOWN]:
        click.echo(indent + storable(line).replace("\n", " "), err=err)
    if len(lines) > MOST_SHOWN:
        click.echo(f"{indent}… and {len(lines) - MOST_SHOWN} more", err=err)


def mention_lines(mentions: Sequence[Mention]) -> list[str]:
    """Returns a line a kind: ``court      CJEU (3), TTAB``; what is named most often first."""
    lines = []
    for kind in MENTION_KINDS:
        values = Counter(one.value for one in mentions if one.kind == kind)
        named = [
            f"{value} ({times})" if times > 1 else value for value, times in values.most_common()
        ]
        if named:
            lines.append(f"{kind:<14}{enumerated(named)}")
    return lines


def enumerated(names: Sequence[str], most: int = MOST_SHOWN) -> str:
    """Returns the first names, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def print_sources(by_source: Mapping[str, Mapping[str, int]]) -> None:
    """Prints a row a source: its URLs and how they ended."""
    width = max(map(len, ["source", *by_source]))
    heads = ["URLs", *OUTCOMES]
    click.secho("  " + "  ".join([f"{'source':<{width}}", *heads]), bold=True)
    for source, sums in by_source.items():
        counts = [sums["urls"], *(sums[outcome] for outcome in OUTCOMES)]
        cells = [f"{count:>{len(head)}}" for count, head in zip(counts, heads, strict=True)]
        click.echo("  " + "  ".join([f"{source:<{width}}", *cells]))
