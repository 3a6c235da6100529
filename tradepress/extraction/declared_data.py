"""Reads the JSON that a story's page loads, where its source declares that."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

from tradepress.extraction.not_an_article import NotAnArticle
from tradepress.extraction.refusal import require_size
from tradepress.extraction.story_data import (
    StoryData,
    find_called,
    find_kept_back,
    find_story,
    read_objects,
)
from tradepress.source import DataFields

MOST_VALUES = 1000
NAMED = {
    "headline": "headline",
    "body": "articleBody",
    "date_published": "datePublished",
    "authors": "author",
    "description": "description",
}
"""Maps fields to the names by which they are found by themselves."""


def read_story_data(data: bytes, headlines: Sequence[str], fields: DataFields) -> StoryData:
    """Returns the story in the data of a page.

    :param headlines: what the page may call it
    :param fields: say where the story's own stand
    :raises NotAnArticle: it is no JSON, or holds no story
    """
    require_size(data)
    try:
        parsed: object = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise NotAnArticle("story_data_no_json", "what the page loads is no JSON") from error
    objects = read_objects(parsed)
    found = (find_called(objects, headlines) if headlines else None) or find_called(objects, ())
    declared = {
        name: values[0] if len(values) == 1 else values
        for name, path in vars(fields).items()
        if path is not None and (values := values_at(parsed, path))
    }
    first = found
    if declared:
        found = _with_declared(found, declared, headlines)
    if found is None:
        raise NotAnArticle("story_data_no_story", "what the page loads holds no story")
    section = declared.get("section")
    return replace(
        found,
        section=section if isinstance(section, str) else None,
        kept_back=found.kept_back
        or (first and first.kept_back)
        or find_kept_back(objects, found.headline, is_of_one=True),
    )


def _with_declared(
    found: StoryData | None, declared: dict[str, object], headlines: Sequence[str]
) -> StoryData | None:
    """Returns the story with what stands where its source says: that goes before all else."""
    story: dict[str, object] = {"headline": next(iter(headlines), None)}
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
