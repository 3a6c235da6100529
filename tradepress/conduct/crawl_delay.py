"""Crawl-delay of a robots.txt: no part of RFC 9309, and obeyed."""

LONGEST_CRAWL_DELAY = 60.0
"""Seconds; a longer one is for a person to decide about."""


def capped(seconds: float, origin: str) -> tuple[float, str | None]:
    """What is applied, and a word for the operator where that is less than asked."""
    if seconds <= LONGEST_CRAWL_DELAY:
        return seconds, None
    return LONGEST_CRAWL_DELAY, (
        f"{origin} asks for {seconds:.0f} seconds between requests (Crawl-delay); "
        f"{LONGEST_CRAWL_DELAY:.0f} are kept. Ask the publisher whether a crawl is welcome."
    )
