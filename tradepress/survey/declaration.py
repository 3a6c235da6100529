"""Writes a declaration as the text of its file, and a story as the golden page beside it."""

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Literal

from tradepress.source import Furniture, Source
from tradepress.story import Article
from tradepress.survey.site_survey import SiteSurvey

WIDTH = 100
INDENT = "    "
ALWAYS = ("name", "publisher", "domains", "language", "timezone")
SOMETIMES = (
    "day_first",
    "sections",
    "feeds",
    "sitemaps",
    "article_url",
    "article_id",
    "story_data",
)
BELOW = ("section_names", "completeness", "from_listings", "rights", "unverified")
PATTERNS = ("article_url", "article_id")
EXPECTED = ("headline", "date_published", "authors", "section", "language", "is_truncated")
KEPT_LOCALLY = "kept locally: the text belongs to its publisher"


def write_declaration(survey: SiteSurvey, *, today: date) -> str:
    """Returns the file of a source, as ``ruff format`` leaves it."""
    source = survey.source
    furniture = [line for rule in source.furniture for line in _rule(rule)]
    names = "Furniture, Source" if furniture else "Source"
    shown = (letter if letter.isprintable() else " " for letter in source.publisher)
    publisher = " ".join("".join(shown).replace("\\", " ").split()).replace('"""', "'")
    lines = [
        f'"""Declares {publisher}, as `sources new` found it on {today}."""',
        "",
        f"from tradepress.source import {names}",
        "",
    ]
    if furniture:
        lines += ["FURNITURE = (", *furniture, ")", ""]
    lines.append("SOURCE = Source(")
    for name in (*ALWAYS, *SOMETIMES):
        lines += _argument(source, name, is_always=name in ALWAYS)
    if furniture:
        lines.append(f"{INDENT}furniture=FURNITURE,")
    for name in BELOW:
        lines += _argument(source, name)
    return "\n".join((*lines, ")", ""))


def _rule(rule: Furniture) -> Iterator[str]:
    text = _text(rule.pattern, is_pattern=True)
    cut = "" if rule.cut == "line" else f'cut="{rule.cut}"'
    words = ", ".join(filter(None, (f"pattern={text}", cut)))
    if len(f"{INDENT}Furniture({words}),") <= WIDTH:
        yield f"{INDENT}Furniture({words}),"
        return
    yield f"{INDENT}Furniture("
    if len(f"{2 * INDENT}{words}") <= WIDTH:
        yield f"{2 * INDENT}{words}"
    else:
        yield from _broken(f"{2 * INDENT}pattern=", text, sign=" ")
        if cut:
            yield f"{2 * INDENT}{cut},"
    yield f"{INDENT}),"


def _argument(source: Source, name: str, *, is_always: bool = False) -> Iterator[str]:
    value = getattr(source, name)
    default = Source.__dataclass_fields__[name].default
    if value == default and not is_always:
        return
    if not isinstance(value, tuple):
        words = _text(value, is_pattern=name in PATTERNS) if isinstance(value, str) else str(value)
        yield from _broken(f"{INDENT}{name}=", words, sign="|" if name in PATTERNS else " ")
        return
    items = [_text(item) for item in value]
    inside = f"{items[0]}," if len(items) == 1 else ", ".join(items)
    line = f"{INDENT}{name}=({inside}),"
    if len(line) <= WIDTH:
        yield line
        return
    yield f"{INDENT}{name}=("
    yield from (f"{2 * INDENT}{item}," for item in items)
    yield f"{INDENT}),"


def _broken(start: str, text: str, *, sign: Literal["|", " "]) -> Iterator[str]:
    """Cuts a text that is too long for a line into several, each from a sign to before the next."""
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


def _text(value: str, *, is_pattern: bool = False) -> str:
    """Returns a string as ruff writes it."""
    if is_pattern and '"' not in value and not value.endswith("\\") and value.isprintable():
        return f'r"{value}"'
    if "\\" not in value and value.isprintable() and '"' not in value:
        return f'"{value}"'
    # Of both quotes ruff takes the one that needs fewer strokes, and of none the double one.
    written = repr(value)
    return f'"{written[1:-1]}"' if written.startswith("'") and '"' not in value else written


def golden_page(article: Article, source: str, content_type: str | None) -> str:
    """Returns what has to come out of the story's page, as tests/pages has it."""
    values: dict[str, object] = {name: getattr(article, name) for name in EXPECTED}
    expected = {name: value for name, value in values.items() if value not in (None, ())}
    expected["body"] = (article.body or "").split("\n\n")
    case: dict[str, object] = {"source": source, "url": article.url, "note": KEPT_LOCALLY}
    if content_type:
        case["content_type"] = content_type
    return json.dumps({**case, "expected": expected}, ensure_ascii=False, indent=1) + "\n"


def slug_of(path: str) -> str:
    """Returns the last words of an address, for the name of a file."""
    last = path.rstrip("/").rpartition("/")[2].lower()
    return re.sub(r"[^a-z0-9]+", "-", last)[:60].strip("-") or "story"
