"""Writes docs/reference/configuration.md: `make generated`. It shows the example of operators."""

from pathlib import Path

from tools.written_between import written_between

DOCS = Path(__file__).parents[1] / "docs"
DOCUMENT = DOCS / "reference" / "configuration.md"
EXAMPLE = DOCS / "operator" / "tradepress.toml"
START, END = "<!-- example: written by `make docs` -->\n", "<!-- end of example -->\n"


def with_example(document: str) -> str:
    """Returns the document with the example in its place."""
    text = f"```toml\n{EXAMPLE.read_text()}```\n"
    return written_between(document, START, END, text)


if __name__ == "__main__":
    DOCUMENT.write_text(with_example(DOCUMENT.read_text()))
