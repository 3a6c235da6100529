"""Reads what a page's own ``meta`` elements reserve."""

from collections.abc import Iterable

from tradepress.extraction.encoding import decode
from tradepress.extraction.tree import Element, parse_tree
from tradepress.rights.reserved_terms import (
    AGENT,
    TDM_POLICY,
    TDM_RESERVATION,
    robots_terms,
    tdm_terms,
)
from tradepress.story import Reservation

NAMES = ("robots", AGENT, TDM_RESERVATION, TDM_POLICY)


def page_reservations(page: bytes, content_type: str | None) -> tuple[Reservation, ...]:
    """Returns what a page that holds no story reserves."""
    root = parse_tree(decode(page, content_type))
    return () if root is None else read_reservations(root.iter("meta"))


def read_reservations(metas: Iterable[Element]) -> tuple[Reservation, ...]:
    """Reads robots terms for everybody or for us, and TDMRep's two properties.

    Wherever they stand: the parser ends a head at the first element that does not belong there.
    """
    said: dict[str, list[str]] = {}
    for element in metas:
        name = (element.get("name") or "").strip().casefold()
        if name in NAMES and (content := element.get("content")):
            said.setdefault(name, []).append(content)
    found = [
        reservation
        for name in ("robots", AGENT)
        if name in said
        for reservation in robots_terms(", ".join(said[name]), f"meta {name}")
    ]
    policy = said.get(TDM_POLICY, [None])[0]
    for value in said.get(TDM_RESERVATION, [])[:1]:
        found += tdm_terms(value, policy, "meta")
    return tuple(found)
