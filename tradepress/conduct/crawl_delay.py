"""Limits the Crawl-delay of a robots.txt, which is no part of RFC 9309, and is obeyed."""

LONGEST_CRAWL_DELAY = 60.0
"""Is in seconds; a longer one is for a person to decide about."""


def capped(seconds: float, origin: str) -> tuple[float, str | None]:
    """Returns the delay that is applied, and a word for the operator where less than asked."""
    if seconds <= LONGEST_CRAWL_DELAY:
        return seconds, None
    return LONGEST_CRAWL_DELAY, (
        f"{origin} asks for {seconds:.0f} seconds between requests (Crawl-delay); "
        f"{LONGEST_CRAWL_DELAY:.0f} are kept. Ask the publisher whether a crawl is welcome."
    )
