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
from tradepress.research.checking.find_citations import FEWEST_TITLED, Cited, Quoted, paper_key
from tradepress.research.citation.author_names import author_name
from tradepress.research.tracing.passages_alike import Likeness, find_likeness, wording_of

_LINK = re.compile(r"<?https?://[^\s<>]+>?|www\.[^\s<>]+")
_ACCESSED = re.compile(
    r"(?:accessed|retrieved|visited|viewed|checked|abgerufen|aufgerufen|zugegriffen|consulté|"
    r"consultado|consultato|geraadpleegd|閲覧|访问|archived)",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(r"\b((?:19|20)\d\d), (\w+\.?)(?: (\d{1,2}))?(?=\))")
BESIDE = 3
"""Counts the words beside a family name, and limits the letters of initials."""
NEAR, LONGEST_SOURCE = 25, 120
"""Limit the letters between a date in running text and the headline or paper that it is of; and
those around a title in which its writer and its year stand."""
_YEAR = re.compile(r"(?<![\d/.-])((?:19|20)\d\d)(?![\d/-])")
_SIGNALS = re.compile(
    r"\b(?:Vgl|Siehe|See|Cf|But|Compare|Contra|Accord|Generally|Also|Anders|Dagegen|So|Ebenso|In|From"
    r"|The|An?|And|Und|As|By|Von|id)\b\.?",
    re.IGNORECASE,
)
_LATER = re.compile(r"[:;?!] | [–—-] ")
"""Matches what stands before the later part of a headline, which many leave out."""
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
    """Returns the day on which the writer says to have read it, ISO 8601, the later one where the
    order is not known; None: not said."""
    text = _LINK.sub(" ", cited.text)
    told = [text[found.end() : found.end() + 40] for found in _ACCESSED.finditer(text)]
    if cited.fields is not None:
        told = [cited.fields.get("urldate", "")]
    return next((max(day) for one in told for day in _days(one)), None)


def check_facts(
    cited: Cited, story: Story, headlines: Sequence[str], papers: Iterable[str]
) -> list[Said]:
    """Returns what a citation says of its story; what it doesn't say is no fact.

    :param headlines: of all versions, the newest first
    :param papers: are the names of all papers of the archive
    """
    if (fields := cited.fields) is not None:
        named = map(fields.get, ("journal", "journaltitle", "organization"))
        paper = paper_key(next(filter(None, named), ""))
        day = fields.get("date") or "-".join(
            filter(None, map(fields.get, ("year", "month", "day")))
        )
        turned = " ".join(reversed(day.split("-")))
        found = [
            _headline(cited.title or "", cited.title, headlines)[0],
            _day(_days(day) or _days(turned), turned, story),
            _author(author := fields.get("author", ""), author and author.split(" and "), story),
            _paper_said(paper in paper_key(story.publisher), story) if paper else None,
        ]
    else:
        text = _ACCESSED.split(_LINK.sub(" ", cited.text))[0]
        headline, place = _headline(text, cited.title, headlines)
        in_paper = _paper(text, place, story, papers)
        is_whole = cited.flow.is_note and (headline or in_paper) is not None
        before = _before(text, place, story)
        days = _days(text, None if is_whole else _spans(text, place, papers))
        found = [
            headline,
            _day(days, text if is_whole else "", story),
            _author(before, _SIGNED.findall(before), story),
            in_paper,
        ]
    return [one for one in found if one is not None]


def _headline(text: str, title: str | None, headlines: Sequence[str]) -> tuple[Said | None, str]:
    """Returns whether the headline is right, and how it stands in the text; empty: not said."""
    there, asked = wording_of(text), wording_of(re.sub(r"…|\.\.\.|\[…\]", " ", title or ""))
    found: list[tuple[Likeness | None, str, str]] = []
    for headline in headlines:
        begun, known = wording_of(_LATER.split(headline)[0]), wording_of(headline)
        if whole := find_likeness(known, there):
            found.append((whole, whole.text, headline))
        if begun.length > FEWEST_TITLED and (short := find_likeness(begun, there, least=1)):
            found.append((short, short.text, headline))
        if asked.length >= FEWEST_TITLED and (part := find_likeness(asked, known)):
            found.append((part, title or "", headline))
    if not found and not title:
        return None, ""
    found.append((None, title or "", headlines[0]))
    one, place, headline = max(found, key=lambda one: one[0].similarity if one[0] else 0)
    words = f"the headline is “{headline}”"
    return Said(name="headline", is_right=bool(one and one.is_exact), words=words), place


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


def _day(days: Sequence[tuple[str, ...]], text: str, story: Story) -> Said | None:
    """Compares the days, or where none is said the years of a text."""
    published = story.published_day
    said = days or [(year,) for year in _YEAR.findall(text)]
    if published is None or not said:
        return None
    is_right = any(published.startswith(one) for one in said)
    return Said(name="date", is_right=is_right, words=f"it was published on {published}")


def _before(text: str, place: str, story: Story) -> str:
    """Returns what stands before the headline."""
    before = text[: max(0, text.find(place))].rstrip('”“»«"„ ')
    before = re.split('[”“»«"„]', before)[-1].replace(story.publisher, " ")
    return _SIGNALS.sub(" ", before)


def _author(text: str, names: Iterable[str], story: Story) -> Said | None:
    """Compares who is named with who signed."""
    paper, words = fold(story.publisher), f"it is signed by {', '.join(story.authors)}"
    others = (name for name in map(fold, names) if name not in paper and paper not in name)
    is_right = any(_is_named(author, text) for author in story.authors)
    is_said = story.authors and (is_right or any(others))
    return Said(name="author", is_right=is_right, words=words) if is_said else None


def _is_named(author: str, text: str) -> bool:
    """Does a text name somebody, with the same given name or its initials, if it has any?"""
    if _plain_letters(author) in _plain_letters(text):
        return True
    name = author_name(author)
    first, _, last = author.rpartition(" ")
    given, family = (name.given or first).split(), (name.family or last)
    words = re.findall(r"[^\s,;:&()\[\]]+", text)
    for at, word in enumerate(words):
        plain = _plain_letters(word)
        if len(plain) > 1 and _plain_letters(family).endswith(plain):
            near = (one for one in words[max(0, at - BESIDE) : at + BESIDE + 1] if one[0].isupper())
            beside = [one for one in near if fold(one) not in fold(family).split()]
            if not beside or any(_are_alike(one, other) for one in beside for other in given):
                return True
    return False


def _are_alike(said: str, given: str) -> bool:
    """Are two given names, of which one may be shortened, or initials, the same?"""
    one, other = _plain_letters(said), _plain_letters(given)
    if len(one) <= BESIDE and (said.isupper() or "." in said):
        return one[:1] == other[:1]
    return one.startswith(other) or other.startswith(one)


def is_title_of_others(text: str, quoted: Quoted) -> bool:
    """Is what is quoted in a note no quotation, but a title: between a name alone and a year?"""
    before = _SIGNALS.sub(
        " ", text[max(0, quoted.start - LONGEST_SOURCE) : quoted.start].rpartition(";")[2]
    )
    after = re.split('[;“‘"„«]', text[quoted.end : quoted.end + LONGEST_SOURCE])[0]
    return not re.search(r"\b[a-zß-ÿ]{4}", before) and bool(_YEAR.search(f"{before} {after}"))


def _paper(text: str, place: str, story: Story, papers: Iterable[str]) -> Said | None:
    said, own = paper_key(text), paper_key(story.publisher)
    if own in said:
        return _paper_said(True, story)
    after = text[text.find(place) + len(place) :] if place and place in text else ""
    nearly = (
        SequenceMatcher(None, paper_key(chunk), own).ratio() > 0.6
        and len(chunk.split()) <= len(story.publisher.split()) + 1
        for chunk in re.split(r"[,()“”„‘’\"«»<>0-9]|\bvom\b", after)
    )
    is_other = any(paper_key(paper) in said for paper in papers) or any(nearly)
    return _paper_said(False, story) if is_other else None


def _paper_said(is_right: bool, story: Story) -> Said:
    return Said(name="paper", is_right=is_right, words=f"it stood in {story.publisher}")


def _plain_letters(text: str) -> str:
    apart = unicodedata.normalize("NFKD", fold(text))
    plain = "".join(letter for letter in apart if letter.isalnum())
    return re.sub("(?<=[aou])e", "", plain)  # Mueller is Müller
