"""Asks the index of a Wayback Machine (its CDX server), and reads what it answers.

archive.org and OpenWayback give one array of JSON whose first row names the fields, with an empty
row and a key to go on by at its end; pywb an object of JSON a line; old servers plain CDX.
"""

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from tradepress.archive.border import border
from tradepress.archive.clock import instant_of, later
from tradepress.discovery.story_captures import CapturedPage, story_captures
from tradepress.source import Source

LINES = 10_000
"""Is how many lines are asked for at once."""
FIRST_CAPTURE = datetime(1996, 1, 1, tzinfo=UTC)
"""No web archive has older ones."""
A_SECOND = timedelta(seconds=1)
START_OF_DAY, END_OF_DAY = "000000", "235959"
NAMES = {"url": "original", "mime": "mimetype", "status": "statuscode"}
"""Maps pywb's names of fields to everybody else's."""
PLAIN = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest")
"""Names the first fields of a line of CDX, in all its forms."""
FILTERS = ("!statuscode:[345]..", "!mimetype:(image|video|audio|font)/.*")
"""Leaves out errors and media; a service that takes them for no regular expressions leaves out
nothing by them; whatever comes is looked at once more here."""
FOLDERS = re.compile(r"(?:/[\w-]+)*(?=/(?![?*+{]))")
GROUP = re.compile(r"\\.|\[[^]]*\]|\([^()]*\)")


class NotAnIndex(ValueError):
    """The answer is none of a CDX server."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WaybackAddress:
    """Says where a Wayback Machine has its index and its captures."""

    index: str
    captures: str
    """Is what stands before the time of a capture."""


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexPage:
    """Holds one answer of an index."""

    captures: tuple[CapturedPage, ...]
    """Are the captures that are worth asking for."""
    lines: int
    """Counts all lines of the answer."""
    resume_key: str | None
    """Is where the index goes on; None: it is at its end, or the service has no such keys."""
    times: tuple[datetime, ...] = ()
    """Are the times of its lines, the earliest first."""


def wayback_at(address: str) -> WaybackAddress:
    """Returns where a service answers: an address without a path is laid out as archive.org is, one
    with a path as a collection of pywb."""
    if urlsplit(address).path.strip("/"):
        return WaybackAddress(index=f"{address}/cdx", captures=f"{address}/")
    return WaybackAddress(index=f"{address}/cdx/search/cdx", captures=f"{address}/web/")


def index_queries(
    index: str, source: Source, *, since: date | None, until: date | None
) -> list[str]:
    """Returns the addresses at which an index gives all captures of a source's stories, and more.

    :param since: first day of capture
    :param until: last day of capture
    """
    queries = []
    for scope in index_scopes(source):
        parameters = [
            *scope,
            *((name, f"{day:%Y%m%d}") for name, day in (("from", since), ("to", until)) if day),
            *(("filter", words) for words in FILTERS),
            ("output", "json"),
            ("limit", str(LINES)),
            ("showResumeKey", "true"),
        ]
        queries.append(f"{index}?{urlencode(parameters)}")
    return queries


def index_scopes(source: Source) -> Iterator[list[tuple[str, str]]]:
    """Yields parameters that ask an index for all captures of a source's stories, and more."""
    declared = (*source.sections, *source.feeds, *source.sitemaps)
    hosts = {(urlsplit(url).hostname or "").removeprefix("www.") for url in declared}
    start = fixed_start(source.article_url)
    for domain in source.domains:
        has_others = any(host.endswith("." + domain) for host in hosts)
        is_whole = has_others or not start
        yield [
            ("url", domain if is_whole else f"{domain}{start}/"),
            ("matchType", "domain" if is_whole else "prefix"),
        ]


def fixed_start(pattern: str) -> str:
    """Returns the folders with which each path begins that a pattern matches whole.

    >>> fixed_start(r"/news/ip/(?:[a-z-]+)-\\\\d+/?")
    '/news/ip'
    """
    bare, before = pattern, ""
    while bare != before:
        bare, before = GROUP.sub("", bare), bare
    found = FOLDERS.match(pattern)
    return found[0] if found and "|" not in bare else ""


def next_query(query: str, asked: str, page: IndexPage) -> str | None:
    """Tells where the listing of a query goes on; None: it is at its end.

    :param query: its first address
    :param asked: the address that the page is the answer of
    """
    if page.resume_key is not None:
        following = f"{query}&resumeKey={quote(page.resume_key, safe='')}"
        return None if following == asked else following  # one that comes back leads nowhere
    if "&resumeKey=" in asked:
        return None
    # It has no keys to go on by: it is asked for fewer days at once.
    given, whole = _parameters(asked), _parameters(query)
    limit = int(given["limit"])
    most = min(limit, LINES)
    end = _instant(whole.get("to"), END_OF_DAY) or _end_of(datetime.now(UTC).date())
    first = _instant(given.get("from"), START_OF_DAY) or FIRST_CAPTURE
    last = _instant(given.get("to"), END_OF_DAY) or end
    if page.lines >= limit:
        if first.date() < last.date():
            middle = _end_of(first.date() + (last.date() - first.date()) // 2)
            return _of_span(query, first, middle, most)
        if limit >= LINES:
            return _of_span(query, first, last, limit * 10)
        middle = (first + (last - first) // 2).replace(microsecond=0)
        return _of_span(query, first, middle, most) if first < last else None
    if last >= end:
        return None
    behind = last + A_SECOND
    return _of_span(query, behind, min(later(last, (behind - first) * 2), end), most)


def is_full(asked: str, page: IndexPage) -> bool:
    """Has an answer without a key as many lines as were asked for?"""
    is_by_key = page.resume_key is not None or "&resumeKey=" in asked
    return not is_by_key and page.lines >= int(_parameters(asked)["limit"])


def later_half(query: str, page: IndexPage) -> tuple[str, datetime] | None:
    """Returns where an index gives the later half of its lines alone, and the time at which that
    begins: one that gives fewer lines than are asked for, and no key, may still have more.
    None: there is nothing to compare."""
    if page.resume_key is not None or is_full(query, page) or not page.times:
        return None
    middle = page.times[len(page.times) // 2]
    end = _instant(_parameters(query).get("to"), END_OF_DAY) or _end_of(datetime.now(UTC).date())
    return _of_span(query, middle, end, LINES), middle


def by_fewer_lines(query: str, page: IndexPage) -> str | None:
    """Returns where the listing goes on by an index that gives no more lines than it gave."""
    limited = re.sub(r"limit=\d+", f"limit={page.lines}", query)
    return next_query(query, limited, page)


def _parameters(query: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(query).query))


def _instant(timestamp: str | None, time_of_day: str) -> datetime | None:
    return instant_of((timestamp + time_of_day)[:14]) if timestamp else None


def _end_of(day: date) -> datetime:
    return datetime.combine(day, dt.time(23, 59, 59), UTC)


def _of_span(query: str, first: datetime, last: datetime, limit: int) -> str:
    """Returns the same query for this time alone; whole days are named as such."""
    address, _, words = query.partition("?")
    kept = [pair for pair in parse_qsl(words) if pair[0] not in ("from", "to", "limit")]
    days = [
        ("from", f"{first:%Y%m%d%H%M%S}".removesuffix(START_OF_DAY)),
        ("to", f"{last:%Y%m%d%H%M%S}".removesuffix(END_OF_DAY)),
        ("limit", str(limit)),
    ]
    return f"{address}?{urlencode([*kept, *days])}"


def read_index(
    answer: bytes, source: Source, *, since: date | None = None, until: date | None = None
) -> IndexPage:
    """Returns the captures of a source's stories that an answer of a CDX server names.

    :raises NotAnIndex: it is none
    """
    text = answer.decode("utf-8", "replace").strip()

    def refused(why: str) -> NotAnIndex:
        words = "a page" if text.startswith("<") else f"it is cut, or something else ({why})"
        return NotAnIndex(f"no list of captures: {words}")

    with border(refused):
        rows, resume_key = _array(text) if text.startswith("[") else _lines(text)
        named = [page for row in rows if (page := _page(row)) is not None]
        captures = story_captures(named, source, since=since, until=until)
    return IndexPage(
        captures=captures,
        lines=len(rows),
        resume_key=resume_key,
        times=tuple(sorted(page.date_captured for page in named)),
    )


def _array(text: str) -> tuple[list[dict[str, str]], str | None]:
    first, *rows = json.loads(text) or [[]]
    names = list(first)
    resume_key = None
    if len(rows) > 1 and not rows[-2]:
        rows, resume_key = rows[:-2], str(rows[-1][0])
    return [dict(zip(names, row, strict=True)) for row in rows if row], resume_key


def _lines(text: str) -> tuple[list[dict[str, str]], str | None]:
    lines = text.splitlines()
    resume_key = None
    if len(lines) > 1 and not lines[-2].strip():
        lines, resume_key = lines[:-2], lines[-1].strip()
    return [_line(line) for line in lines if not line.lstrip().startswith("CDX ")], resume_key


def _line(line: str) -> dict[str, str]:
    head, brace, rest = line.partition("{")
    if not brace:
        return dict(zip(PLAIN, line.split()[: len(PLAIN)], strict=True))
    named = json.loads(brace + rest)
    fields = {NAMES.get(name, name): value for name, value in named.items()}
    return {**dict(zip(PLAIN, head.split(), strict=False)), **fields}


def _page(row: dict[str, str]) -> CapturedPage | None:
    """Reads one row; None: it names no address or no time."""
    try:
        captured = instant_of(row["timestamp"])
        url = str(row["original"])
        code, digest = str(row.get("statuscode")), str(row.get("digest") or "-")
        status = int(code) if code.isascii() and code.isdecimal() else None
    except (LookupError, ValueError, TypeError):
        return None
    return CapturedPage(
        url=url,
        date_captured=captured,
        status=status,
        media_type=str(row.get("mimetype")),
        digest=None if digest == "-" else digest.removeprefix("sha1:"),
    )
