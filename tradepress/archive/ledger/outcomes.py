"""Defines the words of the ledger: how runs and addresses end."""

from enum import StrEnum


class RunKind(StrEnum):
    """Says what a run is for."""

    CRAWL = "crawl"
    INGEST = "ingest"
    REEXTRACT = "reextract"
    BACKFILL = "backfill"
    MERGE = "merge"
    FETCH = "fetch"


class RunState(StrEnum):
    """Says where a run stands; it is RUNNING until it ends."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


class Outcome(StrEnum):
    """Says how an address ends in a run; it ends in exactly one of these ways."""

    STORED = "stored"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    FAILED = "failed"
    DEFERRED = "deferred"


OUTCOMES = tuple(Outcome)
HAD = (Outcome.STORED, Outcome.UNCHANGED, Outcome.DUPLICATE)
"""Lists the ways in which an address ends whose story is kept."""
DEADLINE = "deadline"
"""Is what stopped a run whose time was up."""
LEFT_OUT = "left out: "
"""Begins the reason of a run that could not work all its inputs; those follow."""
TEASER = "teaser: the full text is kept"
"""Is the reason of a visit that found less of a story than is kept."""
OF_DATA = "story_data_"
"""Begins the reason where it is the data that a page loads that gave no story."""
READ = "read"
"""Is how a listing, feed, sitemap or robots.txt ends that could be read: no address of a story."""
