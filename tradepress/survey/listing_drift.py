"""Holds a site's listings against the declaration: which are gone, and where they stand now; and
the stories on them whose addresses or ids have another form."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import chain, zip_longest
from typing import Literal
from urllib.parse import urlsplit

from tradepress.archive.text_forms import counted, joined
from tradepress.extraction.address_forms import is_listing
from tradepress.source import Source
from tradepress.survey.address_rule import AddressRule, learn_article_url
from tradepress.survey.checked_pages import CheckedListing, CheckedPage, MenuLink, SeedKind
from tradepress.survey.drift import FEWEST, Drift
from tradepress.survey.mend import Mend, Moved, Widened

LEAST_SURE = 0.5
"""Is the sureness of an address rule that is offered as a mend."""
ALIKE = 0.75
"""Is how like a gone section's name a link is that may lead to its place."""
TELLING = re.compile(r"-[^/]*-[^/]*-|\d{4}[^/]*/?$")
"""Matches a path with a headline's words, or with a story's number in its last step."""
SEEDS: dict[SeedKind, Literal["sections", "feeds", "sitemaps"]] = {
    "section": "sections",
    "feed": "feeds",
    "sitemap": "sitemaps",
}


def listing_drift(
    source: Source, listings: Sequence[CheckedListing], stories: Sequence[CheckedPage]
) -> Iterator[Drift]:
    """Yields what differs of listings, addresses and ids.

    :param listings: of the declared seeds, the home page, and what may stand in the place of a
        seed that is gone (``instead_of``); empty: the stories come from elsewhere
    :param stories: pages at addresses of the declared form, and at others that look like stories
    """
    rule = learn_new_form(source, listings, stories)
    yield from _seed_drift(source, listings, rule)
    if rule is not None:
        yield _address_drift(source, listings, stories, rule)
    for one in listings:
        left = [url for url in _entries(source, [one]) if rule is None or not rule.matches(url)]
        if left and _lists(one, rule):
            yield Drift(
                subject="address",
                words=f"article_url refuses {counted(len(left), 'entry', 'entries')} of the feed "
                f"{one.url}, such as {left[0]}: widen it if they are stories, or else name them by "
                "ignored_url",
            )
    yield from _id_drift(source, stories)


def is_gone(listing: CheckedListing, source: Source) -> bool:
    """Is it no listing any more, so that another page may stand in its place? A site that is out of
    order or refuses says nothing of that."""
    if listing.answered_at is None:
        return listing.reason in ("http_404", "http_410")
    is_home = _bare(listing.answered_at) == _bare(home_of(source))
    is_led_home = is_home and _bare(listing.url) != _bare(home_of(source))
    return is_led_home or not (listing.stories or _likely_stories(source, listing))


def _seeds(source: Source) -> tuple[str, ...]:
    return (*source.sections, *source.feeds, *source.sitemaps)


def home_of(source: Source) -> str:
    """Returns the home page, as the first seed's address has it."""
    parts = urlsplit((*_seeds(source), f"https://{source.domains[0]}/")[0])
    return f"{parts.scheme}://{parts.netloc}/"


def places_instead(
    gone: CheckedListing, source: Source, listings: Sequence[CheckedListing]
) -> tuple[str, ...]:
    """Returns where the stories of a seed that is gone may be listed now, the likeliest first."""
    declared = set(map(_bare, _seeds(source)))
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
    """Returns how alike an address's last step and a link are, 0 to 1: its words, or one, say
    it."""
    name = _name(_last_step(url))
    words = [_name(word) for word in re.split(r"\W+", f"{_last_step(link.url)} {link.words}")]
    others = (*words, _name(_last_step(link.url)), _name(link.words))
    return max(SequenceMatcher(None, name, other).ratio() if name else 0 for other in others)


def _last_step(url: str) -> str:
    return urlsplit(url).path.rstrip("/").rpartition("/")[2]


def _name(words: str) -> str:
    return joined(words).replace("-", "").removesuffix("s")


def _bare(url: str) -> str:
    """Returns what does not depend on scheme, ``www.`` and a slash at the end."""
    parts = urlsplit(url)
    host = parts.netloc.removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}{'?' if parts.query else ''}{parts.query}"


def _seed_drift(
    source: Source, listings: Sequence[CheckedListing], rule: AddressRule | None
) -> Iterator[Drift]:
    instead = {one.instead_of: one for one in listings if one.instead_of and _lists(one, rule)}
    for listing in listings:
        if listing.instead_of or listing.is_home:
            continue
        name = f"the {listing.kind} {listing.url}"
        new = instead.get(listing.url)
        fault = listing.words or "lists no story"
        if is_gone(listing, source) and new is not None:
            yield _moved(listing, new.url, f"{name} is gone, {fault}; {new.url} lists")
        elif listing.answered_at is None:
            yield Drift(subject="seed", words=f"{name} can't be had: {listing.words}")
        elif listing.reason is not None:
            yield Drift(subject="seed", words=f"{name} can't be read: {listing.words}")
        elif not _lists(listing, rule):
            is_index = bool(listing.inner)  # one of its sitemaps alone was read
            words = f"{name} lists no story of the declared form{_examples(source, listing)}"
            yield Drift(subject="seed", words=words, is_suspected=is_index)
        elif _bare(listing.answered_at) != _bare(listing.url):
            at = listing.answered_at
            yield _moved(listing, at, f"{name} leads to {at}, which lists")


def _moved(listing: CheckedListing, new: str, words: str) -> Drift:
    mend = Moved(keyword=SEEDS[listing.kind], old=listing.url, new=new)
    return Drift(subject="seed", words=f"{words} stories", mends=(mend,))


def _examples(source: Source, listing: CheckedListing) -> str:
    links = (_likely_stories(source, listing) or listing.others)[:3]
    return f"; it has links such as {', '.join(links)}" if links else ""


def _lists(listing: CheckedListing, rule: AddressRule | None) -> bool:
    return bool(listing.stories or (rule and any(map(rule.matches, listing.others))))


def refused_links(source: Source, listings: Sequence[CheckedListing]) -> tuple[str, ...]:
    """Returns links of the site that look like stories and are none by the declaration: the entries
    of feeds first, one of each folder in turn, then those of the most frequent shape, of each
    listing in turn. A sitemap, which has all kinds of pages, is asked where no other can be."""
    folders: dict[str, list[str]] = defaultdict(list)
    for url in _entries(source, listings):
        folders[re.sub(r"\d+", "", urlsplit(url).path.rstrip("/").rpartition("/")[0])].append(url)
    menu = _menu_pages(listings)
    pages = [one for one in listings if not one.is_home]
    asked = [one for one in pages if one.kind != "sitemap" and one.answered_at] or pages
    found = in_turn([_likely_stories(source, one) for one in asked])
    likely = [url for url in dict.fromkeys(found) if url not in menu]
    shapes = Counter(map(_shape, likely))
    likely.sort(key=lambda url: shapes[_shape(url)], reverse=True)
    return tuple(dict.fromkeys([*in_turn(list(folders.values())), *likely]))


def _entries(source: Source, listings: Sequence[CheckedListing]) -> list[str]:
    """Returns what feeds, which hold nothing but stories, list and the declaration refuses."""
    feeds = (one.others for one in listings if one.kind == "feed")
    return list(filter(source.refuses, chain(*feeds)))


def in_turn(lists: Sequence[Sequence[str]]) -> list[str]:
    """Returns the first of each, then the second of each, …."""
    return [one for one in chain(*zip_longest(*lists)) if one is not None]


def _shape(url: str) -> tuple[bool, ...]:
    """Returns how many steps there are, and which are numbers; is one in the last?"""
    steps = urlsplit(url).path.strip("/").split("/")
    return (*map(str.isdecimal, steps), re.search(r"\d{4}", steps[-1]) is not None)


def _menu_pages(listings: Sequence[CheckedListing]) -> set[str]:
    """Returns what all listings link to; and what one does by few words, if its address has few,
    too."""
    menus = [{link.url for link in one.menu} for one in listings if one.menu]
    shared = set.intersection(*menus) if len(menus) > 1 else set()
    return shared | {url for url in set().union(*menus) if not TELLING.search(urlsplit(url).path)}


def _likely_stories(source: Source, listing: CheckedListing) -> tuple[str, ...]:
    seeds = set(map(_bare, _seeds(source)))
    return tuple(
        url
        for url in filter(source.refuses, listing.others)
        if not is_listing(url, None) and _bare(url) not in seeds
    )


def learn_new_form(
    source: Source, listings: Sequence[CheckedListing], stories: Sequence[CheckedPage]
) -> AddressRule | None:
    """Returns the form of addresses that are refused and at which dated stories stand, or those of
    a feed, which has their days; None: there is none, or too few of them were read. A feed's single
    entry is enough, with the known stories that look like it."""
    tried = [one for one in stories if not source.is_article_url(one.url)]
    entries = set(_entries(source, listings))
    pages = [
        one for one in tried if one.article and (one.asked in entries or one.article.date_published)
    ]
    proven = [one.url for one in pages]
    is_few = len(proven) < FEWEST
    if not listings or (is_few and entries.isdisjoint(one.asked for one in pages)):
        return None
    shapes = set(map(_shape, proven))
    known = chain(*(one.stories for one in listings)) if is_few else ()
    like = [url for url in known if _shape(url) in shapes]
    refused = refused_links(source, listings)
    likely = entries.union(*(_likely_stories(source, one) for one in listings))
    others = {
        *_menu_pages(listings),
        *(one.url for one in tried if one.url not in proven),
        *_seeds(source),
        *(url for one in listings for url in one.others if url not in likely),
    }
    rule = learn_article_url({*proven, *like}, others, fewest=1)
    if len(proven) == len(tried) and not is_few:  # the same form, from all that have it
        alike = [url for url in refused if _shape(url) in shapes]
        wide = learn_article_url({*proven, *alike}, others)
        rule = wide if wide and rule and wide.sureness >= rule.sureness else rule
    is_sure = rule and rule.sureness >= LEAST_SURE and any(map(rule.matches, proven))
    return rule if is_sure else None


def _address_drift(
    source: Source,
    listings: Sequence[CheckedListing],
    stories: Sequence[CheckedPage],
    rule: AddressRule,
) -> Drift:
    new = [one for one in stories if rule.matches(one.url) and not source.is_article_url(one.url)]
    listed = [url for url in refused_links(source, listings) if rule.matches(url)]
    found = list(dict.fromkeys([*(one.url for one in new), *listed]))
    entries = set(_entries(source, listings))
    is_witnessed = any(one.asked in entries or source.is_article_url(one.asked) for one in new)
    is_common = is_witnessed or any(
        sum(map(rule.matches, one.others)) >= max(FEWEST, len(one.stories))
        for one in listings
        if not one.is_home
    )
    mends: list[Mend] = [Widened(keyword="article_url", alternative=rule.pattern)]
    if source.article_id is not None and rule.article_id is not None:
        mends.append(Widened(keyword="article_id", alternative=rule.article_id))
    return Drift(
        subject="address",
        words=f"{counted(len(found), 'address', 'addresses')}, such as {found[0]}, with stories "
        f"but without the declared form; theirs is {rule.pattern} ({rule.evidence})",
        mends=tuple(mends) if is_common else (),
        is_suspected=not is_common,
    )


def _id_drift(source: Source, stories: Sequence[CheckedPage]) -> Iterator[Drift]:
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
    for one in known:
        other = one.article and one.article.canonical_url
        other_id = source.site_id(other) if other else None
        if ids[one.url] and other_id and other_id != ids[one.url]:
            yield Drift(subject="id", words=f"{one.url} calls itself {other}, which has another id")
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
