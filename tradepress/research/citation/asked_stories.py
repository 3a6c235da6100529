"""Finds the stories that are to be cited: some by name, or all that a query means."""

import re
from collections.abc import Iterable, Iterator

from tradepress.archive.database import Database
from tradepress.archive.search.chosen_stories import stream_stories
from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.stories.ref import VERSION_NAME
from tradepress.archive.stories.story_record import Story, load_story


def asked_stories(db: Database, asked: str | Iterable[str] | StoryQuery) -> Iterator[Story]:
    """Finds the stories that are asked for.

    :param asked: a ref or an address, several, or a query
    :raises NoSuchArticle: no such ref or version; names the nearest; before any story is given
    :raises ValueError: the query can't be read; says why
    """
    if isinstance(asked, StoryQuery):
        return stream_stories(db, asked)
    refs = [asked] if isinstance(asked, str) else asked
    return iter([load_story(db, ref) for ref in refs])


def is_story_name(db: Database, word: str) -> bool:
    """Is it meant for a ref or an address, and no word to search for? An address has ``://``, a ref
    ends in ``@`` and a version, begins with the name of a source and a hyphen, or looks as most do
    (``wipr-14415``), also where the archive has nothing of that source."""
    if "://" in word or re.search(
        rf"\w@(?:{VERSION_NAME})$|^[a-z][a-z0-9]*-(?:\d{{3,}}|[0-9a-f]{{12}})$", word
    ):
        return True
    source, hyphen, _ = word.partition("-")
    found = db.execute("SELECT 1 FROM sources WHERE name = ?", [source.lower()]).fetchone()
    return bool(hyphen and found)
