"""Shows ``/court/CJEU``, ``/case/Matal v Tam``, ``/author/…``: the stories of one name, over
time."""
# mypy: disable-error-code="import-untyped"

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import get_args
from urllib.parse import unquote

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from tradepress.archive.search.find_stories import Hit
from tradepress.archive.search.story_query import StoryQuery
from tradepress.browse.addresses.counts_address import CountsAddress
from tradepress.browse.addresses.named_kinds import KindOfName, Named, list_of
from tradepress.browse.addresses.result_address import ResultAddress
from tradepress.browse.facets.facet_values import UNDATED
from tradepress.browse.facets.result_counts import ResultCounts
from tradepress.browse.page_visit import PageVisit, named_path, result_path
from tradepress.browse.queries.named import (
    KnownAs,
    NamedFacts,
    known_as,
    like_name,
    named_facts,
    query_of,
)
from tradepress.browse.queries.results import find_newest
from tradepress.browse.queries.source_facts import publishers
from tradepress.browse.words.pictures import ColumnPicture, counts_over_time
from tradepress.browse.words.result_words import plural_words

NEWEST_SHOWN = 5
MOST_MONTHS = 72
"""Limits the months that are drawn; more of them are shown by year."""
MOST_BESIDE = 8
BESIDE = ("court", "office", "case", "firm", "author", "person", "source")
"""Lists what is shown beside a name, in this order."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BesideName:
    """Is a name that stories name together with another one."""

    words: str
    path: str
    stories: int | None
    """Counts the stories that name both; None: not counted."""
    together: ResultAddress | None
    """Finds those stories; None: no address asks for two of a kind."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BesideList:
    """Lists names beside one, of one kind, those that stand together most often first."""

    words: str
    names: Sequence[BesideName]


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedPage:
    """Holds what the template shows."""

    named: Named
    known: KnownAs
    address: ResultAddress
    facts: NamedFacts
    picture: ColumnPicture | None
    """Is None if the stories are being counted, or none has a day."""
    newest: Sequence[Hit]
    beside: Sequence[BesideList]

    @property
    def listed(self) -> KindOfName:
        return list_of(self.named)

    @property
    def counts(self) -> ResultCounts:
        return self.facts.counts

    @property
    def in_picture(self) -> CountsAddress:
        return CountsAddress(
            result=self.address, picture=self.picture.key if self.picture else "month"
        )

    @property
    def undated(self) -> int:
        return self.counts.of("year")[UNDATED]


@dataclass(frozen=True, kw_only=True, slots=True)
class UnknownNamePage:
    """Holds what is shown where no story has the name."""

    named: Named
    name: str
    alike: Sequence[str]

    @property
    def listed(self) -> KindOfName:
        return list_of(self.named)

    @property
    def as_words(self) -> ResultAddress:
        return _quoted(self.name)


async def named_page(datasette: Datasette, request: Request) -> Response:
    visit = PageVisit(datasette=datasette, request=request)
    named = next(one for one in get_args(Named) if one == request.url_vars["named"])
    name = unquote(request.url_vars["name"])
    index, _ = visit.archive.facets.current()
    known = await visit.ask(known_as, named, name, index)
    query = query_of(named, known.name)
    address = ResultAddress(query=query)
    facts, newest, papers = await asyncio.gather(
        visit.ask(named_facts, query, visit.archive.facets),
        visit.ask(find_newest, query, visit.archive.facets, limit=NEWEST_SHOWN),
        visit.ask_once(publishers),
    )
    if not facts.counts.stories:
        alike = await visit.ask(like_name, named, name)
        unknown = UnknownNamePage(named=named, name=name, alike=alike)
        return await visit.show("named_unknown.html", unknown, status=404)
    if known.name != name:
        return Response.redirect(named_path(datasette, named, known.name))
    picture = counts_over_time(
        address, facts.counts, partial(result_path, datasette), most=MOST_MONTHS
    )
    page = NamedPage(
        named=named,
        known=known,
        address=address,
        facts=facts,
        picture=picture if picture.bars else None,
        newest=newest,
        beside=[*_beside(visit, named, known.name, address, facts, papers)],
    )
    return await visit.show("named.html", page)


async def named_feed(datasette: Datasette, request: Request) -> Response:
    """Serves ``/court/CJEU.atom``: the feed of the stories that are there; of a source with all
    copies."""
    named = request.url_vars["named"]
    query = query_of(named, unquote(request.url_vars["name"]))
    address = ResultAddress(query=query, fold=named != "source")
    return Response.redirect(result_path(datasette, address, ".atom"))


def _beside(
    visit: PageVisit,
    named: Named,
    name: str,
    address: ResultAddress,
    facts: NamedFacts,
    papers: Mapping[str, str],
) -> Iterator[BesideList]:
    datasette = visit.datasette
    for kind in BESIDE:
        if kind == "person" and visit.is_public:  # no text that is shown names them
            continue
        stories = _stories_by(facts.counts, kind)
        listed = sorted(stories, key=lambda one: (-stories[one], one))
        listed = [one for one in listed or facts.beside.get(kind, []) if one != name]
        shown = [
            BesideName(
                words=papers.get(one, one) if kind == "source" else one,
                path=named_path(datasette, kind, one),
                stories=stories.get(one),
                together=None if kind == named else address.adding(kind, one),
            )
            if kind != "person"
            else _person(datasette, one)
            for one in listed[:MOST_BESIDE]
        ]
        if shown:
            yield BesideList(words=plural_words(kind), names=shown)


def _stories_by(counts: ResultCounts, facet: str) -> Mapping[str, int]:
    """Maps values to their stories; empty of what is no facet, too."""
    return next((of for name, of in (counts.facets or {}).items() if name == facet), {})


def _person(datasette: Datasette, name: str) -> BesideName:
    """Returns somebody in the texts, who has no page: what an archive says of a person is a
    search."""
    path = result_path(datasette, _quoted(name))
    return BesideName(words=name, path=path, stories=None, together=None)


def _quoted(name: str) -> ResultAddress:
    """Returns a search of the texts for a name."""
    return ResultAddress(query=StoryQuery(words='"' + name.replace('"', " ") + '"'))
