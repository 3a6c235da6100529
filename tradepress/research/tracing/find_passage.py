"""Finds all stories and versions in which a passage stands, or nearly does: since when, and until
when."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tradepress.archive.database import Database
from tradepress.archive.errors import QueryError
from tradepress.archive.file.rows import Row, fetch_rows
from tradepress.archive.searched_form import searched_form
from tradepress.archive.text_forms import storable
from tradepress.research.tracing.passages_alike import Likeness, Wording, find_likeness, wording_of
from tradepress.story import TextField

FEWEST_WORDS, MOST_WORDS = 4, 500
"""Limit a passage; of scripts without spaces MOST_WORDS are letters, and FEWEST_WORDS twice as
many."""
FIELDS: Sequence[TextField] = ("headline", "description", "body")
MOST_STORIES = 100
"""Limits the stories that are looked at, of those with all of the passage, and of those with whole
parts of it."""
MOST_LETTERS = 5_000_000
"""Limits the letters of the texts that are looked at."""
MORE = "There may be more: so many stories have parts of it that not all were looked at."
_FIND = """
    SELECT {id} FROM {index} JOIN {table} AS texts ON texts.id = {index}.rowid
    WHERE {index} MATCH ? ORDER BY {order} LIMIT ?
"""
_INDEXES = (
    ("articles_fts", "articles", "texts.id"),
    ("versions_fts", "version_rows", "article_id"),
)
_VERSIONS = """
    SELECT versions.id, articles.ref, versions.version, versions.id = version_id AS is_current,
        source, publisher, versions.headline, articles.published_day, articles.gone_at,
        versions.date_archived, versions.date_captured, is_reread, versions.is_truncated,
        versions.description AS description, versions.body AS body
    FROM versions JOIN articles ON articles.id = article_id JOIN sources ON name = source
    WHERE article_id = ? ORDER BY versions.version
"""
_SEEN = "SELECT seen_at, version_id FROM sightings WHERE article_id = ? ORDER BY seen_at"


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundPassage:
    """Is one version of a story in which a passage stands, or nearly does. Times are UTC."""

    ref: str
    version: int
    is_current: bool
    source: str
    publisher: str
    headline: str
    published_day: str | None
    """Is the publisher's date of the story."""
    since: str
    """Is the day since which it is known to stand there, in these words: the publisher's, unless a
    version without them was seen before; then that on which this one was seen first, or saved."""
    first_seen: str | None
    """Says when this version was first seen; None: nobody knows."""
    date_archived: str
    until: str | None
    """Says when, after this version, one without these words was first seen; None: none was. One
    with a beginning alone, or without a text, does not tell."""
    gone_at: str | None
    """Says when the publisher's site answered that the story is gone."""
    field: TextField
    text: str
    """Is the passage as it stands there."""
    is_exact: bool
    """Does it stand there word for word, as
    :mod:`tradepress.research.tracing.passages_alike` takes it?"""
    similarity: float
    """Is 1 where it does, else the share of equal words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Trace:
    """Lists the versions that have a passage, by the day since which it stands there."""

    found: Sequence[FoundPassage]
    is_cut: bool
    """Are there more, perhaps: stories with parts of it that were not looked at?"""


def trace_passage(db: Database, passage: str, *, limit: int = 100) -> Trace:
    """Finds the versions in which a passage stands, or nearly does, in bounded time.

    :param db: with all texts: what this gives may be more than a stranger may read
    :param limit: counts versions
    :raises QueryError: the passage is too short or too long
    """
    wanted = read_passage(passage)
    stories, is_cut = _candidates(db, wanted)
    found: list[FoundPassage] = []
    letters = 0
    for article_id in stories:
        versions = fetch_rows(db, _VERSIONS, [article_id])
        found += _in_story(db, article_id, versions, wanted)
        letters += sum(len(row["body"] or "") for row in versions)
        if letters > MOST_LETTERS:
            is_cut = True
            break
    found.sort(key=lambda one: (one.since, one.ref, one.version))
    return Trace(found=found[:limit], is_cut=is_cut or len(found) > limit)


def find_passage(db: Database, passage: str, *, limit: int = 100) -> list[FoundPassage]:
    """Finds the versions in which a passage stands; see :func:`trace_passage`."""
    return [*trace_passage(db, passage, limit=limit).found]


def read_passage(passage: str) -> Wording:
    """Reads what is to be traced.

    :raises QueryError: it is too short or too long
    """
    wanted = wording_of(storable(passage))
    if wanted.length >= FEWEST_WORDS and len(wanted.words) <= MOST_WORDS:
        return wanted
    raise QueryError(
        f"a passage is traced that has {FEWEST_WORDS} to {MOST_WORDS} words, and this one has "
        f"{wanted.length:.0f}: search for words"
    )


def _candidates(db: Database, wanted: Wording) -> tuple[list[int], bool]:
    """Returns ``articles.id`` of stories that may have the passage, and whether there are more."""
    words = len(wanted.words)
    parts = words // 4 + 1  # where a quarter of the words are others, one part stands as it is
    cuts = [words * number // parts for number in range(parts + 1)]
    some = [as_phrase(wanted, *part) for part in pairwise(cuts)]
    asked = ((as_phrase(wanted, 0, words), "texts.date_archived"), (" OR ".join(some), "rank"))
    found: dict[int, None] = {}
    is_cut = False
    for match, order in asked:
        for index, table, id_ in _INDEXES:
            query = _FIND.format(id=id_, index=index, table=table, order=order)
            rows = db.execute(query, [match, MOST_STORIES + 1]).fetchall()
            is_cut = is_cut or len(rows) > MOST_STORIES
            found |= dict.fromkeys(article_id for (article_id,) in rows[:MOST_STORIES])
    return [*found], is_cut


def as_phrase(wanted: Wording, first: int, end: int) -> str:
    """Returns words of a passage as FTS5 reads a phrase."""
    words = wanted.text[wanted.places[first][0] : wanted.places[end - 1][1]]
    return f'"{searched_form(words).replace(chr(34), " ")}"'


def _in_story(
    db: Database, article_id: int, versions: Sequence[Row], wanted: Wording
) -> Iterator[FoundPassage]:
    """Yields the versions of a story that have the passage."""
    likest: dict[str, Likeness | None] = {"": None}  # versions have most texts in common
    seen: defaultdict[int, list[str]] = defaultdict(list)
    for seen_at, version_id in db.execute(_SEEN, [article_id]):
        seen[version_id].append(seen_at)
    stood: list[tuple[Row, list[str], tuple[TextField, Likeness] | None]] = []
    for row in versions:
        for text in (row[field] or "" for field in FIELDS):
            likest[text] = likest.get(text) or find_likeness(wanted, wording_of(text))
        there = [(field, likeness) for field in FIELDS if (likeness := likest[row[field] or ""])]
        times = seen[row["id"]] or [*filter(None, [row["date_captured"]])]
        stood.append((row, times, max(there, key=lambda one: one[1].similarity, default=None)))
    for row, times, found in stood:
        if found is None:
            continue
        field, likeness = found
        without = [
            (when, int(other["version"]))
            for other, its_times, its in stood
            if (its[1].key != likeness.key if its else other["body"] and not other["is_truncated"])
            and not other["is_reread"]
            for when in its_times
        ]
        known = times or [row["date_archived"]]
        first, last = (known[0], row["version"]), (known[-1], row["version"])
        days = [first[0][:10]]
        if row["published_day"] and not any(one < first for one in without):
            days.append(row["published_day"])
        facts = {name: row[name] for name in FoundPassage.__slots__ if name in row}
        facts |= {name: getattr(likeness, name) for name in ("text", "is_exact", "similarity")}
        yield FoundPassage(
            **facts | {"is_current": bool(row["is_current"])},
            since=min(days),
            first_seen=times[0] if times else None,
            until=min((when for when, at in without if (when, at) > last), default=None),
            field=field,
        )
