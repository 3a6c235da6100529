"""A query in words, and what became of its result, for a person."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import fields

from archive.search.story_query import StoryQuery
from research.query_changes import ResultChange


def words_of(query: StoryQuery) -> str:
    """``lantern mark; source wipr, tbo; since 2015``; ``all stories`` if nothing is asked."""
    parts = [query.words] if query.words else []
    for field in fields(query):
        value = getattr(query, field.name)
        name = field.name.replace("_", " ")
        if field.name == "words" or not value:
            continue
        if value is True:
            parts.append(name)
        else:
            parts.append(f"{name} {value if isinstance(value, str) else ', '.join(value)}")
    return "; ".join(parts) or "all stories"


def sums_of(changes: Iterable[ResultChange]) -> str:
    """``2 new, 1 changed``; ``nothing new`` if there is none."""
    sums = Counter(change.word for change in changes)
    return ", ".join(f"{number} {word}" for word, number in sums.items()) or "nothing new"
