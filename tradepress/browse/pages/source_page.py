"""Shows ``/sources``, and ``/source/wipr``: what this archive holds of a paper, and what it
doesn't."""
# mypy: disable-error-code="import-untyped"

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from datasette.app import Datasette
from datasette.utils import tilde_decode
from datasette.utils.asgi import NotFound, Request, Response

from tradepress.archive.search.find_stories import Hit, search
from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.stories.reservation_words import in_words
from tradepress.browse.addresses.result_address import ResultAddress
from tradepress.browse.asking.kept_health import HealthSeen
from tradepress.browse.page_visit import PageVisit, result_path
from tradepress.browse.queries.source_facts import (
    HeldOfSource,
    HeldPeriod,
    SourceListed,
    find_source,
    held_of,
    list_sources,
)
from tradepress.browse.words.pictures import ColumnPicture, stories_over_time, within
from tradepress.story import Reservation

MOST_MONTHS = 480
"""Limits the months that are drawn one by one: 40 years."""
NEWEST = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class SourcesPage:
    """Holds what the list shows."""

    sources: Sequence[SourceListed]


@dataclass(frozen=True, kw_only=True, slots=True)
class SourcePage:
    """Holds what the page of one source shows."""

    source: SourceListed
    held: HeldOfSource
    unit: str
    """Is ``month`` or ``year``: what the periods are."""
    periods: Sequence[HeldPeriod]
    """Lists the periods in their order, without a gap."""
    picture: ColumnPicture
    newest: Sequence[Hit]
    health: HealthSeen | None
    """Is None if it is being looked at."""
    stories: ResultAddress
    is_open: bool
    """Does its declaration name an open licence?"""

    @property
    def reserved(self) -> list[str]:
        """Says what the newest stories reserve, in words."""
        said = (in_words(Reservation(**one)) for hit in self.newest for one in hit.reservations)
        return [*dict.fromkeys(said)]

    def share(self, stories: int) -> str:
        """Returns the share of all its stories: ``12 %``."""
        share = 100 * stories / self.held.stories if self.held.stories else 0.0
        return "less than 1 %" if 0 < share < 1 else f"{share:.0f} %"


async def sources_page(datasette: Datasette, request: Request) -> Response:
    visit = PageVisit(datasette=datasette, request=request)
    return await visit.show("sources.html", SourcesPage(sources=await visit.ask_once(list_sources)))


async def source_page(datasette: Datasette, request: Request) -> Response:
    """Shows one source.

    :raises NotFound: there is no such source
    """
    visit = PageVisit(datasette=datasette, request=request)
    name = tilde_decode(request.url_vars["name"])
    source = await visit.ask_once(find_source, name)
    if source is None:
        raise NotFound(f"This archive has no source {name}.")
    stories = ResultAddress(query=StoryQuery(source=(name,)), fold=False)
    held, newest, health = await asyncio.gather(
        visit.ask_once(held_of, name),
        visit.ask(search, stories.query, order="date", fold=stories.fold, limit=NEWEST),
        asyncio.to_thread(visit.archive.health.seen),
    )
    unit, periods = held.periods(MOST_MONTHS)
    picture = stories_over_time(
        unit,
        [period.name for period in periods],
        {period.name: period.stories for period in periods},
        lambda time: result_path(datasette, within(stories, time)),
    )
    page = SourcePage(
        source=source,
        held=held,
        unit=unit,
        periods=periods,
        picture=picture,
        newest=newest,
        health=health,
        stories=stories,
        is_open=name in visit.open_sources,
    )
    return await visit.show("source.html", page)
