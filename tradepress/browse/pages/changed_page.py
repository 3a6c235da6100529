"""Shows ``/changed``: stories of which more than one version is kept."""
# mypy: disable-error-code="import-untyped"

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from tradepress.browse.page_visit import PageVisit
from tradepress.browse.queries.changed import ChangedStory, changed_stories, count_changed

CHANGED_SHOWN = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangedPage:
    """Holds what the list shows."""

    stories: Sequence[ChangedStory]
    total: int
    number: int
    """Is the number of this page, from 1."""

    @property
    def pages(self) -> int:
        return -(-self.total // CHANGED_SHOWN)


async def changed_page(datasette: Datasette, request: Request) -> Response:
    visit = PageVisit(datasette=datasette, request=request)
    number = visit.number("page") or 1
    offset = (number - 1) * CHANGED_SHOWN
    stories, total = await asyncio.gather(
        visit.ask(changed_stories, limit=CHANGED_SHOWN, offset=offset),
        visit.ask_once(count_changed),
    )
    page = ChangedPage(stories=stories, total=total, number=number)
    return await visit.show("changed.html", page)
