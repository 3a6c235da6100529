"""Holds what a story's page says against what others say of it: listings, feeds, its address."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tradepress.archive.text_forms import joined
from tradepress.story import Reading

LISTS = ("feed", "news-sitemap", "section", "listing")
WITNESSES = (*LISTS, "url")
"""Names evidence that does not come from the story's page."""
NAMES = {"date_published": "dates", "headline": "headlines", "authors": "authors"}
"""Says of which fields there are witnesses, and how these are called."""
APART, NO_TIME = timedelta(days=1), timedelta()
"""Is how far two days may lie apart that are the same on two clocks."""
DECIDED = "selector"
"""Is evidence that the operator has chosen: nothing is held against it."""

Readings = Mapping[str, Sequence[Reading]]
"""Holds what was read of a story, by field, what counts first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreement:
    """Says in how many stories a witness says of a field what the page does."""

    field: str
    witness: str
    agree: int
    of: int

    def __str__(self) -> str:
        names = NAMES[self.field]
        return f"{names}: page and {self.witness} agree in {self.agree} of {self.of}"


def agreements(stories: Iterable[Readings]) -> tuple[Agreement, ...]:
    """Returns in how many stories page and witnesses agree, where both say something."""
    counts = Counter(one for readings in stories for one in compare(readings))
    pairs = dict.fromkeys((field, witness) for field, witness, _ in sorted(counts))
    return tuple(
        Agreement(
            field=field,
            witness=witness,
            agree=counts[field, witness, True],
            of=counts[field, witness, True] + counts[field, witness, False],
        )
        for field, witness in pairs
    )


def compare(readings: Readings) -> Iterator[tuple[str, str, bool]]:
    """Yields for each witness of a field whether it says what the page does."""
    for field in NAMES:
        read = [one for one in readings.get(field, ()) if one.value and " (" not in one.evidence]
        page = next((one for one in read if one.evidence not in WITNESSES), None)
        is_taken = bool(read) and read[0].evidence in LISTS  # the page says nothing that counts
        if page is None or page.evidence == DECIDED or is_taken:
            continue
        for witness in WITNESSES:
            said = next((one.value for one in read if one.evidence == witness), None)
            same = None if said is None else is_same(field, page.value, said)
            if same is not None:
                yield field, witness, same


def is_same(field: str, value: object, said: object) -> bool | None:
    """Do page and witness mean the same? One may name fewer authors. None: nobody can tell."""
    if field == "date_published":
        return are_near(str(value), str(said))
    if field == "authors":
        named, theirs = ({joined(str(one)) for one in _list(names)} for names in (value, said))
        return named <= theirs or theirs <= named
    shorter, longer = sorted((joined(str(value)), joined(str(said))), key=len)
    return longer.startswith(shorter) or longer.endswith(shorter)  # feeds add a kicker, or cut


def are_near(one: str, other: str) -> bool | None:
    """Are two dates the same day, or neighbours, as clocks differ? None: one is no date.

    :param other: ISO 8601 as the first: a day, an instant, or a month alone
    """
    month, day = sorted((one[:10], other[:10]), key=len)
    try:
        later = date.fromisoformat(day)
        if len(month) < len(day):
            return any(str(later + apart).startswith(month) for apart in (-APART, NO_TIME, APART))
        return abs(later - date.fromisoformat(month)) <= APART
    except (ValueError, OverflowError):
        return None


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else (value,)
