"""Counts the stories that a query finds, by month, source, court or another of their facts."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from typing import Literal, get_args

from tradepress.archive.database import Database
from tradepress.archive.file.one_view import one_view
from tradepress.archive.search.asked_days import days_of, with_days
from tradepress.archive.search.find_stories import count_hits, count_with_copies
from tradepress.archive.search.languages import language_names
from tradepress.archive.search.named_values import MENTIONED, found_by_other_names, name_key
from tradepress.archive.search.search_matches import FORMER, Matches, find_matches
from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.text_forms import counted, percent
from tradepress.notebook import Table
from tradepress.story import ASKED_KINDS, NUMBER_KINDS

Time = Literal["day", "month", "year"]
Fact = Literal["source", "section", "language", "access", "author"]

LENGTHS = {"day": 10, "month": 7, "year": 4}
"""Holds the lengths of days, months and years in ISO 8601."""
TIMES: tuple[str, ...] = get_args(Time)
COUNTED_BY: tuple[str, ...] = (*TIMES, *get_args(Fact), *ASKED_KINDS)
"""Lists what stories can be counted by."""
MANY: tuple[str, ...] = ("author", *ASKED_KINDS)
"""Lists keys of which a story may have several, and counts for each."""
MOST_KEYS = 2
COMPARED = "query"
"""Names queries that are counted side by side, which a story may have several of."""

Keys = tuple[str | None, ...]
"""Are the values of what is counted by, in its order; None: stories that have none."""
_COUNT = {
    True: "count(*) - count(duplicate_group) + count(DISTINCT duplicate_group)",
    False: "count(*)",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class CountRow:
    """Counts the stories that have these values."""

    keys: tuple[str | None, ...]
    """Has a value for each ``by``: ``2017-08``, ``wipr``; None: those with none (undated, …)."""
    stories: int
    of: int | None = None
    """Counts all of the same filters that have them (:func:`without_subject`); None: not asked."""

    @property
    def share(self) -> float | None:
        """Goes from 0 to 1; None: not asked, or there is no story at all."""
        return self.stories / self.of if self.of else None


@dataclass(frozen=True, kw_only=True, slots=True)
class StoryCounts(Table):
    """Is what :func:`count_stories` counted."""

    query: StoryQuery
    by: tuple[str, ...]
    fold: bool
    rows: tuple[CountRow, ...]
    """Lists times in their order, without a gap; others by their number, then by name. Last
    those without the value."""
    total: int
    """Counts all stories found, each once; what the rows add up to is more where a story has
    several values, or copies in several rows."""
    copies: int
    """Counts near-duplicates that ``total`` leaves out; 0 if they aren't folded."""
    of: int | None = None
    """Counts all stories of the same filters (:func:`without_subject`); None: not asked."""

    @property
    def share(self) -> float | None:
        """Goes from 0 to 1; None: not asked, or there is no story at all."""
        return self.total / self.of if self.of else None

    def to_svg(self, *, width: int = 900) -> str:
        """Draws the bars of what is counted by one thing."""
        from tradepress.research.counting.count_svg import draw_counts

        return draw_counts(self, width=width)

    def _table(self) -> tuple[str, Sequence[str], Iterable[Sequence[object]]]:
        columns = ("stories",) if self.of is None else ("stories", "of", "share")
        rows = [(*row.keys, *(getattr(row, name) for name in columns)) for row in self.rows]
        return counted(self.total, "story", "stories"), (*self.by, *columns), rows

    def _shown(self) -> tuple[str, Sequence[str], Iterable[Sequence[object]]]:
        heads, *lines = self.lines(self.rows)
        return self._table()[0], heads, lines

    def label(self, value: str | None, place: int = 0) -> str:
        """Returns a value of what is counted by as a person reads it, or says that there is none.

        :param place: of what it is a value
        """
        key = self.by[place]
        if value is not None:
            return language_names().get(value, value) if key == "language" else value
        return "undated" if key in TIMES else f"no {key}"

    def lines(self, rows: Sequence[CountRow]) -> list[list[str]]:
        """Puts rows in words, below their heads; of two keys the one with more values goes down."""
        found = {
            row.keys: [f"{row.stories:,}"]
            + ([] if row.of is None else [f"{row.of:,}", percent(row.share)])
            for row in rows
        }
        if len(self.by) == 1:
            heads = ["stories"] if self.of is None else ["stories", "of", "share"]
            return [[*self.by, *heads], *([self.label(one[0]), *found[one]] for one in found)]
        values = [dict.fromkeys(row.keys[place] for row in rows) for place in (0, 1)]
        down = int(len(values[0]) < len(values[1]))
        lines = [[self.by[down], *(self.label(one, 1 - down) for one in values[1 - down])]]
        for one in values[down]:
            keys = [(of, one) if down else (one, of) for of in values[1 - down]]
            lines.append([self.label(one, down), *(found.get(of, [""])[-1] for of in keys)])
        return lines


def count_stories(
    db: Database,
    query: StoryQuery,
    by: str | Sequence[str] = "month",
    *,
    share: bool = False,
    fold: bool = True,
) -> StoryCounts:
    """Counts the stories of a query.

    :param by: one or two of COUNTED_BY; times are shown also where there is no story, from the
        first to the last found, or those that the query asks for
    :param share: tell beside each number that of all stories of the same filters, whatever they
        are about: see :func:`without_subject`
    :param fold: of near-duplicates with the same values count one, as a search does
    :raises ValueError: the query can't be read, ``by`` is none of COUNTED_BY or more than two, or a
        share is asked of a query that is about nothing; says what to write
    """
    keys = (by,) if isinstance(by, str) else tuple(by)
    _require_keys(keys)
    query = with_days(query)
    others = without_subject(query)
    if share and others == query:
        raise ValueError(
            "a share is that of the stories with some words, or that name something: "
            "give words to look for, or a court, an office, a case"
        )
    with one_view(db):
        found = _count(db, query, keys, fold)
        whole = count_with_copies(db, query, fold=fold)
        all_found, of = None, None
        if share:
            all_found = _count(db, others, keys, fold)
            of = count_hits(db, others, fold=fold)
    return StoryCounts(
        query=query,
        by=keys,
        fold=fold,
        rows=tuple(count_rows(query, keys, found, all_found)),
        total=whole.stories,
        copies=whole.copies,
        of=of,
    )


def without_subject(query: StoryQuery) -> StoryQuery:
    """Asks for all stories of the same filters by paper, author and time: without the words, or
    if it has none without what the stories name."""
    if query.words is not None:
        return replace(query, words=None)
    return replace(query, court=(), office=(), case=(), number=(), firm=(), mentions=())


def _require_keys(keys: tuple[str, ...]) -> None:
    for key in keys:
        if key not in COUNTED_BY:
            raise ValueError(f"{key!r} can't be counted by; write {', '.join(COUNTED_BY)}")
    if not 1 <= len(set(keys)) == len(keys) <= MOST_KEYS:
        raise ValueError("count by one thing, or by two different ones")


def _count(db: Database, query: StoryQuery, keys: tuple[str, ...], fold: bool) -> Counter[Keys]:
    matches = find_matches(db, query)

    def sums_with(others: Mapping[str, str]) -> Counter[Keys]:
        sql = grouped(matches, keys, fold, [*others])
        rows = db.execute(sql, {**matches.parameters, **others})
        return Counter({row[:-1]: row[-1] for row in rows})

    found = sums_with({})
    others = {}
    for place, key in enumerate(keys):
        stories = Counter[str]()
        for row, number in found.items():
            if (value := row[place]) is not None:
                stories[value] += number
        # A filter by one of these names finds others, too: so they count for it.
        if (name := _filter_of(key)) and (pairs := found_by_other_names(name, stories)):
            others[f"others_{place}"] = json.dumps(pairs)
    return sums_with(others) if others else found


def _filter_of(key: str) -> str | None:
    """Returns the filter by names that takes several spellings for one."""
    if key in ("author", *MENTIONED):
        return key
    return "number" if key in NUMBER_KINDS else None


def grouped(matches: Matches, keys: Sequence[str], fold: bool, others: Collection[str] = ()) -> str:
    """Selects a row for each combination of values that is found, its number last.

    :param others: ``others_0`` for the first of the keys: a parameter with a JSON list of pairs, a
        value and a name for which it counts
    """
    columns, joins = [], []
    for place, key in enumerate(keys):
        column, join = _column(key, place)
        if (named := f"others_{place}") in others:
            column = f"coalesce({named}.name, {column})"
            join += f" LEFT JOIN {named} ON {named}.value = of_{place}.value COLLATE NOCASE"
        columns.append(f"{column} COLLATE NOCASE AS key_{place}")
        joins.append(join)
    # A mention may stand there several times.
    first = "SELECT DISTINCT" if any(joins) else "SELECT"
    of_each = f"{first} stories.id, stories.duplicate_group, {', '.join(columns)} FROM found"
    current = (
        f"{of_each} CROSS JOIN articles AS stories INDEXED BY articles_narrow "
        f"ON stories.id = found.id {' '.join(joins)} WHERE found.version_id IS NULL"
    )
    former = (
        f"{of_each} CROSS JOIN {FORMER.rows} ON stories.version_id = found.version_id "
        f"{' '.join(joins)} WHERE found.version_id IS NOT NULL"
    )
    sides = [current] if matches.day is None else [current, former]
    places = [f"key_{place}" for place in range(len(keys))]
    # Of several spellings that differ in case always the same one is named.
    named = ", ".join(f"max({place} COLLATE BINARY)" for place in places)
    tables = [
        f"{one} AS MATERIALIZED (SELECT json_extract(value, '$[0]') AS value, "
        f"json_extract(value, '$[1]') AS name FROM json_each(:{one}))"
        for one in others
    ]
    tables = [f"found AS MATERIALIZED ({matches.select(None)})", *tables]
    return (
        f"WITH {', '.join(tables)} SELECT {named}, {_COUNT[fold]} "
        f"FROM ({' UNION ALL '.join(sides)}) "
        f"GROUP BY {', '.join(f'{place} COLLATE NOCASE' for place in places)}"
    )


def _column(key: str, place: int) -> tuple[str, str]:
    """Returns the value's expression, and what must be joined for it."""
    if key == "author":
        authors = "(SELECT authors FROM versions WHERE versions.id = stories.version_id)"
        return f"of_{place}.value", f"LEFT JOIN json_each({authors}) AS of_{place}"
    if key in MANY:
        kinds = NUMBER_KINDS if key == "number" else (key,)
        listed = ", ".join(f"'{kind}'" for kind in kinds)
        # "+": a story's few mentions are looked through, not all of a kind.
        join = (
            f"LEFT JOIN mentions AS of_{place} ON of_{place}.version_id = stories.version_id "
            f"AND +of_{place}.kind IN ({listed})"
        )
        return f"of_{place}.value", join
    if key in TIMES:
        return f"substr(stories.published_day, 1, {LENGTHS[key]})", ""
    return f"stories.{key}", ""


def count_rows(
    query: StoryQuery, keys: tuple[str, ...], found: Counter[Keys], of: Counter[Keys] | None
) -> Iterator[CountRow]:
    """Yields all combinations that are found, and those with a time at which nothing was.

    :param found: values of each of ``keys`` -> how many stories have them
    :param of: the same of all stories; None: no share is asked for
    """
    values = [values_in_order(query, key, place, found) for place, key in enumerate(keys)]
    folded = {_folded(keys, row): row for row in of or ()}
    if len(keys) == MOST_KEYS and not set(keys) & set(TIMES):
        rows = [row for row in product(*values) if row in found]
    else:
        rows = list(product(*values))
    for row in rows:
        all_of = None if of is None else of[folded.get(_folded(keys, row), row)]
        yield CountRow(keys=row, stories=found[row], of=all_of)


def _folded(keys: Sequence[str], row: Keys) -> Keys:
    """Returns equal values for names that are one: of all stories another spelling may be named."""
    return tuple(
        value and (name_key(name, value) if (name := _filter_of(key)) else _lower(value))
        for key, value in zip(keys, row, strict=True)
    )


def _lower(value: str) -> str:
    return "".join(sign.lower() if sign.isascii() else sign for sign in value)


def values_in_order(
    query: StoryQuery, key: str, place: int, found: Counter[Keys]
) -> list[str | None]:
    """Returns the values of one key in the order in which they are shown."""
    sums: Counter[str | None] = Counter()
    for row, stories in found.items():
        sums[row[place]] += stories
    named = [value for value in sums if value is not None]
    shown: list[str | None]
    if key in TIMES:
        shown = [*times(key, named, since=query.since, until=query.until)]
    else:
        shown = [*sorted(named, key=lambda value: (-sums[value], value))]
    return [*shown, None] if None in sums else shown


def times(
    key: str, found: Sequence[str], *, since: str | None = None, until: str | None = None
) -> list[str]:
    """Lists all days, months or years from the first to the last.

    :param found: times at which there is something
    :param since: a day, month or year that is first, whatever was found; so ``until`` is last
    :raises ValueError: one of them is no date
    """
    first = _time(key, since) if since else min(found, default=None)
    last = _time(key, until, is_end=True) if until else max(found, default=None)
    if first is None or last is None:
        return [one for one in (first, last) if one is not None]
    if key == "day":
        start, end = (date.fromisoformat(one).toordinal() for one in (first, last))
        return [date.fromordinal(day).isoformat() for day in range(start, end + 1)]
    if key == "month":
        start, end = (int(one[:4]) * 12 + int(one[5:]) - 1 for one in (first, last))
        return [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(start, end + 1)]
    return [f"{year:04}" for year in range(int(first), int(last) + 1)]


def _time(key: str, day: str, *, is_end: bool = False) -> str:
    """Returns the day, month or year in which a period begins or ends."""
    return days_of(day)[is_end].isoformat()[: LENGTHS[key]]
