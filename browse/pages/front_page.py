"""``/``: what this archive is, a field to search it, and what is new."""
# mypy: disable-error-code="import-untyped"

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from archive.search.story_query import StoryQuery
from browse.facets.facet_index import Facet, FacetIndex
from browse.page_visit import PageVisit, result_path
from browse.pictures import Bar, ColumnPicture, within
from browse.queries.front import ArchiveInShort, archive_in_short
from browse.result_address import ResultAddress
from research.counting.count_stories import times


@dataclass(frozen=True, kw_only=True, slots=True)
class FrontPage:
    """What the front page shows."""

    archive: ArchiveInShort
    picture: ColumnPicture

    named: Sequence[tuple[str, ResultAddress]]
    """Who is named most often: a court, an office, an author; none while that is counted first."""

    def words(self, typed: str) -> ResultAddress:
        return ResultAddress(query=StoryQuery(words=typed))


async def front_page(datasette: Datasette, request: Request) -> Response:
    """Datasette's own looks at all tables first."""
    visit = PageVisit(datasette=datasette, request=request)
    archive = await visit.ask(archive_in_short)
    index, _ = await asyncio.to_thread(visit.archive.facets.current)
    every, stories = ResultAddress(fold=False), dict(archive.years)
    bars = [
        Bar(
            name=year,
            value=stories.get(year, 0),
            words=f"{stories.get(year, 0):,}",
            address=result_path(datasette, within(every, year)) if year in stories else None,
        )
        for year in times("year", [*stories])
    ]
    page = FrontPage(
        archive=archive, picture=ColumnPicture(key="year", bars=bars), named=[*most_named(index)]
    )
    return await visit.show("index.html", page)


def most_named(index: FacetIndex | None) -> Iterator[tuple[str, ResultAddress]]:
    facets: tuple[Facet, ...] = ("court", "office", "author")
    for facet in facets if index else ():
        assert index is not None
        if values := index.values[facet].values():
            name = max(values, key=lambda value: (len(value.stories), value.name)).name
            yield name, ResultAddress(fold=False).adding(facet, name)
