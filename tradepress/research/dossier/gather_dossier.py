"""Gathers the facts of a dossier: once, for whichever form it is written in."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from tradepress.archive.database import Database
from tradepress.archive.file.connection import file_of
from tradepress.archive.file.one_view import one_view
from tradepress.archive.file.rows import fetch_row, fetch_rows
from tradepress.archive.search.chosen_stories import choose_versions
from tradepress.archive.search.public_words import shown_terms
from tradepress.archive.search.search_matches import read_words
from tradepress.archive.search.small_index import Texts, mark
from tradepress.archive.search.story_query import StoryQuery, query_in_words
from tradepress.archive.searched_form import MARK_END, MARK_START
from tradepress.archive.stories.story_record import Story, load_stories, load_story
from tradepress.archive.stories.versions import OF_TEXT, days_seen, list_versions
from tradepress.archive.text_forms import UNWANTED, counted, one_line
from tradepress.archive.web_address import web_address
from tradepress.archive.withdrawal.tombstone_file import require_nothing_withdrawn
from tradepress.research.citation.cited_story import citation_of
from tradepress.research.citation.style_names import STYLES, StyleName
from tradepress.research.dossier.dossier import Dossier, DossierStory, Fact, LeftOut, Piece, Pieces
from tradepress.research.export.tei_files import is_language
from tradepress.research.export.withheld_text import (
    WHY_WITHOUT,
    ExportRow,
    WhyNoText,
    export_rows,
)
from tradepress.research.export.xml_text import ILLEGAL, REPLACEMENT
from tradepress.story import METADATA_ONLY, NUMBER_KINDS, Policy

Named = TypeVar("Named", int, str)
"""Is a story, by its ``versions.id`` or by its name."""
MOST_STORIES = 1000
MOST_LETTERS = 20_000_000
"""Limits the letters of all texts together: some ten thousand pages."""
MOST_NAMED = 1000
"""Limits the names of stories that are not in it, and the versions of one that are told."""
TOO_MANY = (
    f"A dossier has {MOST_STORIES:,} stories at most: ask for less, or for one part at a time."
)
TOO_LONG = f"before which the texts have {MOST_LETTERS:,} letters, all that a dossier holds"
WHY: Mapping[WhyNoText, str] = {
    **WHY_WITHOUT,
    "not asked for": "whose text is not shown to the public",
}
NAMED = {"Courts": ("court",), "Cases": ("case",), "Numbers": NUMBER_KINDS}
_DIGEST = """
    SELECT digest FROM articles JOIN version_rows ON article_id = articles.id
    JOIN captures ON captures.id = capture_id
    WHERE ref = ? AND version_rows.version = ? AND version_rows.policy IS NOT ?
"""
_NAMES = """
    SELECT ref || '@' || versions.version AS name FROM json_each(?) AS wanted
    JOIN versions ON versions.id = wanted.value JOIN articles ON articles.id = article_id
    ORDER BY wanted.key
"""
_MARKED = re.compile(f"{MARK_START}([^{MARK_END}]*){MARK_END}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Is what a dossier is asked for, beside its stories."""

    query: StoryQuery | None
    """Is None where the stories were named."""
    archive: str
    """Is what the archive is called."""
    style: StyleName
    accessed: str
    """Is a day, ISO 8601."""
    over: Sequence[str] = ()
    """Names stories that are too many; so many of them as are told."""
    more: int = 0
    """Counts those that are not even named."""


def make_dossier(
    db: Database,
    stories: Sequence[str] | StoryQuery,
    *,
    style: StyleName,
    accessed: str,
    policies: Mapping[str, Policy] | None = None,
) -> Dossier:
    """Makes the dossier of some stories, as they are given on, or of all that a query means.

    :param stories: refs or addresses, or a query
    :param policies: what source and operator ask for by now, by name of the source
    :raises NoSuchArticle: no such ref or version; names the nearest
    :raises ValueError: the query can't be read; says why
    :raises ArchiveError: the archive can't be read, or holds again what was withdrawn
    """
    with one_view(db):
        archive = file_of(db)
        require_nothing_withdrawn(db, archive)
        asked = Asked(query=None, archive=archive.name, style=style, accessed=accessed)
        if isinstance(stories, StoryQuery):
            asked = replace(asked, query=stories)
            chosen, asked = within(choose_versions(db, stories), asked, partial(names_of, db))
            found = load_stories(db, chosen)
        else:
            refs, asked = within([*dict.fromkeys(stories)], asked, tuple)
            found = (load_story(db, ref) for ref in refs)
        return gather_dossier(db, export_rows(found, policies=policies), asked)


def within(
    found: Sequence[Named], asked: Asked, named: Callable[[Sequence[Named]], Sequence[str]]
) -> tuple[Sequence[Named], Asked]:
    """Cuts stories to as many as a dossier has, and notes the names of the others.

    :param named: gives the names of some
    """
    over = found[MOST_STORIES:]
    noted = replace(asked, over=named(over[:MOST_NAMED]), more=len(over[MOST_NAMED:]))
    return found[:MOST_STORIES], noted


def names_of(db: Database, versions: Sequence[int]) -> Sequence[str]:
    """Returns what these versions are called in this archive."""
    return [row["name"] for row in fetch_rows(db, _NAMES, [json.dumps([*versions])])]


def gather_dossier(db: Database, rows: Iterable[ExportRow], asked: Asked) -> Dossier:
    """Gathers a dossier of stories as they are given on."""
    from tradepress.research.citation.styled_text import StyledText  # takes a while to load

    expression = read_words(db, asked.query) if asked.query else None
    terms = shown_terms(expression) if expression else []
    styled, letters = StyledText(asked.style), 0
    stories: dict[str, DossierStory] = {}
    without = defaultdict[str, list[tuple[str, int | None]]](list)
    for row in rows:
        name = row.story.cited_name
        if name in stories:  # two versions that say the same
            continue
        why = WHY[row.why_no_text] if row.why_no_text else None
        letters += len(row.story.body or "")
        if why is None and letters > MOST_LETTERS:
            why, row = TOO_LONG, replace(row, story=replace(row.story, body=None))
        if why is not None:
            without[why].append((name, len(stories) + 1))
        marks = _Marks(row.story, terms, is_stemmed=bool(asked.query and asked.query.stemmed))
        runs = styled.runs(citation_of(row.story, asked.accessed))
        stories[name] = DossierStory(
            number=len(stories) + 1,
            name=name,
            headline=marks.pieces("headline"),
            paper=clean(row.story.publisher),
            day=row.story.published_day,
            language=row.story.language if is_language(row.story.language) else None,
            summary=marks.pieces("description"),
            paragraphs=marks.paragraphs(),
            notes=[*map(clean, _notes(row.story, why))],
            facts=[*_facts(db, row)],
            citation=[replace(run, text=_inert(run.text)) for run in runs],
        )
    left = [
        LeftOut(why=f"Without their text: stories {why}.", stories=names)
        for why, names in without.items()
    ]
    if asked.over:
        over = [(name, None) for name in asked.over]
        left.append(LeftOut(why=TOO_MANY, stories=over, more=asked.more))
    named = counted(len(stories) + len(asked.over) + asked.more, "story", "stories")
    return Dossier(
        question=clean(query_in_words(asked.query) if asked.query else f"{named}, chosen by name"),
        made=asked.accessed,
        archive=clean(asked.archive),
        style=STYLES[asked.style].title,
        stories=[*stories.values()],
        left_out=left,
    )


def clean(text: str) -> str:
    """Returns one line without what is not seen: control characters, signs that turn the direction
    of what follows, and what no XML may have."""
    return ILLEGAL.sub(REPLACEMENT, one_line(text))


def _inert(text: str) -> str:
    return ILLEGAL.sub(REPLACEMENT, UNWANTED.sub("", text))


class _Marks:
    """Is the texts of a story, with marks around what was searched for."""

    def __init__(self, story: Story, terms: Sequence[str], *, is_stemmed: bool) -> None:
        self._paragraphs = [*filter(None, map(clean, re.split(r"\n\s*\n", story.body or "")))]
        summary = clean(story.description or "")
        if self._paragraphs and self._paragraphs[0].startswith(summary.rstrip(".… ")):
            summary = ""
        texts: dict[int, Texts] = {-1: (clean(story.headline), summary, None)}
        texts |= {at: (None, None, one) for at, one in enumerate(self._paragraphs)}
        self._plain = {"headline": clean(story.headline), "description": summary}
        self._found = mark(texts, terms, stemmed=is_stemmed)

    def pieces(self, field: str) -> Pieces:
        place = ("headline", "description").index(field)
        marked = self._found.get(-1)
        return _pieces(marked[place] if marked else self._plain[field])

    def paragraphs(self) -> Sequence[Pieces]:
        return [
            _pieces(self._found[at][2] if at in self._found else text)
            for at, text in enumerate(self._paragraphs)
        ]


def _pieces(marked: str) -> Pieces:
    return [
        Piece(text=text, is_found=bool(place % 2))
        for place, text in enumerate(_MARKED.split(marked))
        if text
    ]


def _notes(story: Story, why: str | None) -> Iterator[str]:
    if why is not None:
        yield f"Here is no text of this story, {why}."
    yield from (f"Correction: {notice}" for notice in story.corrections)
    if why is None and story.is_truncated:
        yield "Only this beginning was openly served; the whole story is on the publisher’s site."
    if story.gone_at:
        yield f"The site answered on {story.gone_at[:10]} that this story is gone."


def _facts(db: Database, row: ExportRow) -> Iterator[Fact]:
    story = row.story
    told = [("Paper", story.publisher), ("Published", _time(story.date_published) or "undated")]
    told += [("Changed by the paper", _time(story.date_modified) or "")]
    told += [("By", ", ".join(story.authors or story.credit)), ("Section", story.section or "")]
    for name, value in told:
        if value:
            yield Fact(name=name, lines=[clean(value)])
    yield Fact(name="Address", lines=[clean(story.url)], address=_web(story.url))
    version = f"{story.version} of {story.current_version}, {story.cited_name}"
    yield Fact(name="Version", lines=[version])
    if len(story.versions) > 1:
        yield Fact(name="What changed", lines=[*_changes(db, row)])
    for name, kinds in NAMED.items():
        values = dict.fromkeys(one.value for one in story.mentions if one.kind in kinds)
        if values:
            yield Fact(name=name, lines=[clean("; ".join(values))])
    captured = _time(story.date_captured) or "at a time that nobody knows"
    when = f"Captured {captured}; kept {_time(story.date_archived)}"
    yield Fact(name="Captured page", lines=[when, *_digest(db, story)])
    if story.retrieved_from:
        taken = _web(story.retrieved_from)
        yield Fact(name="Taken from", lines=[clean(story.retrieved_from)], address=taken)


def _changes(db: Database, row: ExportRow) -> Iterator[str]:
    """Says of each version what it changed; nothing of a text that is not given on."""
    listed = list_versions(db, row.story.ref)
    for one in listed[-MOST_NAMED:]:
        changed = [name for name in one.changed if row.why_no_text is None or name not in OF_TEXT]
        words = ", ".join(changed).replace("_", " ")
        if "body" in changed:
            words += f" (+{one.words_added} −{one.words_removed} words)"
        when = days_seen(one.spans) or (one.date_captured or one.date_archived)[:10]
        what = "the first" if one.compared_with is None else words or "nothing that shows here"
        again = ", read again by other rules" if one.is_reread else ""
        yield clean(f"Version {one.version} ({when}{again}): {what}")


def _digest(db: Database, story: Story) -> Iterator[str]:
    """Yields the digest of the page; not where no fingerprint of the story may be told."""
    if story.content_hash:
        row = fetch_row(db, _DIGEST, [story.ref, story.version, METADATA_ONLY])
        yield row["digest"] if row and row["digest"] else "The page itself is not kept here."


def _time(moment: str | None) -> str | None:
    """Returns ``2017-08-04T09:15:00Z`` as ``2017-08-04, 09:15 UTC``; a day as it is."""
    if moment and (found := re.fullmatch(r"(.{10})T(\d\d:\d\d).*?(Z|[+-]\d\d:\d\d)?", moment)):
        zone = "UTC" if found[3] in ("Z", "+00:00") else found[3] or ""
        return f"{found[1]}, {found[2]} {zone}".rstrip()
    return moment


def _web(address: str) -> str | None:
    try:
        return web_address(address)
    except ValueError:
        return None
