"""Compares what a citation says of a story, its headline, day, paper and authors, with what the
archive knows."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from tradepress.archive.search.named_values import fold
from tradepress.archive.stories.story_record import Story
from tradepress.extraction.dates import DATE, read_match
from tradepress.research.checking.find_citations import FEWEST_TITLED, Cited, paper_key
from tradepress.research.citation.author_names import author_name
from tradepress.research.tracing.passages_alike import find_likeness, wording_of

_LINK = re.compile(r"<?https?://[^\s<>]+>?|www\.[^\s<>]+")
_ACCESSED = re.compile(
    r"(?:accessed|retrieved|visited|viewed|checked|abgerufen|aufgerufen|zugegriffen|consulté|"
    r"consultado|consultato|geraadpleegd|閲覧|访问|archived)",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(r"\b((?:19|20)\d\d), (\w+\.?)(?: (\d{1,2}))?(?=\))")
_IN_FRONT = re.compile(r"[A-Z]{1,3}\.?")
"""Matches initials, which stand behind a family name without a comma."""
NEAR = 25
"""Limits the letters between a date in running text and the headline or paper that it is of."""
_YEAR = re.compile(r"(?<![\d/.-])((?:19|20)\d\d)(?![\d/-])")
_SIGNALS = re.compile(
    r"\b(?:Vgl|Siehe|See|Cf|But|Compare|Contra|Accord|Generally|Also|Anders|Dagegen|So|Ebenso|In|From"
    r"|The|An?|And|Und|As|By|Von|id)\b\.?",
    re.IGNORECASE,
)
_NAME = r"[A-ZÀ-Þ][\w’'.-]*"
_SIGNED = re.compile(
    rf"({_NAME}(?: (?:{_NAME}|van|von|der|de|la|du|di|da|del|den|ter|ten|zu|al|bin|ben)\b){{1,4}}"
    rf"|{_NAME}(?: \w+)?, (?:(?:[A-Z]\.[ -]?)+|{_NAME}(?=[:.,;]| and\b| &| und\b|\s*$)))"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """Is a fact as a citation has it, and whether it is right."""

    name: Literal["headline", "date", "author", "paper"]
    is_right: bool
    words: str
    """Says what is wrong: what it is."""


def accessed_on(cited: Cited) -> str | None:
    """Returns the day on which the writer says to have read it, ISO 8601; None: not said."""
    if cited.fields is not None:
        days = [*_days(cited.fields.get("urldate", ""))]
        return days[0][0] if days else None
    text = _LINK.sub(" ", cited.text)
    for found in _ACCESSED.finditer(text):
        day = DATE.search(text, found.end(), found.end() + 40)
        if day and (value := read_match(day, None).value):
            return value[:10]
    return None


def check_facts(
    cited: Cited, story: Story, headlines: Sequence[str], papers: Iterable[str]
) -> list[Said]:
    """Returns what a citation says of its story; what it doesn't say is no fact.

    :param headlines: of all versions, the newest first
    :param papers: are the names of all papers of the archive
    """
    fields = cited.fields or {}
    if cited.fields is not None:
        paper = (
            fields.get("journal") or fields.get("journaltitle") or fields.get("organization", "")
        )
        day = fields.get("date") or "-".join(
            filter(None, map(fields.get, ("year", "month", "day")))
        )
        found = [
            _headline(cited.title or "", cited.title, headlines)[0],
            _bib_day(day, story),
            _bib_author(fields.get("author", ""), story),
            _paper_named(paper, story) if paper else None,
        ]
    else:
        text = _LINK.sub(" ", cited.text)
        told = _ACCESSED.split(text)[0] if _ACCESSED.search(text) else text
        headline, place = _headline(told, cited.title, headlines)
        said_paper = _paper(told, place, story, papers)
        is_titled = headline is not None or said_paper is not None
        found = [
            headline,
            _day(
                told,
                story,
                None if cited.flow.is_note and is_titled else _spans(told, place, papers),
            ),
            _author(told, place, story),
            said_paper,
        ]
    return [one for one in found if one is not None]


def _headline(text: str, title: str | None, headlines: Sequence[str]) -> tuple[Said | None, str]:
    """Returns whether the headline is right, and how it stands in the text; empty: not said."""
    best: tuple[float, str, str] = (0.0, "", "")
    asked = wording_of(_unclosed(title or ""))
    for headline in headlines:
        whole = find_likeness(wording_of(headline), wording_of(text))
        if whole and whole.is_exact:
            return Said(name="headline", is_right=True, words=""), whole.text
        part = find_likeness(asked, wording_of(headline))
        if title and part and part.is_exact and asked.length >= FEWEST_TITLED:
            return Said(name="headline", is_right=True, words=""), title
        for likeness, place in ((whole, whole.text if whole else ""), (part, title or "")):
            if likeness and likeness.similarity > best[0]:
                best = (likeness.similarity, headline, place)
    if not best[0] and not title:
        return None, ""
    words = f"the headline is “{best[1] or headlines[0]}”"
    return Said(name="headline", is_right=False, words=words), best[2] or title or ""


def _unclosed(title: str) -> str:
    return re.sub(r"…|\.\.\.|\[…\]", " ", title)


def _spans(text: str, place: str, papers: Iterable[str]) -> list[tuple[int, int]]:
    """Says where headline and papers stand in a text."""
    said = (re.escape(one) for one in (place, *papers) if one)
    return [found.span() for found in re.finditer("|".join(said) or "(?!)", text, re.IGNORECASE)]


def _days(text: str, beside: Sequence[tuple[int, int]] | None = None) -> list[tuple[str, ...]]:
    """Returns the days in a text, each as one or, where nobody knows the order, two values.

    :param beside: are places beside which they stand; None: it does not matter
    """
    text = _YEAR_FIRST.sub(lambda one: f"{one[3] or ''} {one[2]} {one[1]}", text)
    found = []
    for match in DATE.finditer(text):
        if beside is not None and not any(
            match.start() - end < NEAR and start - match.end() < NEAR for start, end in beside
        ):
            continue
        reading = read_match(match, None)
        values = reading.either or tuple(filter(None, [reading.value]))
        found.append(tuple(value[:10] for value in values))
    return [one for one in found if one]


def _day(text: str, story: Story, beside: Sequence[tuple[int, int]] | None) -> Said | None:
    published = story.published_day
    days = _days(text, beside)
    has_year = beside is None and _YEAR.search(text)
    if published is None or (not days and not has_year):
        return None
    if days:
        is_right = any(published in day for day in days)
    else:
        is_right = published[:4] in _YEAR.findall(text)
    return Said(name="date", is_right=is_right, words=f"it was published on {published}")


def _bib_day(said: str, story: Story) -> Said | None:
    published = story.published_day
    if not published or not (year := re.search(r"\d{4}", said)):
        return None
    days = _days(said) or _days(" ".join(reversed(said.split("-"))))
    is_right = any(published in day for day in days) if days else published.startswith(year[0])
    return Said(name="date", is_right=is_right, words=f"it was published on {published}")


def _bib_author(said: str, story: Story) -> Said | None:
    if not said or not story.authors:
        return None
    names = [
        " ".join(reversed(one.split(", ", 1))) if ", " in one else one
        for one in said.split(" and ")
    ]
    return _authors_said(names, story)


def _author(text: str, place: str, story: Story) -> Said | None:
    """Reads who is named before the headline."""
    if not story.authors or not place:
        return None
    before = text[: max(0, text.find(place))].rstrip('”“»«"„ ')
    before = re.split('[”“»«"„]', before)[-1].replace(story.publisher, " ")
    before = _SIGNALS.sub(" ", before)
    plain = _plain_letters(before)
    if any(_plain_letters(author) in plain for author in story.authors):
        return Said(name="author", is_right=True, words="")
    names = [
        " ".join(reversed(name.split(", ", 1))) if ", " in name else name
        for name in _SIGNED.findall(before)
    ]
    papers = fold(story.publisher)
    names = [name for name in names if fold(name) not in papers and papers not in fold(name)]
    return _authors_said(names, story) if names else None


def _authors_said(names: Sequence[str], story: Story) -> Said:
    right = [author_name(author) for author in story.authors]
    wrong = []
    for name in names:
        said = name.split()
        if _IN_FRONT.fullmatch(said[-1]):  # Holm P
            said = [said[-1], *said[:-1]]
        is_known = any(
            _plain_letters(one.family or one.whole).endswith(_plain_letters(said[-1]))
            and _plain_letters(said[0])[:1] == _plain_letters(one.given or one.whole)[:1]
            for one in right
        )
        if not is_known:
            wrong.append(name)
    words = f"it is signed by {', '.join(story.authors)}"
    return Said(name="author", is_right=len(wrong) < len(names) or not names, words=words)


def _paper(text: str, place: str, story: Story, papers: Iterable[str]) -> Said | None:
    words = f"it stood in {story.publisher}"
    said = paper_key(text)
    if paper_key(story.publisher) in said:
        return Said(name="paper", is_right=True, words=words)
    if any(paper_key(paper) in said for paper in papers):
        return Said(name="paper", is_right=False, words=words)
    after = text[text.find(place) + len(place) :] if place and place in text else ""
    for chunk in re.split(r"[,()“”„‘’\"«»<>0-9]|\bvom\b", after):
        like = SequenceMatcher(None, paper_key(chunk), paper_key(story.publisher)).ratio()
        if like > 0.6 and len(chunk.split()) <= len(story.publisher.split()) + 1:
            return Said(name="paper", is_right=False, words=words)
    return None


def _paper_named(paper: str, story: Story) -> Said:
    is_right = paper_key(paper) in paper_key(story.publisher)
    return Said(name="paper", is_right=is_right, words=f"it stood in {story.publisher}")


def _plain_letters(text: str) -> str:
    apart = unicodedata.normalize("NFKD", fold(text))
    return "".join(letter for letter in apart if letter.isalnum())
