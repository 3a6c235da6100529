"""Shows ``/resolve?url=…``: what stood at an address; and ``/trace?text=…``: where a sentence
stands."""
# mypy: disable-error-code="import-untyped"

from collections.abc import Sequence
from dataclasses import dataclass

from datasette.app import Datasette
from datasette.utils.asgi import BadRequest, Request, Response

from tradepress.archive.database import Database
from tradepress.archive.errors import QueryError, WithdrawnArticle
from tradepress.archive.search.find_stories import Hit, search
from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.stories.versions import Piece
from tradepress.browse.page_visit import PageVisit
from tradepress.browse.pages.story_page import no_story
from tradepress.browse.words.rendering import capitalize_first
from tradepress.research.tracing.find_passage import MORE, FoundPassage, read_passage, trace_passage
from tradepress.research.tracing.passages_alike import differing_words
from tradepress.research.tracing.resolve_address import Resolved, UnknownAddress, resolve_address

SHOWN = 50
"""Limits the versions, or the stories, of one page."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ResolvePage:
    """Holds what the template shows."""

    asked: str
    day: str
    found: Resolved | None = None
    unknown: UnknownAddress | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TracePage:
    """Holds what the template shows."""

    asked: str
    found: Sequence[tuple[FoundPassage, Sequence[Piece]]] = ()
    """Lists versions, each with the words that differ, if any do."""
    hits: Sequence[Hit] = ()
    """Lists what strangers may be told: stories."""
    more: str = ""


async def resolve_page(datasette: Datasette, request: Request) -> Response:
    """Shows the story of an address, and sends nobody there.

    :raises BadRequest: the day is none
    """
    visit = PageVisit(datasette=datasette, request=request)
    url, day = (request.args.get(name) or "" for name in ("url", "date"))
    found = unknown = None
    try:
        found = await visit.ask(resolve_address, url, day) if url.strip() else None
    except QueryError as error:
        raise BadRequest(f"{capitalize_first(str(error))}.") from error
    except WithdrawnArticle as error:
        return await no_story(visit, error.ref, error)
    except UnknownAddress as error:
        unknown = error
    page = ResolvePage(asked=url, day=day, found=found, unknown=unknown)
    return await visit.show("resolve.html", page, status=404 if unknown else 200)


async def trace_page(datasette: Datasette, request: Request) -> Response:
    """Shows the texts that have a sentence. Strangers are told what their search tells.

    :raises BadRequest: it is too short or too long
    """
    visit = PageVisit(datasette=datasette, request=request)
    text = (request.args.get("text") or "").strip()
    question = _searched if visit.is_public else _traced
    try:
        page = await visit.ask(question, text) if text else TracePage(asked="")
    except QueryError as error:
        raise BadRequest(f"{capitalize_first(str(error))}.") from error
    return await visit.show("trace.html", page)


def _traced(db: Database, text: str) -> TracePage:
    traced = trace_passage(db, text, limit=SHOWN)
    found = [(one, () if one.is_exact else differing_words(text, one.text)) for one in traced.found]
    return TracePage(asked=text, found=found, more=MORE if traced.is_cut else "")


def _searched(db: Database, text: str) -> TracePage:
    """Finds the sentence as a phrase: in headlines, and in passages that may be shown."""
    query = StoryQuery(words=f'"{" ".join(read_passage(text).words)}"')
    return TracePage(asked=text, hits=search(db, query, order="date", fold=False, limit=SHOWN))
