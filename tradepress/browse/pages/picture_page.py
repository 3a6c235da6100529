"""Shows ``/stories/picture?by=month&q=…``: how many stories a result has, by time, paper, court,
…"""
# mypy: disable-error-code="import-untyped"

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from tradepress.archive.database import Database
from tradepress.archive.search.story_query import query_in_words
from tradepress.archive.text_forms import counted, percent
from tradepress.browse.addresses.counts_address import (
    PICTURES,
    CountsAddress,
    can_share,
    read_counts_address,
)
from tradepress.browse.addresses.result_address import ResultAddress
from tradepress.browse.facets.kept_index import KeptIndex
from tradepress.browse.facets.quick_counts import is_quick
from tradepress.browse.page_visit import PageVisit, result_path
from tradepress.browse.queries.source_facts import publishers
from tradepress.browse.words.pictures import Bar, ColumnPicture, RowPicture, almost, having
from tradepress.research.counting.compare_queries import MOST_COMPARED, compare_queries
from tradepress.research.counting.count_stories import TIMES, CountRow, StoryCounts, count_stories
from tradepress.research.counting.count_words import notes_on, shown, why_no_bar

MOST_PICTURES = 12
"""Limits the small pictures under each other."""
MOST_DAYS = 800
"""Limits the days that are drawn side by side: of ten years a bar would be a fifth of a pixel,
the page 2 MB."""
WITHOUT: Mapping[str, str] = {
    **dict.fromkeys(TIMES, "a day of publication"),
    "author": "an author",
    "office": "an office",
    "nice-class": "a class of goods",
    "language": "a language that is known",
    "access": "a word on access",
}
"""Says what stories lack that stand in no bar; of other keys ``a court``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SmallPicture:
    """Shows the times of one of several values."""

    name: str
    stories: int
    columns: ColumnPicture


@dataclass(frozen=True, kw_only=True, slots=True)
class InNoBar:
    """Counts stories without a value: as a rule so many that beside them no bar could be read."""

    words: str
    """Is ``1,048 stories``."""
    without: str
    """Is ``a court``."""
    address: str | None
    """Is the address of these stories; None: no address asks for them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PicturePage:
    """Holds what the template shows."""

    address: CountsAddress
    wrong: str | None = None
    """Says why the query can't be read."""
    counts: StoryCounts | None = None
    is_about: bool = False
    """Are they those of some seconds ago, as the archive is being written to?"""
    columns: ColumnPicture | None = None
    rows: RowPicture | None = None
    small: Sequence[SmallPicture] = ()
    in_no_bar: InNoBar | None = None
    left_out: int = 0
    """Counts values that are in the files alone."""
    days: int = 0
    """Counts the days, if they are too many to be drawn."""
    is_painted: bool = False
    """Can a PNG be had?"""

    @property
    def choices(self) -> Mapping[str, str]:
        """Maps what can be counted by to how it is called."""
        return PICTURES

    @property
    def beside(self) -> Sequence[str]:
        """Returns what the fields for further queries have, of which the last is empty."""
        more = ("",) if len(self.address.compared) < MOST_COMPARED - 1 else ()
        return (*self.address.compared, *more) if self.address.result.query.words else ()

    @property
    def why_no_bar(self) -> str | None:
        return why_no_bar(self.counts) if self.counts else None

    @property
    def can_share(self) -> bool:
        return can_share(self.address.result.query)

    @property
    def by_month(self) -> CountsAddress:
        return replace(self.address, picture="month")

    @property
    def about(self) -> str:
        return query_in_words(self.address.result.query)

    @property
    def total(self) -> str:
        """Says ``390 stories``, or with the share of all."""
        return self.almost + notes_on(self.counts)[0] if self.counts else ""

    @property
    def almost(self) -> str:
        return almost(self.is_about)

    @property
    def notes(self) -> Sequence[str]:
        return notes_on(self.counts)[1:] if self.counts else ()


async def picture_page(datasette: Datasette, request: Request) -> Response:
    visit = PageVisit(datasette=datasette, request=request)
    address = CountsAddress()
    try:
        address = read_counts_address(visit.arguments)
        address = replace(address, result=await visit.meant(address.result))
        counts, is_about = await visit.ask(quick_counts_at, address, visit.archive.facets)
    except ValueError as error:
        page = PicturePage(address=address, wrong=str(error))
        return await visit.show("picture.html", page, status=400)
    drawn = Drawn(
        datasette=datasette,
        address=address,
        counts=counts,
        is_about=is_about,
        papers=await visit.ask_once(publishers),
    )
    return await visit.show("picture.html", picture_of(drawn))


def counts_at(db: Database, address: CountsAddress, facets: KeptIndex) -> StoryCounts:
    """Counts the archive as it is.

    :raises ValueError: the query can't be read; says why
    """
    _, is_true = facets.current()
    if is_true:
        counts, is_about = quick_counts_at(db, address, facets)
        if not is_about:
            return counts
    return _counts_by_sql(db, address)


def quick_counts_at(
    db: Database, address: CountsAddress, facets: KeptIndex
) -> tuple[StoryCounts, bool]:
    """Gives counts from memory where that knows them, and whether they are those of some seconds
    ago.

    :raises ValueError: the query can't be read; says why
    """
    query, fold = address.result.query, address.result.fold
    if not address.compared and is_quick(query, address.by):
        found = facets.count_by(db, query, address.by, share=address.share, fold=fold)
        if found is not None:
            counts, is_true = found
            return counts, not is_true
    return _counts_by_sql(db, address), False


def _counts_by_sql(db: Database, address: CountsAddress) -> StoryCounts:
    result, share = address.result, address.share
    if address.compared:
        others, by = address.compared, address.picture
        return compare_queries(db, result.query, others, by, share=share, fold=result.fold)
    return count_stories(db, result.query, address.by, share=share, fold=result.fold)


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawn:
    """Holds what the bars are made of."""

    datasette: Datasette
    address: CountsAddress
    counts: StoryCounts
    is_about: bool
    papers: Mapping[str, str]
    """Maps each source to its publisher."""

    @property
    def unit(self) -> str:
        return "" if self.counts.of is None else " %"

    def name_of(self, place: int, row: CountRow) -> str:
        """Names one of the things that are counted by."""
        key, value = self.counts.by[place], row.keys[place]
        return (key == "source" and self.papers.get(value or "")) or self.counts.label(value, place)

    @property
    def in_no_bar(self) -> InNoBar | None:
        """Counts stories without what is counted by in the first place."""
        key = self.counts.by[0]
        rows = [row for row in self.counts.rows if row.keys[0] is None]
        if not rows:
            return None
        stories, of = sum(row.stories for row in rows), rows[0].of
        words = almost(self.is_about) + counted(stories, "story", "stories")
        if of and len(rows) == 1:
            words += f" ({percent(rows[0].share)} of {of:,})"
        result = having(self.address.result, key, None)
        return InNoBar(
            words=words,
            without=WITHOUT.get(key, f"a {key}"),
            address=result_path(self.datasette, result) if result and stories else None,
        )

    def bar(self, row: CountRow) -> Bar:
        result: ResultAddress | None = self.address.result
        for key, value in zip(self.counts.by, row.keys, strict=True):
            result = having(result, key, value) if result else None
        high, words = float(row.stories), f"{row.stories:,}"
        if row.of is not None:
            high = 100 * (row.share or 0.0)
            words = f"{percent(row.share)} ({row.stories:,} of {row.of:,})" if row.of else "–"
        return Bar(
            name=self.name_of(-1, row),
            value=high,
            words=almost(self.is_about) + words,
            address=result_path(self.datasette, result) if result and row.stories else None,
        )


def picture_of(drawn: Drawn) -> PicturePage:
    address, counts = drawn.address, drawn.counts
    is_painted = find_spec("resvg_py") is not None
    key = counts.by[0]
    page = PicturePage(address=address, counts=counts, is_about=drawn.is_about)
    if key == "day" and len(counts.rows) > MOST_DAYS:
        return replace(page, days=len(counts.rows))
    page = replace(page, in_no_bar=drawn.in_no_bar)
    if len(counts.by) > 1:
        names = [*dict.fromkeys(row.keys[0] for row in counts.rows if row.keys[0] is not None)]
        return replace(
            page,
            small=[*_small_pictures(drawn, names[:MOST_PICTURES])],
            left_out=len(names[MOST_PICTURES:]),
        )
    if key in TIMES:
        columns = ColumnPicture(
            key=key,
            bars=[drawn.bar(row) for row in counts.rows if row.keys[0] is not None],
            unit=drawn.unit,
        )
        return replace(page, columns=columns, is_painted=is_painted)
    rows, left_out = shown(counts)
    return replace(
        page,
        rows=RowPicture(key=key, bars=[drawn.bar(row) for row in rows if row.keys[0] is not None]),
        left_out=left_out,
        is_painted=is_painted,
    )


def _small_pictures(drawn: Drawn, names: Sequence[str]) -> Iterator[SmallPicture]:
    """Draws small pictures on one scale."""
    rows = {name: [row for row in drawn.counts.rows if row.keys[0] == name] for name in names}
    bars = {
        name: [drawn.bar(row) for row in rows[name] if row.keys[1] is not None] for name in names
    }
    highest = max((bar.value for of_name in bars.values() for bar in of_name), default=0.0)
    for name in names:
        yield SmallPicture(
            name=drawn.name_of(0, rows[name][0]),
            stories=sum(row.stories for row in rows[name]),
            columns=ColumnPicture(
                key=drawn.counts.by[1], bars=bars[name], highest=highest, unit=drawn.unit
            ),
        )
