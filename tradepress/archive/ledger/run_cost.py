"""Measures what a run costs the machine, and puts it into words."""

import resource
from dataclasses import dataclass
from typing import Self

BLOCK = 512
"""Is how many bytes the system counts as one block."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """Is what this process used, with the processes of its own that have ended."""

    cpu_seconds: float
    bytes_written: int
    """Counts the bytes that went to a disk; 0 as well where the system doesn't count them."""

    @classmethod
    def so_far(cls) -> Self:
        """Returns what was used since the process began."""
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return cls(
            cpu_seconds=sum(one.ru_utime + one.ru_stime for one in used),
            bytes_written=BLOCK * sum(one.ru_oublock for one in used),
        )

    def since(self, start: "Cost") -> "Cost":
        """Returns what was used after another moment."""
        return Cost(
            cpu_seconds=round(self.cpu_seconds - start.cpu_seconds, 3),
            bytes_written=self.bytes_written - start.bytes_written,
        )


def cost_words(*, cpu_seconds: float, bytes_written: int | None, requests: int, stored: int) -> str:
    """Returns ``4.2 s of CPU, 1.3 MB written, 40 requests, 105 ms of CPU a story stored``."""
    words = [f"{cpu_seconds:,.1f} s of CPU"]
    if bytes_written is not None:
        words.append(f"{bytes_written / 1e6:,.1f} MB written")
    words.append(f"{requests:,} request{'s' * (requests != 1)}")
    if stored:
        words.append(f"{1000 * cpu_seconds / stored:,.0f} ms of CPU a story stored")
    return ", ".join(words)
