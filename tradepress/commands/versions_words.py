"""What `tradepress show` prints of the versions of a story: their table, and two word by word."""

import textwrap
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from archive.read_only import read_archive
from archive.stories.story_record import load_story
from archive.stories.versions import COMPARED, Piece, days_seen, diff_versions, list_versions
from archive.story import METADATA_ONLY
from archive.text_forms import counted
from tradepress.commands.printed import print_json
from tradepress.commands.printed_in_colour import Printed

MARKS = {
    "equal": ("", "", ""),
    "delete": ("[-", "-]", "red strike"),
    "insert": ("{+", "+}", "green"),
}
"""Around changed words, and their style where there are colours instead."""


def show_versions(ref: str, diff: tuple[int, int] | None, as_json: bool, archive: Path) -> int:
    """`tradepress show REF --versions`, or ``--diff A B``."""
    with read_archive(archive) as db:
        name = load_story(db, ref).ref
        shown: Any = diff_versions(db, name, *diff) if diff else list_versions(db, name)
    if as_json:
        print_json(shown)
    elif diff:
        print_diff(shown)
    else:
        print_versions(name, shown)
    return 0


def print_versions(ref: str, versions: list[dict[str, Any]]) -> None:
    """One line a version, in the order in which they stood; its headline where that is new."""
    console = Printed()
    for row in versions:
        first = [since for since, _ in row["spans"]] or [row["date_captured"]]
        since = (first[0] or row["date_archived"])[:16].replace("T", " ")
        line = Text(f"{ref}@{row['version']}".ljust(len(ref) + 5) + f"{since}  {_change(row)}")
        if row["is_silent"]:
            line.append("  SILENT HEADLINE EDIT", style="bold red")
        console.print(line)
        if row["compared_with"] is None or "headline" in row["changed"]:
            for text in textwrap.wrap(row["headline"], 84):
                console.print(Text(f"    {text}"))
    if any(row["is_silent"] for row in versions):
        console.print(
            "Silent: the headline changed, but no date of modification and no notice says so."
        )
    console.print(counted(len(versions), "version", "versions"))


def _change(row: dict[str, Any]) -> str:
    facts = []
    if row["compared_with"] is None:
        facts.append("first")
    else:
        facts.append(", ".join(row["changed"]) or "nothing that shows here")
        if row["words_added"] or row["words_removed"]:
            facts[-1] += f" (+{row['words_added']} −{row['words_removed']} words)"
    if row["is_reread"]:
        facts.append("read again by other rules, not changed by the paper")
    days = days_seen(row["spans"])
    if len(days) > len("2017-08-04"):
        facts.append(f"seen {days}")
    if row["date_captured"] is None:
        facts.append("nobody knows when it stood")
    elif row["date_captured"][:10] != row["date_archived"][:10]:
        facts.append(f"archived {row['date_archived'][:10]}")
    if row["policy"] == METADATA_ONLY:
        facts.append("no text kept")
    if row["is_current"]:
        facts.append("current")
    return " · ".join([*facts, row["extractor"]])


def print_diff(difference: dict[str, Any]) -> None:
    """What changed from one version to another; paragraphs that did not are only counted."""
    console = Printed()
    ref = difference["ref"]
    console.print(Text(f"{ref}@{difference['older']} → {ref}@{difference['newer']}", style="bold"))
    for name in COMPARED:
        if name not in difference["changed"]:
            continue
        console.print(Text(f"\n{name}", style="bold"))
        same = 0
        for pieces in [*difference[name], None]:
            if pieces is not None and all(kind == "equal" for kind, _ in pieces):
                same += 1
                continue
            if same and name == "body":
                unchanged = counted(same, "paragraph", "paragraphs")
                console.print(f"  ({unchanged} unchanged)", style="dim")
            same = 0
            if pieces:
                console.print_wrapped(_marked(pieces, console), width=88, indent=2)
    if not difference["changed"]:
        console.print("They read the same.")


def _marked(pieces: list[Piece], console: Console) -> Text:
    """Coloured on a terminal that can, else with signs around the words."""
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
