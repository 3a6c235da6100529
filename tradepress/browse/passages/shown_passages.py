"""Cuts the passages that strangers may read: of which stories, version by version, and of which
hits."""

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tradepress.archive.database import Database
from tradepress.archive.search.find_stories import Hit, read_again
from tradepress.archive.search.public_words import shown_terms
from tradepress.archive.search.query_sql import ranked_terms
from tradepress.archive.search.search_matches import read_words
from tradepress.archive.search.shown_texts import PASSAGE_WORDS
from tradepress.archive.search.small_index import Texts, mark
from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.searched_form import MARK_START
from tradepress.archive.stored_json import stored_reservations
from tradepress.archive.text_forms import cut_off
from tradepress.browse.passages.windows import Family
from tradepress.story import ARCHIVE_ONLY, Policy, Reservation

SILENT = frozenset({"noai", "noimageai", "ai-agents", "tdm-policy"})
"""Lists terms that speak of other things. ``noindex`` is none: what is not to be listed is not
quoted."""
_TEXTS = """
    SELECT versions.id, ref, versions.version, source, coalesce(duplicate_group, -articles.id),
        versions.policy, articles.policy, versions.reservations, articles.reservations,
        versions.body AS body, versions.description AS description
    FROM articles JOIN versions ON article_id = articles.id
    WHERE articles.id IN (SELECT value FROM json_each(:stories)) OR duplicate_group IN (
        SELECT duplicate_group FROM articles WHERE id IN (SELECT value FROM json_each(:stories))
    )
    ORDER BY versions.id
"""
_NUMBERS = "SELECT json_group_array(id) FROM articles WHERE ref IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, kw_only=True, slots=True)
class Quoting:
    """Says what source and operator allow to be quoted."""

    open_sources: Collection[str] = ()
    """Names the sources whose texts everybody may read."""
    policies: Mapping[str, Policy] = field(default_factory=dict)
    """Says what source and operator ask for by now, by name of the source."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownVersion:
    """Is one version of a story."""

    id: int
    name: tuple[str, int]
    """Is ref and version."""
    text: Texts
    """Is all of the text, without a headline."""
    passages: tuple[Texts, ...]
    """Lists passages, each of the summary or of the body; none: it is not to be quoted."""


def most_quoted(reservations: Iterable[Reservation]) -> int | None:
    """Limits the letters of a passage; None: as many as it has. Whatever is not known to allow
    it forbids it: ``nosnippet``, ``noarchive``, a reservation of text and data mining, a term of
    tomorrow."""
    said = [(one.term, one.value) for one in reservations if one.term not in SILENT]
    tdm = [value for term, value in said if term == "tdm-reservation"]
    numbers = (value for term, value in said if term == "max-snippet")
    most = [int(value) for value in numbers if re.fullmatch("[0-9]{1,9}", value)]
    # Of several reservations of text and data mining the first counts.
    is_forbidden = tdm[:1] not in ([], ["0"]) or len(said) > len(tdm) + len(most)
    return 0 if is_forbidden else min(most, default=None)


def shown_versions(
    db: Database, stories: Collection[int], quoting: Quoting
) -> Iterator[ShownVersion]:
    """Yields all versions of these stories and of their near-copies, the one that was saved first
    first.

    :param db: with texts
    :param stories: ``articles.id``
    """
    families: defaultdict[int, Family] = defaultdict(Family)
    for row in db.execute(_TEXTS, {"stories": json.dumps([*stories])}):
        id_, ref, version, source, family, policy, now, reserved, by_now, *texts = row
        is_kept = {policy, now, quoting.policies.get(source)} <= {None, "store"}
        # What was said with this version counts, and what is said by now.
        limits = [most_quoted(stored_reservations(one)) for one in (reserved, by_now)]
        most = min((one for one in limits if one is not None), default=None) if is_kept else 0
        passages: list[Texts] = []
        for is_summary, text in enumerate(texts):
            # Whatever may be quoted of it: those of its family that come after it look at it.
            windows = families[family].windows(text or "")
            shown = [text] if text else []
            if source not in quoting.open_sources or policy == ARCHIVE_ONLY:
                shown = [*filter(None, (_cut(text, *window, most) for window in windows))]
            passages += [(None, one, None) if is_summary else (None, None, one) for one in shown]
        yield ShownVersion(
            id=id_, name=(ref, version), text=(None, *texts[::-1]), passages=tuple(passages)
        )


def _cut(text: str, start: int, end: int, most: int | None) -> str:
    """Cuts a passage out, with the signs that say that there is more."""
    passage = text[start:end]
    if most is not None and len(passage) + 3 > most:
        passage = passage[: max(0, most - 3)]
        passage = passage.rpartition(" ")[0] or passage
    return f"{'…' if start else ''}{cut_off(passage)}" if passage else ""


def shown_to_public(
    db: Database, query: StoryQuery, *, hits: Sequence[Hit], quoting: Quoting
) -> tuple[Sequence[Hit], Mapping[str, int]]:
    """Returns hits with the passage that has most of what was searched for, and all of those of
    open sources; and of those without a passage, by ref, how often the words stand in their texts.
    Nothing is searched for here: whether ``NOT author:…`` finds a hit tells who wrote it.

    :param db: with texts
    """
    if (expression := read_words(db, query)) is None:
        terms, words = [], []
    else:  # how often a phrase stands in all of a text tells an order
        terms, words = shown_terms(expression), ranked_terms(expression)
    wanted = {(hit.ref, hit.version) for hit in hits}
    (numbers,) = db.execute(_NUMBERS, [json.dumps([ref for ref, _ in wanted])]).fetchone()
    versions = shown_versions(db, json.loads(numbers), quoting) if terms else ()
    shown = {version.name: version for version in versions if version.name in wanted}
    passages = {
        (name, place): passage
        for name, version in shown.items()
        for place, passage in enumerate(version.passages)
    }
    best: dict[tuple[str, int], str] = {}
    marked = mark(passages, terms, stemmed=query.stemmed, most_words=PASSAGE_WORDS)
    for (name, _), texts in marked.items():
        best[name] = max(best.get(name, ""), *texts, key=_hits_in)
    rest = {name: version.text for name, version in shown.items() if name not in best}
    places = mark(rest, words, stemmed=query.stemmed)
    opened = [
        hit for hit in hits if hit.source in quoting.open_sources and hit.policy != ARCHIVE_ONLY
    ]
    whole = {hit.ref: hit for hit in (read_again(db, query, opened) if opened else ())}
    public = [
        replace(
            whole.get(hit.ref, hit),
            passage=best.get((hit.ref, hit.version))
            or (whole[hit.ref].passage if hit.ref in whole else ""),
        )
        for hit in hits
    ]
    return public, {ref: sum(map(_hits_in, texts)) for (ref, _), texts in places.items()}


def _hits_in(text: str) -> int:
    return text.count(MARK_START)
