"""Reads what the headers of an answer reserve."""

import re
from collections.abc import Iterable

from tradepress.rights.reserved_terms import (
    AGENT,
    TDM_POLICY,
    TDM_RESERVATION,
    robots_terms,
    tdm_terms,
)
from tradepress.story import Reservation

ROBOTS_TAG = "x-robots-tag"
ADDRESSEE = re.compile(r"\s*([^\s:,]+)\s*:(.*)", re.S)
WITH_VALUE = ("unavailable_after", "max-snippet", "max-image-preview", "max-video-preview")
"""Names the directives with a colon, which don't name an agent."""


def header_reservations(headers: Iterable[tuple[str, str]]) -> tuple[Reservation, ...]:
    """Reads X-Robots-Tag for everybody or for us, and TDMRep's two fields, of one answer."""
    fields: dict[str, list[str]] = {}
    for name, value in headers:
        fields.setdefault(name.casefold(), []).append(value)
    found: list[Reservation] = []
    for line in fields.get(ROBOTS_TAG, ()):
        found += robots_terms(_ours(line), f"header {ROBOTS_TAG}")
    policy = fields.get(TDM_POLICY, [None])[0]
    for value in fields.get(TDM_RESERVATION, [])[:1]:
        found += tdm_terms(value, policy, "header")
    return tuple(dict.fromkeys(found))


def _ours(line: str) -> str:
    """Returns the directives of an X-Robots-Tag but those after the name of another agent."""
    is_ours, ours = True, []
    for part in line.split(","):
        match = ADDRESSEE.fullmatch(part)
        if match and match[1].casefold() not in WITH_VALUE:
            is_ours, part = match[1].casefold() == AGENT, match[2]
        if is_ours:
            ours.append(part)
    return ",".join(ours)
