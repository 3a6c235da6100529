"""Compares the versions of a story: what each changed, and two of them word by word."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain, takewhile
from operator import eq
from typing import Literal

from tradepress.archive.database import Database
from tradepress.archive.errors import NoSuchArticle
from tradepress.archive.file.rows import Row
from tradepress.archive.frontier.sightings import Span, spans_of
from tradepress.archive.stored_json import readable_names
from tradepress.archive.stories.ref import is_address, resolve_ref
from tradepress.archive.text_forms import counted, plain_type
from tradepress.story import METADATA_ONLY
from tradepress.story_fields import WITHOUT_TEXT

Kind = Literal["equal", "delete", "insert"]
Piece = tuple[Kind, str]
"""Holds words that stand in both texts, only in the older, or only in the newer one."""
Place = tuple[int, int, int, int]
"""Is start and end in the older text, start and end in the newer one."""

COMPARED = (
    "headline",
    "description",
    "date_published",
    "date_modified",
    "authors",
    "corrections",
    "body",
)
OF_TEXT = {*COMPARED} - WITHOUT_TEXT
"""Lists what a version has less of, or nothing, if its text may not be kept."""
BREAK = "\n"
"""Is the end of a paragraph, as a word."""
PILCROW = "¶"
MOST_PAIRS = 4_000_000
"""Limits the words of one passage times those of the other; longer ones are shown as one change."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedVersion:
    """Is one version of a story, and what it changed; times are UTC."""

    version: int
    is_current: bool
    url: str
    date_captured: str | None
    """Says when its page stood like this; None: nobody knows."""
    date_archived: str
    is_reread: bool
    """Is it the kept page read again, and not the publisher's change?"""
    extractor: str
    policy: str | None
    """Is ``store`` or ``metadata-only``; None: nobody asked when it was saved."""
    spans: tuple[Span, ...]
    """Are times from when to when its page was seen to stand so, with no other version between;
    empty if nobody knows."""
    headline: str
    compared_with: int | None
    """Is the number of the version before; None for the first."""
    changed: tuple[str, ...]
    """Names out of COMPARED."""
    words_added: int
    """Counts words of the body; so does ``words_removed``."""
    words_removed: int
    is_silent: bool
    """Tells whether it has another headline, but no other ``date_modified`` and no notice."""


@dataclass(frozen=True, kw_only=True, slots=True)
class VersionDiff:
    """Compares two versions of a story, word by word."""

    ref: str
    older: int
    newer: int
    changed: tuple[str, ...]
    """Names out of COMPARED."""
    fields: Mapping[str, list[list[Piece]]]
    """Maps each name out of COMPARED to what :func:`diff_text` gives; an entry of a list counts
    as a paragraph."""


def list_versions(db: Database, ref: str) -> list[ListedVersion]:
    """Lists the versions of a story, in the order in which its page stood so.

    :param ref: of the article, also one that it had before it was merged
    :raises NoSuchArticle: no such ref
    """
    article_id, _ = resolve_ref(db, ref if is_address(ref) else ref.partition("@")[0])
    versions = _versions(db, article_id)
    return [_describe(row, _before(row, versions[:place])) for place, row in enumerate(versions)]


def day_of(moment: str) -> str:
    """Returns the day of a time as the archive writes it."""
    return moment[:10]


def days_seen(spans: Iterable[Span], written: Callable[[str], str] = day_of) -> str:
    """Returns ``2015-06-01 to 2016-01-02, and 2018-03-04``: the days of a version's spans; "" if
    there is none.

    :param written: how a day is written
    """
    days = [(written(since), written(until)) for since, until in spans]
    return ", and ".join(one if one == other else f"{one} to {other}" for one, other in days)


def diff_versions(db: Database, ref: str, older: int, newer: int) -> VersionDiff:
    """Compares two versions of a story.

    :param older: a number out of :func:`list_versions`; so is ``newer``
    :raises NoSuchArticle: no such ref or version
    """
    article_id, _ = resolve_ref(db, ref if is_address(ref) else ref.partition("@")[0])
    (name,) = db.execute("SELECT ref FROM articles WHERE id = ?", [article_id]).fetchone()
    versions = {row["version"]: row for row in _versions(db, article_id)}
    for number in (older, newer):
        if number not in versions:
            has = counted(len(versions), "version", "versions")
            raise NoSuchArticle(f"{name} has no version '{number}'; it has {has}")
    one, other = versions[older], versions[newer]
    return VersionDiff(
        ref=name,
        older=older,
        newer=newer,
        changed=tuple(field for field in COMPARED if _differs(one, other, field)),
        fields={field: diff_text(_text(one[field]), _text(other[field])) for field in COMPARED},
    )


def diff_text(older: str, newer: str) -> list[list[Piece]]:
    """Returns the words that came and went, by paragraph; words that differ only in type are equal.

    The end of a paragraph that came or went inside of it is shown as PILCROW.

    >>> diff_text("The old lamp fell.", "The lamp fell. Twice.")
    [[('equal', 'The'), ('delete', 'old'), ('equal', 'lamp fell.'), ('insert', 'Twice.')]]
    """
    paragraphs: list[list[tuple[Kind, list[str]]]] = [[]]
    for kind, word in _diff_words(_paragraphs(older), _paragraphs(newer)):
        pieces = paragraphs[-1]
        is_whole = kind == "equal" or all(other == kind for other, _ in pieces)
        if word != BREAK or not is_whole:
            if not pieces or pieces[-1][0] != kind:
                pieces.append((kind, []))
            pieces[-1][1].append(PILCROW if word == BREAK else word)
        if word == BREAK and (is_whole or kind == "insert"):
            paragraphs.append([])
    return [[(kind, " ".join(words)) for kind, words in pieces] for pieces in paragraphs if pieces]


def _paragraphs(text: str) -> list[list[str]]:
    """Returns the words of each paragraph; a BREAK ends each."""
    return [[*words, BREAK] for words in map(str.split, text.split("\n\n")) if words]


def _diff_words(older: list[list[str]], newer: list[list[str]]) -> Iterator[Piece]:
    """Compares paragraphs that read the same first, then word by word what lies between."""
    for is_same, (i1, i2, j1, j2) in _spans(map(" ".join, older), map(" ".join, newer)):
        old, new = ([*chain(*part)] for part in (older[i1:i2], newer[j1:j2]))
        if is_same:
            yield from (("equal", word) for word in new)
            continue
        for is_equal, (start, end, new_start, new_end) in _without_crumbs(_spans(old, new), old):
            if not is_equal:
                yield from (("delete", word) for word in old[start:end])
            for word in new[new_start:new_end]:
                yield ("equal" if is_equal else "insert"), word


def _spans(older: Iterable[str], newer: Iterable[str]) -> list[tuple[bool, Place]]:
    """Goes through both texts from beginning to end: what is equal in them, and what is not."""
    old, new = ([plain_type(text) or text for text in texts] for texts in (older, newer))
    start = _common(old, new)
    end = _common(reversed(old[start:]), reversed(new[start:]))
    last, new_last = len(old) - end, len(new) - end
    spans = [(True, (0, start, 0, start)), (True, (last, len(old), new_last, len(new)))]
    if (last - start) * (new_last - start) > MOST_PAIRS:
        found = [(False, (start, last, start, new_last))]
    else:
        found = [
            (op == "equal", (i1 + start, i2 + start, j1 + start, j2 + start))
            for op, i1, i2, j1, j2 in SequenceMatcher(
                None, old[start:last], new[start:new_last]
            ).get_opcodes()
        ]
    return [span for span in (spans[0], *found, spans[1]) if any(_sizes(span[1]))]


def _common(one: Iterable[str], other: Iterable[str]) -> int:
    """Counts the equal ones that both begin with."""
    return sum(1 for _ in takewhile(lambda pair: eq(*pair), zip(one, other, strict=False)))


def _without_crumbs(spans: list[tuple[bool, Place]], old: list[str]) -> list[tuple[bool, Place]]:
    """Joins changes: a few equal words between two longer ones make them harder to read."""
    kept: list[tuple[bool, Place]] = []
    for is_equal, span in spans:
        if not is_equal and len(kept) > 1:
            crumb, before = kept[-1][1], kept[-2][1]
            words = old[crumb[0] : crumb[1]]
            sizes = [_sizes(change) for change in (before, span)]
            most = min(*map(max, sizes), *map(sum, zip(*sizes, strict=True)))
            if BREAK not in words and len(words) < most:
                kept[-2:] = []
                span = before[0], span[1], before[2], span[3]
        kept.append((is_equal, span))
    return kept


def _sizes(span: Place) -> tuple[int, int]:
    """Counts the words deleted and the words inserted."""
    return span[1] - span[0], span[3] - span[2]


def _versions(db: Database, article_id: int) -> list[Row]:
    rows = list(
        db.query(
            f"""
            SELECT id, version, id = (SELECT version_id FROM articles WHERE id = :id) AS is_current,
                url, date_captured, date_archived, is_reread, capture_id, extractor, policy,
                {", ".join(COMPARED)}
            FROM versions WHERE article_id = :id ORDER BY version
            """,
            {"id": article_id},
        )
    )
    spans = spans_of(db, article_id)
    pages: dict[tuple[str, int], list[Row]] = {}
    for row in rows:
        row["spans"] = spans.get(row["id"], [])
        page = ("page", row["capture_id"]) if row["capture_id"] else ("version", row["id"])
        pages.setdefault(page, []).append(row)
    in_order = sorted(pages.values(), key=lambda readings: (_first(readings), readings[0]["id"]))
    return [
        {
            **{name: row[name] for name in row if name not in ("id", "capture_id")},
            "is_current": bool(row["is_current"]),
            "is_reread": bool(row["is_reread"]),
            **{name: [*readable_names(row[name])] for name in ("authors", "corrections")},
        }
        for readings in in_order
        for row in readings
    ]


def _first(readings: list[Row]) -> str:
    """Says when a page stood first, of which these are the readings."""
    seen = [since for row in readings for since, _ in row["spans"]]
    dated = [row["date_captured"] for row in readings if row["date_captured"]]
    return str(min(seen or dated or [row["date_archived"] for row in readings]))


def _before(version: Row, earlier: list[Row]) -> Row | None:
    """Finds what a version is a change of.

    A re-reading of the same page: the reading before. A page: the one before it, as the same
    rules have read that, if they have.
    """
    if not earlier or version["is_reread"]:
        return earlier[-1] if earlier else None
    pages = [place for place, row in enumerate(earlier) if not row["is_reread"]]
    readings = earlier[pages[-1] if pages else 0 :]
    same = [row for row in readings if row["extractor"] == version["extractor"]]
    return (same or readings)[-1]


def _describe(version: Row, before: Row | None) -> ListedVersion:
    changed = tuple(name for name in COMPARED if before and _differs(before, version, name))
    words = Counter[str]()
    if before and "body" in changed:
        for paragraph in diff_text(_text(before["body"]), _text(version["body"])):
            for kind, text in paragraph:
                words[kind] += len(text.replace(PILCROW, "").split())
    is_silent = (
        "headline" in changed
        and not version["is_reread"]
        and version["policy"] != METADATA_ONLY  # no notice would be kept
        and not {"date_modified", "corrections"} & set(changed)
    )
    return ListedVersion(
        **{name: version[name] for name in version if name not in (*COMPARED, "spans")},
        spans=tuple(version["spans"]),
        headline=version["headline"],
        compared_with=before["version"] if before else None,
        changed=changed,
        words_added=words["insert"],
        words_removed=words["delete"],
        is_silent=is_silent,
    )


def _differs(one: Row, other: Row, name: str) -> bool:
    if name in OF_TEXT and METADATA_ONLY in (one["policy"], other["policy"]):
        return False  # what was not kept was not changed by the publisher
    return plain_type(_text(one[name])) != plain_type(_text(other[name]))


def _text(value: str | list[str] | None) -> str:
    return "\n\n".join(value) if isinstance(value, list) else value or ""
