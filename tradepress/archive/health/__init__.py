"""Is all well? Each source today against its own past; rows in, findings out."""

from tradepress.archive.health.check import CHECKS, SourceState, check_health, examine
from tradepress.archive.health.finding import Check, Finding, Found
from tradepress.archive.health.whole_checks import Surroundings

__all__ = [
    "CHECKS",
    "Check",
    "Finding",
    "Found",
    "SourceState",
    "Surroundings",
    "check_health",
    "examine",
]
