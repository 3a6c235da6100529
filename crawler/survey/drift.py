"""What was seen of a site against the declaration of its source: what drifted, what is missed, and
how the declaration is mended. Pure: whoever calls has fetched and read the pages."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain
from typing import Literal
from urllib.parse import urlsplit

from archive.story import Article
from archive.text_forms import joined, straighten
from crawler.extraction.address_forms import is_listing
from crawler.extraction.dates import DATE
from crawler.source import Furniture, Source
from crawler.survey.address_rule import AddressRule, learn_article_url
from crawler.survey.mend import Added, Mend, Moved, Widened
from crawler.survey.recurring import RecurringLine, recurring_lines
from crawler.survey.seen_pages import MenuLink, SeedKind, SeenListing, SeenPage

FIELDS = (
    *("headline", "date_published", "authors", "section", "body", "access", "related_links"),
    *("site_id", "language"),
)
"""Fields of Article of which a check tells how they were found."""
NEEDED = ("headline", "date_published")
FEWEST = 3
"""Stories that prove a form of addresses or a line of furniture."""
LEAST_SURE = 0.5
"""Sureness of an address rule that is offered as a mend."""
ALIKE = 0.75
LONGEST_QUOTE = 90
"""Characters of a furniture line that are quoted."""
TELLING = re.compile(r"-.*-.*-|\d{4}")
"""The last step of an address with the words of a headline, or the number of a story."""
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
SEEDS: dict[SeedKind, Literal["sections", "feeds", "sitemaps"]] = {
    "section": "sections",
    "feed": "feeds",
    "sitemap": "sitemaps",
}
Subject = Literal[
    "seed", "address", "id", "story", "field", "section", "furniture", "wall", "selector"
]


@dataclass(frozen=True, kw_only=True)
class FieldSeen:
    """How one field was found."""

    field: str
    filled: int
    """Stories that have it."""
    evidence: tuple[tuple[str, int], ...]
    """By what, and in how many stories, the most frequent first."""


@dataclass(frozen=True, kw_only=True)
class Drift:
    """One thing in which site and declaration differ, or that is missed."""

    subject: Subject
    words: str
    """What was seen, for a person; of a story no more than a line of furniture."""
    mends: tuple[Mend, ...] = ()
    """What makes it right; empty where that is not sure."""
    is_suspected: bool = False
    """Worth a look, and perhaps nothing."""


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


def find_drift(
    source: Source, listings: Sequence[SeenListing], stories: Sequence[SeenPage]
) -> tuple[Drift, ...]:
    """All that differs from the declaration.

    :param listings: of the declared seeds, the home page, and what may stand in the place of a
        seed that is gone (``instead_of``); empty: the stories come from elsewhere
    :param stories: pages at addresses of the declared form, and at others that look like stories
    """
    rule = learn_new_form(source, listings, stories)
    known = [one for one in stories if source.is_article_url(one.url) or not listings]
    read = [one for one in stories if one.article is not None and (one in known or rule)]
    return (
        *_seed_drift(source, listings, rule),
        *_address_drift(source, listings, rule),
        *_id_drift(source, read),
        *_story_drift(source, known),
        *_field_drift(source, [one.article for one in read if one.article is not None]),
        *_section_drift(source, listings, read),
        *_line_drift([one.article for one in read if one.article is not None]),
        *_selector_drift(source, read),
    )


# ---- Seeds -----------------------------------------------------------------------------------


def is_gone(listing: SeenListing, source: Source) -> bool:
    """Is it no listing any more, so that another page may stand in its place? A site that is out of
    order or refuses says nothing of that."""
    if listing.answered_at is None:
        return listing.reason in ("http_404", "http_410")
    is_home = _bare(listing.answered_at) == _bare(home_of(source))
    is_led_home = is_home and _bare(listing.url) != _bare(home_of(source))
    return is_led_home or not (listing.stories or _likely_stories(source, listing))


def home_of(source: Source) -> str:
    """The home page, as the first seed's address has it."""
    seeds = (*source.sections, *source.feeds, *source.sitemaps)
    parts = urlsplit(seeds[0] if seeds else f"https://{source.domains[0]}/")
    return f"{parts.scheme}://{parts.netloc}/"


def places_instead(
    gone: SeenListing, source: Source, listings: Sequence[SeenListing]
) -> tuple[str, ...]:
    """Where the stories of a seed that is gone may be listed now, the likeliest first."""
    declared = {_bare(url) for url in (*source.sections, *source.feeds, *source.sitemaps)}
    links = {
        _bare(link.url): link
        for listing in listings
        for link in listing.menu
        if _bare(link.url) not in {*declared, _bare(home_of(source))}
    }
    if gone.kind == "feed":
        return tuple(link.url for link in links.values() if link.is_feed)
    if gone.kind == "sitemap":
        return ()
    likeness = {link.url: _likeness(gone.url, link) for link in links.values() if not link.is_feed}
    alike = [url for url, share in likeness.items() if share >= ALIKE]
    return tuple(sorted(alike, key=likeness.__getitem__, reverse=True))


def _likeness(url: str, link: MenuLink) -> float:
    """Of the last step of an address to a link, 0 to 1: its words, or one of them, say the same."""
    name = _name(_last_step(url))
    words = [_name(word) for word in re.split(r"\W+", f"{_last_step(link.url)} {link.words}")]
    others = (*words, _name(_last_step(link.url)), _name(link.words))
    return max(SequenceMatcher(None, name, other).ratio() if name else 0 for other in others)


def _last_step(url: str) -> str:
    return urlsplit(url).path.rstrip("/").rpartition("/")[2]


def _name(words: str) -> str:
    return joined(words).replace("-", "").removesuffix("s")


def _bare(url: str) -> str:
    """What does not depend on scheme, ``www.`` and a slash at the end."""
    parts = urlsplit(url)
    host = parts.netloc.removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}{'?' if parts.query else ''}{parts.query}"


def _seed_drift(
    source: Source, listings: Sequence[SeenListing], rule: AddressRule | None
) -> Iterator[Drift]:
    instead = {one.instead_of: one for one in listings if one.instead_of and _lists(one, rule)}
    for listing in listings:
        if listing.instead_of or listing.is_home:
            continue
        name = f"the {listing.kind} {listing.url}"
        new = instead.get(listing.url)
        if is_gone(listing, source) and new is not None:
            yield _moved(listing, new.url, f"{name} is gone, {_fault(listing)}; {new.url} lists")
        elif listing.answered_at is None:
            yield Drift(subject="seed", words=f"{name} does not answer: {listing.words}")
        elif listing.reason is not None:
            yield Drift(subject="seed", words=f"{name} can't be read: {listing.words}")
        elif not _lists(listing, rule):
            is_index = bool(listing.inner)  # one of its sitemaps alone was read
            yield Drift(subject="seed", words=f"{name} lists no story", is_suspected=is_index)
        elif _bare(listing.answered_at) != _bare(listing.url):
            at = listing.answered_at
            yield _moved(listing, at, f"{name} leads to {at}, which lists")


def _moved(listing: SeenListing, new: str, words: str) -> Drift:
    mend = Moved(keyword=SEEDS[listing.kind], old=listing.url, new=new)
    return Drift(subject="seed", words=f"{words} stories", mends=(mend,))


def _fault(listing: SeenListing) -> str:
    return listing.words or "lists no story"


def _lists(listing: SeenListing, rule: AddressRule | None) -> bool:
    return bool(listing.stories or (rule and any(map(rule.matches, listing.others))))


# ---- Addresses and ids -----------------------------------------------------------------------


def refused_links(source: Source, listings: Sequence[SeenListing]) -> tuple[str, ...]:
    """Links of the site that look like stories and are none by the declaration: those of the most
    frequent shape first, each in page order. A sitemap, which has all kinds of pages, is asked
    where no other listing can be."""
    menu = _menu_pages(listings)
    pages = [one for one in listings if not one.is_home]
    asked = [one for one in pages if one.kind != "sitemap" and one.answered_at] or pages
    found = dict.fromkeys(chain(*(_likely_stories(source, one) for one in asked)))
    likely = [url for url in found if url not in menu]
    shapes = Counter(map(_shape, likely))
    return tuple(sorted(likely, key=lambda url: shapes[_shape(url)], reverse=True))


def _shape(url: str) -> tuple[bool, ...]:
    """How many steps, and which of them are numbers; is one in the last?"""
    steps = urlsplit(url).path.strip("/").split("/")
    return (*map(str.isdecimal, steps), re.search(r"\d{4}", steps[-1]) is not None)


def _menu_pages(listings: Sequence[SeenListing]) -> set[str]:
    """What all listings link to; and what one does by few words, if its address has few, too."""
    menus = [{link.url for link in one.menu} for one in listings if one.menu]
    shared = set.intersection(*menus) if len(menus) > 1 else set()
    return shared | {url for url in set().union(*menus) if not TELLING.search(_last_step(url))}


def _likely_stories(source: Source, listing: SeenListing) -> tuple[str, ...]:
    seeds = {_bare(url) for url in (*source.sections, *source.feeds, *source.sitemaps)}
    return tuple(
        url for url in listing.others if not is_listing(url, None) and _bare(url) not in seeds
    )


def learn_new_form(
    source: Source, listings: Sequence[SeenListing], stories: Sequence[SeenPage]
) -> AddressRule | None:
    """The form of addresses that are refused and at which dated stories stand; None: there is none,
    or too few of them were read."""
    tried = [one for one in stories if not source.is_article_url(one.url)]
    proven = [one.url for one in tried if one.article and one.article.date_published]
    if not listings or len(proven) < FEWEST:
        return None
    refused = set(refused_links(source, listings))
    others = {
        *_menu_pages(listings),
        *(one.url for one in tried if one.url not in proven),
        *(url for listing in listings for url in listing.others if url not in refused),
    }
    rule = learn_article_url(proven, others)
    if len(proven) == len(tried):  # the same form, from all that have it
        shapes = set(map(_shape, proven))
        alike = [url for url in refused if _shape(url) in shapes]
        wide = learn_article_url({*proven, *alike}, others)
        rule = wide if wide and rule and wide.sureness >= rule.sureness else rule
    return rule if rule and rule.sureness >= LEAST_SURE else None


def _address_drift(
    source: Source, listings: Sequence[SeenListing], rule: AddressRule | None
) -> Iterator[Drift]:
    if rule is None:
        return
    found = [url for url in refused_links(source, listings) if rule.matches(url)]
    is_common = any(
        sum(map(rule.matches, one.others)) >= max(FEWEST, len(one.stories))
        for one in listings
        if not one.is_home
    )
    mends: list[Mend] = [Widened(keyword="article_url", alternative=rule.pattern)]
    if source.article_id is not None and rule.article_id is not None:
        mends.append(Widened(keyword="article_id", alternative=rule.article_id))
    yield Drift(
        subject="address",
        words=f"{len(found)} listed addresses, such as {found[0]}, are stories and don't have the "
        f"declared form; theirs is {rule.pattern} ({rule.evidence})",
        mends=tuple(mends) if is_common else (),
        is_suspected=not is_common,
    )


def _id_drift(source: Source, stories: Sequence[SeenPage]) -> Iterator[Drift]:
    known = [one for one in stories if source.is_article_url(one.url)]
    if source.article_id is None or not known:
        return
    ids = {one.url: source.site_id(one.url) for one in known}
    headlines: dict[str, set[str | None]] = defaultdict(set)
    for one in known:
        if one.article is not None and (site_id := ids[one.url]) is not None:
            headlines[site_id].add(one.article.headline)
    for site_id, different in headlines.items():
        if len(different) > 1:
            yield Drift(subject="id", words=f"several stories have the id {site_id}")
            break
    canonical = {one.url: one.article.canonical_url for one in known if one.article}
    for url, other in canonical.items():
        other_id = source.site_id(other) if other else None
        if ids[url] and other_id and other_id != ids[url]:
            yield Drift(subject="id", words=f"{url} calls itself {other}, which has another id")
            break
    without = [url for url, site_id in ids.items() if site_id is None]
    if len(without) < FEWEST or len(without) < len(ids):
        return
    learned = learn_article_url(without, ())
    if learned is not None and learned.article_id is not None:
        yield Drift(
            subject="id",
            words=f"no address has the declared form of an id; {without[0]} has one by "
            f"{learned.article_id}",
            mends=(Widened(keyword="article_id", alternative=learned.article_id),),
        )


# ---- Stories and their fields ----------------------------------------------------------------


def _story_drift(source: Source, known: Sequence[SeenPage]) -> Iterator[Drift]:
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
        )
    languages = Counter(one.language for one in articles if one.language)
    for language, times in languages.most_common(1):
        if language != source.language and 2 * times > count:
            words = f"{times} of {count} stories are in {language!r}, declared {source.language!r}"
            yield Drift(subject="field", words=words)


def _section_drift(
    source: Source, listings: Sequence[SeenListing], stories: Sequence[SeenPage]
) -> Iterator[Drift]:
    """Words beside dates that lead to a section in the site's menu, or that come again there, and
    that are not declared. Where none are declared, those matter that are taken for people."""
    declared = {name.casefold() for name in source.section_names}
    menu = {link.words for listing in listings for link in listing.menu if not link.is_feed}
    menu = {words for words in menu if words.casefold() not in declared and len(words) > 1}
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


# ---- Lines of bodies -------------------------------------------------------------------------


def _line_drift(articles: Sequence[Article]) -> Iterator[Drift]:
    bodies = [article.body for article in articles if article.body]
    if len(bodies) < FEWEST:
        return
    lines = recurring_lines(bodies)
    has_wall = any(line.where == "last" and WALL_WORDS.search(line.text) for line in lines)
    for line in lines:
        is_wall = has_wall and line.where == "last"
        is_sure = line.count >= FEWEST and 2 * line.count >= len(bodies)
        rule = Furniture(pattern=line.pattern, cut="rest" if is_wall else "line")
        yield Drift(
            subject="wall" if is_wall else "furniture",
            words=f"{line.count} of {len(bodies)} bodies {_place(line)} {quote(line.text)}",
            mends=(Added(keyword="furniture", values=(rule,)),) if is_sure else (),
            is_suspected=not is_sure,
        )
    known = {line.text for line in lines}
    ends = [body.rpartition("\n\n")[2] for body in bodies]
    walls = [end for end in ends if end not in known and _may_be_wall(end)]
    if walls:
        words = f"{len(walls)} of {len(bodies)} bodies end with what a wall could say"
        yield Drift(subject="wall", words=words, is_suspected=True)


def _place(line: RecurringLine) -> str:
    return {"first": "begin with", "last": "end with", "inside": "hold"}[line.where]


def _may_be_wall(end: str) -> bool:
    return len(end) < 2 * LONGEST_QUOTE and WALL_WORDS.search(end) is not None


def quote(line: str) -> str:
    """A line of furniture in quotes, cut short."""
    return f"“{line if len(line) <= LONGEST_QUOTE else line[:LONGEST_QUOTE].rstrip() + '…'}”"


def _selector_drift(source: Source, stories: Sequence[SeenPage]) -> Iterator[Drift]:
    for name, selector in vars(source.selectors).items():
        void: Collection[SeenPage] = [one for one in stories if name in one.void_selectors]
        if selector is not None and stories and len(void) == len(stories):
            words = f"the selector of {name}, {selector}, shows nothing on any of {len(void)} pages"
            yield Drift(subject="selector", words=words)


def loses_only_furniture(before: SeenPage, after: SeenPage, mends: Sequence[Mend]) -> bool:
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
