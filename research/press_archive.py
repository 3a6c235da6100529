"""The archive for Python: ``tradepress.open("press.db")``."""

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlite_utils import Database

from archive.read_only import read_archive
from archive.search.chosen_stories import stream_stories
from archive.search.story_query import StoryQuery
from archive.stories.story_record import Story, load_story


class PressArchive:
    """An archive open for reading; a crawl may write into it meanwhile.

    >>> with tradepress.open("press.db") as archive:  # doctest: +SKIP
    ...     print(archive.story("wipr-14415").headline)
    """

    def __init__(self, path: str | Path) -> None:
        """
        :raises ArchiveError: missing, not ours, newer, older or damaged
        """
        self.path = Path(path)
        self.db: Database = read_archive(self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self.db.close()

    def story(self, ref: str) -> Story:
        """One story.

        :param ref: ``wipr-14415``, or ``wipr-14415@2`` for its second version
        :raises NoSuchArticle: no such ref or version; names the nearest
        """
        return load_story(self.db, ref)

    def stories(self, query: StoryQuery) -> Iterator[Story]:
        """All stories that the query means, streamed: the oldest day first, undated last.

        :raises ValueError: the query can't be read; says why
        """
        return stream_stories(self.db, query)
