"""Tells a capture that a web archive can't give from a web archive that is down."""

from dataclasses import dataclass
from datetime import timedelta

from scrapy import Request

from tradepress.crawling.failures import Failure
from tradepress.jobs.backfill.backfill_visit import INDEX_TIMEOUT, Visit, WebArchive
from tradepress.jobs.site_visit import PageNotHad

UNAVAILABLE = "http_503"
REST = timedelta(minutes=1)
"""Is rested after the first of them."""
EACH = 10
"""Is after how many more in a row the index is asked once more."""


def is_missing(why: Failure | None) -> bool:
    """Is it the capture that can't be had, as far as its own answer tells?"""
    return why is not None and (why.outcome, why.reason) == ("failed", UNAVAILABLE)


@dataclass(kw_only=True, slots=True)
class MissingCaptures:
    """Counts the captures that could not be had, one after the other: a lost WARC file is many."""

    service: WebArchive
    in_a_row: int = 0

    async def pass_by(self, visit: Visit, url: str, why: Failure | None) -> None:
        """Goes past a capture: rests after the first, asks the index after the second and some
        more, which may have to be waited for. Where it answers the host is up.

        :param url: of the capture
        :param why: it was not had
        :raises PageNotHad: the host is down, or wants a longer rest than the run has
        """
        if not is_missing(why):
            self.in_a_row = 0
            return
        self.in_a_row += 1
        if self.in_a_row == 1:
            await visit.rest(REST)
        elif self.in_a_row % EACH == 2:
            meta = {"kind": "index", "download_timeout": INDEX_TIMEOUT}
            try:
                await visit.fetch(Request(self.service.index_of(url), meta=meta))
            except PageNotHad as error:
                if error.reason != "http_404":
                    raise
