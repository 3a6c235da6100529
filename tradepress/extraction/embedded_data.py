"""Reads the data that a page carries for its scripts: JSON, and JavaScript as far as it is literal.

Nothing is executed.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeAlias

from tradepress.extraction.references import resolve
from tradepress.extraction.structured_data import parse_json_ld
from tradepress.extraction.tree import Element
from tradepress.extraction.wording import pattern

Data: TypeAlias = tuple[str, object]
"""Holds where in the page they stand, and the data."""
MOST_CHARACTERS, MOST_TRIES, MOST_FAILED = 4_000_000, 2_000, 8_000_000
MOST_AFTER, DEEPEST = 20_000, 60
ANGULAR = (("&q;", '"'), ("&s;", "'"), ("&l;", "<"), ("&g;", ">"), ("&a;", "&"))
ASSIGNED = re.compile(
    r"(?<![\w$])([\w$]{2,60})[\"'\]]{0,2}\s{0,9}=\s{0,9}(?=[{\[]|JSON\.parse\(|\(?function\()"
    r"|(?<![\w$.])([\w$.]{2,60})\((?:\s?['\"][^'\"]{0,60}['\"]\s?,){0,3}\s?(?=\{)"
    r"|\b(data)\s{0,9}:\s{0,9}(?=\[)|(JSON\.parse)(?=\()|(__next_f)\.push\((?=\[)|(enqueue)(?=\(\")"
)
"""Matches the names before values."""
WRAPPED = re.compile(r"\(?function\(([\w$,\s]{0,50000})\)\{")
CALLED = re.compile(r"\s*;?\s*\}\)?(?=\()")
TOKEN = re.compile(
    r"\s*(?:(\"[^\"\\]*(?:\\.[^\"\\]*)*\"|'[^'\\]*(?:\\.[^'\\]*)*'|`[^`\\$]*(?:\\.[^`\\$]*)*`)"
    r"|(-?\.?\d[\w.]*|[A-Za-z_$][\w$.]*|!\d)|([{\[(])|([}\])])|([:,]))",
    re.S,
)
"""Matches a string, a number or name, and signs that open, close and part."""
CONSTANTS = {"true": "true", "false": "false", "!0": "true", "!1": "false"}
FLAGGED = pattern("flagged", "data")
STATED = re.compile(rf"\b(?:window\.|(?:var|let|const) )(?={FLAGGED.pattern})", re.I)
KEY = re.compile(r"\s*:")
NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")
ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.S)
CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": "", "v": " ", "0": "", "\n": ""}


def read_embedded(root: Element, scripts: Sequence[Element]) -> Iterator[Data]:
    """Yields all data of a page, within bounds."""
    left, tries = MOST_CHARACTERS, [MOST_TRIES, MOST_FAILED]
    flight: list[str] = []
    for script in scripts:
        text, kind = script.text or "", script.get("type", "").lower()
        left -= len(text)
        if left < 0:
            return
        if "ld+json" in kind:
            values = parse_json_ld(text)
            yield from (("json-ld articleBody", value) for value in values)
            yield from () if values else _flags(text)
        elif "json" in kind:
            yield from _parsed(script.get("id") or kind, text)
        else:
            yield from _read_script(text, tries, flight)
    if flight:
        rows = _read_rows("".join(flight))
        yield "__next_f", resolve(list(rows.values()), rows)
    for element in root.iter("*"):
        for name, words in element.items():
            if len(words) < left and str(words)[:9].lstrip().startswith(("{", "[")):
                left -= len(words)
                for where, value in _parsed(f"{element.tag} {name!s}", str(words)):
                    yield where, _unwrapped(value) if element.tag == "astro-island" else value


def _parsed(where: str, text: str) -> Iterator[Data]:
    if "&q;" in text:
        for sign, letter in ANGULAR:
            text = text.replace(sign, letter)
    try:
        yield where, json.loads(text, strict=False)
    except (ValueError, RecursionError):
        yield from _flags(text)


def _flags(text: str, at: int = 0, end: int = MOST_CHARACTERS) -> Iterator[Data]:
    """Yields what says in a text that can't be read as data that it is not for everybody."""
    if said := FLAGGED.search(text, at, end):
        yield "script", {re.split(r"[\"'\s:=]", said[0])[0]: True}


def _read_script(text: str, tries: list[int], flight: list[str]) -> Iterator[Data]:
    """Yields the values that a script assigns or hands over, those inside another one with it."""
    end = looked = 0
    if stated := STATED.search(text):
        yield from _flags(text, stated.end())
    for match in ASSIGNED.finditer(text):
        if match.end() < end:
            continue
        if min(tries) <= 0:
            yield from _flags(text, match.end())
            return
        try:
            value, end = _read_value(text, match.end())
        except (ValueError, RecursionError) as error:
            tries[0] -= 1
            tries[1] -= getattr(error, "pos", len(text))
            begin, looked = max(match.end(), looked), match.end() + MOST_AFTER
            yield from _flags(text, begin, looked)
            continue
        name = next(filter(None, match.groups()))
        if name == "__next_f":
            flight += [one for one in value if isinstance(one, str)]
            continue
        yield name, value


def _read_value(text: str, at: int) -> tuple[Any, int]:
    """Reads JSON, else a JavaScript literal, or what a function returns that is called at once.

    :raises ValueError: it is none
    """
    with suppress(ValueError, RecursionError):
        return json.JSONDecoder(strict=False).raw_decode(text, at)
    if (wrapped := WRAPPED.match(text, at)) is None:
        written, end = _as_json(text, at, {})
        return json.loads(written), end
    start = text.index("return", wrapped.end()) + len("return")
    _, end = _as_json(text, start, {})
    if (called := CALLED.match(text, end)) is None:
        raise ValueError("it is more than what it returns")
    given, end = _as_json(text, called.end(), {})
    names = [name.strip() for name in wrapped[1].split(",")]
    values = dict(zip(names, map(json.dumps, json.loads(given)), strict=False))
    return [json.loads(_as_json(text, start, values)[0])], end


def _as_json(text: str, at: int, names: Mapping[str, str]) -> tuple[str, int]:
    """Returns a JavaScript literal as JSON; the arguments of a call are a list, and a name is what
    ``names`` say in JSON, or null.

    :raises ValueError: it never ends
    """
    written: list[str] = []
    start = at
    depth, size = 0, 0
    while token := TOKEN.match(text, at):
        at = token.end()
        words, name, opened, closed, parting = token.groups()
        before = written[-1] if written else ""
        if closed or parting:
            if before == "," and closed:
                written.pop()
            elif parting == "," and before in (",", "["):
                written.append("null")
            written.append("]" if closed == ")" else closed or parting)
            depth -= closed is not None
        elif opened:
            written.append("[" if opened == "(" else opened)
            depth += 1
        elif words or KEY.match(text, at):
            written.append(json.dumps(_unescaped(words[1:-1]) if words else name))
        elif name not in ("new", "void") and text[at : at + 1] != "(":
            plain = name if NUMBER.fullmatch(name) else CONSTANTS.get(name, "null")
            written.append(names.get(name, plain))
        size += len(written[-1]) if written else 0
        if depth <= 0 and written:
            return "".join(written), at
        if size > MOST_CHARACTERS or name == "function":
            break
    raise json.JSONDecodeError("it is no literal", text[:1], at - start)


def _unescaped(words: str) -> str:
    def letter(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        return chr(int(code, 16)) if code else CONTROLS.get(match[3], match[3])

    found = ESCAPE.sub(letter, words)
    return found.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _unwrapped(value: object, depth: int = 0) -> object:
    """Returns the properties of an island as they were before each was put beside its kind."""
    if depth > DEEPEST:
        return None
    if isinstance(value, dict):
        return {key: _unwrapped(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list) and len(value) == 2 and isinstance(value[0], int):
        kind, inner = value
        if kind == 1 and isinstance(inner, list):
            return [_unwrapped(one, depth + 1) for one in inner]
        return _unwrapped(inner, depth + 1) if isinstance(inner, dict) else inner
    return value


def _read_rows(text: str) -> dict[str, object]:
    """Returns the rows that Next's server sends: ``1a:{"a": 1}``, or ``1b:T3,abc`` for a text."""
    rows: dict[str, object] = {}
    data, at = text.encode("utf-8", "replace"), 0
    while (colon := data.find(b":", at, at + 12)) >= 0:
        name = data[at:colon].decode("ascii", "replace").strip()
        comma = data.find(b",", colon, colon + 12)
        if data[colon + 1 : colon + 2] == b"T" and comma > 0:
            size = data[colon + 2 : comma].decode("ascii", "replace")
            at = comma + 1 + (int(size, 16) if re.fullmatch("[0-9a-f]{1,8}", size) else 0)
            rows[name] = data[comma + 1 : at].decode("utf-8", "replace")
            continue
        end = data.find(b"\n", colon) % (len(data) + 1)
        with suppress(ValueError, RecursionError):
            rows[name] = json.loads(data[colon + 1 : end])
        at = end + 1
    return rows
