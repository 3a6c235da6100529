"""Writes the table of source-list.md: `make docs`. All it says stands in the declarations."""

from pathlib import Path

from tools.written_between import written_between
from tradepress.declared_sources import all_sources
from tradepress.source import Source

DOCUMENT = Path(__file__).parents[1] / "docs" / "reference" / "source-list.md"
START, END = "<!-- sources: written by `make docs` -->\n", "<!-- end of sources -->\n"
LEAST = {"body": "text", "teaser": "text, or a teaser", "headline": "text, teaser or headline"}


def table() -> str:
    """Returns a line for each real source, as Markdown."""
    lines = [
        "| Name | Title | What is kept | Covers | Rights and walls | Never seen: look here first |",
        "|---|---|---|---|---|---|",
    ]
    for source in all_sources():
        if not source.sample:
            facts = (_kept(source), source.coverage, source.rights, _unverified(source))
            lines.append(f"| `{source.name}` | {source.publisher} | {' | '.join(facts)} |")
    return "\n".join(lines)


def _kept(source: Source) -> str:
    return LEAST[source.completeness] if source.policy == "store" else source.policy


def _unverified(source: Source) -> str:
    seen = f"Seen to work on {source.verified}. " if source.verified else ""
    return seen + source.unverified


def with_table(document: str) -> str:
    """Returns the document with this table in its place."""
    return written_between(document, START, END, f"{table()}\n")


if __name__ == "__main__":
    DOCUMENT.write_text(with_table(DOCUMENT.read_text()))
