"""Lists places that courts, offices and firms are named after, as the press writes them."""

from dataclasses import dataclass
from functools import cache

from tradepress.mentions.read_names import Names, Rows, read_names


@dataclass(frozen=True, kw_only=True, slots=True)
class Places:
    """Holds what names/places.toml says."""

    countries: Rows
    """Maps a country's short name of today to its adjectives and other names."""
    cities: Rows
    """Maps the name that a court there is called by to other names of the place."""
    long_places: Names
    us_states: Names


@cache
def places() -> Places:
    """Reads names/places.toml at first use."""
    return read_names("places", Places)
