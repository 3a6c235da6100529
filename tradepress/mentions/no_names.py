"""Lists words with a capital that are no part of a name."""

from dataclasses import dataclass
from functools import cache

from tradepress.mentions.read_names import Names, Words, read_names


@dataclass(frozen=True, kw_only=True, slots=True)
class NoNames:
    """Holds what names/no_names.toml says."""

    cases: Names
    case: Words
    place: Words
    firm: Words
    person: Words


@cache
def no_names() -> NoNames:
    """Reads names/no_names.toml at first use."""
    return read_names("no_names", NoNames)
