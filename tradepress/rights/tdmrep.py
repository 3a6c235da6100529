"""Reads /.well-known/tdmrep.json: what a site reserves of text and data mining, path by path.

W3C TDMRep, final report of 10 May 2024. Pure functions of the file's text.
"""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from protego import Protego

from tradepress.archive.border import border
from tradepress.archive.web_address import without_dots
from tradepress.conduct.robots_rules import BLANK
from tradepress.rights.reserved_terms import tdm_terms
from tradepress.story import Reservation

PATH = "/.well-known/tdmrep.json"
LARGEST = 500 * 1024
"""Bounds the bytes that are read, as of a robots.txt: ten thousand rules, anew for each story."""
SPEAKS_OF_TDM = re.compile(r"tdm[-_]?(?:reservation|policy)", re.I)
"""Matches what a declaration says in whatever form, be it broken JSON or an element of a page."""


class NotTdmrep(ValueError):
    """The file is not what the report describes, which counts as no declaration."""


@border(NotTdmrep, NotTdmrep)
def file_reservations(text: str, url: str) -> tuple[Reservation, ...]:
    """Returns what the file declares of an address of its site; the first rule that matches counts.

    :raises NotTdmrep: as :func:`read_rules`
    """
    for location, pattern, reservation, policy in read_rules(text):
        if not pattern.can_fetch(url, "*"):
            return tuple(tdm_terms(reservation, policy, f"{PATH} {location}"))
    return ()


def is_alike(text: str, other: str) -> bool:
    """Is it no file of rules, as what an invented path of the site gives is none? Both are web
    pages then, or begin with one sign that is no list's, and neither speaks of such rights."""
    first, second = (one.lstrip(BLANK)[:1] for one in (text, other))
    return first == second != "[" and not (
        SPEAKS_OF_TDM.search(text) or SPEAKS_OF_TDM.search(other)
    )


@lru_cache(maxsize=32)
@border(NotTdmrep, NotTdmrep)
def read_rules(text: str) -> list[tuple[str, Protego, str, str | None]]:
    """Returns location, its pattern, reservation and policy of each rule.

    :raises NotTdmrep: says why
    """
    try:
        listed = json.loads(text.removeprefix("\ufeff"))
    except ValueError as error:
        raise NotTdmrep(f"it is not JSON ({error})") from None
    if not isinstance(listed, list):
        raise NotTdmrep("it is not a list of rules")
    return list(_read_rules(listed))


def _read_rules(listed: list[Any]) -> Iterator[tuple[str, Protego, str, str | None]]:
    """Yields the rules with the two properties that each must have; others count as not there."""
    for rule in listed:
        if not isinstance(rule, dict):
            continue
        location, policy = rule.get("location"), rule.get("tdm-policy")
        if isinstance(location, str) and location.strip() and "tdm-reservation" in rule:
            # Locations are matched as the paths of robots.txt are; only # is no sign there.
            path = "".join(location.split()).replace("#", "%23")
            path = path.encode("utf-8", "replace").decode()  # JSON may hold halves of letters
            pattern = Protego.parse(f"User-agent: *\nDisallow: {without_dots(path)}\n")
            is_text = isinstance(policy, str)
            yield path, pattern, str(rule["tdm-reservation"]), policy if is_text else None
