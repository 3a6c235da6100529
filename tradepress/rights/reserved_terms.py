"""Reads the terms of reservations, as pages and headers write them. Pure functions of words."""

import re
from collections.abc import Iterator

from tradepress.story import Reservation

AGENT = "tradepress"
"""Is the name by which a page or header may address us alone."""
TERMS = ("noindex", "noarchive", "nosnippet", "noai", "noimageai")
MAX_SNIPPET = "max-snippet"
"""Stands with a number of letters; -1 says that there is no most, as if nothing were said."""
_MOST_QUOTED = re.compile(r"(?i)\bmax-snippet\s*:\s*(\d{1,9})\b")
LONGEST = 500
"""Bounds the characters of a value that are kept."""
TDM_RESERVATION, TDM_POLICY = "tdm-reservation", "tdm-policy"


def robots_terms(directives: str, evidence: str) -> Iterator[Reservation]:
    """Finds those TERMS among the directives of a robots ``meta`` or header, ``none`` being
    noindex, and how much may be quoted."""
    said = set(re.findall(r"[a-z]+", directives.casefold()))
    if "none" in said:
        said.add("noindex")
    value = " ".join(directives.split())[:LONGEST]
    for term in TERMS:
        if term in said:
            yield Reservation(term=term, evidence=evidence, value=value)
    for number in _MOST_QUOTED.findall(directives):
        yield Reservation(term=MAX_SNIPPET, evidence=evidence, value=number)


def tdm_terms(reservation: str, policy: str | None, evidence: str) -> Iterator[Reservation]:
    """Reads W3C TDMRep (final report, 10 May 2024): 1 is reserved, 0 is not, and any other value
    counts as none; a policy is not read beside 0."""
    value = reservation.strip()
    if value not in ("0", "1"):
        return
    yield Reservation(term=TDM_RESERVATION, evidence=evidence, value=value)
    if value == "1" and policy and policy.strip():
        yield Reservation(term=TDM_POLICY, evidence=evidence, value=policy.strip()[:LONGEST])
