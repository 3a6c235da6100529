"""Holds a site's stories against the declaration: fields that are missed, walls and furniture in
bodies, section names and selectors."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from statistics import median
from typing import Literal

from tradepress.archive.ledger.reason_words import SCRIPT_STEP
from tradepress.archive.text_forms import straighten
from tradepress.archive.witnesses import agreements
from tradepress.extraction.dateline import is_beside_date
from tradepress.extraction.sections import RUBRIC
from tradepress.extraction.walls import LIKE_WALL, is_like_wall
from tradepress.source import Furniture, Source
from tradepress.story import Article
from tradepress.survey.checked_pages import CheckedListing, CheckedPage
from tradepress.survey.drift import FEWEST, Drift
from tradepress.survey.mend import Added, Mend
from tradepress.survey.recurring import LEAST_SHARE, RecurringLine, recurring_lines

FIELDS = (
    *("headline", "date_published", "authors", "section", "body", "access", "related_links"),
    *("site_id", "language"),
)
"""Names fields of Article of which a check tells how they were found."""
NEEDED = ("headline", "date_published")
FEWEST_WORDS = 4
LONGEST_QUOTE = 90
"""Bounds the characters of a furniture line that are quoted."""
SHORT, MOST_CUT = 3, 0.7
"""A story is so many times as long as what a wall of unknown words leaves of it; above one of known
words stands no more than this share."""


@dataclass(frozen=True, kw_only=True)
class FieldSeen:
    """Says how one field was found."""

    field: str
    filled: int
    """Counts the stories that have it."""
    evidence: tuple[tuple[str, int], ...]
    """Says by what, and in how many stories, the most frequent first."""


def story_drift(
    source: Source, listings: Sequence[CheckedListing], stories: Sequence[CheckedPage]
) -> Iterator[Drift]:
    """Yields what differs of the stories.

    :param stories: pages that are to be stories of the source
    :param listings: their menus tell the words of sections
    """
    read = [one for one in stories if one.article is not None]
    articles = [one.article for one in stories if one.article is not None]
    yield from _page_drift(stories)
    yield from _field_drift(source, articles)
    yield from _witness_drift(articles)
    yield from _section_drift(source, listings, zip(read, articles, strict=True))
    yield from line_drift(read)
    yield from _selector_drift(source, read)


def coverage(articles: Sequence[Article]) -> tuple[FieldSeen, ...]:
    """Tells how each of FIELDS was found in these stories."""
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


def lose_only_furniture(
    before: Sequence[CheckedPage], after: Sequence[CheckedPage], mends: Sequence[Mend]
) -> bool:
    """Are pages that are read with the mends the same stories but for lines that they name, that
    come again in other stories, or that are the words of a link?"""
    rules = [rule.pattern for rule in furniture_of(mends)]
    bodies = [one.article.body for one in before if one.article and one.article.body]
    again = {line.text for line in recurring_lines(bodies)}

    def is_named(line: str) -> bool:
        return any(re.fullmatch(rule, straighten(line), re.I | re.S) for rule in rules)

    def is_same(before: Article, after: Article) -> bool:
        old, new = ((one.body or "").split("\n\n") for one in (before, after))
        free = again | _link_words(before)
        own = [line for line in old if line not in free and not is_named(line)]
        return not any(map(is_named, new)) and own == [line for line in new if line not in free]

    return all(
        one.article is None or (other.article is not None and is_same(one.article, other.article))
        for one, other in zip(before, after, strict=True)
    )


def furniture_of(mends: Iterable[Mend]) -> tuple[Furniture, ...]:
    """Returns the rules of furniture that are added."""
    added = chain(*(mend.values for mend in mends if isinstance(mend, Added)))
    return tuple(value for value in added if isinstance(value, Furniture))


def _link_words(article: Article) -> frozenset[str]:
    return frozenset(link.text for link in article.related_links if link.text)


def _page_drift(known: Sequence[CheckedPage]) -> Iterator[Drift]:
    without = [one for one in known if one.article is None]
    for reason, count in Counter(one.reason for one in without).most_common():
        example = next(one for one in without if one.reason == reason)
        yield Drift(
            subject="story",
            words=f"{count} of {len(known)} pages give no story ({reason}), such as "
            f"{example.url or 'one without an address'}: {example.words}"
            + (f". {SCRIPT_STEP}" if reason == "script" else ""),
            is_suspected=2 * len(without) <= len(known),
        )


def _witness_drift(articles: Sequence[Article]) -> Iterator[Drift]:
    """Yields fields of which lists or addresses say other things than many pages."""
    for one in agreements(article.evidence for article in articles):
        if one.of - one.agree >= max(2, one.of / 3):
            yield Drift(subject="field", words=str(one))


def _field_drift(source: Source, articles: Sequence[Article]) -> Iterator[Drift]:
    """Yields fields that most stories lack, bodies that are cut, a language that isn't declared."""
    count = len(articles)
    for name in NEEDED:
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
            is_suspected=any(
                rule.cut in ("rest", "wall") for rule in source.furniture
            ),  # one may be it
        )
    languages = Counter(one.language for one in articles if one.language)
    for language, times in languages.most_common(1):
        if language != source.language and 2 * times > count:
            words = f"{times} of {count} stories are in {language!r}, declared {source.language!r}"
            yield Drift(subject="field", words=words)


def _section_drift(
    source: Source,
    listings: Sequence[CheckedListing],
    stories: Iterable[tuple[CheckedPage, Article]],
) -> Iterator[Drift]:
    """Yields words beside dates that lead to a section in the site's menu, or that come again
    there, and that are not declared. Where none are declared, those matter that are taken for
    people."""
    declared = {name.casefold() for name in source.section_names}
    menu = {
        link.words: link.url.rstrip("/").rpartition("/")[0]
        for listing in listings
        for link in listing.menu
        if not link.is_feed
        and link.words.casefold() not in declared
        and not RUBRIC.fullmatch(link.words)
    }
    printed: Counter[str] = Counter()
    told: Counter[str] = Counter()
    people: set[str] = set()
    for page, article in stories:
        beside = {one for one in menu if any(is_beside_date(one, line) for line in page.date_lines)}
        printed.update(beside)
        people.update(beside & set(article.authors))
        for reading in article.evidence.get("section", ()):
            if reading.evidence == "dateline" and str(reading.value).casefold() not in declared:
                told[str(reading.value)] += 1
    if not source.section_names:
        printed = Counter({words: count for words, count in printed.items() if words in people})
        told.clear()
    places = {menu[words] for words, count in printed.items() if count > 1 or words in told}
    names = [words for words in printed if menu[words] in places]  # once is enough beside others
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


def line_drift(stories: Sequence[CheckedPage]) -> Iterator[Drift]:
    """Yields lines that come again at an edge of bodies, walls, and, as suspected, those within."""
    bodies = [_Body(one) for one in stories if one.article and one.article.body]
    if len(bodies) < FEWEST:
        return
    lines = recurring_lines([one.text for one in bodies])
    doors = _doors_of_short(bodies)
    walls = {
        line.text for line in lines if line.where == "last" and is_like_wall(line.text)
    } | doors
    lines += tuple(
        RecurringLine(text=text, where="last", count=sum(text in one.doors for one in bodies))
        for text in sorted(doors.difference(line.text for line in lines))
    )
    is_many = sum(line.where == "last" for line in lines) > 1
    for line in lines:
        holders = [one for one in bodies if line.text in one.lines]
        is_wall = line.where == "last" and (
            line.text in walls
            or (bool(holders) and not any(walls.isdisjoint(one.lines) for one in holders))
        )
        is_heading = sum(one.has_link_below(line.text) for one in holders) > 1
        is_common = line.count >= FEWEST and line.count * LEAST_SHARE >= len(bodies)
        is_block = line.where == "last" and is_many
        if not (is_common or is_wall or is_heading or is_block):
            continue  # two may say the same by chance
        # A few words above are as likely a heading that all stories have.
        is_own = len(line.text.split()) < FEWEST_WORDS or 2 * line.count < len(bodies)
        is_edge = line.where == "last" or (line.where == "first" and not is_own)
        is_sure = is_wall or is_heading or (is_common and is_edge)
        is_sure &= re.fullmatch(line.pattern, straighten(line.text), re.I | re.S) is not None
        if is_heading:
            rule = Furniture(pattern=line.pattern, cut="list", kind="related")
        else:
            cut: Literal["wall", "rest"] = (
                "wall" if _share(line.text, bodies) <= MOST_CUT else "rest"
            )
            rule = Furniture(pattern=line.pattern, cut=cut if is_wall else "line")
        yield Drift(
            subject="wall" if is_wall else "furniture",
            words=f"{line.count} of {len(bodies)} bodies {_place(line)} {quote(line.text)}"
            + (", above links" if is_heading else ""),
            mends=(Added(keyword="furniture", values=(rule,)),) if is_sure else (),
            is_suspected=not is_sure,
        )
    known = {line.text for line in lines}
    ends = {one.url: one.lines[-1] for one in bodies}
    short = {url: end for url, end in ends.items() if len(end) < 2 * LONGEST_QUOTE}
    likely = [url for url, end in short.items() if end not in known and LIKE_WALL.search(end)]
    if likely:
        words = f"{len(likely)} of {len(bodies)} bodies end with what a wall could say: {likely[0]}"
        yield Drift(subject="wall", words=words, is_suspected=True)


def _doors_of_short(bodies: Sequence["_Body"]) -> set[str]:
    """Returns lines that lead to a door, in whatever language, below stories each a third as long
    as those without them are."""
    counts = Counter(chain(*(one.doors for one in bodies)))
    several = (text for text, count in counts.items() if 1 < count < len(bodies) - 1)
    return {text for text in several if _share(text, bodies) * SHORT <= 1}


def _share(text: str, bodies: Sequence["_Body"]) -> float:
    """Returns what share of the usual length stands at most above a line; 0 where too few are
    without it to tell."""
    holds = [text in one.lines or text in one.doors for one in bodies]
    usual = [len(one.text) for one, held in zip(bodies, holds, strict=True) if not held]
    above = [
        len(one.text.partition(text)[0]) for one, held in zip(bodies, holds, strict=True) if held
    ]
    return max(above, default=0) / median(usual) if len(usual) > 1 else 0


class _Body:
    """Holds the lines of one story."""

    def __init__(self, page: CheckedPage) -> None:
        assert page.article is not None
        self.url, self.text = page.url, page.article.body or ""
        self.lines = self.text.split("\n\n")
        self.links, self.doors = _link_words(page.article), page.door_lines

    def has_link_below(self, line: str) -> bool:
        """Is the line below but the words of a link?"""
        at = self.lines.index(line) + 1
        return not self.links.isdisjoint(self.lines[at : at + 1])


def _place(line: RecurringLine) -> str:
    return {"first": "begin with", "last": "end with", "inside": "hold"}[line.where]


def quote(line: str) -> str:
    """Returns a line of furniture in quotes, cut short."""
    return f"“{line if len(line) <= LONGEST_QUOTE else line[:LONGEST_QUOTE].rstrip() + '…'}”"


def _selector_drift(source: Source, stories: Sequence[CheckedPage]) -> Iterator[Drift]:
    """Yields selectors that show nothing on any page. What is read without them is not declared in
    their place: against what is declared no witness is held."""
    for name, selector in vars(source.selectors).items():
        void = [one for one in stories if name in one.void_selectors]
        if selector is not None and stories and len(void) == len(stories):
            words = f"the selector of {name}, {selector}, shows nothing on any of {len(void)} pages"
            words += ": give another, or take it out if what is read without it is right"
            yield Drift(subject="selector", words=words)
