"""How runs and addresses end: the words of the ledger."""

from enum import StrEnum


class RunKind(StrEnum):
    """What a run is for."""

    CRAWL = "crawl"
    INGEST = "ingest"
    REEXTRACT = "reextract"
    BACKFILL = "backfill"
    MERGE = "merge"


class RunState(StrEnum):
    """Where a run stands; it is RUNNING until it ends."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


class Outcome(StrEnum):
    """How an address ends in a run; exactly one of them."""

    STORED = "stored"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    FAILED = "failed"
    DEFERRED = "deferred"


OUTCOMES = tuple(Outcome)
HAD = (Outcome.STORED, Outcome.UNCHANGED, Outcome.DUPLICATE)
"""How an address ends whose story is kept."""
DEADLINE = "deadline"
"""What a run was stopped by whose time was up."""
LEFT_OUT = "left out: "
"""In the reason of a run that could not work all its inputs; these follow."""
TEASER = "teaser: the full text is kept"
"""Reason of a visit that found less of a story than is kept."""
READ = "read"
"""How a listing, feed, sitemap or robots.txt ends that could be read: no address of a story."""
