"""Writes what queries find as an Atom feed (RFC 4287), the latest versions first.

All of it comes from the archive, and from the clock nothing but what the words of a query mean by
``30 days ago``: on one day the same archive gives the same bytes.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlsplit
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from tradepress.archive.database import Database
from tradepress.archive.file.one_view import one_view
from tradepress.archive.file.rows import Row
from tradepress.archive.search.chosen_stories import latest_first
from tradepress.archive.search.story_query import StoryQuery, query_in_words
from tradepress.archive.stored_json import readable_names, stored_reservations
from tradepress.archive.stories.story_record import LinkedStory
from tradepress.archive.text_forms import one_line
from tradepress.research.export.withheld_text import reserved
from tradepress.research.export.xml_text import ILLEGAL, REPLACEMENT
from tradepress.research.queries.saved_queries import SavedQuery

ATOM = "http://www.w3.org/2005/Atom"
MOST_ENTRIES = 100
LOOKED_AT_FIRST = 1000
"""Is how many versions are looked at first; more if among them are not enough entries."""
_EMPTY = "1970-01-01T00:00:00Z"

# A version that is only the kept page read again is nothing new.
_LATEST = """
    SELECT ref, source, publisher, shown.version, shown.headline, shown.url,
        shown.authors AS authors, shown.credit AS credit, shown.description AS description,
        shown.policy AS policy, shown.reservations AS reservations,
        articles.policy AS policy_now, articles.reservations AS reservations_now,
        shown.date_archived, shown.date_published, published_day
    FROM json_each(:ids) AS wanted
    JOIN versions AS found ON found.id = wanted.value
    JOIN articles ON articles.id = found.article_id
    JOIN sources ON name = source
    JOIN versions AS shown ON shown.article_id = articles.id AND shown.version = (
        SELECT max(version) FROM versions
        WHERE article_id = articles.id AND version <= found.version AND NOT is_reread
    )
    ORDER BY shown.date_archived DESC, ref LIMIT :most
"""


def feed_of(db: Database, queries: Sequence[SavedQuery]) -> bytes:
    """Writes one feed of the stories that any of them finds, at most MOST_ENTRIES.

    An entry is a version of a story: ``tag:HOST,DAY:ref@version`` by the host of its address and
    the day on which it was archived (RFC 4151), so that a changed story is told again.

    :raises ValueError: a query can't be read
    """
    names = [saved.name for saved in queries]
    feed = _feed(",".join(names), ", ".join(names))
    about = "; ".join(f"{saved.name}: {query_in_words(saved.query)}" for saved in queries)
    SubElement(feed, "subtitle").text = about
    SubElement(SubElement(feed, "author"), "name").text = "Tradepress"
    rows: dict[str, Row] = {}
    found_by: dict[str, list[str]] = {}
    with one_view(db):
        for saved in queries:
            for row in _latest(db, saved.query, fold=False):
                entry_id = tag_of(row)
                rows[entry_id] = row
                found_by.setdefault(entry_id, []).append(saved.name)
    latest = sorted(rows, key=lambda one: rows[one]["ref"])
    latest.sort(key=lambda one: rows[one]["date_archived"], reverse=True)
    _add_updated(feed, [rows[one] for one in latest[:1]])
    for entry_id in latest[:MOST_ENTRIES]:
        entry = _entry(rows[entry_id], rows[entry_id]["url"])
        for name in found_by[entry_id]:
            SubElement(entry, "category", term=name)
        feed.append(entry)
    return _written(feed)


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedPlace:
    """Says where a reading room has the feed; its addresses are absolute."""

    feed: str
    result: str
    """Is the page of the stories that the feed is of."""
    story: Callable[[str], str]
    """Returns the page of a version, by ``ref@version``."""


def feed_of_result(
    db: Database, query: StoryQuery, *, fold: bool, title: str, place: FeedPlace
) -> bytes:
    """Writes the feed of a result in a reading room: an entry leads to the page there, and names
    the publisher's as where it comes from (``via``).

    :param fold: of stories with much the same text the first alone
    :param title: of the result, for a list of feeds
    :raises ValueError: the query can't be read
    """
    feed = _feed(place.feed, title)
    SubElement(SubElement(feed, "author"), "name").text = "Tradepress"
    SubElement(feed, "link", rel="self", href=place.feed)
    SubElement(feed, "link", rel="alternate", href=place.result)
    rows = _latest(db, query, fold=fold)
    _add_updated(feed, rows)
    for row in rows:
        entry = _entry(row, place.story(f"{row['ref']}@{row['version']}"))
        SubElement(entry, "link", rel="via", href=row["url"])
        feed.append(entry)
    return _written(feed)


def _feed(name: str, title: str) -> Element:
    feed = Element("feed", xmlns=ATOM)
    SubElement(feed, "id").text = uuid5(NAMESPACE_URL, f"tradepress:{name}").urn
    SubElement(feed, "title").text = f"Tradepress: {title}"
    return feed


def _latest(db: Database, query: StoryQuery, *, fold: bool) -> list[Row]:
    most = LOOKED_AT_FIRST
    while True:
        found = latest_first(db, query, fold=fold, most=most)
        ids = [version.id for version in found if not version.is_copy]
        asked = {"ids": json.dumps(ids), "most": MOST_ENTRIES}
        rows = list(db.query(_LATEST, asked))
        # What is shown is never later than what was found.
        if len(found) < most or (
            len(rows) == MOST_ENTRIES and found[-1].date_archived < rows[-1]["date_archived"]
        ):
            return rows
        most *= 4


def _add_updated(feed: Element, rows: Sequence[Row]) -> None:
    """Adds the time of the latest entry.

    :param rows: of its entries, the latest first
    """
    SubElement(feed, "updated").text = rows[0]["date_archived"] if rows else _EMPTY


def _written(feed: Element) -> bytes:
    indent(feed, " ")
    text = ILLEGAL.sub(REPLACEMENT, tostring(feed, encoding="unicode"))
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def tag_of(row: Row) -> str:
    """Returns the id of an entry."""
    host = quote(urlsplit(row["url"]).hostname or "localhost")
    return f"tag:{host},{row['date_archived'][:10]}:{row['ref']}@{row['version']}"


def _entry(row: Row, page: str) -> Element:
    entry = Element("entry")
    SubElement(entry, "id").text = tag_of(row)
    SubElement(entry, "title").text = row["headline"]
    SubElement(entry, "updated").text = row["date_archived"]
    if "T" in (row["date_published"] or ""):
        moment = datetime.fromisoformat(row["date_published"])
        if moment.tzinfo is not None:
            SubElement(entry, "published").text = moment.isoformat()
    SubElement(entry, "link", rel="alternate", href=page)
    names = readable_names(row["authors"]) or readable_names(row["credit"])
    for name in names or [row["publisher"]]:
        SubElement(SubElement(entry, "author"), "name").text = name
    again = "" if row["version"] == 1 else f", changed: version {row['version']}"
    day = row["published_day"] or "undated"
    about = f"{row['publisher']}, {day}{again} ({row['ref']})"
    SubElement(entry, "summary").text = ": ".join(filter(None, (about, _summary(row))))
    return entry


def _summary(row: Row) -> str:
    """Returns the publisher's summary in one line; nothing where the text is reserved."""
    for now in ("", "_now"):
        said = LinkedStory(
            **{name: row[name] for name in ("source", "headline", "published_day")},
            policy=row[f"policy{now}"],
            reservations=stored_reservations(row[f"reservations{now}"]),
        )
        if reserved(said):
            return ""
    return one_line(row["description"] or "")
