"""Lists courts and tribunals, each under today's name, short where everybody uses the short form.

Tribunals of offices (TTAB, Boards of Appeal) are courts here: they decide between parties.
"""

from dataclasses import dataclass
from functools import cache

from tradepress.mentions.place_names import places
from tradepress.mentions.read_names import Names, Rows, read_names
from tradepress.mentions.us_courts import circuit_courts, district_courts


@dataclass(frozen=True, kw_only=True, slots=True)
class CourtNames:
    """Holds what names/courts.toml says."""

    of_a_country: Names
    """Holds what a country calls its courts; "Supreme Court of Norway" is the normal form."""
    courts: Rows
    cautious: Rows
    """Holds short forms that mean something else too: taken where one of these words is near."""
    kinds: Rows
    """Holds kinds of courts that are named after a place: as in today's name, and as printed."""


@cache
def court_names() -> CourtNames:
    """Reads names/courts.toml at first use."""
    return read_names("courts", CourtNames)


def _countries() -> dict[str, tuple[str, ...]]:
    courts: dict[str, tuple[str, ...]] = {}
    for country, others in places().countries.items():
        plain = country.removeprefix("the ")
        for court in court_names().of_a_country:
            forms = [f"{name} {court}" for name in (plain, *others)]
            forms += [f"{plain}'s {court}", f"{court} in {country}", f"{court} for {country}"]
            forms += [f"{court} of {name}" for name in others if name[-2:] in ("ic", "ea", "on")]
            courts[f"{court} of {country}"] = tuple(forms)
    return courts


def _states() -> dict[str, tuple[str, ...]]:
    return {
        f"{state} {court}": (f"{court} of {state}", f"{state}'s {court}", f"{state} State {court}")
        for state in places().us_states
        for court in ("Supreme Court", "Superior Court", "Court of Appeals")
    }


def all_courts() -> dict[str, tuple[str, ...]]:
    """Returns each court that is known by name, and how else it is written; of two courts of one
    form the later one has it."""
    general = _countries() | _states() | circuit_courts() | district_courts()
    return general | {
        name: (*general.get(name, ()), *forms) for name, forms in court_names().courts.items()
    }
