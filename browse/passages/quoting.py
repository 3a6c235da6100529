"""What may be quoted of a story to strangers, by all that its publisher reserves."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from archive.story import Policy, Reservation

SILENT = frozenset({"noai", "noimageai", "ai-agents", "tdm-policy"})
"""Terms that speak of other things. ``noindex`` is none: what is not to be listed is not quoted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Quoting:
    """What source and operator say of it."""

    open_sources: Collection[str] = ()
    """Sources whose texts everybody may read."""
    policies: Mapping[str, Policy] = field(default_factory=dict)
    """What source and operator ask for by now, by name of the source."""


def most_quoted(reservations: Iterable[Reservation]) -> int | None:
    """Letters of a passage; None: as many as it has. Whatever is not known to allow it forbids it:
    ``nosnippet``, ``noarchive``, a reservation of text and data mining, a term of tomorrow."""
    most: int | None = None
    tdm: str | None = None
    for one in reservations:
        if one.term == "tdm-reservation" and tdm is None:  # of several the first counts
            tdm = one.value
        elif one.term == "max-snippet" and one.value.isdecimal():
            most = min(int(one.value), int(one.value) if most is None else most)
        elif one.term not in SILENT | {"tdm-reservation"}:
            return 0
    return most if tdm in (None, "0") else 0
