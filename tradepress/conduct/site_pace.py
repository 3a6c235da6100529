"""Says when each site and each server was last asked, for all crawls that share this."""

import asyncio
from collections import defaultdict
from functools import lru_cache, partial
from math import inf
from urllib.parse import urlsplit

from tradepress.archive.site_host import known_suffixes


class SitePace:
    """Says when a site, or the server at an address, was last asked."""

    def __init__(self, left_at: float) -> None:
        self.lock = asyncio.Lock()
        self.left_at = left_at
        self.rest = 0.0


class Pace:
    """Holds the pace of all sites and servers that were asked.

    :param left_at: when each was last asked, by the monotonic clock; default: never
    """

    def __init__(self, left_at: float = -inf) -> None:
        unasked = partial(SitePace, left_at)
        self.sites: defaultdict[str, SitePace] = defaultdict(unasked)
        """Holds sites by registered name; a Crawl-delay is the word of one of them."""
        self.servers: defaultdict[str, SitePace] = defaultdict(unasked)
        """Holds servers by address; what stands there is asked in turn, at the pace that is set."""


def site_of(url: str) -> str:
    """Returns the registered name of the host, which all its subdomains share, or the host."""
    return _registered(urlsplit(url).hostname or "")


@lru_cache
def _registered(host: str) -> str:
    known = known_suffixes()(host, include_psl_private_domains=False)
    return known.top_domain_under_public_suffix or host
