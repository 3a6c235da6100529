"""Shows ``/stories``: what somebody is looking for, how much of it there is, and a page of it."""
# mypy: disable-error-code="import-untyped"

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from tradepress.archive.clock import utc_now
from tradepress.archive.search.find_stories import Hit, Order
from tradepress.archive.search.named_values import UnknownValue
from tradepress.archive.search.public_words import tells_words
from tradepress.archive.search.query_language import remarks
from tradepress.archive.search.why_nothing import Nothing
from tradepress.archive.withdrawal.tombstones import PublicTombstone
from tradepress.browse.addresses.counts_address import CountsAddress
from tradepress.browse.addresses.result_address import (
    PAGE_SIZE,
    ResultAddress,
    ValuesAddress,
    read_address,
    readable_part,
)
from tradepress.browse.facets.facet_values import UNDATED, Facet, key_of
from tradepress.browse.facets.result_counts import ResultCounts
from tradepress.browse.page_visit import UNREAD, PageVisit, result_path
from tradepress.browse.passages.shown_passages import shown_to_public
from tradepress.browse.queries.results import (
    Offered,
    find_page,
    is_ranked_in_vain,
    offered,
)
from tradepress.browse.words.pictures import LOW, ColumnPicture, counts_over_time
from tradepress.browse.words.result_words import FACET_TITLES, filters_in_words, value_words

MOST_VALUES = 8
"""Limits the values of a facet that are shown, beside those that are chosen."""
MOST_YEARS = 6
"""Limits the years beside the result, the latest first; the picture has all."""
MOST_MONTHS = 36
"""Limits the months that are drawn, from the first to the last; a longer time is drawn in years."""
_FIELDS = frozenset(
    [
        *("q", "since", "until", "case", "number", "firm", "as_of", "seen_on"),
        *("forms", "variants", "doubtful", "undated", "page"),
    ]
)
"""Lists what the form asks for; it keeps all else that is in force."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Chip:
    """Is a filter in force."""

    words: str
    without: ResultAddress
    """Leads to the result without it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderChoice:
    words: str
    is_chosen: bool
    address: ResultAddress


@dataclass(frozen=True, kw_only=True, slots=True)
class FacetChoice:
    """Is a value beside the result, by which it can be narrowed."""

    value: str
    words: str
    stories: int
    """Counts the stories of the result with this value and no other of its facet."""
    is_chosen: bool
    address: ResultAddress
    """Leads to that result; or, if the value is chosen, to the one without it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FacetChoices:
    """Holds the values of one facet."""

    facet: Facet
    title: str
    shown: Sequence[FacetChoice]
    more: int = 0
    """Counts how many are left out."""
    all_values: ValuesAddress | None = None
    """Is None if there is no list of them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Undated:
    """Counts the stories of a result that no bar has."""

    stories: int
    address: ResultAddress


@dataclass(frozen=True, kw_only=True, slots=True)
class Mend:
    """Is a name that no story has."""

    unknown: UnknownValue
    instead: Sequence[tuple[str, ResultAddress]]
    """Lists names that are like it, and the result with each."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NumberMeant:
    """Is a number that the words are, and the stories that name it however it is written."""

    number: str
    address: ResultAddress


@dataclass(frozen=True, kw_only=True, slots=True)
class WithoutFilters:
    """Says what would be found without some filters, or what the words exclude, where nothing is
    with them."""

    words: Sequence[str]
    """Says what each of them asks for."""
    stories: int
    address: ResultAddress


@dataclass(frozen=True, kw_only=True, slots=True)
class ResultPage:
    """Holds what the template shows."""

    address: ResultAddress
    offered: Offered
    permalink: str
    """Is the address of the result, whole, for others to find it by."""
    wrong: str | None = None
    """Says what is said where the query can't be read."""
    chips: Sequence[Chip] = ()
    hits: Sequence[Hit] = ()
    places: Mapping[str, int] = field(default_factory=dict)
    """Counts how often the words stand in those of which strangers are shown no passage, by ref."""
    are_words_told: bool = True
    """Are single words of strangers looked for in all texts, and not in passages alone?"""
    are_passages_known: bool = False
    """Can strangers search passages, or are those being gathered for the first time?"""
    counts: ResultCounts | None = None
    """Is None if the query can't be read."""
    orders: Sequence[OrderChoice] = ()
    is_unranked: bool = False
    """Are the newest shown first because to find the best match among so many takes long?"""
    picture: ColumnPicture | None = None
    """Shows the result by month or year; None: there is one alone."""
    undated: Undated | None = None
    choices: Sequence[FacetChoices] = ()
    mends: Sequence[Mend] = ()
    numbers: Sequence[NumberMeant] = ()
    remarks: Sequence[str] = ()
    """Lists signs in the words that mean more in other systems."""
    why_nothing: Sequence[str] = ()
    ways_out: Sequence[WithoutFilters] = ()
    withdrawn: Sequence[PublicTombstone] = ()

    @property
    def pages(self) -> int:
        return -(-self.counts.stories // PAGE_SIZE) if self.counts else 0

    @property
    def first(self) -> int:
        """Returns the number of the first story that is shown, from 1."""
        return PAGE_SIZE * (self.address.page - 1) + 1

    @property
    def kept(self) -> Sequence[tuple[str, str]]:
        """Returns the names and values that the form passes on."""
        given = [pair for pair in self.address.parameters() if pair[0] not in _FIELDS]
        return [pair for pair in given if pair[0] != "order"] if self.is_unranked else given

    @property
    def best_first(self) -> ResultAddress:
        return replace(self.address.at(1), order="relevance")

    @property
    def in_picture(self) -> CountsAddress:
        """Leads to the numbers of the result on a page of their own."""
        by = self.picture.key if self.picture else "month"
        return CountsAddress(result=self.address.at(1), picture=by)

    @property
    def other_folding(self) -> ResultAddress:
        return replace(self.address.at(1), fold=not self.address.fold)


async def result_page(datasette: Datasette, request: Request) -> Response:
    visit = PageVisit(datasette=datasette, request=request)
    try:
        address = read_address(visit.arguments)
    except ValueError as error:
        return await _unreadable(visit, readable_part(visit.arguments), error)
    if any(not value.strip() for _, value in visit.arguments):
        # What a form left empty: so that the browser shows an address that reads well.
        return Response.redirect(result_path(datasette, address))
    facets = visit.archive.facets
    try:
        if is_unranked := await visit.ask(is_ranked_in_vain, address, facets):
            address = replace(address, order="date")
        found, counts, words = await asyncio.gather(
            visit.ask(find_page, address, facets),
            visit.ask(facets.count, address.query, fold=address.fold),
            visit.ask(offered),
        )
    except ValueError as error:
        return await _unreadable(visit, address, error)
    hits, passages = found.hits, visit.archive.passages
    places: Mapping[str, int] = {}
    if visit.is_public:
        hits, places = await visit.ask_in_full(
            shown_to_public, address.query, hits=hits, quoting=passages.quoting
        )
    publishers = words.publishers
    page = ResultPage(
        address=address,
        offered=words,
        permalink=_permalink(visit, address),
        chips=chips_of(address, publishers),
        hits=hits,
        places=places,
        are_words_told=not visit.is_public or await visit.ask(tells_words),
        are_passages_known=passages.built > 0,
        counts=counts,
        orders=orders_of(address, found.hits),
        is_unranked=is_unranked,
        picture=picture_of(address, counts, partial(result_path, datasette)),
        undated=undated_of(address, counts),
        choices=[*times_of(address, counts), *choices_of(address, counts, publishers)],
        mends=[_mend(address, unknown) for unknown in found.unknown],
        numbers=[NumberMeant(number=one, address=naming(address, one)) for one in found.numbers],
        remarks=remarks(address.query.words or ""),
        why_nothing=found.nothing.reasons if found.nothing else (),
        ways_out=ways_out_of(address, found.nothing, publishers),
        withdrawn=found.withdrawn,
    )
    return await visit.show("result.html", page)


def chips_of(address: ResultAddress, publishers: Mapping[str, str]) -> Sequence[Chip]:
    """Lists the filters in force, each with a way out."""
    given = replace(address.dated, order=None, fold=True, page=1).parameters()
    chips = []
    for name, value, words in filters_in_words(given, publishers):
        without = address.without(name, value)
        if name == "since":
            without = without.without("until")
        chips.append(Chip(words=words, without=without))
    return chips


def ways_out_of(
    address: ResultAddress, nothing: Nothing | None, publishers: Mapping[str, str]
) -> Sequence[WithoutFilters]:
    return [
        WithoutFilters(
            words=[way.excluded]
            if way.excluded
            else [
                words
                for _, _, words in filters_in_words(
                    [pair for pair in address.dated.parameters() if pair[0] in way.names],
                    publishers,
                )
            ],
            stories=way.stories,
            address=replace(address.at(1), query=way.query),
        )
        for way in (nothing.ways_out if nothing else ())
    ]


def orders_of(address: ResultAddress, hits: Sequence[Hit]) -> Sequence[OrderChoice]:
    """Lists the orders that these stories can have."""
    is_ranked = any(hit.rank is not None for hit in hits)
    usual: Order = "doubt" if address.query.doubtful else "relevance" if is_ranked else "date"
    words: dict[Order, str] = {}
    if address.query.words is not None and (is_ranked or address.order is not None):
        words["relevance"] = "best match first"
    words |= {"date": "newest first", "oldest": "oldest first"}
    if address.query.doubtful:
        words["doubt"] = "least sure first"
    chosen = address.order or usual
    return [
        OrderChoice(
            words=said, is_chosen=order == chosen, address=replace(address.at(1), order=order)
        )
        for order, said in words.items()
    ]


def choices_of(
    address: ResultAddress, counts: ResultCounts, publishers: Mapping[str, str]
) -> Sequence[FacetChoices]:
    """Lists the facets by which the result can be narrowed."""
    found = []
    for facet, title in FACET_TITLES.items() if counts.facets else ():
        choices = facet_choices(address, facet, counts, publishers)
        shown = [
            choice
            for place, choice in enumerate(choices)
            if place < MOST_VALUES or choice.is_chosen
        ]
        # What all have narrows nothing.
        if any(one.is_chosen or one.stories < counts.stories for one in choices):
            found.append(
                FacetChoices(
                    facet=facet,
                    title=title,
                    shown=shown,
                    more=len(choices) - len(shown),
                    all_values=ValuesAddress(facet=facet, result=address.at(1)),
                )
            )
    return found


def times_of(address: ResultAddress, counts: ResultCounts) -> Sequence[FacetChoices]:
    """Offers this month, the last twelve, and the latest years."""
    months, years = counts.of("month"), counts.of("year")
    today = date.fromisoformat(utc_now()[:10])
    number = today.year * 12 + today.month - 1
    last = [f"{one // 12:04}-{one % 12 + 1:02}" for one in range(number - 11, number + 1)]
    latest = sorted(years.keys() - {UNDATED}, reverse=True)[:MOST_YEARS]
    times = [
        ("This month", last[-1], last[-1], months[last[-1]]),
        ("Last 12 months", last[0], last[-1], sum(months[one] for one in last)),
        *((year, year, year, years[year]) for year in latest),
    ]
    shown = []
    for words, since, until, stories in times:
        is_chosen = (address.query.since, address.query.until) == (since, until)
        asked = (None, None) if is_chosen else (since, until)
        query = replace(address.query, since=asked[0], until=asked[1])
        choice = FacetChoice(
            value=since,
            words=words,
            stories=stories,
            is_chosen=is_chosen,
            address=replace(address.at(1), query=query),
        )
        if is_chosen or 0 < stories < counts.stories:
            shown.append(choice)
    return [FacetChoices(facet="year", title="When", shown=shown)] if shown else []


def facet_choices(
    address: ResultAddress, facet: Facet, counts: ResultCounts, publishers: Mapping[str, str]
) -> Sequence[FacetChoice]:
    """Lists all values of a facet, the most frequent first; those that are chosen even if no
    story has them."""
    stories = counts.of(facet)
    chosen = {key_of(facet, one): one for one in getattr(address.query, facet)}
    known = {key_of(facet, value) for value in stories}
    none = {value: 0 for key, value in chosen.items() if key not in known}
    return [
        FacetChoice(
            value=value,
            words=value_words(facet, value, publishers),
            stories=number,
            is_chosen=(is_chosen := key_of(facet, value) in chosen),
            address=address.without(facet, chosen[key_of(facet, value)])
            if is_chosen
            else address.only(facet, value),
        )
        for value, number in sorted({**stories, **none}.items(), key=lambda one: (-one[1], one[0]))
    ]


def picture_of(
    address: ResultAddress, counts: ResultCounts, path: Callable[[ResultAddress], str]
) -> ColumnPicture | None:
    """Draws the stories of a result over time: by month, or by year if that is long.

    :param path: gives the path of a result
    """
    picture = counts_over_time(address, counts, path, most=MOST_MONTHS, high=LOW)
    return picture if len(picture.bars) > 1 else None


def undated_of(address: ResultAddress, counts: ResultCounts) -> Undated | None:
    number = counts.of("year")[UNDATED]
    if not number or address.query.undated:
        return None
    return Undated(stories=number, address=address.only("undated", "1"))


def naming(address: ResultAddress, number: str) -> ResultAddress:
    """Asks for the stories that name a number, in place of those that have the words."""
    query = replace(address.query, words=None, number=(number,))
    return replace(address.at(1), query=query, order=None)


def _mend(address: ResultAddress, unknown: UnknownValue) -> Mend:
    without = address.without(unknown.name, unknown.value)
    return Mend(
        unknown=unknown,
        instead=[(close, without.adding(unknown.name, close)) for close in unknown.close],
    )


def _permalink(visit: PageVisit, address: ResultAddress) -> str:
    path = result_path(visit.datasette, address.dated.at(1))
    return str(visit.datasette.absolute_url(visit.request, path))


async def _unreadable(visit: PageVisit, address: ResultAddress, error: ValueError) -> Response:
    words = await visit.ask(offered)
    page = ResultPage(
        address=address,
        offered=words,
        permalink=_permalink(visit, address),
        chips=chips_of(address, words.publishers),
        wrong=UNREAD.format(error),
    )
    return await visit.show("result.html", page, status=400)
