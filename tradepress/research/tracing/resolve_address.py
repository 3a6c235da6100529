"""Leads from any address that a story ever had to the story, and to its version of a day."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import product
from urllib.parse import urlsplit

from tradepress.archive.archived_address import unwrap
from tradepress.archive.database import Database
from tradepress.archive.errors import NoSuchArticle
from tradepress.archive.search.asked_days import read_day
from tradepress.archive.search.search_matches import end_of
from tradepress.archive.site_host import VARIANT
from tradepress.archive.stories.ref import find_at
from tradepress.archive.stories.story_record import Story, load_story
from tradepress.archive.stories.versions import list_versions
from tradepress.archive.url_key import bare_key, url_key
from tradepress.archive.withdrawal.tombstones import address_key, require_not_withdrawn

LONGEST, ALIKE = 1000, 0.7
"""Limit the letters of an address of which others are looked for, and how alike they are."""
_NO_SCHEME = re.compile(r"(?:[\w-]+\.)+[a-z]{2,63}(?::\d+)?(?:[/?#].*)?", re.IGNORECASE)
_TIME = re.compile(r"(?<=/)(\d{4})\.(\d\d)\.(\d\d)-(\d{6})(?=/https?:)", re.IGNORECASE)
"""Matches the time in an address at archive.today."""
_WITHOUT_TIME = re.compile(
    r"https?://(?:archive\.(?:today|ph|is|li|vn|fo|md)/(?:newest/|oldest/)?"
    r"|web\.archive\.org/web/\d*\*/|(?:[\w-]+\.)?cdn\.ampproject\.org/\w/(?:s/)?"
    r"|(?:www\.)?google\.[a-z.]{2,6}/amp/(?:s/)?)(?:https?:/+)?(?=[\w-]+\.\w)",
    re.IGNORECASE,
)
"""Matches what stands before an address at an archive or in a cache that says no time."""
_STEPS = re.compile(r"/(?:amp|mobile|print)(?=/|$)|[./](?:amp|print)(?=\.html?$)|\.amp$")
"""Matches what shows a story to telephones or printers, in a path; ``_VIEWS`` does in a query."""
_VIEWS = re.compile(
    r"(?:amp|m|mobile|print|printable|output|outputType|view|mode)"
    r"(?:=(?:[01]|true|yes|amp|mobile|print)?)?|(?:share|showComment)=.*"
)
# Where only the beginning was served, the whole text may have stood on.
_STOOD = """
    SELECT versions.version FROM sightings JOIN versions ON versions.id = version_id
    WHERE sightings.article_id = (SELECT id FROM articles WHERE ref = ?) AND seen_at <= ?
    ORDER BY is_truncated IS 1, seen_at DESC LIMIT 1
"""
_LED = """
    SELECT article_id FROM urls WHERE url_key = :key AND article_id IS NOT NULL
    UNION ALL SELECT article_id FROM captures JOIN version_rows ON capture_id = captures.id
    WHERE retrieved_from = :url LIMIT 1
"""
_BESIDE = "SELECT url_key FROM locations WHERE url_key BETWEEN ? AND ? ORDER BY url_key {} LIMIT 20"


class UnknownAddress(NoSuchArticle):
    """Says that no story is kept from an address, and names those of the site that are near."""

    def __init__(self, message: str, near: Sequence[Story] = ()) -> None:
        names = ", ".join(f"{one.ref} ({one.url})" for one in near)
        super().__init__(f"{message}; near it: {names}" if near else message)
        self.near = near


@dataclass(frozen=True, kw_only=True, slots=True)
class Resolved:
    """Is the story of an address."""

    day: str | None
    """Is the day that was asked for, or that of the capture at a web archive; None: today."""
    is_later: bool
    """Is no version known to have stood on that day or before, so that it is the first?"""
    story: Story
    """Is the version that stood on that day, as far as is known by now."""
    now: Story
    """Is the current version; its address is that of the live page."""


def resolve_address(db: Database, url: str, day: str | None = None) -> Resolved:
    """Finds the story of an address: also a former one, one for telephones or printers, one at a
    web archive, and with what says how a reader came.

    :param day: in words, as filters take it
    :raises QueryError: it is no day
    :raises UnknownAddress: no story is kept from there; names the nearest
    :raises WithdrawnArticle: the story was withdrawn
    """
    day = read_day(day) if day else None
    asked = f"https://{url.strip()}" if _NO_SCHEME.fullmatch(url.strip()) else url.strip()
    archived = unwrap(_TIME.sub(r"\1\2\3\4", asked))
    if day is None and archived and archived.date_captured:
        day = f"{archived.date_captured:%Y-%m-%d}"
    page = archived.url if archived else _WITHOUT_TIME.sub("https://", asked)
    now = story = load_story(db, _ref_at(db, asked, page))
    stood = db.execute(_STOOD, [now.ref, end_of(day or "")]).fetchone()
    if day:
        number = stood[0] if stood else list_versions(db, now.ref)[0].version
        story = load_story(db, f"{now.ref}@{number}")
    return Resolved(day=day, is_later=bool(day and not stood), story=story, now=now)


def _ref_at(db: Database, asked: str, page: str) -> str:
    """Finds the ref of the story of a page.

    :param page: is its address where ``asked`` is one at a web archive
    """
    try:
        key = url_key(page)
    except ValueError as error:
        raise UnknownAddress(str(error)) from error
    article_id: int | None = None
    for address in _views(key):
        if (article_id := find_at(db, address)) is not None:
            break
        require_not_withdrawn(db, asked, address_key(address))
    else:
        with suppress(ValueError):
            led = db.execute(_LED, {"key": url_key(asked), "url": asked}).fetchone()
            article_id = led and led[0]
    if article_id is None:
        near = {one.ref: one for one in (load_story(db, url) for url in _near(db, key))}
        raise UnknownAddress(f"no story is kept from {asked}", [*near.values()])
    return str(db.execute("SELECT ref FROM articles WHERE id = ?", [article_id]).fetchone()[0])


def _views(key: str) -> Iterator[str]:
    """Yields the address itself, the plain one of its story, and others that show the same."""
    yield key
    parts = urlsplit(key)
    host, path = VARIANT.sub("", parts.netloc), _STEPS.sub("", parts.path).rstrip("/")
    query = [one for one in parts.query.split("&") if one and not _VIEWS.fullmatch(one)]
    paths = (path, f"{path}/", f"{path}/amp", f"/amp{path}", f"{path}/print")
    for site, there, view in product(("", "m.", "mobile.", "amp."), paths, ("", "amp=1", "m=1")):
        with suppress(ValueError):  # as of a host that is a number
            yield url_key(f"https://{site}{host}{there}?{'&'.join(filter(None, (*query, view)))}")


def _near(db: Database, key: str) -> list[str]:
    """Lists addresses of the same site that are most like one."""
    if len(key) > LONGEST:
        return []
    host, _, rest = bare_key(key).partition("/")
    found: dict[str, str] = {}
    for scheme, www in product(("https", "http"), ("", "www.")):
        start = f"{scheme}://{www}{host}/"
        for between, order in (
            ((start, start + rest), "DESC"),
            ((start + rest, f"{start}~"), "ASC"),
        ):
            found |= {bare_key(one): one for (one,) in db.execute(_BESIDE.format(order), between)}
    return [found[one] for one in get_close_matches(f"{host}/{rest}", found, cutoff=ALIKE)]
