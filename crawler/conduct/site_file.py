"""Files in which a site speaks to crawlers: robots.txt and tdmrep.json."""

from typing import TYPE_CHECKING

from scrapy.http import Response

from archive.ledger import Ledger

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


def why_unavailable(response: Response, *, is_cut: bool) -> str | None:
    """Why an answer says neither what stands in the file nor that there is none (RFC 9309,
    2.3.1.4); None where it does.

    :param is_cut: the body, if it is the file's, may have broken off
    """
    is_there = 200 <= response.status < 300
    if is_there and is_cut:
        return "data_loss"
    if response.status == 429 or not (is_there or 400 <= response.status < 500):
        return f"http_{response.status}"
    return None


def note_answer(
    ledger: Ledger,
    crawler: "Crawler",
    kind: str,
    url: str,
    response: Response | None = None,
    *,
    outcome: str,
    reason: str | None,
) -> None:
    """Into the ledger, under the source of this crawl.

    :param kind: ``robots`` or ``tdmrep``
    """
    ledger.read(
        kind,
        source=crawler.spidercls.source.name,  # type: ignore[attr-defined]
        url=url,
        status=response.status if response is not None else None,
        size=len(response.body) if response is not None else None,
        outcome=outcome,
        reason=reason,
    )
