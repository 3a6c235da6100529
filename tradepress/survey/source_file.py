"""Gives a source's file another declaration: the keywords that change, and nothing else.

What was formatted by ruff at a hundred columns stays so.
"""

import ast
import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import unified_diff
from pathlib import Path

from tradepress.archive.border import border
from tradepress.archive.disk import written_whole
from tradepress.declaration_faults import faults
from tradepress.source import Source
from tradepress.spiders import OURS
from tradepress.survey.mend import Added, Mend, Moved, Widened, mended
from tradepress.survey.python_text import INDENT, fits, literal, member, members


class NotMendable(Exception):
    """Raised where a source's file can't be rewritten; the message says why and what to do."""


def mend_file(text: str, source: Source, mends: Sequence[Mend]) -> str:
    """Returns the text of the file in which the source is declared, with all mends.

    :raises NotMendable: its declaration is written in a way that isn't known, or the outcome would
        not be the source with these mends and nothing else
    """
    wanted, as_others = source, f"the file of {source.name} is not written as others are"
    with border(lambda why: NotMendable(f"{as_others}: {why}; mend it by hand")):
        for mend in mends:
            text = _with_mend(text, wanted, mend)
            wanted = mended(wanted, [mend])
        declared = load_source(text)
    wanted = replace(wanted, verified=declared.verified)  # the operator's day stands beside it
    if replace(declared, prepare_page=None) != replace(wanted, prepare_page=None):
        raise NotMendable(
            f"the declaration of {source.name} would not say what it should; mend it by hand"
        )
    if fault := next(faults(wanted), None):
        raise NotMendable(f"the declaration of {source.name} could not be used: {fault}")
    return text


def load_source(text: str) -> Source:
    """Returns the source that the text of a file declares; the text is run.

    :raises LookupError: it declares none
    """
    namespace: dict[str, object] = {"__name__": "mended"}
    exec(compile(text, "mended", "exec"), namespace)
    source = namespace.get("SOURCE")
    if not isinstance(source, Source):
        raise LookupError("it declares no SOURCE")
    return source


def file_diff(name: str, before: str, after: str) -> str:
    """Returns both texts as a unified diff of a file of that name."""
    old, new = (text.splitlines(keepends=True) for text in (before, after))
    return "".join(unified_diff(old, new, f"a/{name}", f"b/{name}"))


def write_mended(file: Path, text: str, folder: Path | None) -> Path:
    """Writes the mended text to the source's file; in place of one of the installed package, to one
    of its name in the operator's folder, which goes before it.

    :returns: the file that was written
    :raises NotMendable: the operator has no such folder, or it has a file of that name
    """
    if file.resolve().parent == OURS.resolve():
        if folder is None:
            raise NotMendable(
                f"{file.name} belongs to the installed package, which is left as it is; "
                "write a tradepress.toml, beside which your own sources stand (sources/)"
            )
        if (folder / file.name).exists():
            raise NotMendable(f"{folder / file.name} is there already; mend it by hand")
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / file.name
    with written_whole(file) as part:
        part.write_text(text, encoding="utf-8")
        if file.exists():
            part.chmod(file.stat().st_mode)
    return file


def _with_mend(text: str, source: Source, mend: Mend) -> str:
    call = _source_call(text)
    node = next((one.value for one in call.keywords if one.arg == mend.keyword), None)
    if node is None:
        text = _insert_keyword(text, call, f"{mend.keyword}={_written(mend, source)}")
    elif isinstance(mend, Widened):
        text = _replaced(text, node, _widened(text, node, mend))
    elif isinstance(mend, Added):
        text = _replaced(text, node, _added(text, node, mend))
    else:
        text = _with_moved(text, node, mend, source)
    return _importing_furniture(text) if mend.keyword == "furniture" else text


def _written(mend: Mend, source: Source) -> str:
    """Writes all of what stands behind the keyword then."""
    value = mend.changed(source)
    if isinstance(value, str):
        return literal(value, is_pattern=True)
    return members(mend.keyword, list(map(member, value)))


def _source_call(text: str) -> ast.Call:
    """Returns the call in ``SOURCE = Source(…)``."""
    for node in ast.parse(text).body:
        targets = node.targets if isinstance(node, ast.Assign) else ()
        is_source = any(isinstance(one, ast.Name) and one.id == "SOURCE" for one in targets)
        if is_source and isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            return node.value
    raise LookupError("it holds no SOURCE = Source(…)")


def _added(text: str, node: ast.expr, mend: Added) -> str:
    """Adds members to a tuple, or makes one that takes up all of another expression."""
    new = list(map(member, mend.values))
    written = _segment(text, node)
    if not isinstance(node, ast.Tuple):
        further = written.replace("\n", f"\n{INDENT}")
        return members(mend.keyword, [f"*{further}", *new])
    if node.lineno == node.end_lineno:
        return members(mend.keyword, [*(_segment(text, one) for one in node.elts), *new])
    last = _place(text, node.elts[-1])[1] - _place(text, node)[0]
    head, tail = written[:last], written[last:-1].rstrip()
    comma = "" if "," in tail.split("#")[0] else ","
    lines = "".join(f"\n{2 * INDENT}{item}," for item in new)
    return f"{head}{comma}{tail}{lines}\n{INDENT})"


def _with_moved(text: str, node: ast.expr, mend: Moved, source: Source) -> str:
    """Puts one address of many lines in its place; else the tuple of all of them."""
    if isinstance(node, ast.Tuple) and node.lineno != node.end_lineno:
        for one in node.elts:
            if isinstance(one, ast.Constant) and one.value == mend.old:
                return _replaced(text, one, literal(mend.new))
    return _replaced(text, node, _written(mend, source))


def _widened(text: str, node: ast.expr, mend: Widened) -> str:
    further = literal(f"|{mend.alternative}", is_pattern=True)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        whole = literal(f"{node.value}|{mend.alternative}", is_pattern=True)
        written = f"{_segment(text, node)}\n{INDENT}{further}"
    elif isinstance(node, ast.Constant):
        return literal(mend.alternative, is_pattern=True)
    else:
        parts = [*(_segment(text, one) for one in _summands(node)), further]
        whole, written = " + ".join(parts), f"\n{INDENT}+ ".join(parts)
    return whole if fits(f"{INDENT}{mend.keyword}={whole},") else written


def _summands(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [*_summands(node.left), node.right]
    return [node]


def _insert_keyword(text: str, call: ast.Call, written: str) -> str:
    """Sets a keyword behind the last one of the call."""
    at = _place(text, call.keywords[-1].value)[1]
    end = _place(text, call)[1] - 1
    tail = text[at:end]
    comma = "" if "," in tail.split("#")[0] else ","
    return f"{text[:at]}{comma}{tail.rstrip()}\n{INDENT}{written},\n{text[end:]}"


def _importing_furniture(text: str) -> str:
    """Imports Furniture beside what else is imported of its module."""
    imports = [
        node
        for node in ast.parse(text).body
        if isinstance(node, ast.ImportFrom) and node.module == "tradepress.source"
    ]
    if any(name.name == "Furniture" for node in imports for name in node.names):
        return text
    names = sorted(["Furniture", *map(ast.unparse, imports[0].names)])
    return _replaced(text, imports[0], f"from tradepress.source import {', '.join(names)}")


def _replaced(text: str, node: ast.expr | ast.stmt, written: str) -> str:
    start, end = _place(text, node)
    return text[:start] + written + text[end:]


def _segment(text: str, node: ast.expr | ast.stmt) -> str:
    """Returns the text that stands at a node."""
    return ast.get_source_segment(text, node) or ""


def _place(text: str, node: ast.expr | ast.stmt) -> tuple[int, int]:
    """Tells where a node begins and ends, in characters; ``ast`` counts the bytes of a line."""
    *above, line = re.split(r"(?<=\n)", text)[: node.lineno]
    start = sum(map(len, above)) + len(line.encode()[: node.col_offset].decode())
    return start, start + len(_segment(text, node))
