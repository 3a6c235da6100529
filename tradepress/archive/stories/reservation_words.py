"""Puts the reservations of a story in words."""

from collections.abc import Sequence

from tradepress.archive.text_forms import storable
from tradepress.story import Reservation


def why_no_text(reservations: Sequence[Reservation]) -> str:
    """Says why no text of a story is kept whose policy is ``metadata-only``."""
    first = {one.term: one.value for one in reversed(reservations)}
    if "noarchive" in first:
        return "the publisher asks that it not be archived"
    tdm = first.get("tdm-reservation", "0")
    if tdm == "unknown":
        return "the site did not say whether it reserves text and data mining"
    if tdm == "1":
        return "the publisher reserves text and data mining"
    return "no text of this paper is kept here"


def in_words(reservation: Reservation) -> str:
    """Returns ``noarchive (meta robots)``, ``tdm-reservation 1 (header)``."""
    term, value = reservation.term, reservation.value
    is_named = term in value.casefold()
    return storable(f"{term}{'' if is_named else f' {value}'} ({reservation.evidence})")
