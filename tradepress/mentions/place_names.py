"""Places that courts, offices and firms are named after, as the press writes them."""

from dataclasses import dataclass
from functools import cache

from tradepress.mentions.read_names import Names, Rows, read_names


@dataclass(frozen=True, kw_only=True, slots=True)
class Places:
    """names/places.toml."""

    countries: Rows
    """Today's short name: its adjectives and other names."""
    cities: Rows
    """The name that a court there is called by, and other names of the place."""
    long_places: Names
    us_states: Names


@cache
def places() -> Places:
    """Read at first use."""
    return read_names("places", Places)
