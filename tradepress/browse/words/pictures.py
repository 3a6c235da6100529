"""Draws bars of a page: numbers of stories as values that ``templates/_bars.html`` draws.

Across, all is in per cent of the page's width, so that the letters of a label are as large on a
telephone as elsewhere.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from tradepress.browse.addresses.result_address import ResultAddress
from tradepress.browse.facets.result_counts import ResultCounts
from tradepress.research.counting.count_stories import COMPARED, MANY, TIMES, times
from tradepress.research.counting.count_svg import labelled, nice_steps

TimeKey = Literal["month", "year"]

MOST_YEARS = 100
"""Limits the years drawn without a gap: a slip of a paper (``0217``) is no reason for 1,800
bars."""
MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")

HEIGHT = 160
"""Counts the pixels of the highest line."""
LOW = 96
"""Counts the pixels of the highest line above a list, which is to begin on the first screen."""
WIDEST = 6.0
"""Limits a bar to so many per cent of the page: one bar alone is no wall."""
ABOVE = 8
"""Counts the pixels over the highest line: half of its number."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """Is one number that is drawn."""

    name: str
    """Says what has it: ``2017-08``, ``wipr``, ``undated``."""
    value: float
    words: str
    """Is the number as it is read: ``1,048``, ``3.1 % (12 of 390)``."""
    address: str | None = None
    """Leads to the stories that it counts, from the root of the server; None: they have none."""
    more: float = 0.0
    """Is what stands on top of it, in another colour."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """Is a bar in its place."""

    bar: Bar
    x: float
    """Is the left edge of its room, in per cent; so is ``width`` its width."""
    width: float
    y: float
    """Counts pixels from above; so do ``height`` and ``more``."""
    height: float
    more: float
    """Is the height of what stands on top."""
    label: str | None
    """Is what stands below it; of many only some have one."""
    is_minor: bool
    """Is the label left out on a narrow page?"""

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def bar_width(self) -> float:
        return min(self.width * 0.8, WIDEST)

    @property
    def bar_x(self) -> float:
        return self.middle - self.bar_width / 2


@dataclass(frozen=True, kw_only=True, slots=True)
class ScaleLine:
    """Is a line of the scale."""

    y: float
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ColumnPicture:
    """Draws bars side by side, each a time, over a line of labels."""

    key: str
    """Is ``day``, ``month`` or ``year``."""
    bars: Sequence[Bar]
    """Lists the bars in the order of time, without a gap."""
    highest: float | None = None
    """Is what the scale must reach, if several pictures have the same; None: the highest bar."""
    unit: str = ""
    """Stands behind the numbers of the scale."""
    high: int = HEIGHT
    """Counts the pixels of the highest line."""

    @property
    def bottom(self) -> int:
        return ABOVE + self.high

    @property
    def lines(self) -> Iterator[ScaleLine]:
        step, steps = self._scale
        for place in range(steps + 1):
            y = self.bottom - self.high * place / steps
            yield ScaleLine(y=round(y, 1), words=f"{place * step:,.10g}{self.unit}")

    @property
    def marks(self) -> Iterator[Mark]:
        step, steps = self._scale
        every, first = labelled(self.key, [bar.name for bar in self.bars])
        wide = 100 / max(1, len(self.bars))
        for place, bar in enumerate(self.bars):
            height = self.high * bar.value / (step * steps)
            number, rest = divmod(place - first, every)
            yield Mark(
                bar=bar,
                x=round(wide * place, 3),
                width=round(wide, 3),
                y=round(self.bottom - height, 1),
                height=round(height, 1),
                more=round(self.high * bar.more / (step * steps), 1),
                label=None if rest else bar.name[:4] if every % 12 == 0 else bar.name,
                is_minor=number % 3 != 0,
            )

    @property
    def _scale(self) -> tuple[float, int]:
        highest = max((bar.value + bar.more for bar in self.bars), default=0.0)
        return nice_steps(highest if self.highest is None else self.highest)


@dataclass(frozen=True, kw_only=True, slots=True)
class RowPicture:
    """Draws bars under each other, each with its name: a table."""

    key: str
    """Says what the names are: ``source``, ``court``."""
    bars: Sequence[Bar]

    def width(self, bar: Bar) -> float:
        """Returns the width of a bar in per cent of the widest."""
        widest = max((one.value for one in self.bars), default=0.0) or 1
        return round(100 * bar.value / widest, 2)


def drawn_times(months: Collection[str], most: int) -> tuple[TimeKey, Sequence[str]]:
    """Lists all months from the first to the last, or years if that are more than ``most``.

    :param months: ``2017-08``, those with a story; what is no month counts for nothing
    """
    known = sorted(filter(MONTH.fullmatch, months))
    every = times("month", known)
    if len(every) <= most:
        return "month", every
    return "year", drawn_years({month[:4] for month in known})


def drawn_years(years: Collection[str]) -> Sequence[str]:
    """Lists all years from the first to the last; or, of more than MOST_YEARS, those with a
    story."""
    every = times("year", [*years])
    return every if len(every) <= MOST_YEARS else sorted(years)


def stories_over_time(
    key: TimeKey,
    shown: Sequence[str],
    stories: Mapping[str, int],
    path: Callable[[str], str],
    *,
    is_about: bool = False,
    high: int = HEIGHT,
) -> ColumnPicture:
    """Draws the stories of each time.

    :param shown: see :func:`drawn_times`
    :param path: gives the address of the stories of a time
    """
    about = almost(is_about)
    return ColumnPicture(
        key=key,
        high=high,
        bars=[
            Bar(
                name=time,
                value=number,
                words=f"{about}{number:,}",
                address=path(time) if number else None,
            )
            for time in shown
            for number in [stories.get(time, 0)]
        ],
    )


def counts_over_time(
    address: ResultAddress,
    counts: ResultCounts,
    path: Callable[[ResultAddress], str],
    *,
    most: int,
    high: int = HEIGHT,
) -> ColumnPicture:
    """Draws the stories of a result by month, or by year if that are more than ``most`` months.

    :param path: gives the path of a result
    """
    key, shown = drawn_times(counts.of("month"), most)
    return stories_over_time(
        key,
        shown,
        counts.of(key),
        lambda time: path(within(address, time)),
        is_about=counts.is_about,
        high=high,
    )


def almost(is_about: bool) -> str:
    """Returns what stands before a number that is not exact."""
    return "about " if is_about else ""


def within(address: ResultAddress, time: str) -> ResultAddress:
    """Returns those stories of a result that are of a day, month or year.

    What the result asks for already stays where it asks for less: a count of its stories by month
    has of the first month those since that day.
    """
    query = address.query
    since = query.since if query.since and query.since > time else time
    until = query.until if query.until and query.until.startswith(time) else time
    return replace(address, query=replace(query, since=since, until=until), page=1)


def having(address: ResultAddress, key: str, value: str | None) -> ResultAddress | None:
    """Returns those stories of a result that have a value, as they were counted.

    :param key: of what was counted by, see
        :data:`tradepress.research.counting.count_stories.COUNTED_BY`
    :param value: None: those that have none
    :returns: None: no address asks for them
    """
    query = address.query
    if key == COMPARED:
        return replace(address, query=replace(query, words=value), page=1)
    if key in TIMES and value is not None:
        return within(address, value)
    if key in TIMES and not (query.since or query.until):
        return replace(address, query=replace(query, undated=True), page=1)
    value = "unknown" if key == "access" and value is None else value
    chosen = getattr(query, key, None)
    if value is None or chosen is None:
        return None
    if key in MANY and chosen:
        return None  # any of several would do
    only = replace(query, **{key: (value,)})  # type: ignore[arg-type]
    return replace(address, query=only, page=1)
