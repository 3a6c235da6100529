"""Reads a page that a script draws, with the JSON that its source declares as what it loads."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from html import escape

from tradepress.extraction.dates import parse_date
from tradepress.extraction.html_blocks import cut_blocks
from tradepress.extraction.html_page import read_html
from tradepress.extraction.not_an_article import STORY_DATA, UNDRAWN, NotAnArticle
from tradepress.extraction.readings import PageReadings
from tradepress.extraction.refusal import require_size
from tradepress.extraction.story_data import StoryData, find_kept_back, find_story
from tradepress.extraction.tree import parse_tree
from tradepress.extraction.walls import NO_WALL, is_like_wall
from tradepress.source import DataFields, Source
from tradepress.story import Reading

MOST_VALUES = 1000
END = re.compile(r"</body\b|\Z", re.I)
NAMED = {
    "headline": "headline",
    "body": "articleBody",
    "date_published": "datePublished",
    "authors": "author",
    "description": "description",
}
"""Maps fields to the names by which they are found by themselves."""


def read_drawn(
    page: str, url: str | None, source: Source | None, seen_at: datetime | None, data: bytes
) -> PageReadings:
    """Reads a page as its script draws it: with the story of its data in it.

    A page that shows a text of its own is read as it is: what a wall hides is not in it. Nor is
    the text taken where page or data say that it is not for everybody.

    :raises NotAnArticle: it is no story, nor are its data
    """
    headline = None
    try:
        found = read_html(page, url, source, seen_at)
        if found.walked.paragraphs:
            return found
        headline = found.best("headline")
    except NotAnArticle as error:
        if error.reason not in UNDRAWN:
            raise
    story = read_story_data(data, headline, source.data_fields if source else DataFields())
    drawn = read_html(_draw(page, story, story.html), url, source, seen_at)
    is_walled = drawn.is_kept_back or _shows_wall(page)
    if why := story.kept_back or ("the page says so" if is_walled else None):
        if source is None or source.completeness == "body":
            words = f"what the page loads is not for everybody ({why})"
            raise NotAnArticle("story_data_no_story", words)
        drawn = read_html(_draw(page, story, ""), url, source, seen_at)
        drawn.access.append(("false", STORY_DATA))
    _add(drawn, story, day_first=source.day_first if source else None)
    return drawn


def _draw(page: str, story: StoryData, text: str) -> str:
    article = f"<article><h1>{escape(story.headline or '')}</h1>{text}</article>"
    return END.sub(lambda end: article + end[0], page, count=1)


def _shows_wall(page: str) -> bool:
    root = parse_tree(page)
    blocks = cut_blocks(root).blocks if root is not None else ()
    return any(is_like_wall(block.text) for block in blocks if block.zone not in NO_WALL)


def _add(found: PageReadings, story: StoryData, *, day_first: bool | None) -> None:
    """Puts what the data say before what the frame of the page does."""
    read = found.fields.get("body", [])
    found.fields["body"] = [replace(one, evidence=STORY_DATA) for one in read]
    for name in ("headline", "authors", "description", "section"):
        if value := getattr(story, name):
            reading = Reading(value=value, evidence=STORY_DATA)
            found.fields[name] = [reading, *found.fields.get(name, ())]
    for said, dates in (
        (story.date_published, found.published),
        (story.date_modified, found.modified),
    ):
        if said and (day := parse_date(said, day_first)):
            dates.insert(0, (day, STORY_DATA))


def read_story_data(data: bytes, headline: str | None, fields: DataFields) -> StoryData:
    """Returns the story in the data of a page.

    :param headline: as the page has it, if it has one
    :param fields: say where the story's own stand
    :raises NotAnArticle: it is no JSON, or holds no story
    """
    require_size(data)
    try:
        parsed: object = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise NotAnArticle("story_data_no_json", "what the page loads is no JSON") from error
    found = (headline and find_story(parsed, headline)) or find_story(parsed, None)
    declared = {
        name: one_or_all(values)
        for name, path in vars(fields).items()
        if path is not None and (values := values_at(parsed, path))
    }
    if declared:
        found = _with_declared(found, declared, headline)
    if found is None:
        raise NotAnArticle("story_data_no_story", "what the page loads holds no story")
    return replace(
        found,
        section=section if isinstance(section := declared.get("section"), str) else None,
        kept_back=found.kept_back or find_kept_back(parsed, found.headline),
    )


def _with_declared(
    found: StoryData | None, declared: dict[str, object], headline: str | None
) -> StoryData | None:
    """Returns the story with what stands where its source says: that goes before all else."""
    story: dict[str, object] = {"headline": headline}
    if found is not None:
        story |= {
            "headline": found.headline,
            "articleBody": found.html,
            "datePublished": found.date_published,
            "dateModified": found.date_modified,
            "author": list(found.authors),
            "description": found.description,
        }
    story |= {NAMED[name]: value for name, value in declared.items() if name in NAMED}
    title = story["headline"]
    return find_story(story, title if isinstance(title, str) else None, shortest=1)


def values_at(data: object, path: str) -> list[object]:
    """Returns what stands at a dotted path of JSON; ``*`` stands for all of a list or object."""
    found = [data]
    for step in path.split("."):
        found = [inner for one in found[:MOST_VALUES] for inner in _inner(one, step)]
    return [one for one in found[:MOST_VALUES] if one not in (None, "", [], {})]


def _inner(value: object, step: str) -> Iterator[object]:
    if isinstance(value, list):
        if step == "*":
            yield from value
        elif step.isdecimal() and int(step) < len(value):
            yield value[int(step)]
    elif isinstance(value, dict):
        if step == "*":
            yield from value.values()
        elif step in value:
            yield value[step]


def one_or_all(values: list[object]) -> object:
    return values[0] if len(values) == 1 else values
