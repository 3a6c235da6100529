"""Says what to do where a web archive gave nothing, or wants a rest."""

from datetime import UTC, datetime

from tradepress.archive.clock import utc_text
from tradepress.crawling.failures import Failure
from tradepress.jobs.backfill.backfill_visit import minute_of
from tradepress.jobs.site_visit import PageNotHad

LATER = "Nothing was fetched; run the command again later."
NO_INDEX = "Nothing was fetched: see that `[backfill]` of tradepress.toml names the right address."
NEXT_STEPS = {
    "private_address": "If that is meant, name it under allow_addresses in tradepress.toml.",
    "robots": "It does not want its index read by programs; ask whoever runs it.",
    **dict.fromkeys(("http_404", "dns", "refused", "not_an_index", "not_followed"), NO_INDEX),
}
"""Says what to do about an index that can't be had, by the reason."""


def next_step(error: PageNotHad) -> str:
    """Says what to do about an index that can't be had."""
    wait = error.failure.wait if error.failure is not None else None
    if wait is None:
        return NEXT_STEPS.get(error.reason, LATER)
    when = minute_of(utc_text(datetime.now(UTC) + wait))
    return f"Nothing was fetched; run the command again after {when}."


def rest_words(why: Failure) -> str:
    """Says until when the web archive is left alone."""
    when = minute_of(utc_text(datetime.now(UTC) + why.wait)) if why.wait else None
    again = f" It may be asked again after {when}." if when else ""
    return f"{why.words}.{again} What was not fetched stays due: run the command again then."
