"""Checks the citations and quotations of a manuscript: what is right, what is wrong, what is not
known here, and what has changed since."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from tradepress.archive.database import Database
from tradepress.archive.errors import QueryError
from tradepress.archive.search.named_values import fold
from tradepress.archive.stories.story_record import Story, load_story
from tradepress.archive.stories.versions import ListedVersion, Piece, list_versions
from tradepress.research.checking.find_citations import (
    ENDS,
    FEWEST_QUOTED,
    CitationFinder,
    Cited,
    Flow,
    Quoted,
    flows_of,
    quoted_in,
)
from tradepress.research.checking.read_manuscript import ManuscriptPassage
from tradepress.research.checking.said_facts import accessed_on, check_facts, is_title_of_others
from tradepress.research.citation.author_names import author_name
from tradepress.research.citation.cited_story import citation_of
from tradepress.research.tracing.find_passage import FIELDS, find_passage
from tradepress.research.tracing.passages_alike import (
    Wording,
    differing_words,
    find_likeness,
    wording_of,
)

Wrong = Literal["headline", "date", "author", "paper", "version", "withdrawn", "words", "missing"]
Label = Wrong | Literal["changed", "corrected", "gone", "old", "unread", "unknown"]
WRONG: frozenset[Label] = frozenset(get_args(Wrong))
"""Lists what is wrong; the others are told."""
FARTHEST, LONGEST_NOTE = 300, 1500
"""Count the letters between a quotation and what is cited for it; and those of a note."""
_AGAIN = re.compile(r"\W*(?:ibid|id\.|ebd|ebenda)", re.IGNORECASE)
_FROM_THERE = re.compile(r"\b(?:citing|quoting|quoted in|zit)\b", re.IGNORECASE)
_BY_OTHERS = re.compile(r"\baccording to\b|\((?:[^()]{1,30} )?(?:19|20)\d\d\b", re.IGNORECASE)
"""Matches what names, behind a quotation, somebody else who said it."""
_SIGNED_BLOCK = re.compile(
    r"\s*(?:[—–]|--?)\s*[A-ZÀ-Þ][^—–.]{1,60}\.?$|\s*\([^()]*\d{4}[^()]*\)\.?$"
)
"""Matches the name at the end of a block quotation."""
_ELLIPSIS = re.compile(r"\[?\s*(?:…|\.\s?\.\s?\.)\s*\]?")


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckFinding:
    """Is a citation or a quotation, and what is to be said of it."""

    kind: Literal["citation", "quotation"]
    place: str
    text: str
    labels: tuple[Label, ...] = ()
    """Is empty where all that was looked at is right."""
    says: tuple[str, ...] = ()
    """Says it in words."""
    looked_at: tuple[str, ...] = ()
    """Lists what was compared: ``headline``, ``date``, ``author``, ``paper``, ``words``."""
    ref: str | None = None
    version: int | None = None
    headline: str | None = None
    archived: str | None = None
    """Says where the page is archived."""
    differs: tuple[Piece, ...] = ()
    """Is the quotation against the text: what it has is deleted there, the other inserted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckedManuscript:
    """Lists the findings in the order of the manuscript."""

    findings: tuple[CheckFinding, ...]

    @property
    def wrong(self) -> int:
        """Counts the findings of which something is wrong."""
        return sum(bool(WRONG & {*finding.labels}) for finding in self.findings)


def check_manuscript(
    db: Database, manuscript: Sequence[ManuscriptPassage], *, of_texts: bool = True
) -> CheckedManuscript:
    """Checks a manuscript.

    :param of_texts: are quotations looked up, and authors told? False for strangers, who are told
        what a catalogue tells
    """
    return CheckedManuscript(findings=tuple(_Checker(db, of_texts).findings(manuscript)))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Part:
    """Is a paragraph without its notes, or a note, with what is quoted and cited in it."""

    flow: Flow
    quoted: list[Quoted]
    cited: list[Cited]

    @property
    def stories(self) -> list[Story]:
        return [one.story for one in self.cited if one.story is not None]

    @property
    def beginning(self) -> str:
        """Says where short forms are looked for: all that notes of ordinary length have."""
        return self.flow.text[:LONGEST_NOTE]


class _Checker:
    def __init__(self, db: Database, of_texts: bool) -> None:
        self._db, self._of_texts = db, of_texts
        self._finder = CitationFinder(db, of_texts=of_texts)
        self._papers = [name for (name,) in db.execute("SELECT publisher FROM sources")]
        self._versions: dict[str, list[Story]] = {}

    def findings(self, manuscript: Sequence[ManuscriptPassage]) -> Iterator[CheckFinding]:
        read = [(passage, [*self._parts(passage)]) for passage in manuscript]
        short = _ShortForms([part for _, parts in read for part in parts])
        for passage, parts in read:
            told: list[tuple[int, CheckFinding]] = []
            for part in parts:
                start = part.flow.start
                told += [(start + one.start, self._citation(passage, one)) for one in part.cited]
                for said in self._quotations(passage, part) if self._of_texts else ():
                    cited = short.meant(said, part, parts), short.is_alone(said, part, parts)
                    told.append((start + said.start, self._quotation(passage, said, *cited)))
            yield from (finding for _, finding in sorted(told, key=lambda one: one[0]))

    def _parts(self, passage: ManuscriptPassage) -> Iterator[_Part]:
        if passage.fields is not None:
            said = (passage.fields.get(name, "") for name in ("abstract", "annote", "note"))
            flow = Flow(text=" ".join(said), is_note=True)
            entry = self._finder.entry(passage)
            yield _Part(flow=flow, quoted=quoted_in(flow), cited=[entry] if entry else [])
            return
        for flow in flows_of(passage):
            quoted = quoted_in(flow)
            yield _Part(flow=flow, quoted=quoted, cited=self._finder.in_flow(flow, quoted))

    def _citation(self, passage: ManuscriptPassage, cited: Cited) -> CheckFinding:
        told = CheckFinding(kind="citation", place=passage.place, text=cited.text)
        story = cited.story
        if story is None or cited.unknown:
            label: Label = "unknown" if story is None else "version"
            ref = story.ref if story else None
            label = "withdrawn" if cited.is_withdrawn else label
            return replace(told, labels=(label,), says=(cited.unknown,), ref=ref)
        versions = list_versions(self._db, story.ref)
        headlines = [*dict.fromkeys(one.headline for one in reversed(versions))]
        is_named_alone = cited.version is not None and " " not in cited.text
        said = [] if is_named_alone else check_facts(cited, story, headlines, self._papers)
        since = [*_since(story, versions, cited.version, accessed_on(cited) or cited.day)]
        if not self._of_texts:
            said = [one for one in said if one.name != "author"]
            since = [(label, words.partition(": ")[0]) for label, words in since]
        noted = [*((one.name, one.words) for one in said if not one.is_right), *since]
        return replace(
            told,
            labels=tuple(label for label, _ in noted),
            says=tuple(words for _, words in noted),
            looked_at=tuple(one.name for one in said),
            ref=story.ref,
            version=story.version,
            headline=story.headline,
            archived=citation_of(story, "1970-01-01").archived if self._of_texts else None,
        )

    def _quotation(
        self, passage: ManuscriptPassage, quoted: Quoted, story: Story | None, is_alone: bool
    ) -> CheckFinding:
        told = CheckFinding(
            kind="quotation", place=passage.place, text=quoted.text, looked_at=("words",)
        )
        parts = [part for part in map(wording_of, _parts(quoted.text)) if part.words]
        cited = [story.ref] if story is not None else []
        for ref in (*cited, *self._elsewhere(parts)):
            versions = self._all_versions(ref)
            stands = [one.version for one in versions if _stands(parts, one)]
            if stands and cited and is_alone and ref not in cited:
                words = f"it does not stand in {cited[0]}, which is cited, but in {ref}"
                return replace(told, labels=("missing",), says=(words,), ref=cited[0])
            if stands:
                told = replace(told, ref=ref, version=stands[-1], headline=versions[-1].headline)
                if versions[-1].current_version in stands:
                    return told
                numbers = ", ".join(map(str, stands))
                words = f"it stands in a former version alone: {numbers} of {ref}"
                return replace(told, labels=("old",), says=(words,))
        if cited and not any(one.body for one in self._all_versions(cited[0])):
            words = f"of {cited[0]}, which is cited, no text is kept here"
            return replace(told, labels=("unread",), says=(words,), ref=cited[0])
        near = self._nearly(quoted.text, cited or self._elsewhere(parts), 0.45 if cited else 0.6)
        if near is not None:
            one, there = near
            return replace(
                told,
                labels=("words",),
                says=(f"it differs from what stands in {one.ref}",),
                ref=one.ref,
                version=one.version,
                headline=one.headline,
                differs=tuple(differing_words(quoted.text, there)),
            )
        if cited and is_alone:
            words = f"it stands in no version of {cited[0]}, which is cited, nor elsewhere here"
            return replace(told, labels=("missing",), says=(words,), ref=cited[0])
        return replace(told, labels=("unknown",), says=("no story of this archive has it",))

    def _nearly(self, text: str, refs: Sequence[str], least: float) -> tuple[Story, str] | None:
        """Finds the version in which a quotation nearly stands, and how."""
        wanted = wording_of(_ELLIPSIS.sub(" ", text))
        likest = (
            (there, one)
            for one in (one for ref in refs for one in reversed(self._all_versions(ref)))
            for text in (getattr(one, field) or "" for field in FIELDS)
            if (there := find_likeness(wanted, wording_of(text), least=least)) is not None
        )
        best = max(likest, key=lambda one: one[0].similarity, default=None)
        return (best[1], best[0].text) if best is not None else None

    def _quotations(self, passage: ManuscriptPassage, part: _Part) -> Iterator[Quoted]:
        """Yields what is quoted, but for headlines in citations; all of a block quotation, without
        who is named at its end."""
        text = part.flow.text
        if passage.is_block and not part.flow.is_note:
            text = re.sub("[\ufdd0-\ufdd2]+", "", text)
            if words := _SIGNED_BLOCK.sub("", text).strip('"“” '):
                yield Quoted(start=0, end=len(words), text=words)
                return
        for one in part.quoted:
            is_words = "://" not in one.text and wording_of(one.text).length >= FEWEST_QUOTED
            if is_words and not self._is_title(one, part):
                yield one

    def _is_title(self, quoted: Quoted, part: _Part) -> bool:
        """Is what is quoted a headline in a citation, or the title of another source?"""
        is_note, said = part.flow.is_note, wording_of(quoted.text)
        for one in part.cited:
            if not (one.start <= quoted.start and quoted.end <= one.end):
                continue
            is_inside = is_note and quoted.end < one.end - 8
            if one.story is None or one.title == quoted.text or is_inside:
                return True
            headlines = (
                wording_of(version.headline) for version in self._all_versions(one.story.ref)
            )
            if any(find_likeness(said, headline) for headline in headlines):
                return True
        return is_note and is_title_of_others(part.flow.text, quoted)

    def _elsewhere(self, parts: Sequence[Wording]) -> list[str]:
        longest = max(parts, key=lambda one: len(one.words), default=None)
        if longest is None:
            return []
        try:
            found = find_passage(self._db, longest.text, limit=20)
        except QueryError:  # too short or too long to be looked for anywhere
            return []
        return [*dict.fromkeys(one.ref for one in sorted(found, key=lambda one: -one.similarity))]

    def _all_versions(self, ref: str) -> list[Story]:
        if ref not in self._versions:
            numbers = [one.version for one in list_versions(self._db, ref)]
            self._versions[ref] = [load_story(self._db, f"{ref}@{number}") for number in numbers]
        return self._versions[ref]


class _ShortForms:
    """Knows what all of a manuscript cites, and so whom its short forms mean: *ibid.*, *n 3*,
    *Kaya (2020)*."""

    def __init__(self, parts: Sequence[_Part]) -> None:
        self._notes = [part for part in parts if part.flow.called_at >= 0]
        self._places = {id(part): place for place, part in enumerate(self._notes)}
        self._signed: dict[tuple[str, str], Story] = {}
        for story in (story for part in parts for story in part.stories):
            for author in story.authors:
                family = author_name(author).family or author.rpartition(" ")[2]
                self._signed.setdefault((fold(family), (story.published_day or "")[:4]), story)

    def meant(self, quoted: Quoted, part: _Part, parts: Sequence[_Part]) -> Story | None:
        """Returns the story that is cited for a quotation: in its own note; in the next note of
        its paragraph; else behind it in its sentence, or before it."""
        if part.flow.is_note:
            return self._cited_in(part)
        notes = [one for one in parts if one.flow.called_at >= 0]
        for note in notes:
            if quoted.end - 1 <= note.flow.called_at <= quoted.end + FARTHEST:
                return self._cited_in(note)
        text, own = part.flow.text, [one for one in part.cited if one.story is not None]
        behind = ENDS.split(text[quoted.end : quoted.end + FARTHEST])[0]
        ahead = ENDS.split(text[max(0, quoted.start - FARTHEST) : quoted.start])[-1]
        after = [one for one in own if quoted.end <= one.start < quoted.end + len(behind)]
        if after:
            return after[0].story
        before = [one.story for one in own if one.start <= quoted.start]
        found = self._of(behind[:100], part) or self._of(ahead, part)
        if found is not None or before:
            return found or before[-1]
        called = [note.stories for note in notes if note.flow.called_at < quoted.start]
        return next(iter(called[-1]), None) if called else None

    def is_alone(self, quoted: Quoted, part: _Part, parts: Sequence[_Part]) -> bool:
        """Is nothing cited for a quotation but a story? Its note may begin with a book; behind it
        may stand who else has said it."""
        last = quoted.end + FARTHEST
        called = (one for one in parts if quoted.end <= one.flow.called_at + 1 <= last)
        if note := part if part.flow.is_note else next(called, None):
            cited = note.cited
            is_first = not cited or not re.search(r"\w", cited[0].before)
            is_only = all(one.story is not None for one in cited)
            return is_first and is_only and not _FROM_THERE.search(note.beginning)
        behind = part.flow.text[quoted.end : quoted.end + 60]
        return not _BY_OTHERS.search(behind) or self._of(behind, part) is not None

    def _cited_in(self, note: _Part) -> Story | None:
        return next(iter(note.stories), None) or self._of(note.beginning, note)

    def _of(self, text: str, part: _Part) -> Story | None:
        """Returns the story that a short form means."""
        place = self._places.get(id(part))
        while place and _AGAIN.match(text):
            place -= 1
            if stories := self._notes[place].stories:
                return stories[0]
            text = self._notes[place].beginning
        number = re.search(r"\b(?:n|note|nn|Fn|Fußn)\.?\s*(\d{1,4})\b", text)
        named = self._notes[int(number[1]) - 1 :][:1] if number and int(number[1]) else []
        if named and named[0].stories:
            return named[0].stories[0]
        said = fold(text)
        for (family, year), story in self._signed.items():
            if re.search(rf"\b{re.escape(family)}\b.{{0,40}}\b{year}\b", said):
                return story
        return None


def _parts(text: str) -> list[str]:
    """Parts a quotation where something is left out, and takes out what its writer put in."""
    text = re.sub(r"\[(\w{1,3})\](?=\w)|(?<=\w)\[(\w{1,3})\]", r"\1\2", text).replace("[sic]", "")
    return [part for part in re.split(rf"{_ELLIPSIS.pattern}|\[[^\[\]]*\]", text) if part.strip()]


def _stands(parts: Sequence[Wording], story: Story) -> bool:
    """Do all parts of a quotation stand in one field of a version, word for word?"""
    for field in FIELDS:
        text = wording_of(getattr(story, field) or "")
        found = [find_likeness(part, text) for part in parts]
        if parts and all(one is not None and one.is_exact for one in found):
            return True
    return False


def _since(
    story: Story, versions: Sequence[ListedVersion], named: int | None, accessed: str | None
) -> Iterator[tuple[Label, str]]:
    """Yields what became of a story since it was read: in a version that is named, on a day, or
    else when it was first seen."""
    if named:
        later = [one for one in versions if one.version > named]
    elif accessed is not None:
        later = [one for one in versions if _seen(one) > accessed]
    else:
        later = [*versions[1:]]
    later = [one for one in later if not one.is_reread and one.changed]
    if later:
        changed = ", ".join(dict.fromkeys(name for one in later for name in one.changed))
        yield (
            "changed",
            f"it changed since, first seen so on {_seen(later[0])}: {changed.replace('_', ' ')}",
        )
    if any("corrections" in one.changed for one in later):
        yield "corrected", "a correction was printed since"
    if story.gone_at:
        yield "gone", f"the publisher's site answers since {story.gone_at[:10]} that it is gone"


def _seen(version: ListedVersion) -> str:
    return (version.date_captured or version.date_archived)[:10]
