"""The stories of a site against the declaration: fields that are missed, walls and furniture in
bodies, section names and selectors."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from archive.story import Article
from archive.text_forms import straighten
from crawler.extraction.dates import DATE
from crawler.extraction.sections import RUBRIC
from crawler.source import Furniture, Source
from crawler.survey.checked_pages import CheckedListing, CheckedPage
from crawler.survey.drift import FEWEST, Drift
from crawler.survey.mend import Added, Mend
from crawler.survey.recurring import RecurringLine, recurring_lines

FIELDS = (
    *("headline", "date_published", "authors", "section", "body", "access", "related_links"),
    *("site_id", "language"),
)
"""Fields of Article of which a check tells how they were found."""
NEEDED = ("headline", "date_published")
FEWEST_WORDS = 4
LONGEST_QUOTE = 90
"""Characters of a furniture line that are quoted."""
EDGES = " ,:|·•–—-/›>()[]@"
WALL_WORDS = re.compile(
    r"\b(?:subscri(?:be|bers?|ption)|log(?:ged)? ?in|sign(?:ed)? ?(?:in|up|on)|free trial"
    r"|register(?:ed)? (?:now|here|free|users?|readers?|to (?:read|view)|for (?:free|access))"
    r"|(?:create|need) an? (?:free )?account|(?:members?|patrons?) only|for (?:members|patrons)"
    r"|become an? (?:member|patron)|enrol\w* to|unlock|continue reading|read on"
    r"|abonnent\w*|abonnieren|anmelden|einloggen|abonnez|abonnés|connectez|suscr[ií]b\w+)\b",
    re.I,
)
"""What a wall says; looser than what the extraction knows as one, as it is asked of lines that come
again alone."""


@dataclass(frozen=True, kw_only=True)
class FieldSeen:
    """How one field was found."""

    field: str
    filled: int
    """Stories that have it."""
    evidence: tuple[tuple[str, int], ...]
    """By what, and in how many stories, the most frequent first."""


def story_drift(
    source: Source, listings: Sequence[CheckedListing], stories: Sequence[CheckedPage]
) -> Iterator[Drift]:
    """What differs of the stories.

    :param stories: pages that are to be stories of the source
    :param listings: their menus tell the words of sections
    """
    read = [one for one in stories if one.article is not None]
    articles = [one.article for one in stories if one.article is not None]
    yield from _page_drift(stories)
    yield from _field_drift(source, articles)
    yield from _section_drift(source, listings, read)
    yield from _line_drift(articles)
    yield from _selector_drift(source, read)


def coverage(articles: Sequence[Article]) -> tuple[FieldSeen, ...]:
    """How each of FIELDS was found in these stories."""
    return tuple(
        FieldSeen(
            field=name,
            filled=sum(bool(getattr(article, name)) for article in articles),
            evidence=tuple(Counter(chain(*(_ways(one, name) for one in articles))).most_common()),
        )
        for name in FIELDS
    )


def _ways(article: Article, name: str) -> Iterator[str]:
    if not getattr(article, name):
        return
    readings = article.evidence.get("confidence" if name == "body" else name, ())
    for reading in readings if name == "related_links" else readings[:1]:
        yield reading.evidence


def loses_only_furniture(before: CheckedPage, after: CheckedPage, mends: Sequence[Mend]) -> bool:
    """Is a page that is read with the mends the same story but for lines that they name?"""
    if before.article is None or after.article is None:
        return before.article is None
    rules = [
        value.pattern
        for mend in mends
        if isinstance(mend, Added)
        for value in mend.values
        if isinstance(value, Furniture)
    ]
    texts = [(one.body or "").split("\n\n") for one in (before.article, after.article)]
    return texts[1] == [
        line
        for line in texts[0]
        if not any(re.fullmatch(rule, straighten(line), re.I | re.S) for rule in rules)
    ]


def _page_drift(known: Sequence[CheckedPage]) -> Iterator[Drift]:
    without = [one for one in known if one.article is None]
    for reason, count in Counter(one.reason for one in without).most_common():
        example = next(one for one in without if one.reason == reason)
        yield Drift(
            subject="story",
            words=f"{count} of {len(known)} pages give no story ({reason}), such as "
            f"{example.url or 'one without an address'}: {example.words}",
            is_suspected=2 * len(without) <= len(known),
        )


def _field_drift(source: Source, articles: Sequence[Article]) -> Iterator[Drift]:
    count = len(articles)
    for name in NEEDED:
        if name in source.from_listings:
            continue
        has = sum(bool(getattr(article, name)) for article in articles)
        if 2 * has < count:
            words = f"{has or 'none'} of {count} stories {'has' if has < 2 else 'have'} a {name}"
            yield Drift(subject="field", words=words)
    by_address = sum("url" in set(_ways(article, "headline")) for article in articles)
    if by_address:
        words = f"the headline of {by_address} of {count} stories is only their address in words"
        yield Drift(subject="field", words=words)
    cut = [one for one in articles if one.is_truncated and one.access in (None, "open")]
    if source.completeness == "body" and len(cut) >= max(2, count / 4):
        how = Counter(one.evidence["is_truncated"][0].evidence for one in cut)
        yield Drift(
            subject="wall",
            words=f"the bodies of {len(cut)} of {count} stories are cut off, and no wall is known "
            f"on their pages ({', '.join(how)})",
            is_suspected=any(rule.cut == "rest" for rule in source.furniture),  # one may be it
        )
    languages = Counter(one.language for one in articles if one.language)
    for language, times in languages.most_common(1):
        if language != source.language and 2 * times > count:
            words = f"{times} of {count} stories are in {language!r}, declared {source.language!r}"
            yield Drift(subject="field", words=words)


def _section_drift(
    source: Source, listings: Sequence[CheckedListing], stories: Sequence[CheckedPage]
) -> Iterator[Drift]:
    """Words beside dates that lead to a section in the site's menu, or that come again there, and
    that are not declared. Where none are declared, those matter that are taken for people."""
    declared = {name.casefold() for name in source.section_names}
    menu = {link.words for listing in listings for link in listing.menu if not link.is_feed}
    menu = {one for one in menu if one.casefold() not in declared and not RUBRIC.fullmatch(one)}
    printed: Counter[str] = Counter()
    told: Counter[str] = Counter()
    people: set[str] = set()
    for one in stories:
        assert one.article is not None
        beside = {words for words in menu if any(_is_beside(words, at) for at in one.date_lines)}
        printed.update(beside)
        people.update(beside & set(one.article.authors))
        for reading in one.article.evidence.get("section", ()):
            if reading.evidence == "dateline" and str(reading.value).casefold() not in declared:
                told[str(reading.value)] += 1
    if not source.section_names:
        printed = Counter({words: count for words, count in printed.items() if words in people})
        told.clear()
    names = [words for words, count in printed.items() if count > 1 or words in told]
    names += [words for words, count in told.items() if count >= FEWEST and words not in names]
    if names:
        quoted = ", ".join(f"“{name}”" for name in sorted(names))
        wrong = people & set(names)
        taken = f"; {', '.join(sorted(wrong))} is taken for an author" if wrong else ""
        yield Drift(
            subject="section",
            words=f"section names are printed beside dates and not declared: {quoted}{taken}",
            mends=(Added(keyword="section_names", values=tuple(sorted(names))),),
        )


def _is_beside(words: str, line: str) -> bool:
    """Do they stand right behind or before a date of the line?"""
    for match in DATE.finditer(line):
        before, after = line[: match.start()].rstrip(EDGES), line[match.end() :].lstrip(EDGES)
        if after.startswith(words) and not after[len(words) :][:1].isalnum():
            return True
        if before.endswith(words) and not before[: -len(words)][-1:].isalnum():
            return True
    return False


def _line_drift(articles: Sequence[Article]) -> Iterator[Drift]:
    bodies = [article.body for article in articles if article.body]
    if len(bodies) < FEWEST:
        return
    lines = recurring_lines(bodies)
    has_wall = any(line.where == "last" and WALL_WORDS.search(line.text) for line in lines)
    for line in lines:
        if line.count < FEWEST:
            continue  # one story at two addresses has all its lines twice
        is_wall = has_wall and line.where == "last"
        # A few words above or within are as likely a heading that all stories have.
        is_heading = line.where != "last" and len(line.text.split()) < FEWEST_WORDS
        is_sure = 2 * line.count >= len(bodies) and not is_heading
        is_sure &= re.fullmatch(line.pattern, straighten(line.text), re.I | re.S) is not None
        rule = Furniture(pattern=line.pattern, cut="rest" if is_wall else "line")
        yield Drift(
            subject="wall" if is_wall else "furniture",
            words=f"{line.count} of {len(bodies)} bodies {_place(line)} {quote(line.text)}",
            mends=(Added(keyword="furniture", values=(rule,)),) if is_sure else (),
            is_suspected=not is_sure,
        )
    known = {line.text for line in lines}
    ends = {one.url: one.body.rpartition("\n\n")[2] for one in articles if one.body}
    walls = [url for url, end in ends.items() if end not in known and _may_be_wall(end)]
    if walls:
        words = f"{len(walls)} of {len(bodies)} bodies end with what a wall could say: {walls[0]}"
        yield Drift(subject="wall", words=words, is_suspected=True)


def _place(line: RecurringLine) -> str:
    return {"first": "begin with", "last": "end with", "inside": "hold"}[line.where]


def _may_be_wall(end: str) -> bool:
    return len(end) < 2 * LONGEST_QUOTE and WALL_WORDS.search(end) is not None


def quote(line: str) -> str:
    """A line of furniture in quotes, cut short."""
    return f"“{line if len(line) <= LONGEST_QUOTE else line[:LONGEST_QUOTE].rstrip() + '…'}”"


def _selector_drift(source: Source, stories: Sequence[CheckedPage]) -> Iterator[Drift]:
    for name, selector in vars(source.selectors).items():
        void = [one for one in stories if name in one.void_selectors]
        if selector is not None and stories and len(void) == len(stories):
            words = f"the selector of {name}, {selector}, shows nothing on any of {len(void)} pages"
            yield Drift(subject="selector", words=words)
