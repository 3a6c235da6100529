"""Law firms that this press names most, under today's name, and what else they are called."""

from dataclasses import dataclass
from functools import cache

from tradepress.mentions.read_names import Names, Rows, Words, read_names

ROLES = ("partner", "associate", "solicitor", "shareholder", "of counsel")
"""That nobody has who works for a company that is no firm of lawyers."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FirmNames:
    """names/firms.toml."""

    of_one_name: Names
    surnames: Words
    """Short names of firms that are people's names, too."""
    endings: Names
    """Of names of firms."""
    companies: Names
    """With an ampersand, and no firms of lawyers."""
    firms: Rows


@cache
def firm_names() -> FirmNames:
    """Read at first use."""
    return read_names("firms", FirmNames)


def firm_signs() -> Names:
    """What may tell of a firm whose name is not known."""
    return (*ROLES, "firm", "boutique", " & ", *firm_names().endings)


def all_firms() -> dict[str, Names]:
    """Each firm, and what else it is or was called."""
    return {**firm_names().firms, **dict.fromkeys(firm_names().of_one_name, ())}
