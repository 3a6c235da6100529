"""extract_article: every reading of a page, and the choice between them."""

import html
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, cast
from urllib.parse import urlsplit

from crawler.extraction import addresses, confidence, page_kind, refusal, visible
from crawler.extraction.access import NOT_FREE, judge_access, judge_truncation
from crawler.extraction.block_model import select_story
from crawler.extraction.blocks import Block
from crawler.extraction.body import choose_body, drop_bio, drop_dateline, open_lead, trim
from crawler.extraction.dateline import Dateline
from crawler.extraction.dates import (
    DateReading,
    Found,
    choose_date,
    inline_date,
    is_day_first,
    parse_date,
    slug_date,
    told_order,
    url_date,
)
from crawler.extraction.encoding import decode
from crawler.extraction.furniture import Rule, compile_rules, is_claims
from crawler.extraction.headline import TITLE_SEAM, is_like_site, rank_headlines
from crawler.extraction.html_blocks import Layout, cut_blocks
from crawler.extraction.links import (
    absolute,
    collect_links,
    host_of,
    is_home,
    judge_canonical,
    list_above,
)
from crawler.extraction.people import (
    DESK,
    LEAD,
    is_names,
    rank_names,
    read_names,
    read_organisations,
)
from crawler.extraction.refusal import NotAnArticle
from crawler.extraction.reservations import read_reservations
from crawler.extraction.sections import NO_SECTION, named_by_path, read_section
from crawler.extraction.structured_data import Declared, read_declared
from crawler.extraction.text import clean, joined, plain
from crawler.extraction.text_capture import read_head
from crawler.extraction.text_lines import cut_lines, looks_like_markup
from crawler.extraction.tree import Element, parse_tree, read_telling
from crawler.extraction.walk import FoundLink, Walked, walk
from crawler.items import Article, Reading, Reservation
from crawler.source import Source

PLACEHOLDER = re.compile(r"super ?user|admin(?:istrator)?|webmaster|root", re.I)
"""What a CMS calls the author where nobody has said it; it may call an update a publication."""
LANGUAGE = re.compile(r"([a-z]{2})(?:[-_].*)?", re.I)
CLOSING_LINKS = ("first_published_on", "top_stories")
SHORTEST_DECLARED, LEAST_MORE = 300, 1.5
"""Characters of a declared body, and how much longer than what is shown it must be."""
PLACES = {
    "related": "related block",
    "top_stories": "top stories list",
    "more_on_this_story": "more on this story list",
    "in_text": "text",
    "first_published_on": "first published on line",
}
"""Where the links of each kind stand."""
EXPLICIT = ("itemprop", "inline", "dateline, labelled")
"""Evidence that calls a day one of publication, be it that of an update as well."""
LONGEST_DESK = 60
HINTING = 5
"""So many paragraphs may name the day of the story."""


def extract_article(
    page: str | bytes,
    url: str | None = None,
    source: Source | None = None,
    *,
    content_type: str | None = None,
    seen_at: datetime | None = None,
) -> Article:
    """Read one page, HTML or plain-text capture, as a news story.

    ``url`` is its final address (anything but http and https counts as none), ``source`` the
    declaration of its publisher, ``content_type`` the HTTP header (used for bytes alone) and
    ``seen_at`` the aware instant at which the page stood like this. Nothing else is consulted,
    neither network nor clock.

    >>> page = "<h1>Court clears lantern mark</h1><p>" + 5 * "A lantern may be green, it says. "
    >>> article = extract_article(page, "https://p.example/a-1")
    >>> article.headline, article.evidence["headline"][0].evidence
    ('Court clears lantern mark', 'h1')

    Raises NotAnArticle, with a ``reason``, for anything that holds no story.
    """
    refusal.require_size(page)
    words = decode(page, content_type) if isinstance(page, bytes) else page
    refusal.require_readable(words)
    address = absolute(url, None) if url else None
    read = _read_html if looks_like_markup(words) else _read_text
    return _finish(read(words, address, source, seen_at), address, source, seen_at)


@dataclass(slots=True)
class _Found:
    """All readings of one page, before the choice."""

    walked: Walked
    readings: dict[str, list[Reading]] = field(default_factory=dict)
    published: list[Found] = field(default_factory=list)
    modified: list[Found] = field(default_factory=list)
    access: list[tuple[object, str]] = field(default_factory=list)
    links_above: list[FoundLink] = field(default_factory=list)
    word_count: int | None = None
    canonical: str | None = None
    reservations: tuple[Reservation, ...] = ()
    body_from: confidence.Way = "agreement"
    signals: dict[str, float] = field(default_factory=dict)
    """What speaks for and against the body, for its confidence."""

    def add(self, name: str, value: Any, evidence: str) -> None:
        reading = Reading(value=value, evidence=evidence)
        if value and reading not in self.readings.get(name, ()):
            self.readings.setdefault(name, []).append(reading)

    def add_organisations(self, names: Iterable[str], sites: Iterable[str], evidence: str) -> None:
        """Those that are not the paper itself, where no person is named."""
        own = {joined(site) for site in sites}
        others = tuple(
            name for name in names if not is_like_site(name, own) and joined(name) not in own
        )
        if not self.readings.get("authors"):
            self.add("authors", others, evidence)

    def prefer_printed(
        self, names: tuple[str, ...], beside: tuple[str, ...], blocks: Sequence[Block]
    ) -> None:
        """Put the names that a byline leads in before declared ones that the page doesn't print:
        those are of whom put the story into the system; and the line ``beside`` the headline that
        names these and perhaps others."""
        declared = self.best("authors") or ()
        if not declared:
            return
        if names and set(names).isdisjoint(declared):
            chosen = () if any(n in b.text for n in declared for b in blocks) else names
        else:
            lists = [set(cast("tuple[str, ...]", r.value)) for r in self.readings["authors"]]
            chosen = beside if lists[0] <= set(beside) > min(lists, key=len) else ()
        if chosen:
            reading = Reading(value=chosen, evidence="byline")
            others = [other for other in self.readings["authors"] if other != reading]
            self.readings["authors"] = [reading, *others]

    def add_datelines(self, lines: Iterable[Dateline]) -> None:
        for line in lines:
            if line.date:
                self.published.append((line.date, "dateline"))
            if line.modified:
                self.modified.append((line.modified, "dateline"))
            self.add("section", line.section, "dateline")
            self.add("authors", line.authors, "dateline")

    def add_times(self, times: Iterable[tuple[DateReading, bool]]) -> None:
        for reading, is_update in times:
            (self.modified if is_update else self.published).append((reading, "time"))

    def add_url_date(self, url: str | None) -> None:
        if url and (day := url_date(urlsplit(url).path)):
            self.published.append((day, "url"))

    def best(self, name: str) -> Any:
        found = self.readings.get(name)
        return found[0].value if found else None


def _read_text(
    page: str, url: str | None, source: Source | None, seen_at: datetime | None
) -> _Found:
    blocks = cut_lines(page)
    if not blocks:
        raise NotAnArticle("empty", "the capture holds no words")
    rules = compile_rules(source.furniture_at(seen_at) if source else ())
    slug = addresses.read_slug(url)
    head = read_head(blocks, rules, source, slug)
    refusal.require_story([head.headline or blocks[0].text], blocks, has_password=False)
    if url and addresses.is_listing(url, source):
        raise NotAnArticle("index", "the address is that of a list or a static page")
    if head.is_listing:
        raise NotAnArticle("index", "the lines are teasers, one under the other")
    found = _Found(walked=walk(head.body, rules, _host_names(url, source)))
    found.add("headline", head.headline, "line")
    is_known = bool(source and url and source.is_article_url(url))
    if not head.headline and head.body and slug.count("-") >= (1 if is_known else 2):
        found.add("headline", addresses.as_headline(slug), "url")
    if not found.best("headline"):
        raise NotAnArticle("no_headline", "no line before the text looks like a headline")
    found.walked.keywords = found.walked.keywords or head.keywords
    found.add("body", sum(len(block.text) for block in found.walked.paragraphs), "lines")
    found.add("description", head.description, "claims")
    if head.is_signed:
        found.add("authors", head.authors, "byline")
    found.add_datelines(head.datelines)
    found.add("section", head.section or named_by_path(head.above, url), "line")
    found.add_url_date(url)
    found.add("authors", head.authors, "byline")
    found.links_above = [FoundLink("related", words, None) for words in head.related]
    found.body_from = "lines"
    found.signals = confidence.read_line_signals(blocks, found.walked.paragraphs, head.breaks)
    return found


def _read_html(
    page: str, url: str | None, source: Source | None, seen_at: datetime | None
) -> _Found:
    at_home = bool(url and is_home(url))
    if at_home and source:
        raise NotAnArticle("index", "the address is the site's front page")
    root = parse_tree(page)
    if root is None:
        raise NotAnArticle("empty", "the page has no elements")
    layout = cut_blocks(root)
    telling = read_telling(root)
    declared = read_declared(root, telling, layout.typed, url)
    language = declared.first("language") or ""
    day_first = source.day_first if source else is_day_first(language)
    title = clean(root.findtext("head/title") or root.findtext(".//title") or "")
    blocks = layout.blocks
    if not blocks:
        raise NotAnArticle("empty", "the page shows no words")
    h1s = visible.read_h1(blocks, root, [title, *(words for words, _ in declared.get("headline"))])
    if not declared.has_article_type:
        refusal.require_story([*h1s, title], blocks, has_password=layout.has_password)
    sites = _site_names(declared, url, source)
    said = declared.get("headline") or visible.read_marked_title(layout)
    slug = addresses.read_slug(url)
    headlines = rank_headlines(said, h1s, title, sites, blocks=blocks, slug=slug)
    if not headlines:
        raise NotAnArticle("no_headline", "neither h1, title nor structured data give a headline")
    headline = str(headlines[0].value)
    rules = compile_rules(source.furniture_at(seen_at) if source else ())
    at = visible.headline_at(blocks, headline)
    printed = str(headlines[1].value) if headlines[1:] else ""
    if at is None and printed and headline.endswith(f": {printed}"):  # the kicker stands elsewhere
        at = visible.headline_at(blocks, printed)
    description = declared.first("description") or ""
    listed = list_above(blocks, at)
    if listed and day_first is None:
        day_first = told_order(block.text for block in blocks if block.zone == "listed")
    choose_body(layout, at, rules)
    odds = select_story(layout, at)
    open_lead(layout, at, description)
    trim(blocks, headline, description)
    names = [*sites, *TITLE_SEAM.split(title)[-1:]]
    found = _Found(walked=walk(blocks, rules, names), links_above=listed)
    found.signals = confidence.read_block_signals(blocks, found.walked.paragraphs, odds)
    story_share = 1.0
    is_known = declared.is_dated_story or bool(source and url and source.is_article_url(url))
    if not is_known:
        page_kind.require_not_index(blocks, layout.nodes, url or declared.canonical)
        page_kind.require_no_event(declared.events, headline)
        refusal.require_not_video(page, found.walked.paragraphs)
    found.readings["headline"] = headlines
    _read_declared_body(found, declared, rules)
    _read_declared_fields(found, declared, day_first, sites, source)
    bylines = visible.read_bylines(layout.bylines, blocks, at)
    _read_bylines(found, blocks, bylines, sites, source)
    below, above = visible.read_datelines(blocks, at, source, day_first)
    near = next((line.date.raw for line in below if line.date), None)
    times = visible.read_times(telling["time"], day_first)
    found.add_times(time for time in times if time[0].raw == near)
    found.add_datelines(below)
    found.add_url_date(url)
    found.add_times(time for time in times if time[0].raw != near)
    found.add_datelines(above)
    for value, evidence in declared.get("date_named"):
        if reading := parse_date(value, day_first):
            found.published.append((reading, evidence))
    if not is_known or at_home:
        signs = page_kind.read_signs(
            url,
            declared,
            blocks,
            found.walked.paragraphs,
            nodes=layout.nodes,
            headline=headline,
            buttons=page_kind.read_buttons(telling["button"]),
            has_dateline=any(how == "dateline" for _, how in found.published),
        )
        story_share = page_kind.require_story_kind(signs, is_home=at_home)
    found.signals["story"] = confidence.read_story_signal(story_share)
    if not found.best("authors"):
        far = visible.read_far_bylines(blocks, at, found.walked.paragraphs)
        _look_for_authors(found, far, sites, is_known=source is not None)
    if not found.best("authors"):
        for value, evidence in declared.get("authors"):
            by_form = not evidence.endswith("dcterms.creator")  # which the system fills in
            people = read_names(value, publishers=sites, declared=True, may_be_account=by_form)
            found.add("authors", people, evidence)
    if seen_at:
        found.published += visible.read_relative_dates(blocks, at, source, seen_at)
    found.published += _look_further(found, page, root, layout, at, day_first, url)
    if not found.best("section"):
        paths = declared.get("breadcrumb")
        if section := read_section(root, layout, paths, at, headline, names, url):
            found.add("section", *section)
    if at is not None:
        for block in blocks[at + 1 : at + 6]:
            if is_claims(block.text) and not block.links:
                claims = Reading(value=block.text, evidence="claims")
                found.readings.setdefault("description", []).insert(0, claims)
                break
    found.canonical = declared.canonical or declared.first("url")
    found.reservations = read_reservations(telling["meta"])
    return found


def _look_further(
    found: _Found,
    page: str,
    root: Element,
    layout: Layout,
    at: int | None,
    day_first: bool | None,
    url: str | None,
) -> list[Found]:
    """The date of publication in the places where few pages have it, if no other gives one."""
    by_slug = slug_date(urlsplit(url or "").path)
    if any(reading.value for reading, _ in found.published):
        return []
    if found.published:  # none that can be told, but nobody printed another one
        return by_slug
    story = found.walked.paragraphs
    read = (
        visible.read_marked_dates(root, day_first)
        or visible.read_labelled_dates(layout.blocks, at, story, day_first)
        or visible.read_dates_by_text(layout.blocks, at, story, day_first)
        or inline_date(page)
        or by_slug
    )
    updates = {reading.day for reading, _ in found.modified}
    return [found for found in read if found[0].day not in updates or found[1] in EXPLICIT]


def _read_bylines(
    found: _Found,
    blocks: Sequence[Block],
    lines: Iterable[tuple[str, visible.BylineKind]],
    sites: Sequence[str],
    source: Source | None,
) -> None:
    """Take whom the lines name, up to one that names the site itself or its desk."""
    own = {joined(site) for site in sites}
    printed: dict[str, tuple[str, ...]] = {}
    beside: list[tuple[str, ...]] = []
    for words, kind in lines:
        is_linked = kind == "linked"
        is_known = source is not None
        names = read_names([words], publishers=sites, declared=is_linked, is_known=is_known)
        name = LEAD.sub("", words).strip()
        is_led = not names and name != words and len(name) <= LONGEST_DESK
        if is_led and (DESK.search(name) or is_like_site(name, own)):
            break
        found.add("authors", names, "byline")
        if is_linked or LEAD.match(words):
            printed.setdefault(words, names)
            beside += [names] if kind == "led" and is_names(clean(name)) else []
    found.add_organisations(read_organisations(printed), sites, "byline")
    firsts = [next(filter(None, led), ()) for led in (printed.values(), beside)]
    found.prefer_printed(firsts[0], firsts[1], blocks)


def _look_for_authors(
    found: _Found, lines: Iterable[tuple[str, str]], sites: Sequence[str], *, is_known: bool
) -> None:
    """Take the first line farther away that names people."""
    for words, evidence in lines:
        is_linked = evidence == "author link"
        if names := read_names([words], publishers=sites, declared=is_linked, is_known=is_known):
            found.add("authors", names, evidence)
            return


def _read_declared_fields(
    found: _Found,
    declared: Declared,
    day_first: bool | None,
    sites: Sequence[str],
    source: Source | None,
) -> None:
    has_no_author = any(
        PLACEHOLDER.fullmatch(w) for words, _ in declared.get("authors") for w in words
    )
    updates = {value for value, _ in declared.get("date_modified")} if has_no_author else set()
    for name, dates in (("date_published", found.published), ("date_modified", found.modified)):
        for value, evidence in declared.get(name):
            if (reading := parse_date(value, day_first)) and not (
                name == "date_published" and value in updates
            ):
                dates.append((reading, evidence))
    for value, evidence in declared.get("description"):
        found.add("description", value, evidence)
    for value, evidence in declared.get("section"):
        bare = value.removesuffix(" Channel")
        is_known = source is not None and bare in source.section_names
        if not NO_SECTION.fullmatch(value):
            found.add("section", bare if is_known else value, evidence)
    for value, evidence in declared.get("authors"):
        is_known = source is not None
        names = read_names(value, publishers=sites, declared=True, is_known=is_known)
        found.add("authors", names, evidence)
    for value, evidence in declared.get("organisations"):
        found.add_organisations(read_organisations(value, declared=True), sites, evidence)
    for value, evidence in declared.get("authors"):
        found.add_organisations(read_organisations(value, declared=True), sites, evidence)
    for value, evidence in declared.get("keywords"):
        found.add("keywords", tuple(dict.fromkeys(value)), evidence)
    for value, evidence in declared.get("language"):
        if match := LANGUAGE.fullmatch(value):
            found.add("language", match[1].lower(), evidence)
    found.access = declared.get("access")
    found.word_count = next((value for value, _ in declared.get("word_count")), None)


def _read_declared_body(found: _Found, declared: Declared, rules: Sequence[Rule]) -> None:
    """Take the declared body where the page shows hardly any of it and no wall keeps it back."""
    walked = found.walked
    shown = sum(len(block.text) for block in walked.paragraphs)
    words = declared.first("body") or ""
    is_kept_back = _is_kept_back(walked, declared.get("access"))
    if is_kept_back or len(words) < SHORTEST_DECLARED or len(words) < LEAST_MORE * shown:
        found.add("body", shown, "element")
        return
    lines = map(plain, re.split(r"\n+|</p>|<br */?>", html.unescape(words)))
    again = walk([Block(text=line, tag="p") for line in lines if line], rules)
    walked.paragraphs = again.paragraphs
    found.body_from = "json-ld articleBody"
    walked.links = [link for link in walked.links if link.kind != "in_text"]
    walked.corrections += again.corrections
    found.add("body", len(words), found.body_from)


def _is_kept_back(walked: Walked, access: Iterable[tuple[object, str]]) -> bool:
    """Does a wall, or what the page declares, keep the rest of the story from readers?"""
    return bool(walked.wall) or any(value in NOT_FREE for value, _ in access)


def _finish(
    found: _Found, url: str | None, source: Source | None, seen_at: datetime | None
) -> Article:
    """Choose, and build the Article with its evidence."""
    walked = found.walked
    if not walked.paragraphs:
        raise NotAnArticle("no_body", "no paragraph of a story was found")
    drop_dateline(walked)
    drop_bio(walked.paragraphs, found.best("authors") or ())
    paragraphs = [block.text for block in walked.paragraphs]
    is_teaser = _is_kept_back(walked, found.access) and found.published
    if source is None and not is_teaser:
        refusal.require_length(paragraphs)
    place = source.timezone if source else None
    choose = partial(choose_date, seen_at=seen_at, place=place, story=paragraphs[:HINTING])
    between = source.days_around(source.site_id(url)) if source and url else None
    published, found.readings["date_published"] = choose(
        found.published, others=found.modified, between=between
    )
    modified, found.readings["date_modified"] = choose(
        found.modified, others=found.published, are_updates=True
    )
    canonical, found.readings["canonical_url"] = judge_canonical(found.canonical or "", url, source)
    found.add("keywords", walked.keywords, "keyword line")
    if source:
        found.add("language", source.language, "source")
    truncation = judge_truncation(
        paragraphs,
        walked.wall,
        has_close=any(link.kind in CLOSING_LINKS for link in walked.links),
        has_footer=bool(walked.keywords),
        word_count=found.word_count,
        is_cut=walked.is_cut,
        is_feature="/article/" in (url or "")
        and bool(walked.keywords)
        and (source is not None or found.body_from == "lines"),
    )
    is_truncated = bool(truncation.value) if truncation else None
    found.readings["is_truncated"] = [truncation] if truncation else []
    access, found.readings["access"] = judge_access(found.access, walked.wall, is_truncated)
    found.readings["authors"] = rank_names(found.readings.get("authors", ()))
    own = [address for address in (url, canonical) if address]
    for address, where in ((url, "url"), (canonical, "canonical_url")):
        if source and address:
            found.add("site_id", source.site_id(address), where)
    signals = confidence.choose_signals(
        found.body_from,
        {
            **found.signals,
            **confidence.read_words_signals(paragraphs),
            "undated": float(published is None),
            "unsigned": float(not found.best("authors")),
        },
    )
    found.readings["confidence"] = [Reading(value=signals, evidence=found.body_from)]
    sure = confidence.judge(found.body_from, signals)
    if not (source and url and source.is_article_url(url)):
        headline = str(found.best("headline"))
        refusal.require_sure(sure, headline, paragraphs, is_dated=published is not None)
    kept = {None, *map(id, walked.paragraphs)}
    told = [link for link in walked.links if (link.paragraph and id(link.paragraph)) in kept]
    known = {link.words for link in told}  # those stood under a heading of their own
    above = [link for link in found.links_above if link.words not in known]
    links = collect_links([*above, *told], url or canonical, own, source)
    for kind, count in Counter(link.kind for link in links).items():
        found.add("related_links", count, PLACES[kind])
    return Article(
        source=source.name if source else None,
        site_id=found.best("site_id"),
        url=url,
        canonical_url=canonical,
        headline=found.best("headline"),
        description=found.best("description"),
        body="\n\n".join(paragraphs),
        date_published=published.value if published else None,
        date_published_raw=published.raw if published else None,
        date_modified=modified.value if modified else None,
        date_modified_raw=modified.raw if modified else None,
        authors=found.best("authors") or (),
        section=found.best("section"),
        language=found.best("language"),
        keywords=found.best("keywords") or (),
        access=access,
        is_truncated=is_truncated,
        confidence=sure,
        corrections=tuple(dict.fromkeys(walked.corrections)),
        related_links=links,
        reservations=found.reservations,
        evidence={name: tuple(read) for name, read in found.readings.items() if read},
    )


def _site_names(declared: Declared, url: str | None, source: Source | None) -> list[str]:
    names = [name for name, _ in declared.get("site_name")]
    return [*filter(None, names), *_host_names(url or declared.canonical, source)]


def _host_names(url: str | None, source: Source | None) -> list[str]:
    host = host_of(url or "")
    names = [host, *host.split(".")[:-1], source.publisher if source else ""]
    return [name for name in names if name]
