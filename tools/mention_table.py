"""Writes the table of mentions.md: `make docs`. It is of the golden set but for dev."""

import sys
from pathlib import Path

from tools.written_between import written_between

DOCUMENT = Path(__file__).parents[1] / "docs" / "researcher" / "mentions.md"
START, END = "<!-- scores: written by `make docs` -->\n", "<!-- end of scores -->\n"

sys.path.append(str(Path(__file__).parent.parent / "tests" / "mentions"))
from golden_score import read_parts, score_texts  # noqa: E402


def table() -> str:
    """Returns a line a kind, as Markdown."""
    items = read_parts("kept", "unseen")
    lines = [
        "| Kind | Marked | Found there | Found elsewhere | Precision | Recall | Same normal form |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in score_texts(items):
        counts = f"{one.marked} | {one.right} | {one.wrong}"
        rates = f"{one.precision:.3f} | {one.recall:.3f}"
        lines.append(f"| `{one.kind}` | {counts} | {rates} | {one.same_value} |")
    marks = sum(len(item.marks) for item in items)
    empty = sum(not item.marks for item in items)
    lines.append(f"\n{marks} mentions in {len(items)} sentences and paragraphs, {empty} with none.")
    return "\n".join(lines)


def with_table(document: str) -> str:
    """Returns the document with this table in its place."""
    return written_between(document, START, END, f"{table()}\n")


if __name__ == "__main__":
    DOCUMENT.write_text(with_table(DOCUMENT.read_text()))
