"""Prints what `tradepress show` tells of a story's versions: their table, and two word by word."""

import textwrap
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from tradepress.archive.read_only import read_archive
from tradepress.archive.stories.story_record import load_story
from tradepress.archive.stories.versions import (
    COMPARED,
    ListedVersion,
    Piece,
    VersionDiff,
    days_seen,
    diff_versions,
    list_versions,
)
from tradepress.archive.text_forms import counted
from tradepress.commands.printed import print_json
from tradepress.commands.printed_in_colour import Printed
from tradepress.story import METADATA_ONLY

MARKS = {
    "equal": ("", "", ""),
    "delete": ("[-", "-]", "red strike"),
    "insert": ("{+", "+}", "green"),
}
"""Stands around changed words, with their style where there are colours instead."""


def show_versions(ref: str, diff: tuple[int, int] | None, as_json: bool, archive: Path) -> int:
    """Runs `tradepress show REF --versions`, or ``--diff A B``."""
    with read_archive(archive) as db:
        name = load_story(db, ref).ref
        shown = diff_versions(db, name, *diff) if diff else list_versions(db, name)
    if isinstance(shown, VersionDiff):
        if as_json:
            print_json(diff_fields(shown))
        else:
            print_diff(shown)
    elif as_json:
        print_json([asdict(one) for one in shown])
    else:
        print_versions(name, shown)
    return 0


def diff_fields(difference: VersionDiff) -> dict[str, Any]:
    """Returns a difference for a program: the words of each field under its name."""
    facts = asdict(difference)
    by_name = facts.pop("fields")
    return {**facts, **by_name}


def print_versions(ref: str, versions: list[ListedVersion]) -> None:
    """Prints one line a version, in the order in which they stood; its headline where that is
    new."""
    console = Printed()
    for one in versions:
        seen = one.spans[0][0] if one.spans else one.date_captured
        since = (seen or one.date_archived)[:16].replace("T", " ")
        line = Text(f"{ref}@{one.version}".ljust(len(ref) + 5) + f"{since}  {_change(one)}")
        if one.is_silent:
            line.append("  SILENT HEADLINE EDIT", style="bold red")
        console.print(line)
        if one.compared_with is None or "headline" in one.changed:
            for text in textwrap.wrap(one.headline, 84):
                console.print(Text(f"    {text}"))
    if any(one.is_silent for one in versions):
        console.print(
            "Silent: the headline changed, but no date of modification and no notice says so."
        )
    console.print(counted(len(versions), "version", "versions"))


def _change(one: ListedVersion) -> str:
    facts = []
    if one.compared_with is None:
        facts.append("first")
    else:
        facts.append(", ".join(one.changed) or "nothing that shows here")
        if one.words_added or one.words_removed:
            facts[-1] += f" (+{one.words_added} −{one.words_removed} words)"
    if one.is_reread:
        facts.append("re-extracted by other rules, not changed by the paper")
    days = days_seen(one.spans)
    if len(days) > len("2017-08-04"):
        facts.append(f"seen {days}")
    if one.date_captured is None:
        facts.append("capture time unknown")
    elif one.date_captured[:10] != one.date_archived[:10]:
        facts.append(f"archived {one.date_archived[:10]}")
    if one.policy == METADATA_ONLY:
        facts.append("no text kept")
    if one.is_current:
        facts.append("current")
    return " · ".join([*facts, one.extractor])


def print_diff(difference: VersionDiff) -> None:
    """Prints what changed from one version to another; unchanged paragraphs are only counted."""
    console = Printed()
    ref = difference.ref
    console.print(Text(f"{ref}@{difference.older} → {ref}@{difference.newer}", style="bold"))
    for name in COMPARED:
        if name not in difference.changed:
            continue
        console.print(Text(f"\n{name}", style="bold"))
        same = 0
        for pieces in [*difference.fields[name], None]:
            if pieces is not None and all(kind == "equal" for kind, _ in pieces):
                same += 1
                continue
            if same and name == "body":
                unchanged = counted(same, "paragraph", "paragraphs")
                console.print(f"  ({unchanged} unchanged)", style="dim")
            same = 0
            if pieces:
                console.print_wrapped(marked(pieces, console), width=88, indent=2)
    if not difference.changed:
        console.print("They read the same.")


def marked(pieces: list[Piece], console: Console) -> Text:
    """Marks changed words: coloured on a terminal that can, else with signs around them."""
    has_colours = console.is_terminal and not console.no_color and console.color_system is not None
    line = Text()
    for kind, text in pieces:
        start, end, style = MARKS[kind]
        line.append(" " * bool(line))
        if has_colours:
            line.append(text, style=style)
        else:
            line.append(f"{start}{text}{end}")
    return line
