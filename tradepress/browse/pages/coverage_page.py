"""Shows ``/coverage/wipr``: the stories that are known of a paper, held and missing."""
# mypy: disable-error-code="import-untyped"

from collections.abc import Sequence
from dataclasses import dataclass

from datasette.app import Datasette
from datasette.utils import tilde_decode
from datasette.utils.asgi import NotFound, Request, Response

from tradepress.archive.ledger.reason_words import reason_in_words
from tradepress.archive.search.story_query import StoryQuery
from tradepress.browse.addresses.result_address import ResultAddress
from tradepress.browse.page_visit import PageVisit, result_path
from tradepress.browse.queries.source_facts import SourceListed, find_source
from tradepress.browse.words.pictures import Bar, ColumnPicture, drawn_times, within
from tradepress.research.known_stories import Coverage, MonthCoverage, find_coverage

MOST_MONTHS = 240
"""Limits the months that are drawn one by one: 20 years."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CoveragePage:
    """Holds what the template shows."""

    source: SourceListed
    found: Coverage
    rows: Sequence[MonthCoverage]
    """Lists the times of the picture that have a known story, then the undated."""
    picture: ColumnPicture
    """Has the held stories as bars and the missing ones on top."""

    @property
    def reasons(self) -> Sequence[tuple[str, int]]:
        return [(reason_in_words(reason), count) for reason, count in self.found.reasons.items()]


async def coverage_page(datasette: Datasette, request: Request) -> Response:
    """Shows one source.

    :raises NotFound: there is no such source
    """
    visit = PageVisit(datasette=datasette, request=request)
    name = tilde_decode(request.url_vars["name"])
    source = await visit.ask_once(find_source, name)
    if source is None:
        raise NotFound(f"This archive has no source {name}.")
    found = await visit.ask_once(find_coverage, name)
    key, times = drawn_times([row.month for row in found.months if row.month], MOST_MONTHS)
    rows = found.months if key == "month" else found.by_year()
    of = {row.month: row for row in rows}
    stories = ResultAddress(query=StoryQuery(source=(name,)), fold=False)
    bars = [
        Bar(
            name=time,
            value=row.held,
            more=row.missing,
            words=f"{row.held:,} of {row.known:,} known",
            address=result_path(datasette, within(stories, time)) if row.held else None,
        )
        for time in times
        for row in [of.get(time, MonthCoverage(month=time))]
    ]
    picture = ColumnPicture(key=key, bars=bars)
    page = CoveragePage(source=source, found=found, rows=rows, picture=picture)
    return await visit.show("coverage.html", page)
