"""Writes the table of health.md: `make docs`. All it says stands with the checks."""

from pathlib import Path

from tools.written_between import written_between
from tradepress.archive.health import CHECKS
from tradepress.jobs.health_report import MISCONFIGURED, UNREADABLE

DOCUMENT = Path(__file__).parents[1] / "docs" / "operator" / "health.md"
START, END = "<!-- checks: written by `make docs` -->\n", "<!-- end of checks -->\n"


def table() -> str:
    """Returns a line for each check, as Markdown."""
    lines = ["| Check | Level | Reported when | Why so |", "|---|---|---|---|"]
    for check in (*CHECKS, MISCONFIGURED, UNREADABLE):
        beside = " or ".join(f"`{name}`" for name in check.unless)
        why = [check.why] if check.why else []
        why += [f"not told beside {beside}"] if beside else []
        lines.append(f"| `{check.name}` | {check.level} | {check.when} | {'; '.join(why)} |")
    return "\n".join(lines)


def with_table(document: str) -> str:
    """Returns the document with this table in its place."""
    return written_between(document, START, END, f"{table()}\n")


if __name__ == "__main__":
    DOCUMENT.write_text(with_table(DOCUMENT.read_text()))
