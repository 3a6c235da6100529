"""Is all well? Each source today against its own past; rows in, findings out."""

from archive.health.check import SourceState, check_health, source_states
from archive.health.finding import Finding
from archive.health.storage import Surroundings

__all__ = ["Finding", "SourceState", "Surroundings", "check_health", "source_states"]
