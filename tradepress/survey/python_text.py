"""Writes values of a declaration as Python, as ``ruff format`` leaves it at a hundred columns."""

from collections.abc import Iterator, Sequence
from typing import Literal

from tradepress.source import Furniture

WIDTH = 100
INDENT = "    "


def fits(line: str) -> bool:
    return len(line) <= WIDTH and "\n" not in line


def literal(value: str, *, is_pattern: bool = False) -> str:
    """Returns a string in the quotes that need fewer strokes, of both alike the double ones."""
    if is_pattern and '"' not in value and not value.endswith("\\") and value.isprintable():
        return f'r"{value}"'
    return repr(value) if '"' in value else f'"{repr(chr(39) + value)[2:-1]}"'


def cut_lines(start: str, text: str, *, sign: Literal["|", " "]) -> Iterator[str]:
    """Yields a literal that is too long for a line as several, each cut at a sign."""
    line, raw = start, text.startswith("r")
    indent = start[: len(start) - len(start.lstrip())]
    prefix = 'r"' if raw else '"'
    while len(line) + len(text) + 1 > WIDTH and text.startswith(prefix):
        at = text.rfind(sign, len(prefix) + 1, WIDTH - len(line) - 2)
        if at < 0 or text[at - 1] == "\\":
            break
        at += sign == " "
        yield f'{line}{text[:at]}"'
        line, text = indent, prefix + text[at:]
    yield f"{line}{text},"


def member(value: str | Furniture, indent: str = 2 * INDENT) -> str:
    """Returns a member of a tuple, on a line of its own; a long rule has one for each keyword."""
    if isinstance(value, str):
        return literal(value)
    pattern = literal(value.pattern, is_pattern=True)
    words = [f'cut="{value.cut}"'] if value.cut != "line" else []
    words += [f'kind="{value.kind}"'] if value.kind else []
    rule = f"Furniture({', '.join([f'pattern={pattern}', *words])})"
    if fits(f"{indent}{rule},"):
        return rule
    inner = f"{indent}{INDENT}"
    lines = [
        *cut_lines(f"{inner}pattern=", pattern, sign=" "),
        *(f"{inner}{one}," for one in words),
    ]
    return "\n".join(("Furniture(", *lines, f"{indent})"))


def members(keyword: str, items: Sequence[str]) -> str:
    """Returns a tuple behind its keyword: on the same line, or a line for each member."""
    inside = f"{items[0]}," if len(items) == 1 else ", ".join(items)
    if fits(f"{INDENT}{keyword}=({inside}),"):
        return f"({inside})"
    return "(" + "".join(f"\n{2 * INDENT}{one}," for one in items) + f"\n{INDENT})"
