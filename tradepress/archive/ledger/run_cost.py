"""Measures what a run costs the machine."""

import resource
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """Is what this process used, with the processes of its own that have ended."""

    cpu_seconds: float
    bytes_written: int
    """Counts the bytes that went to a disk; 0 as well where the system doesn't count them."""


NOTHING = Cost(cpu_seconds=0, bytes_written=0)


def cost_since(start: Cost = NOTHING) -> Cost:
    """Returns what was used after another moment; without one, since the process began."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return Cost(
        cpu_seconds=round(sum(one.ru_utime + one.ru_stime for one in used) - start.cpu_seconds, 3),
        bytes_written=sum(512 * one.ru_oublock for one in used) - start.bytes_written,
    )
