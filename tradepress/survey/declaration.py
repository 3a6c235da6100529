"""Writes a declaration as the text of its file, and a story as the golden page beside it."""

import json
import re
from collections.abc import Iterator
from datetime import date

from tradepress.archive.witnesses import LISTS
from tradepress.source import Source
from tradepress.story import Article
from tradepress.survey.python_text import INDENT, cut_lines, literal, member, members
from tradepress.survey.site_survey import SiteSurvey

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
    furniture = [f"{INDENT}{member(rule, INDENT)}," for rule in source.furniture]
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
        lines += _argument(source, name)
    if furniture:
        lines.append(f"{INDENT}furniture=FURNITURE,")
    for name in BELOW:
        lines += _argument(source, name)
    return "\n".join((*lines, ")", ""))


def _argument(source: Source, name: str) -> Iterator[str]:
    value = getattr(source, name)
    if value == Source.__dataclass_fields__[name].default:
        return
    start = f"{INDENT}{name}="
    if isinstance(value, tuple):
        yield f"{start}{members(name, list(map(member, value)))},"
    elif isinstance(value, str):
        is_pattern = name in PATTERNS
        text = literal(value, is_pattern=is_pattern)
        yield from cut_lines(start, text, sign="|" if is_pattern else " ")
    else:
        yield f"{start}{value},"


def golden_page(article: Article, source: str, content_type: str | None) -> str:
    """Returns what has to come out of the story's page alone, as tests/pages has it."""
    listed = {name for name, how in article.evidence.items() if how and how[0].evidence in LISTS}
    expected: dict[str, object] = {
        name: value
        for name in EXPECTED
        if (value := getattr(article, name)) not in (None, ()) and name not in listed
    }
    expected["body"] = (article.body or "").split("\n\n")
    case: dict[str, object] = {"source": source, "url": article.url, "note": KEPT_LOCALLY}
    if content_type:
        case["content_type"] = content_type
    return json.dumps({**case, "expected": expected}, ensure_ascii=False, indent=1) + "\n"


def slug_of(path: str) -> str:
    """Returns the last words of an address, for the name of a file."""
    last = path.rstrip("/").rpartition("/")[2].lower()
    return re.sub(r"[^a-z0-9]+", "-", last)[:60].strip("-") or "story"
