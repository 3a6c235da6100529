"""``/stories``: what somebody is looking for, how much of what there is, and a page of it."""
# mypy: disable-error-code="import-untyped"

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response
from sqlite_utils import Database

from archive.search.find_stories import Hit, search
from archive.search.why_nothing import why_nothing
from browse.facets.facet_index import Facet
from browse.facets.result_counts import ResultCounts, count_result
from browse.page_visit import PageVisit
from browse.result_address import PAGE_SIZE, ResultAddress, read_address

MOST_VALUES = 12
"""Of a facet that are shown."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FacetChoice:
    """A value beside the result, by which it can be narrowed."""

    name: str
    stories: int
    is_chosen: bool
    address: ResultAddress
    """The result with this value, or without it if it is chosen."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FacetChoices:
    """The values of one facet."""

    facet: Facet
    shown: Sequence[FacetChoice]
    more: int
    """How many are left out."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ResultPage:
    """What the template shows."""

    address: ResultAddress
    hits: Sequence[Hit] = ()
    counts: ResultCounts | None = None
    """None: the query can't be read."""
    choices: Sequence[FacetChoices] = ()
    wrong: str | None = None
    """Why the query can't be read."""
    why_nothing: Sequence[str] = ()

    @property
    def pages(self) -> int:
        return -(-self.counts.stories // PAGE_SIZE) if self.counts else 0

    @property
    def first(self) -> int:
        """Number of the first story that is shown, from 1."""
        return PAGE_SIZE * (self.address.page - 1) + 1


async def result_page(datasette: Datasette, request: Request) -> Response:
    visit = PageVisit(datasette=datasette, request=request)
    try:
        address = read_address(visit.arguments)
    except ValueError as error:
        page = ResultPage(address=ResultAddress(), wrong=str(error))
        return await visit.show("result.html", page, status=400)
    try:
        hits, counts = await asyncio.gather(
            visit.ask(page_of, address), visit.ask(count_of, address, visit)
        )
    except ValueError as error:
        return await visit.show(
            "result.html", ResultPage(address=address, wrong=str(error)), status=400
        )
    page = ResultPage(
        address=address,
        hits=hits,
        counts=counts,
        choices=[*choices_of(address, counts)],
        why_nothing=[] if counts.stories else await visit.ask(why_nothing, address.query),
    )
    return await visit.show("result.html", page)


def page_of(db: Database, address: ResultAddress) -> list[Hit]:
    """The stories of one page."""
    return search(
        db,
        address.query,
        order=address.order,
        fold=address.fold,
        limit=PAGE_SIZE,
        offset=PAGE_SIZE * (address.page - 1),
    )


def count_of(db: Database, address: ResultAddress, visit: PageVisit) -> ResultCounts:
    index, is_true = visit.archive.facets.current()
    return count_result(db, address.query, index, fold=address.fold, is_true=is_true)


def choices_of(address: ResultAddress, counts: ResultCounts) -> Iterator[FacetChoices]:
    for facet, stories in (counts.facets or {}).items():
        if facet == "month":
            continue
        chosen: tuple[str, ...] = getattr(address.query, facet)
        shown = [
            FacetChoice(
                name=name,
                stories=number,
                is_chosen=name in chosen,
                address=address.without(facet, name)
                if name in chosen
                else address.adding(facet, name),
            )
            for name, number in sorted(stories.items(), key=lambda one: (-one[1], one[0]))
        ]
        yield FacetChoices(facet=facet, shown=shown[:MOST_VALUES], more=len(shown[MOST_VALUES:]))
