"""Finds, in a passage of a manuscript, what is quoted in it and which stories it cites, and what
it says of these."""

import itertools
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from tradepress.archive.database import Database
from tradepress.archive.errors import NoSuchArticle, WithdrawnArticle
from tradepress.archive.search.named_values import fold
from tradepress.archive.stories.story_record import Story, load_story
from tradepress.archive.url_key import bare_key
from tradepress.research.checking.read_manuscript import (
    END_OF_NOTE,
    FILLER,
    NOTE,
    ManuscriptPassage,
)
from tradepress.research.citation.asked_stories import is_story_name
from tradepress.research.tracing.find_passage import as_phrase
from tradepress.research.tracing.passages_alike import find_likeness, wording_of
from tradepress.research.tracing.resolve_address import UnknownAddress, resolve_address

FEWEST_QUOTED, LONGEST_QUOTED = 6, 3000
"""Limit a quotation: in words, and in letters."""
FEWEST_TITLED, MOST_TITLED, MOST_CHUNKS = 3, 40, 20_000
"""Limit what is taken for a headline, in words; and how many such are looked for."""
LONGEST_TITLE, NEAREST = 100, 6
"""Limit the letters of a paper's title, and between an address and that of its copy."""
_CLOSING = ".,;:!?)]}’'"
_NO_HEADLINE = "no story of that paper has this headline here"
MOST_APOSTROPHES = 5000
"""Limits a paragraph of which single quotes are looked for: apostrophes look the same."""
_NOTES = re.compile(f"{NOTE}([^{NOTE}{END_OF_NOTE}]*){END_OF_NOTE}")
_QUOTES = tuple(
    re.compile(pattern)
    for pattern in (
        "“([^“”]{8,3000})”",
        "„([^„“”]{8,3000})[“”]",
        "»([^«»]{8,3000})«",
        "«([^«»]{8,3000})»",
        "[「『]([^「」『』]{8,3000})[」』]",
        r'(?<!\w)"([^"]{8,3000})"',
        r"(?<!\w)[‘'](?=\S)(?!\w{1,2}['’])("
        r"(?:[^‘’'\ufdd2]|[‘’'](?=\w)|(?<=\w)[’'](?= \w)(?=[^‘’']*[’'])){8,3000}?)"
        r"(?<=\S)[’'](?!\w)",
    )
)
_OF_LINK = r"[^\s<>“”„»«\"\ufdd2]"
_LINK = re.compile(rf"(?:https?://|www\.){_OF_LINK}+", re.IGNORECASE)
_DOI = re.compile(
    r"\b(?:doi:\s*|(?:https?://)?(?:dx\.)?doi\.org/)?(10\.\d{4,9}/[^\s<>\"”]+)", re.IGNORECASE
)
_REF = re.compile(
    r"(?<![\w/.@-])[a-z][a-z0-9]*-(?=[a-z]*[0-9])[0-9a-z]{1,20}(?:@\w{1,20})?(?![\w/-])"
)
_CHUNKS = re.compile(r"[^.;:()<>“”„»«\"\n\ufdd2,‘’「」『』]+")
_NEXT = r"(?!\s*(?:last\s)?(?:accessed|retrieved|visited|viewed|abgerufen|consulté))"
"""Is not what a semicolon parts from its own citation."""
ENDS = re.compile(
    rf"(?<!\b\d)(?<!\b\d\d)(?<!\b[A-Z])[.?!][\"”’»)]*{FILLER}*\s+(?=[A-ZÀ-Þ“‘\"'„«»])"
)
"""Matches the end of a sentence: not behind the number of a day, nor an initial."""
_APART = rf";\s{_NEXT}"
_COPY = re.compile(r"https?://(?:perma\.cc|archive\.(?:today|ph|is|li|vn|fo|md))/[\w-]+/?")
"""Matches an address of a copy that doesn't say of what."""
_WORD = r"(?:van|von|de|der|la|du|di|da|del|den|ter|ten|zu|al|el|[A-ZÀ-Þ][\w’'-]+)"
_ENTRY = re.compile(
    rf"(?:^|{FILLER} )(?:(?:[-*+•]|\d{{1,3}}[.)])\s)?"
    rf"(?P<entry>(?:\[\w+\.?\]\s|{_WORD}(?:\s{_WORD}){{,3}}"
    r"(?:,\s[A-ZÀ-Þ](?:\.|\w+(?:\s[a-z]+){,2}(?:[.;:]\s|,\s(?:and|&)\s))"
    r"|\s\([A-ZÀ-Þ][\w.]*(?:\s[\w.]+)?\)[.:]|\s[A-Z]{1,3}\s\())"
    rf"[^{FILLER}]{{20,600}})(?={FILLER} |$)"
)
"""Matches an entry of a list of what was read: it begins with a name as none does in a sentence."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Flow:
    """Is a note, or a paragraph without its notes; places count from the paragraph's beginning."""

    text: str
    start: int = 0
    is_note: bool = False
    """Is it a note, or an entry of a list, which is read like one?"""
    called_at: int = -1
    """Says where a note is called in the paragraph; of all others -1."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cited:
    """Is a citation: where it stands, and the story that it means."""

    flow: Flow
    start: int
    end: int
    """Are places in the text of the flow, of all that it says."""
    text: str
    story: Story | None = None
    """Is its current version, or that of a ref; None: the archive has none."""
    version: int | None = None
    """Is the version that a ref names."""
    title: str | None = None
    """Is what it says the headline is."""
    unknown: str = ""
    """Says what the archive does not have: an address, a ref, a DOI; or that it was withdrawn."""
    is_withdrawn: bool = False
    day: str | None = None
    """Is that of the capture whose address at a web archive it gives."""
    before: str = ""
    """Is what stands before it in its note."""
    fields: Mapping[str, str] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Quoted:
    """Is what stands between quotes; places are those of the flow."""

    start: int
    end: int
    text: str


def flows_of(passage: ManuscriptPassage) -> list[Flow]:
    """Parts a paragraph from its notes, whose places are filled."""
    notes = [
        Flow(text=note[1], start=note.start(1), is_note=True, called_at=note.start())
        for note in _NOTES.finditer(passage.text)
    ]
    text = _NOTES.sub(lambda note: FILLER * len(note[0]), passage.text)
    notes += [
        Flow(text=one["entry"], start=one.start("entry"), is_note=True)
        for one in _ENTRY.finditer(text)
    ]
    text = _ENTRY.sub(lambda one: FILLER * len(one[0]), text)
    return [Flow(text=text), *notes]


def quoted_in(flow: Flow) -> list[Quoted]:
    """Finds what is quoted; of quotes in quotes the outer."""
    has_few = sum(map(flow.text.count, "'’‘")) <= MOST_APOSTROPHES
    patterns = _QUOTES if has_few else _QUOTES[:-1]
    found = [match for pattern in patterns for match in pattern.finditer(flow.text)]
    outer: list[Quoted] = []
    for match in sorted(found, key=lambda match: (match.start(), -match.end())):
        if not outer or match.start() >= outer[-1].end:
            text = match[1].replace(FILLER, "")
            outer.append(Quoted(start=match.start(), end=match.end(), text=text))
    return outer


class CitationFinder:
    """Finds citations of the stories of one archive."""

    def __init__(self, db: Database, *, of_texts: bool) -> None:
        """Knows the papers of an archive.

        :param of_texts: may what it finds depend on a story's text? Not for strangers
        """
        self._db, self._of_texts = db, of_texts
        rows = db.execute("SELECT publisher, home_url FROM sources").fetchall()
        self._papers = [paper_key(publisher) for publisher, _ in rows]
        hosts = {(urlsplit(home).hostname or "").removeprefix("www.") for _, home in rows} - {""}
        self._bare = re.compile(
            rf"(?<![\w./@-])(?:{'|'.join(map(re.escape, sorted(hosts))) or '(?!)'})/{_OF_LINK}+"
        )
        self._titled: dict[str, Story | None] = {}
        self._at_address: dict[str, Cited] = {}

    def in_flow(self, flow: Flow, quoted: Sequence[Quoted]) -> list[Cited]:
        """Finds the citations of a flow, in their order, each with all that belongs to it."""
        named = [*self._named(flow)]
        titles = (
            one
            for one in self._titles(flow, quoted)
            if not any(a.start < one.end and one.start < a.end for a in named)
        )
        merged: list[Cited] = []
        for one in sorted([*named, *titles], key=lambda one: one.start):
            joined = _joined(merged[-1], one) if merged else None
            merged[-1:] = [joined] if joined else [*merged[-1:], one]
        titled = [replace(one, title=self._title_beside(one, quoted)) for one in merged]
        found = [*_with_surroundings(flow, titled)]
        found += [
            Cited(flow=flow, start=one.start, end=one.end, text=one.text, unknown=_NO_HEADLINE)
            for one in quoted
            if flow.is_note
            and self._is_of_paper(flow.text[one.end : one.end + LONGEST_TITLE])
            and not any(cited.start <= one.start < cited.end for cited in found)
        ]
        return sorted(found, key=lambda one: one.start)

    def _is_of_paper(self, behind: str) -> bool:
        """Does a paper's name stand right behind something in a note, which then is a headline?"""
        return paper_key(behind[:LONGEST_TITLE]).startswith((*self._papers,))

    def _title_beside(self, cited: Cited, quoted: Sequence[Quoted]) -> str | None:
        """Returns what is linked and is no quotation, or in a note stands before the paper,
        whatever it says."""
        before = bisect_right(quoted, cited.start, key=lambda one: one.end)
        if cited.title or cited.story is None or not before:
            return cited.title
        body, title = cited.story.body, quoted[before - 1]
        between = cited.flow.text[title.end : cited.start]
        if re.fullmatch(r"\W{0,3}<", between):
            is_title = self._of_texts and body is not None
            is_title = is_title and not find_likeness(
                wording_of(title.text), wording_of(body or "")
            )
        else:
            is_title = cited.flow.is_note and "; " not in between and self._is_of_paper(between)
        return title.text if is_title else None

    def entry(self, passage: ManuscriptPassage) -> Cited | None:
        """Finds the story of an entry of BibTeX: by its address, or else its title."""
        fields = passage.fields or {}
        url, title, doi = fields.get("url"), fields.get("title"), fields.get("doi")
        flow = Flow(text=passage.text, is_note=True)
        told = Cited(flow=flow, start=0, end=0, text=passage.text, title=title, fields=fields)
        if url:
            return self._at(told, url)
        if doi:
            return replace(told, unknown=f"no story has the DOI {doi}")
        story = self._with_title(title) if title else None
        return replace(told, story=story) if story is not None else None

    def _named(self, flow: Flow) -> Iterator[Cited]:
        """Yields links, refs and DOIs."""
        end = 0
        kinds = (_DOI, _LINK, self._bare, _REF)
        found = (match for kind in kinds for match in kind.finditer(flow.text))
        for match in sorted(found, key=lambda one: one.start()):
            if match.start() < end or "…" in match[0]:  # the latter is shown for a link
                continue
            said = match[0].rstrip(_CLOSING)
            if end and match.start() - end < NEAREST and _COPY.fullmatch(said):
                continue
            end = match.start() + len(said)
            told = Cited(flow=flow, start=match.start(), end=end, text=said)
            if match.re is _DOI:
                yield replace(told, unknown=f"no story has the DOI {match[1].rstrip(_CLOSING)}")
            elif match.re in (_LINK, self._bare):
                yield self._at(told, said)
            elif is_story_name(self._db, said):
                yield self._ref(told, said)

    def _ref(self, told: Cited, said: str) -> Cited:
        ref, _, version = said.partition("@")
        try:
            story = load_story(self._db, said)
        except WithdrawnArticle as error:
            return replace(told, is_withdrawn=True, unknown=str(error))
        except NoSuchArticle as error:
            with suppress(NoSuchArticle):
                told = replace(told, story=load_story(self._db, ref) if version else None)
            return replace(told, unknown=str(error))
        return replace(told, story=story, version=story.version if version else None)

    def _at(self, told: Cited, url: str) -> Cited:
        """Finds the story of an address; one that is cited again and again is looked up once."""
        known = self._at_address.get(url) or self._looked_up(told, url)
        self._at_address[url] = known
        return replace(
            told,
            story=known.story,
            day=known.day,
            unknown=known.unknown,
            is_withdrawn=known.is_withdrawn,
        )

    def _looked_up(self, told: Cited, url: str) -> Cited:
        try:
            found = resolve_address(self._db, url)
            return replace(told, story=found.now, day=found.day)
        except WithdrawnArticle as error:
            return replace(told, is_withdrawn=True, unknown=str(error))
        except UnknownAddress as error:
            page = re.split("[?#]", url)[0]  # behind it stands how a reader came
            near = [
                one for one in error.near if bare_key(one.url) == bare_key(page) and page != url
            ]
            return replace(told, story=near[0]) if near else replace(told, unknown=str(error))
        except (NoSuchArticle, ValueError) as error:
            return replace(told, unknown=str(error))

    def _titles(self, flow: Flow, quoted: Sequence[Quoted]) -> Iterator[Cited]:
        """Yields what is a headline of the archive: between quotes, or in a note, or near a
        paper's name."""
        said = paper_key(flow.text)
        near_paper = any(paper in said for paper in self._papers)
        spans: list[tuple[int, int, str, str | None]] = []
        if near_paper or flow.is_note:
            spans += ((one.start, one.end, one.text, one.text) for one in quoted)
        if near_paper and flow.is_note:
            spans += (
                (chunk.start(), chunk.end(), chunk[0].strip(), None)
                for chunk in _CHUNKS.finditer(flow.text)
                if not any(one.start <= chunk.start() < one.end for one in quoted)
                and paper_key(chunk[0]) not in self._papers
            )
        for start, end, text, title in spans:
            if (story := self._with_title(text)) is not None:
                yield Cited(flow=flow, start=start, end=end, text=text, story=story, title=title)

    def _with_title(self, title: str) -> Story | None:
        """Finds the story whose headline, in some version, this is, or is the beginning of, or
        nearly is."""
        title = re.sub(r"…|\.\.\.", " ", title).strip()
        if title not in self._titled and len(self._titled) < MOST_CHUNKS:
            self._titled[title] = self._look_up(title)
        return self._titled.get(title)

    def _look_up(self, title: str) -> Story | None:
        wanted = wording_of(title)
        if not FEWEST_TITLED <= wanted.length <= MOST_TITLED:
            return None
        words = len(wanted.words)
        parts = [(0, words), *itertools.pairwise((0, words // 3, 2 * words // 3, words))]
        phrases = (as_phrase(wanted, *part) for part in parts if part[0] < part[1])
        match = f"{{headline also_titled}} : ({' OR '.join(phrases)})"
        best: tuple[float, str] = (0.0, "")
        for ref, headline in [row for sql in _HEADLINES for row in self._db.execute(sql, [match])]:
            there = wording_of(headline)
            likeness = find_likeness(wanted, there)
            if likeness is None or wanted.length < min(0.4 * there.length, 5):
                continue
            score = likeness.similarity - 0.1 * (not likeness.is_exact)
            if score > best[0] and (likeness.is_exact or there.length < 2 * wanted.length):
                best = (score, ref)
        return load_story(self._db, best[1]) if best[1] else None


_TITLED = "(SELECT rowid AS found FROM {} WHERE {} MATCH ? ORDER BY rank LIMIT 30)"
_HEADLINES = (
    f"SELECT ref, headline FROM {_TITLED.format('articles_fts', 'articles_fts')} "
    "JOIN articles ON articles.id = found",
    f"SELECT ref, versions.headline FROM {_TITLED.format('versions_fts', 'versions_fts')} "
    "JOIN versions ON versions.id = found JOIN articles ON articles.id = article_id",
)


def paper_key(name: str) -> str:
    """Returns what is equal for two writings of a paper's name, or of a text that may have it."""
    return " ".join(re.sub(r"\bthe\b|\W+", " ", fold(name).replace("&", " and ")).split())


def _joined(before: Cited, one: Cited) -> Cited | None:
    """Returns what two parts of one citation say; None: they are of two."""
    if before.story is None or one.story is None or before.story.ref != one.story.ref:
        return None
    text = before.flow.text
    between = text[before.end : one.start]
    is_link_of_title = before.title is not None and one.title is None and len(between) < 200
    is_ended = FILLER in between or (ENDS.search(between) and not is_link_of_title)
    if len(between) >= 300 or (is_ended and not before.flow.is_note):
        return None
    if _LINK.search(text, before.start, before.end) and re.search(_APART, between):
        return None
    return replace(
        before,
        end=one.end,
        text="",
        story=one.story if one.version else before.story,
        version=one.version or before.version,
        title=before.title or one.title,
        day=before.day or one.day,
    )


def _with_surroundings(flow: Flow, cited: Sequence[Cited]) -> Iterator[Cited]:
    """Yields citations with what stands around each: as far as the sentence, or in a note the
    semicolon, that parts it from the next."""
    for number, one in enumerate(cited):
        if _REF.fullmatch(one.text) or _DOI.fullmatch(one.text):  # says no more than that
            yield one
            continue
        left = cited[number - 1].end if number else 0
        right = cited[number + 1].start if number + 1 < len(cited) else len(flow.text)
        breaks = re.compile(_APART if flow.is_note else rf"{ENDS.pattern}|{_APART}|{FILLER}+")
        start = max(
            (found.end() for found in breaks.finditer(flow.text, left, one.start)), default=left
        )
        behind = breaks.search(flow.text, one.end, right)
        end = behind.start() + 1 if behind else right
        text = one.text
        if one.story is not None or one.is_withdrawn:
            text = flow.text[start:end].replace(FILLER, "").strip(" ;")
        yield replace(one, start=start, end=end, text=text, before=flow.text[left:start])
