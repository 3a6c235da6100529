"""Finds every story and version in which a passage stands, or nearly does, and since when and until
when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tradepress.archive.database import Database
from tradepress.archive.file.rows import Row, fetch_rows
from tradepress.archive.search.query_language import QueryError
from tradepress.archive.searched_form import searched_form
from tradepress.archive.text_forms import counted
from tradepress.research.tracing.passages_alike import (
    Likeness,
    Wording,
    find_likeness,
    wording_of,
)
from tradepress.story import TextField

FEWEST_WORDS = 4
MOST_WORDS = 1000
"""Limits a passage, in words, or in letters of scripts without spaces."""
MOST_STORIES = 200
"""Limits the stories that are looked at, of those that have whole parts of the passage."""
MOST_PAIRS = 4_000_000
"""Limits the words of the passage times themselves times the stories."""
MOST_LETTERS = 5_000_000
"""Limits the letters of the texts that are looked at."""
MOST_PARTS = 60
"""Limits the parts of a passage of which one must stand in a text as it is."""
FIELDS: Sequence[TextField] = ("headline", "description", "body")

# The whole passage: those that had it first. A part of it: those that have the most, and rarest.
_FINDS = (
    ("articles_fts", "articles.id = articles_fts.rowid", "articles.id"),
    ("versions_fts", "version_rows.id = versions_fts.rowid", "article_id"),
)
_WHOLE = """
    SELECT {id} FROM {index} JOIN {table} ON {joined}
    WHERE {index} MATCH ? ORDER BY {table}.date_archived, {id} LIMIT ?
"""
_PART = """
    SELECT {id} FROM {index} JOIN {table} ON {joined}
    WHERE {index} MATCH ? ORDER BY rank LIMIT ?
"""
_VERSIONS = """
    SELECT versions.id, articles.ref, versions.version, source, publisher, versions.headline,
        versions.description AS description, versions.body AS body, articles.published_day,
        versions.date_captured, versions.date_archived, versions.is_reread, versions.is_truncated,
        articles.version_id = versions.id AS is_current, articles.gone_at
    FROM versions JOIN articles ON articles.id = article_id JOIN sources ON name = source
    WHERE article_id = ? ORDER BY versions.version
"""
_SEEN = """
    SELECT seen_at, version_id FROM sightings
    WHERE article_id = ? AND version_id IS NOT NULL ORDER BY seen_at
"""


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
    """Is the day from which on it is known to stand there: the publisher's date, where no version
    without it was seen before, else that of ``first_seen``, or of ``date_archived``."""
    first_seen: str | None
    """Says when this version was first seen; None: nobody knows."""
    date_archived: str
    until: str | None
    """Says when a version without it was first seen, after this one was last seen; None: none was.
    Where only a beginning was served, or no text may be kept, nobody can tell."""
    gone_at: str | None
    """Says when the publisher's site answered that the story is gone."""
    field: TextField
    """Names the text in which it stands."""
    text: str
    """Is the passage as it stands there."""
    is_exact: bool
    """Does it stand there word for word? See :mod:`tradepress.research.tracing.passages_alike`."""
    similarity: float
    """Is 1 where it does, else the share of equal words."""

    @property
    def name(self) -> str:
        return f"{self.ref}@{self.version}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Trace:
    """Holds what is known of a passage."""

    passage: str
    found: Sequence[FoundPassage]
    """Lists the versions: the day since which it stood there first."""
    is_cut: bool
    """Are there more stories that have parts of it, or more versions, than were looked at?"""


def find_passage(db: Database, passage: str, *, limit: int = 100) -> list[FoundPassage]:
    """Finds the versions in which a passage stands; see :func:`trace_passage`.

    :param db: with texts: what it gives may be more than a stranger may read
    :raises QueryError: the passage is too short or too long
    """
    return [*trace_passage(db, passage, limit=limit).found]


def trace_passage(db: Database, passage: str, *, limit: int = 100) -> Trace:
    """Finds the versions in which a passage stands, or nearly does, in bounded time.

    :param passage: a sentence, or some of them
    :param limit: counts versions
    :raises QueryError: the passage is too short or too long
    """
    wanted = read_passage(passage)
    stories, is_cut = _candidates(db, wanted)
    found: list[FoundPassage] = []
    known: dict[str, Likeness | None] = {}
    letters = 0
    for article_id in stories:
        found += _in_story(db, article_id, wanted, known)
        letters += sum(map(len, known))
        if letters > MOST_LETTERS:
            is_cut = True
            break
        known.clear()
    found.sort(key=lambda one: (one.since, one.ref, one.version))
    return Trace(passage=passage, found=found[:limit], is_cut=is_cut or len(found) > limit)


def read_passage(passage: str) -> Wording:
    """Reads what is to be traced.

    :raises QueryError: it is too short or too long
    """
    wanted = wording_of(passage)
    if wanted.length < FEWEST_WORDS:
        raise QueryError(
            f"a sentence is traced by {FEWEST_WORDS} words or more; this has "
            f"{counted(int(wanted.length), 'word', 'words')}: use `tradepress search`"
        )
    if len(wanted.words) > MOST_WORDS:
        raise QueryError(
            f"a passage is traced by {MOST_WORDS:,} words at most; this has {len(wanted.words):,}"
        )
    return wanted


def _candidates(db: Database, wanted: Wording) -> tuple[list[int], bool]:
    """Returns ``articles.id`` of stories of which one text may have the passage, those first that
    have all of it; and whether there are more."""
    most = max(10, min(MOST_STORIES, MOST_PAIRS // len(wanted.words) ** 2))
    parts = [_quoted(wanted, *part) for part in _parts(len(wanted.words))]
    whole = _quoted(wanted, 0, len(wanted.words))
    found: dict[int, None] = {}
    is_cut = False
    for sql, match in ((_WHOLE, whole), (_PART, " OR ".join(parts))):
        for index, joined, id_ in _FINDS:
            table = joined.partition(".")[0]
            query = sql.format(id=id_, index=index, table=table, joined=joined)
            rows = db.execute(query, [match, most + 1]).fetchall()
            is_cut = is_cut or len(rows) > most
            found |= dict.fromkeys(article_id for (article_id,) in rows[:most])
    return [*found], is_cut


def _parts(words: int) -> Iterator[tuple[int, int]]:
    """Parts so many words: where a quarter of them are others, one part stands as it is."""
    parts = min(words // 4 + 1, MOST_PARTS)
    for number in range(parts):
        yield words * number // parts, words * (number + 1) // parts


def _quoted(wanted: Wording, first: int, end: int) -> str:
    """Returns words of a passage as FTS5 reads a phrase."""
    start, stop = wanted.places[first][0], wanted.places[end - 1][1]
    escaped = searched_form(wanted.text[start:stop]).replace('"', " ")
    return f'"{escaped}"'


def _in_story(
    db: Database, article_id: int, wanted: Wording, known: dict[str, Likeness | None]
) -> Iterator[FoundPassage]:
    """Yields the versions of a story that have the passage.

    :param known: remembers texts, as most versions have one in common
    """
    versions = fetch_rows(db, _VERSIONS, [article_id])
    likenesses = {row["id"]: _likeness(wanted, row, known) for row in versions}
    if not any(likenesses.values()):
        return
    seen: dict[int, list[str]] = {}
    for seen_at, version_id in db.execute(_SEEN, [article_id]):
        seen.setdefault(version_id, []).append(seen_at)
    times = {
        row["id"]: seen.get(row["id"]) or ([row["date_captured"]] if row["date_captured"] else [])
        for row in versions
    }
    is_headline = {one[0] for one in likenesses.values() if one} == {"headline"}
    without = [
        (when, row["version"])
        for row in versions
        if likenesses[row["id"]] is None and _tells(row, is_headline)
        for when in times[row["id"]]
    ]
    for row in versions:
        if (likeness := likenesses[row["id"]]) is None:
            continue
        field, there = likeness
        own = times[row["id"]]
        first = own[0] if own else None
        last = (own[-1] if own else row["date_archived"], row["version"])
        was_without = any(one < (first or row["date_archived"], row["version"]) for one in without)
        known_since = (first or row["date_archived"])[:10]
        yield FoundPassage(
            **{name: row[name] for name in ("ref", "version", "source", "publisher", "headline")},
            is_current=bool(row["is_current"]),
            published_day=row["published_day"],
            since=known_since
            if was_without
            else min(row["published_day"] or known_since, known_since),
            first_seen=first,
            date_archived=row["date_archived"],
            until=min((when for when, number in without if (when, number) > last), default=None),
            gone_at=row["gone_at"],
            field=field,
            text=there.text,
            is_exact=there.is_exact,
            similarity=there.similarity,
        )


def _likeness(
    wanted: Wording, row: Row, known: dict[str, Likeness | None]
) -> tuple[TextField, Likeness] | None:
    """Finds in which text of a version the passage stands as it is, or is likest to it."""
    best: tuple[TextField, Likeness] | None = None
    for field in FIELDS:
        text = row[field] or ""
        if text not in known:
            known[text] = find_likeness(wanted, wording_of(text))
        there = known[text]
        if there and (best is None or there.similarity > best[1].similarity):
            best = field, there
    return best


def _tells(row: Row, is_headline: bool) -> bool:
    """Does a version without the passage tell that it stood there no longer? One that is the same
    page read again tells nothing, and of a text that is not all there, nobody knows."""
    return not row["is_reread"] and (is_headline or bool(row["body"] and not row["is_truncated"]))
