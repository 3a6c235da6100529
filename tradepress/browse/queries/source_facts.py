"""Serves the list of sources and the page of each: what is held of it, month by month."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from tradepress.archive.database import Database
from tradepress.archive.file.rows import fetch_rows
from tradepress.archive.health.history import ANSWERED, IS_CRAWL, ITS_SOURCES, LISTINGS
from tradepress.browse.facets.facet_values import key_of
from tradepress.browse.words.pictures import MONTH, TimeKey, drawn_times
from tradepress.research.counting.count_stories import times

_SOURCES = """
    SELECT name, publisher, home_url, language, cited_as, verified,
        coalesce(stories, 0) AS stories, first_day, last_day
    FROM sources LEFT JOIN (
        SELECT source, count(*) AS stories, min(published_day) AS first_day,
            max(published_day) AS last_day
        FROM articles INDEXED BY articles_listed {chosen} GROUP BY source
    ) ON source = name
"""
_ALL = _SOURCES.format(chosen="") + " ORDER BY stories DESC, publisher COLLATE NOCASE"
_ONE = _SOURCES.format(chosen="WHERE source = :name") + " WHERE name = :name"
# In the order of the index: no row is sorted.
_HELD = """
    SELECT language, section, published_day, count(*), sum(word_count IS 0),
        sum(word_count IS NOT 0 AND is_truncated IS 1), sum(policy IS 'metadata-only')
    FROM articles INDEXED BY articles_listed
    WHERE source = ? GROUP BY source, language, section, access, published_day
"""
# From the latest run back, by the listings of each: they have no url_id.
_LAST_GOOD = f"""
    SELECT started FROM runs
    WHERE {IS_CRAWL} AND EXISTS (SELECT 1 FROM {ITS_SOURCES} WHERE value = :source)
        AND EXISTS (
            SELECT 1 FROM fetches
            WHERE run_id = runs.id AND url_id IS NULL AND source = :source
                AND kind IN {LISTINGS} AND outcome IN {ANSWERED}
        )
    ORDER BY id DESC LIMIT 1
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceListed:
    """Is a source, and how much is held of it."""

    name: str
    publisher: str
    home_url: str
    language: str
    """Is the language in ISO 639-1."""
    cited_as: str
    """Is ``newspaper`` or ``blog``."""
    verified: str | None
    """Is the day on which its rules were last seen to work; None: never."""
    stories: int
    first_day: str | None
    last_day: str | None
    last_good_crawl: str | None
    """Says when the last crawl began that could read a listing of it (UTC)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldPeriod:
    """Counts the stories of a month or year."""

    name: str
    """Is like ``2017-08``."""
    stories: int
    teasers: int
    """Counts stories of whose text the beginning alone was openly served."""
    without_text: int


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldOfSource:
    """Counts all stories of a source."""

    months: Mapping[str, HeldPeriod]
    """Maps the months with a story to them, in their order."""
    undated: int
    sections: Mapping[str, int]
    """Counts stories by section, the most frequent first; so does ``languages``."""
    languages: Mapping[str, int]
    stories: int
    teasers: int
    without_text: int
    reserved: int
    """Counts stories without text as the publisher reserves it, or by the operator's word."""

    @property
    def span(self) -> int:
        """Counts the months from the first story to the last, both included."""
        return len(times("month", [*self.months]))

    @property
    def empty(self) -> int:
        """Counts the months of these without a story."""
        return self.span - len(self.months)

    @property
    def gaps(self) -> list[tuple[str, str]]:
        """Lists first and last month of each time without a story, between the first story and
        the last."""
        every = times("month", [*self.months])
        runs = groupby(every, key=self.months.__contains__)
        empty = [[*run] for has_stories, run in runs if not has_stories]
        return [(run[0], run[-1]) for run in empty]

    def periods(self, most: int) -> tuple[TimeKey, Sequence[HeldPeriod]]:
        """Sums the stories by month or year; see
        :func:`tradepress.browse.words.pictures.drawn_times`.

        :returns: what they are, and these
        """
        key, shown = drawn_times(self.months, most)
        sums: dict[str, Counter[str]] = {time: Counter() for time in shown}
        for month in self.months.values():
            sums[month.name if key == "month" else month.name[:4]].update(
                stories=month.stories, teasers=month.teasers, without_text=month.without_text
            )
        names = ("stories", "teasers", "without_text")
        return key, [
            HeldPeriod(name=time, **{name: own[name] for name in names})
            for time, own in sums.items()
        ]


def publishers(db: Database) -> Mapping[str, str]:
    """Maps each source to its publisher."""
    return dict(db.execute("SELECT name, publisher FROM sources").fetchall())


def has_samples(db: Database) -> bool:
    """Is any of the sources invented?"""
    return bool(db.execute("SELECT max(is_sample) FROM sources").fetchone()[0])


def list_sources(db: Database) -> list[SourceListed]:
    """Returns all sources, those with most stories first."""
    return [
        SourceListed(**row, last_good_crawl=last_good_crawl(db, row["name"]))
        for row in fetch_rows(db, _ALL)
    ]


def find_source(db: Database, name: str) -> SourceListed | None:
    """Finds a source; None if there is none of that name."""
    for row in fetch_rows(db, _ONE, {"name": name}):
        return SourceListed(**row, last_good_crawl=last_good_crawl(db, name))
    return None


def last_good_crawl(db: Database, source: str) -> str | None:
    """Says when the last crawl began that could read a listing, feed or sitemap of it (UTC)."""
    row = db.execute(_LAST_GOOD, {"source": source}).fetchone()
    return row[0] if row else None


def held_of(db: Database, source: str) -> HeldOfSource:
    months: dict[str | None, Counter[str]] = defaultdict(Counter)
    sections, languages = Counter[str](), Counter[str]()
    for language, section, day, stories, without_text, teasers, reserved in db.execute(
        _HELD, [source]
    ):
        month = day[:7] if day and MONTH.match(day) else None
        months[month].update(
            stories=stories, teasers=teasers, without_text=without_text, reserved=reserved
        )
        sections[section] += stories
        languages[language] += stories
    sums = sum(months.values(), Counter[str]())
    names = ("stories", "teasers", "without_text")
    return HeldOfSource(
        months={
            month: HeldPeriod(name=month, **{name: months[month][name] for name in names})
            for month in sorted(filter(None, months))
        },
        undated=months[None]["stories"],
        sections=_named(sections),
        languages=_named(languages),
        stories=sums["stories"],
        teasers=sums["teasers"],
        without_text=sums["without_text"],
        reserved=sums["reserved"],
    )


def _named(counted: Counter[str]) -> dict[str, int]:
    """Counts stories by name, the most frequent first; each is spelt as most stories spell
    it."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for name, stories in counted.items():
        if name:
            spellings[key_of("section", name)][name] = stories
    named = [
        (max(alike, key=lambda name: (alike[name], name)), alike.total())
        for alike in spellings.values()
    ]
    return dict(sorted(named, key=lambda one: (-one[1], one[0])))
