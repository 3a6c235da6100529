"""Shows ``/stories/values``: all values of one facet of a result, to choose one or several."""
# mypy: disable-error-code="import-untyped"

from collections.abc import Sequence
from dataclasses import dataclass, replace

from datasette.app import Datasette
from datasette.utils.asgi import BadRequest, Request, Response

from tradepress.archive.search.named_values import fold
from tradepress.browse.addresses.result_address import (
    ResultAddress,
    ValuesAddress,
    read_values_address,
)
from tradepress.browse.facets.result_counts import ResultCounts
from tradepress.browse.page_visit import UNREAD, PageVisit
from tradepress.browse.pages.result_page import FacetChoice, chips_of, facet_choices
from tradepress.browse.queries.source_facts import publishers
from tradepress.browse.words.result_words import FACET_PLURALS

VALUES_OF_PAGE = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class ValuesPage:
    """Holds what the template shows."""

    address: ValuesAddress
    counts: ResultCounts
    chips: Sequence[str]
    """Says, in words, which filters are in force, but for those of this facet."""
    choices: Sequence[FacetChoice]
    """Lists all of them, in the order asked for."""

    @property
    def title(self) -> str:
        return FACET_PLURALS[self.address.facet]

    @property
    def total(self) -> int:
        return len(self.choices)

    @property
    def pages(self) -> int:
        return -(-self.total // VALUES_OF_PAGE)

    @property
    def shown(self) -> Sequence[FacetChoice]:
        end = VALUES_OF_PAGE * self.address.result.page
        return self.choices[end - VALUES_OF_PAGE : end]

    @property
    def result(self) -> ResultAddress:
        return self.address.result.at(1)

    @property
    def orders(self) -> Sequence[tuple[str, ValuesAddress, bool]]:
        """Lists words, address, and whether it is the one chosen."""
        return [
            (words, self.address.sorted(by_name=by_name), by_name == self.address.by_name)
            for words, by_name in (("Most frequent first", False), ("By the alphabet", True))
        ]

    @property
    def kept(self) -> Sequence[tuple[str, str]]:
        """Lists names and values that the form passes on beside what is ticked on this page."""
        facet, shown = self.address.facet, {choice.value for choice in self.shown}
        elsewhere = [
            choice.value
            for choice in self.choices
            if choice.is_chosen and choice.value not in shown
        ]
        return [
            *self.result.without(facet).parameters(),
            *((str(facet), value) for value in elsewhere),
        ]

    def only(self, choice: FacetChoice) -> ResultAddress:
        return self.result.only(self.address.facet, choice.value)


async def values_page(datasette: Datasette, request: Request) -> Response:
    visit = PageVisit(datasette=datasette, request=request)
    try:
        address = read_values_address(visit.arguments)
        result = await visit.meant(address.result)
        address = replace(address, result=result)
        counts = await visit.ask(visit.archive.facets.count, result.query, fold=result.fold)
    except ValueError as error:
        raise BadRequest(UNREAD.format(error)) from error
    papers = await visit.ask_once(publishers)
    choices = facet_choices(result, address.facet, counts, papers)
    if address.by_name:
        choices = sorted(choices, key=lambda choice: fold(choice.words))
    page = ValuesPage(
        address=address,
        counts=counts,
        chips=[chip.words for chip in chips_of(result.without(address.facet), papers)],
        choices=choices,
    )
    return await visit.show("result_values.html", page)
