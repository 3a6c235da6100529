"""Lists the law firms that this press names most, under today's name, and their other names."""

from dataclasses import dataclass
from functools import cache

from tradepress.mentions.read_names import Names, Rows, Words, read_names

ROLES = ("partner", "associate", "solicitor", "shareholder", "of counsel")
"""Lists roles that nobody has who works for a company that is no firm of lawyers."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FirmNames:
    """Holds what names/firms.toml says."""

    of_one_name: Names
    surnames: Words
    """Lists short names of firms that are people's names, too."""
    endings: Names
    """Lists what names of firms end with."""
    companies: Names
    """Lists companies with an ampersand that are no firms of lawyers."""
    firms: Rows


@cache
def firm_names() -> FirmNames:
    """Reads names/firms.toml at first use."""
    return read_names("firms", FirmNames)


def firm_signs() -> Names:
    """Returns what may be a sign of a firm whose name is not known."""
    return (*ROLES, "firm", "boutique", " & ", *firm_names().endings)


def all_firms() -> dict[str, Names]:
    """Returns each firm, and what else it is or was called."""
    return {**firm_names().firms, **dict.fromkeys(firm_names().of_one_name, ())}
