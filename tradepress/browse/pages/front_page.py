"""Shows ``/``: what this archive is, a field to search it, and what is new."""
# mypy: disable-error-code="import-untyped"

from collections.abc import Iterator
from dataclasses import dataclass

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from tradepress.archive.search.story_query import StoryQuery
from tradepress.browse.addresses.result_address import ResultAddress
from tradepress.browse.page_visit import PageVisit, result_path
from tradepress.browse.queries.front import ArchiveInShort, archive_in_short
from tradepress.browse.words.pictures import (
    LOW,
    ColumnPicture,
    drawn_years,
    stories_over_time,
    within,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class FrontPage:
    """Holds what the front page shows."""

    archive: ArchiveInShort
    picture: ColumnPicture

    @property
    def every(self) -> ResultAddress:
        """Returns all stories as they are counted here: each copy by itself."""
        return ResultAddress(fold=False)

    @property
    def examples(self) -> Iterator[tuple[str, ResultAddress]]:
        """Yields what can be typed, and what it finds."""
        known = self.archive.examples
        for typed in (known.word, f'"{" ".join(known.phrase)}"', f"{known.word} OR {known.other}"):
            yield typed, ResultAddress(query=StoryQuery(words=typed))

    @property
    def named(self) -> Iterator[tuple[str, str, ResultAddress]]:
        """Yields who is named often of late, behind ``on`` or ``by``."""
        known = self.archive.examples
        if known.court:
            yield "on", known.court, ResultAddress(query=StoryQuery(court=(known.court,)))
        if known.author:
            yield "by", known.author, ResultAddress(query=StoryQuery(author=(known.author,)))


async def front_page(datasette: Datasette, request: Request) -> Response:
    """Shows the front page; Datasette's own looks at all tables first."""
    visit = PageVisit(datasette=datasette, request=request)
    archive = await visit.ask_once(archive_in_short)
    every, stories = ResultAddress(fold=False), dict(archive.years)
    picture = stories_over_time(
        "year",
        drawn_years(stories),
        stories,
        lambda year: result_path(datasette, within(every, year)),
        high=LOW,
    )
    page = FrontPage(archive=archive, picture=picture)
    return await visit.show("index.html", page)
