"""Is all well? Each source today against its own past; rows in, findings out."""

from archive.health.check import CHECKS, SourceState, check_health, source_states
from archive.health.finding import Check, Finding, Found
from archive.health.whole_checks import Surroundings

__all__ = [
    "CHECKS",
    "Check",
    "Finding",
    "Found",
    "SourceState",
    "Surroundings",
    "check_health",
    "source_states",
]
