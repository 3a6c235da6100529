"""A host that answers 429 or 503 is left alone for as long as it says (Retry-After)."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from time import monotonic
from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response

BUSY = (429, 503)
LONGEST_WAIT = timedelta(hours=1)
"""Cap for what a Retry-After may ask, and the wait where there is none."""


class HostPaused(IgnoreRequest):
    """The host asked to be left alone a moment ago."""

    def __init__(self, host: str, wait: timedelta) -> None:
        super().__init__(f"{host} asked for a pause of {wait.total_seconds():.0f} seconds")
        self.wait = wait


class HostPause:
    """Refuses requests to a paused host; they are put off, not failed."""

    def __init__(self) -> None:
        self.until: dict[str, float] = {}

    def process_request(self, request: Request) -> None:
        host = urlsplit(request.url).netloc
        left = self.until.get(host, 0.0) - monotonic()
        if left > 0:
            raise HostPaused(host, timedelta(seconds=left))

    def process_response(self, request: Request, response: Response) -> Response:
        if response.status in BUSY:
            wait = retry_after(response).total_seconds()
            self.until[urlsplit(request.url).netloc] = monotonic() + wait
        return response


def retry_after(response: Response) -> timedelta:
    """Retry-After (RFC 9110 section 10.2.3), seconds or HTTP date, between 0 and the cap."""
    raw = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if raw.isascii() and raw.isdigit():
        return min(timedelta(seconds=int(raw[:9])), LONGEST_WAIT)
    try:
        wait = parsedate_to_datetime(raw) - datetime.now(UTC)
    except (ValueError, TypeError):
        return LONGEST_WAIT
    return min(max(wait, timedelta(0)), LONGEST_WAIT)
