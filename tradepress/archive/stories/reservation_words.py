"""Puts the reservations of a story in words."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tradepress.archive.text_forms import storable
from tradepress.story import Reading, Reservation

UNSAID = "the site did not say whether it reserves text and data mining"
HELD = "Its text is held for this archive alone, and given on in no way"
NO_TEXT = "no text may be kept of the stories read"
UNSAID_YET = "It is asked again at each visit, and a text that may be kept then is."
AGREED = 'If that is right, say policy = "metadata-only" of the source, and this is not told.'
"""Are what follows, the second where the publisher has said so."""
FEWEST_WITHHELD, NEARLY_ALL = 3, 0.9
"""Bound what makes a whole source of stories without a text: some papers reserve a page or two."""


def why_no_text(reservations: Sequence[Reservation]) -> str:
    """Says why no text of a story is kept whose policy is ``metadata-only``."""
    first = {one.term: one.value for one in reversed(reservations)}
    if "noarchive" in first:
        return "the publisher asks that it not be archived"
    tdm = first.get("tdm-reservation", "0")
    if tdm == "unknown":
        return UNSAID
    if tdm == "1":
        return "the publisher reserves text and data mining"
    return "no text of this paper is kept here"


def held_on(evidence: Mapping[str, Sequence[Reading]]) -> str:
    """Says on what a text is held whose policy is ``archive-only``."""
    said = evidence.get("policy", ())
    return said[0].evidence if said else "basis: as whoever keeps this archive knows"


def withheld_by(reservations: Sequence[Reservation]) -> str | None:
    """Says which reservation keeps the text of a story out, and why; None: none does."""
    first = {one.term: one for one in reversed(reservations)}
    tdm = first.get("tdm-reservation")
    one = first.get("noarchive") or (tdm if tdm and tdm.value != "0" else None)
    return f"{why_no_text(reservations)}, {in_words(one)}" if one else None


@dataclass(frozen=True, kw_only=True, slots=True)
class WithheldSource:
    """Says that of nearly all stories read of a source no text may be kept."""

    figures: str
    """Says how many, and why."""
    is_unsaid: bool
    """Does nobody know what the publisher reserves?"""

    @property
    def step(self) -> str:
        return UNSAID_YET if self.is_unsaid else AGREED

    @property
    def line(self) -> str:
        return f"{NO_TEXT} ({self.figures}). {self.step}"


def withheld_source(withheld: Counter[str], of: int) -> WithheldSource | None:
    """Returns None where texts of a source may be kept. A site that did not say what it reserves
    is told by one story.

    :param withheld: counts the stories read by :func:`withheld_by`
    :param of: how many were read
    """
    count = withheld.total()
    is_unsaid = any(why.startswith(UNSAID) for why in withheld)
    if count < max(1 if is_unsaid else FEWEST_WITHHELD, NEARLY_ALL * of):
        return None
    why = "; ".join(why for why, _ in withheld.most_common(2))
    return WithheldSource(figures=f"{count} of {of}: {why}", is_unsaid=is_unsaid)


def in_words(reservation: Reservation) -> str:
    """Returns ``noarchive (meta robots)``, ``tdm-reservation 1 (header)``."""
    term, value = reservation.term, reservation.value
    is_named = term in value.casefold()
    return storable(f"{term}{'' if is_named else f' {value}'} ({reservation.evidence})")
