"""A query in words, for a person who reads what came of it."""

from dataclasses import fields

from archive.search.story_query import StoryQuery


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
