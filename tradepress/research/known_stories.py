"""Says what is missing of a paper: the stories that are known, month by month, against those that
are held, and where the rest could be had.

A story is known by a list of the site (feed, sitemap, section), by the index of a web archive, by a
link in another story, or because it is held. What none of these names, nobody can count.
"""

import re
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Literal
from urllib.parse import urlsplit

from tradepress.archive.database import Database
from tradepress.archive.file.rows import Row, fetch_rows
from tradepress.archive.frontier.mementos import story_key

Standing = Literal["whole", "part", "without_text", "at_site", "in_archives", "refused", "gone"]
"""Is what became of a known story: the first three are held."""

_HELD = """
    SELECT site_id, url, published_month, CASE
        WHEN policy = 'metadata-only' THEN 'without_text'
        WHEN completeness <> 'body' OR is_truncated IS 1 THEN 'part' ELSE 'whole'
        END AS standing
    FROM articles WHERE source = ?
"""
_PLACES = """
    SELECT locations.url FROM locations JOIN articles ON articles.id = article_id WHERE source = ?
"""
_ADDRESSES = """
    SELECT urls.url, date_listed, lastmod, state, outcome, reason, original_url, original_key,
        date_captured
    FROM urls LEFT JOIN mementos ON url_id = urls.id WHERE source = ? AND article_id IS NULL
"""
_LINKED = """
    SELECT DISTINCT links.url FROM links JOIN version_rows ON version_rows.id = links.version_id
    JOIN articles ON articles.id = article_id
    WHERE source = ? AND target_id IS NULL AND links.url IS NOT NULL
"""
_ASKED = "SELECT DISTINCT url FROM seeds WHERE source = ? AND kind IN ('index', 'warc')"

NO_STORY = {
    *("empty", "event", "forum", "html", "index", "junk", "no_body", "no_headline", "not_html"),
    *("offsite", "other_publisher", "product", "search", "service", "video"),
}
"""Lists why pages are none of a story."""
GONE = {"http_404", "http_410", "soft_404", "gone"}
LATER = (None, "failed", "deferred")
"""Lists how an address ended that may be asked again."""
DATED = re.compile(r"/((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])(?=[/-])")
FEWEST_NUMBERS = 20
"""Is how many stories must have numbers in their addresses to speak of gaps between these."""
WIDE = 10
"""Is how many usual steps of the numbers a gap has."""
MOST_GAPS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class MonthCoverage:
    """Counts the known stories of a month, each once."""

    month: str | None
    """Is ``2017-08``; None: nobody knows."""
    whole: int = 0
    part: int = 0
    """Counts stories of which the beginning or a summary alone was served."""
    without_text: int = 0
    """Counts stories whose text may not be kept."""
    at_site: int = 0
    """Counts stories that nobody has asked their site for so far."""
    in_archives: int = 0
    """Counts stories of which a web archive has captures that nobody has asked for so far."""
    refused: int = 0
    """Counts stories that their site, its rules or those of this archive keep from us."""
    gone: int = 0

    @property
    def held(self) -> int:
        return self.whole + self.part + self.without_text

    @property
    def missing(self) -> int:
        return self.at_site + self.in_archives + self.refused + self.gone

    @property
    def known(self) -> int:
        return self.held + self.missing


@dataclass(frozen=True, kw_only=True, slots=True)
class MissingAt:
    """Is a place from which missing stories could be had."""

    host: str | None
    """Is the host of a web archive; None: the paper's own site."""
    stories: int
    requests: int


@dataclass(frozen=True, kw_only=True, slots=True)
class NumberGap:
    """Is a stretch of the numbers in a paper's addresses of which no address is known."""

    after: int
    before: int
    since: str | None
    """Is the month of the story before it; ``until`` that of the one behind it."""
    until: str | None

    @property
    def numbers(self) -> int:
        return self.before - self.after - 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Coverage:
    """Says what is known of a paper, and what is held of it."""

    source: str
    months: tuple[MonthCoverage, ...]
    """Lists months with a known story, in their order, that of the undated last."""
    places: tuple[MissingAt, ...]
    linked: int
    """Counts stories known by links of other stories alone."""
    reasons: Mapping[str, int]
    """Counts refused and gone stories by the ledger's reason."""
    no_story: int
    """Counts addresses whose page was none of a story."""
    withdrawn: int
    gaps: tuple[NumberGap, ...]
    """Lists the widest gaps, in the order of the numbers."""
    asked: tuple[str, ...]
    """Lists hosts of web archives whose index was asked."""

    @property
    def total(self) -> MonthCoverage:
        return _sum(None, self.months)

    def by_year(self) -> tuple[MonthCoverage, ...]:
        """Sums the months of each year."""
        years: dict[str | None, list[MonthCoverage]] = defaultdict(list)
        for month in self.months:
            years[month.month and month.month[:4]].append(month)
        return tuple(_sum(year, months) for year, months in years.items())


@dataclass(kw_only=True, slots=True)
class _Missing:
    """Is a story that is known and not held."""

    url: str
    month: str | None = None
    captured: str | None = None
    listed: bool = False
    outcomes: Counter[str | None] = field(default_factory=Counter)
    is_due: bool = False
    mementos: Counter[str] = field(default_factory=Counter)
    """Counts the captures that are to be asked for, by host."""

    def note(self, row: Row) -> None:
        if row["original_key"] is not None:
            self.captured = min(filter(None, (self.captured, row["date_captured"])))
        else:
            self.listed = True
            self.month = self.month or (row["date_listed"] or row["lastmod"] or "")[:7] or None
        if row["state"] == "due" and row["outcome"] in LATER:
            if row["original_key"] is None:
                self.is_due = True
            else:
                self.mementos[urlsplit(row["url"]).hostname or ""] += 1
        else:
            self.outcomes[row["reason"]] += 1

    @property
    def is_no_story(self) -> bool:
        is_open = self.is_due or self.mementos or not self.outcomes
        return not is_open and set(self.outcomes) <= NO_STORY

    @property
    def standing(self) -> Standing:
        if self.mementos:
            return "in_archives"
        if self.is_due or not self.outcomes:
            return "at_site"
        return "gone" if set(self.outcomes) <= GONE | NO_STORY else "refused"


def find_coverage(db: Database, source: str) -> Coverage:
    """Holds what is known of a paper against what is held of it."""
    held = fetch_rows(db, _HELD, [source])
    held_keys = {*_keys(url for (url,) in db.execute(_PLACES, [source]))}
    missing, linked = _missing(db, source, held, held_keys)
    numbers = _Numbers(held)
    sums: dict[str | None, Counter[str]] = defaultdict(Counter)
    for row in held:
        sums[row["published_month"]][row["standing"]] += 1
    reasons, requests = Counter[str](), dict[str | None, Counter[str]]()
    for one in (story for story in missing if not story.is_no_story):
        standing = one.standing
        sums[_month(one, numbers)][standing] += 1
        if standing in ("refused", "gone"):
            reasons.update(str(reason) for reason in [*one.outcomes][:1])
        asked = one.mementos if standing == "in_archives" else Counter({None: 1})
        for host, count in asked.items() if standing in ("in_archives", "at_site") else ():
            requests.setdefault(host, Counter()).update(stories=1, requests=count)
    return Coverage(
        source=source,
        months=tuple(
            MonthCoverage(month=month, **sums[month])
            for month in sorted(sums, key=lambda month: (month is None, month))
        ),
        places=tuple(
            MissingAt(host=host, stories=sums_["stories"], requests=sums_["requests"])
            for host, sums_ in sorted(requests.items(), key=lambda one: one[0] or "")
        ),
        linked=linked,
        reasons=dict(reasons.most_common()),
        no_story=sum(one.is_no_story for one in missing),
        withdrawn=db.execute(
            "SELECT count(*) FROM tombstones WHERE source = ?", [source]
        ).fetchone()[0],
        gaps=tuple(numbers.gaps(one.url for one in missing)),
        asked=tuple(
            sorted({urlsplit(url).hostname or url for (url,) in db.execute(_ASKED, [source])})
        ),
    )


def _missing(
    db: Database, source: str, held: list[Row], held_keys: set[str]
) -> tuple[list[_Missing], int]:
    """Returns the stories that are not held, and how many of them links alone name."""
    found: dict[str, _Missing] = {}
    for row in fetch_rows(db, _ADDRESSES, [source]):
        url = row["original_url"] or row["url"]
        for key in _keys([url]):
            if key not in held_keys:
                found.setdefault(key, _Missing(url=url)).note(row)
    listed = len(found)
    forms = {
        form for form, count in Counter(map(_form, (r["url"] for r in held))).items() if count > 2
    }
    for (url,) in db.execute(_LINKED, [source]):
        for key in _keys([url]) if _form(url) in forms else ():
            if key not in held_keys:
                found.setdefault(key, _Missing(url=url))
    return [*found.values()], len(found) - listed


def _keys(urls: Iterable[str]) -> Iterator[str]:
    for url in urls:
        with suppress(ValueError):
            yield story_key(url)


def _form(url: str) -> tuple[str, ...]:
    """Returns what addresses of one kind have in common: host, folders, and how the name is made;
    numbers and single words count alike."""
    parts = urlsplit(url.lower())
    folder, _, name = parts.path.rstrip("/").rpartition("/")
    made = "number" if re.search(r"\d", name) else "words" if name.count("-") > 1 else "word"
    return (parts.netloc.removeprefix("www."), re.sub(r"\d+", "0", folder), made)


class _Numbers:
    """Knows the numbers that a paper's addresses have, and the months of held stories by these."""

    def __init__(self, held: list[Row]) -> None:
        own = [row for row in held if (row["site_id"] or "").isdecimal()]
        same = [row for row in own if self._in(row["url"]) == int(row["site_id"])]
        self._is_usual = len(same) >= FEWEST_NUMBERS and len(same) >= 0.9 * len(own)
        self._dated = sorted(
            (int(row["site_id"]), row["published_month"]) for row in same if row["published_month"]
        )
        self._held = {int(row["site_id"]) for row in same}

    @staticmethod
    def _in(url: str) -> int | None:
        found = re.findall(r"\d{2,9}", urlsplit(url).path)
        return int(found[-1]) if found else None

    def month(self, url: str) -> str | None:
        """Returns the month of the held stories before and behind an address, if it is one."""
        number = self._in(url) if self._is_usual else None
        if number is None:
            return None
        place = bisect(self._dated, (number, ""))
        around = {month for _, month in self._dated[max(0, place - 1) : place + 1]}
        return around.pop() if len(around) == 1 and 0 < place < len(self._dated) else None

    def gaps(self, others: Iterable[str]) -> Iterator[NumberGap]:
        """Yields the widest gaps.

        :param others: addresses of stories that are not held
        """
        if not self._is_usual:
            return
        known = sorted(self._held | {number for url in others if (number := self._in(url))})
        steps = [(b - a, a, b) for a, b in pairwise(known)]
        usual = median(step for step, *_ in steps)
        wide = sorted(one for one in steps if one[0] > WIDE * usual)[-MOST_GAPS:]
        for _, after, before in sorted(wide, key=lambda one: one[1]):
            place = bisect(self._dated, (after, "~"))
            around = [month for _, month in self._dated]
            yield NumberGap(
                after=after,
                before=before,
                since=around[place - 1] if place else None,
                until=around[place] if place < len(around) else None,
            )


def _month(story: _Missing, numbers: _Numbers) -> str | None:
    """Returns the month of a missing story: as a list says, else its address, its number, else that
    of its first capture."""
    dated = DATED.search(urlsplit(story.url).path)
    in_address = f"{dated[1]}-{dated[2]}" if dated else None
    captured = story.captured and story.captured[:7]
    return story.month or in_address or numbers.month(story.url) or captured


def _sum(month: str | None, months: Iterable[MonthCoverage]) -> MonthCoverage:
    names = [name for name in MonthCoverage.__dataclass_fields__ if name != "month"]
    sums = Counter[str]()
    for one in months:
        sums.update({name: getattr(one, name) for name in names})
    return MonthCoverage(month=month, **sums)
