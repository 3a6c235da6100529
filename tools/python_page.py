"""Writes docs/reference/python.md: `make generated`. All it says stands in the docstrings."""

import dataclasses
import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import tradepress
from tools.written_between import written_between

DOCUMENT = Path(__file__).parents[1] / "docs" / "reference" / "python.md"
START, END = "<!-- names: written by `make docs` -->\n", "<!-- end of names -->\n"
PARTS = re.compile(r"^:(param|raises|returns?)(?: (\w+))?: (.*(?:\n(?!:|\n).*)*)", re.MULTILINE)
ROLE = re.compile(r":(?:func|class|mod|data|meth):`~?([\w.]+)`")


def names() -> str:
    """Returns a chapter for each public name, and one for each method of an open archive."""
    lines = []
    for name in sorted(tradepress.__all__):
        found = getattr(tradepress, name)
        lines += described(f"tradepress.{name}", found, 2)
        if name == "open":
            members = inspect.getmembers(found, inspect.isfunction)
            for method, function in members:
                if not method.startswith("_"):
                    lines += described(f"archive.{method}", function, 3)
    return "\n".join(lines)


def described(path: str, found: Callable[..., object], level: int) -> Iterator[str]:
    """Yields a heading, the call, and the docstring as Markdown."""
    yield f"{'#' * level} {path}\n"
    yield f"```python\n{call(path, found)}\n```\n"
    yield f"{as_markdown(inspect.getdoc(found) or '')}\n"
    if dataclasses.is_dataclass(found):
        fields = ", ".join(f"`{one.name}`" for one in dataclasses.fields(found))
        yield f"Fields: {fields}.\n"


def call(path: str, found: Callable[..., object]) -> str:
    """Returns how it is called, without what types are."""
    parts, marked = [], False
    for one in inspect.signature(found).parameters.values():
        if one.name == "self":
            continue
        if one.kind is one.KEYWORD_ONLY and not marked:
            marked = True
            parts.append("*")
        star = {one.VAR_POSITIONAL: "*", one.VAR_KEYWORD: "**"}.get(one.kind, "")
        is_plain = one.default is None or isinstance(one.default, (str, int, float, tuple))
        default = f"={one.default!r}".replace("'", '"') if is_plain else "=…"
        if one.default is one.empty:
            default = ""
        parts.append(f"{star}{one.name}{default}")
    return f"{path}({', '.join(parts)})"


def as_markdown(words: str) -> str:
    """Returns a docstring with its parameters and errors as lists, its examples as code."""
    words = ROLE.sub(r"`\1`", words).replace("``", "`")
    lists = [
        f"* {'raises ' * (kind == 'raises')}`{name or 'returns'}`: {' '.join(text.split())}"
        for kind, name, text in PARTS.findall(words)
    ]
    blocks = [
        f"```pycon\n{block.strip()}\n```" if block.lstrip().startswith(">>>") else block.strip()
        for block in PARTS.sub("", words).split("\n\n")
        if block.strip()
    ]
    return "\n\n".join([*blocks, "\n".join(lists)]).strip()


def with_names(document: str) -> str:
    """Returns the document with these chapters in their place."""
    return written_between(document, START, END, names())


if __name__ == "__main__":
    DOCUMENT.write_text(with_names(DOCUMENT.read_text()))
