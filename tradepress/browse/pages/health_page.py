"""Shows ``/health``: what `tradepress health` tells, for whoever looks after the archive."""
# mypy: disable-error-code="import-untyped"

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from tradepress.archive.health.history import LEARNING
from tradepress.browse.asking.kept_health import HealthSeen
from tradepress.browse.page_visit import PageVisit


@dataclass(frozen=True, kw_only=True, slots=True)
class HealthPage:
    """Holds what the page shows."""

    seen: HealthSeen | None
    """Is None if it is being looked at."""
    learning_days: int = LEARNING.days

    @property
    def well(self) -> Sequence[str]:
        """Names the sources of which nothing was found."""
        if self.seen is None:
            return ()
        ill = {finding.source for finding in self.seen.findings}
        return [state.source for state in self.seen.states if state.source not in ill]


async def health_page(datasette: Datasette, request: Request) -> Response:
    visit = PageVisit(datasette=datasette, request=request)
    seen = await asyncio.to_thread(visit.archive.health.seen)
    return await visit.show("health.html", HealthPage(seen=seen))
