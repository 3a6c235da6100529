"""Lists IP offices and the bodies beside them, each under the name by which the trade press calls
it today; what an office was called before, and what went into it, is joined to it."""

from dataclasses import dataclass
from functools import cache

from tradepress.mentions.place_names import places
from tradepress.mentions.read_names import Names, Pairs, Rows, read_names


@dataclass(frozen=True, kw_only=True, slots=True)
class OfficeNames:
    """Holds what names/offices.toml says."""

    of_what: Names
    offices: Rows
    cautious: Rows
    """Holds short forms that mean something else too: taken where one of these words is near."""
    of_a_country: Pairs
    """Maps a country to its office; of others "IP office of" is said."""


@cache
def office_names() -> OfficeNames:
    """Reads names/offices.toml at first use."""
    return read_names("offices", OfficeNames)


def all_offices() -> dict[str, tuple[str, ...]]:
    """Returns each office, and how else it is or was called."""
    names = office_names()
    offices = dict(names.offices)
    for country, others in {**places().countries, "China": ("Chinese",)}.items():
        plain = country.removeprefix("the ")
        forms = [f"{name} {what} Office" for name in (plain, *others) for what in names.of_what]
        forms += [f"{plain}'s {what} Office" for what in names.of_what]
        forms += [f"{what} Office of {country}" for what in names.of_what]
        value = names.of_a_country.get(country, f"IP office of {country}")
        offices[value] = tuple(dict.fromkeys((*offices.get(value, ()), *forms)))
    return offices
