"""Reads HTML pages: the story of one, then what it declares and shows of it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from html import escape
from urllib.parse import urlsplit

from tradepress.archive.site_memory import SiteMemory
from tradepress.archive.text_forms import joined, one_line, one_line_each, words_key
from tradepress.extraction import address_forms, confidence, dates, page_kind, refusal, visible
from tradepress.extraction.block_model import select_story
from tradepress.extraction.blocks import Block
from tradepress.extraction.body import choose_body, open_lead, open_selected, trim
from tradepress.extraction.declared_data import read_story_data
from tradepress.extraction.drawn_by_script import DrawnPage, read_drawn, shows_text
from tradepress.extraction.furniture import Rule, compile_rules, is_claims
from tradepress.extraction.headline import TITLE_SEAM, is_like_site, rank_headlines
from tradepress.extraction.html_blocks import cut_blocks
from tradepress.extraction.links import host_names, is_home, list_above
from tradepress.extraction.not_an_article import STORY_DATA, NotAnArticle
from tradepress.extraction.page_reservations import read_reservations
from tradepress.extraction.paper_name import paper_names
from tradepress.extraction.people import (
    DESK,
    LEAD,
    UNPARTED,
    is_names,
    read_names,
)
from tradepress.extraction.readings import PageReadings
from tradepress.extraction.sections import (
    NO_MENUS,
    NO_SECTION,
    names_of_authors,
    read_menus,
    read_section,
)
from tradepress.extraction.selected import EVIDENCE, NOTHING, Selected, select
from tradepress.extraction.sentences import content_words, size
from tradepress.extraction.signed_text import read_signature, take_credit
from tradepress.extraction.standing import settle_standing, zone_standing
from tradepress.extraction.structured_data import AS_DECLARED, read_declared
from tradepress.extraction.tree import Element, parse_tree, read_telling
from tradepress.extraction.walk import walk
from tradepress.extraction.walls import mark_wall
from tradepress.source import DataFields, Source
from tradepress.story import Reading

PLACEHOLDER = re.compile(r"super ?user|admin(?:istrator)?|webmaster|root", re.I)
"""Matches what a CMS calls an unnamed author; it may call an update a publication."""
LANGUAGE = re.compile(r"([a-z]{2})(?:[-_].*)?", re.I)
DECLARED_BODY = "json-ld articleBody"
OF_RENDERED = "as a browser has rendered it, nothing is read but what it shows"
LONGEST_DESCRIPTION, ENDING = 600, 60
EXPLICIT = ("itemprop", "inline", "dateline, labelled")
"""Is evidence that calls a day one of publication, be it that of an update as well."""
LONGEST_DESK = 60
CLAIMS_WITHIN = 5


class _Page:
    """Holds one page, and what every reading of it asks for.

    :raises NotAnArticle: it shows no words or no headline, or calls itself no story
    """

    def __init__(
        self,
        html: str,
        url: str | None,
        source: Source | None,
        rules: Sequence[Rule],
        data: bytes | None,
        is_rendered: bool,
        site: SiteMemory | None,
    ) -> None:
        self.html, self.url, self.source = html, url, source
        self.is_home = bool(url and is_home(url))
        if self.is_home and source:
            raise NotAnArticle("index", "the address is the site's front page")
        if source and url and all(address_forms.is_listing(url, who) for who in (source, None)):
            raise NotAnArticle("index", "the address is that of a list or a static page")
        root = parse_tree(html)
        if root is None:
            raise NotAnArticle("empty", "the page has no elements")
        day_first = source.day_first if source else None
        self.selected = select(root, source.selectors, day_first) if source else NOTHING
        self.layout = layout = cut_blocks(root, self.selected.body)
        self.blocks = blocks = layout.blocks
        telling = read_telling(root)
        self.declared = declared = read_declared(root, telling, layout.typed, url)
        title = one_line(root.findtext("head/title") or root.findtext(".//title") or "")
        h1s = visible.read_h1(
            blocks, root, [title, *(words for words, _ in declared.get("headline"))]
        )
        called = filter(None, (name for name, _ in declared.get("site_name")))
        self.sites = [*called, *host_names(url or declared.canonical, source)]
        self.drawn = DrawnPage()
        if not shows_text(blocks, rules):
            self._read_data(root, telling["script"], [*h1s, title], data, is_rendered)
        if not blocks and not self.drawn.signs and not self.drawn.story:
            raise NotAnArticle("empty", "the page shows no words")
        if not declared.has_article_type:
            refusal.require_story([*h1s, title], blocks, has_password=layout.has_password)
        self.shown, blocks = blocks, self.blocks
        said = declared.get("headline")
        self.names = [*self.sites, *TITLE_SEAM.split(title)[-1:]]  # what ends it may be one
        said = said or visible.read_marked_title(self.layout)
        slug = address_forms.read_slug(url)
        self.headlines = rank_headlines(said, h1s, title, self.sites, blocks=self.shown, slug=slug)
        if site is not None and self.headlines:
            said = [*said, *visible.read_marked_title(layout)]
            self._rank_anew(said, h1s, title, slug, site)
        loaded = self.drawn.story if self.drawn.where == STORY_DATA else None
        for words, how in (
            (loaded.headline if loaded else None, STORY_DATA),
            (self.selected.headline, EVIDENCE),
        ):
            if words:
                rest = [one for one in self.headlines if one.value != words]
                self.headlines = [Reading(value=words, evidence=how), *rest]
        if not self.headlines and self.drawn.signs:
            raise NotAnArticle("script", self.drawn.words)
        if not self.headlines:
            raise NotAnArticle(
                "no_headline", "neither h1, title nor structured data give a headline"
            )
        self.headline, *others = (str(reading.value) for reading in self.headlines)
        # Where the headline stands among the blocks, perhaps without its kicker:
        self.at = at = _headline_at(blocks, self.headline, others)
        self.links_above = list_above(blocks, at)
        language = declared.first("language") or ""
        self.day_first = (
            source.day_first if source else dates.is_day_first(language, url or declared.canonical)
        )
        if self.links_above and self.day_first is None:
            self.day_first = dates.told_order(
                block.text for block in blocks if block.zone == "listed"
            )
        # Does the page, or its source, say that it is a story?
        self.is_known = declared.is_dated_story or address_forms.is_story(url, source)
        self.published, self.modified = self._declared_dates()
        titled = dates.find_date(title, self.day_first)
        self.titled = [(titled, "title")] if titled and titled.value else []
        self._read_tree(root, telling)

    def _rank_anew(
        self,
        said: Sequence[tuple[str, str]],
        h1s: Sequence[str],
        title: str,
        slug: str,
        site: SiteMemory,
    ) -> None:
        """Puts what no other story is called first; an h1 that several have names the site."""

        def is_standing(words: object) -> bool:
            return site.stands(site.mark("headline", str(words)))

        if not is_standing(self.headlines[0].value):
            return
        own = [words for words in h1s if not is_standing(words)]
        sites = [*self.sites, *(words for words in h1s if words not in own)]
        ranked = rank_headlines(said, own, title, sites, blocks=self.shown, slug=slug)
        ranked.sort(key=lambda reading: is_standing(reading.value))
        if ranked and not is_standing(ranked[0].value):
            self.headlines, self.sites = ranked, sites

    def _read_data(
        self,
        root: Element,
        scripts: Sequence[Element],
        titles: Sequence[str],
        data: bytes | None,
        is_rendered: bool,
    ) -> None:
        """Takes the text that the page carries or loads for its script in place of what it
        shows."""
        declared = self.declared
        called = [words for words, _ in declared.get("headline")]
        parts = [part for words in titles for part in (words, *TITLE_SEAM.split(words))]
        longest, keys = max(map(len, parts), default=0), [*map(joined, self.sites)]
        parts = [part for part in parts if 2 * len(part) >= longest]
        named = one_line_each((*called, *parts))
        headlines = [words for words in named if not is_like_site(words, keys)]
        slug = address_forms.read_slug(self.url)
        loaded = None
        if data is not None:
            fields = self.source.data_fields if self.source else DataFields()
            loaded = read_story_data(data, headlines, fields)
        self.drawn = read_drawn(
            self.html, root, scripts, self.blocks, declared, headlines, slug, loaded
        )
        if is_rendered:
            self.drawn = replace(self.drawn, story=None, where="", kept_back=OF_RENDERED)
        if (story := self.drawn.story) is None:
            return
        headline = escape(story.headline or "")
        drawn = parse_tree(f"<article><h1>{headline}</h1><div>{story.html}</div></article>")
        if drawn is None:
            return
        self.layout = cut_blocks(drawn)
        self.blocks = self.layout.blocks
        if self.drawn.where != DECLARED_BODY:
            for name in ("headline", "date_published", "date_modified", "description", "section"):
                declared.add(name, getattr(story, name), self.drawn.where)
            declared.add("authors", list(story.authors), self.drawn.where)

    def _declared_dates(self) -> tuple[list[dates.Found], list[dates.Found]]:
        """Returns the dates of publication, and of updates."""
        published, modified = map(self.parse_dates, ("date_published", "date_modified"))
        authors = self.declared.get("authors")
        if any(PLACEHOLDER.fullmatch(words) for said, _ in authors for words in said):
            updates = {reading.raw for reading, _ in modified}
            published = [found for found in published if found[0].raw not in updates]
        return published, modified

    @property
    def is_of_desk(self) -> bool:
        """Does it declare that a desk wrote the story, so that it takes more than a place on the
        page to call anybody its author?"""
        said = (words for value, _ in self.declared.get("authors") for words in value)
        desks = (joined(words) for words in said if DESK.search(words))
        return any(all(desk not in joined(site) for site in self.sites) for desk in desks)

    def parse_dates(self, name: str) -> list[dates.Found]:
        said = self.declared.get(name)
        read = ((dates.parse_date(value, self.day_first), evidence) for value, evidence in said)
        return [(reading, evidence) for reading, evidence in read if reading]

    def _read_tree(self, root: Element, telling: Mapping[str, Sequence[Element]]) -> None:
        """Reads all else that may be asked of the tree, which is let go then: to free it takes less
        time while the processor's cache still holds it."""
        self.place = self.url or self.declared.canonical
        self.times = visible.read_times(telling["time"], self.day_first, self.place)
        self.buttons = page_kind.read_buttons(telling["button"])
        self.reservations = read_reservations(telling["meta"])
        is_filed = any(not NO_SECTION.fullmatch(v) for v, _ in self.declared.get("section"))
        self.menus = NO_MENUS if is_filed else read_menus(root, self.place)
        is_dated = (
            bool(self.published)
            or not all(is_update for _, is_update in self.times)
            or dates.url_date(urlsplit(self.url or "").path) is not None
        )
        self.marked_dates = (
            [] if is_dated else visible.read_marked_dates(root, self.day_first, self.place)
        )
        is_signed = bool(self.declared.get("authors"))
        self.marked_authors = [] if is_signed else visible.read_marked_authors(root, self.place)
        self.layout.typed.clear()


def _headline_at(blocks: Sequence[Block], headline: str, others: Sequence[str]) -> int | None:
    at = visible.headline_at(blocks, headline)
    if at is None and others and others[0] and headline.endswith(f": {others[0]}"):
        return visible.headline_at(blocks, others[0])
    return at


def read_html(
    words: str,
    url: str | None,
    source: Source | None,
    seen_at: datetime | None,
    data: bytes | None = None,
    is_rendered: bool = False,
    site: SiteMemory | None = None,
) -> PageReadings:
    """Reads all that the page says.

    :param data: what it loads, as its source declares
    :param is_rendered: its scripts have run: what they left in its data they did not show
    :param site: what other stories of the site show
    :raises NotAnArticle: it is no story, or shows no headline
    """
    rules = compile_rules(source.furniture_at(seen_at) if source else ())
    page = _Page(words, url, source, rules, data, is_rendered, site)
    found = _read_story(page, rules, site)
    _read_declared_fields(found, page)
    signed = _read_bylines(found, page)
    _read_dates(found, page)
    _judge_kind(found, page)
    if not found.best("authors"):
        _look_for_authors(found, page)
    take_credit(found, page.declared, signed, page.blocks, at=page.at, names=page.names)
    if seen_at:
        found.published += visible.read_relative_dates(page.blocks, page.at, source, seen_at)
    found.published += _look_for_dates(found, page)
    people = names_of_authors(page.layout, page.at)
    sections = found.fields.get("section", ())
    found.fields["section"] = [
        one
        for one in sections
        if one.evidence != "dateline" or words_key(str(one.value)) not in people
    ]
    if not found.best("section"):
        _read_section(found, page, people)
    _read_claims(found, page)
    _take_selected(found, page.selected)
    found.canonical = page.declared.canonical or page.declared.first("url")
    found.reservations = page.reservations
    return found


def _read_story(page: _Page, rules: Sequence[Rule], site: SiteMemory | None) -> PageReadings:
    """Chooses the body, and refuses what its paragraphs show to be none."""
    layout, blocks, at = page.layout, page.blocks, page.at
    description = page.declared.first("description") or ""
    standing = zone_standing(blocks, site) if site else {}
    said = content_words(f"{page.headline} {description}")
    choose_body(layout, at, rules, said, urlsplit(page.place or "").hostname or "/")
    odds = select_story(layout, at, page.headline, description)
    if layout.selected:
        open_selected(layout)
    else:
        open_lead(layout, at, description)
    trim(blocks, page.headline, description)
    mark_wall(layout)
    if site:
        settle_standing(blocks, standing, site)
    walked = walk(blocks, rules, page.names)
    if not page.is_known:
        page_kind.require_not_index(blocks, layout.nodes, page.url or page.declared.canonical)
        page_kind.require_no_event(page.declared, page.headline, blocks, at, page.url)
        refusal.require_not_video(page.html, walked.paragraphs)
    found = PageReadings(
        walked=walked, layout=layout, at=at, sites=page.sites, links_above=page.links_above
    )
    found.access = page.declared.get("access")
    found.signals = confidence.read_block_signals(blocks, walked.paragraphs, odds, said)
    found.fields["headline"] = page.headlines
    shown = sum(len(block.text) for block in walked.paragraphs)
    length = size(" ".join(block.text for block in walked.paragraphs))
    if page.drawn.story and not (found.is_kept_back or page.drawn.kept_back):
        found.body_from = "data"
    elif page.drawn.story or (
        page.drawn.signs and (page.drawn.kept_back or length < refusal.SHORTEST_STORY)
    ):
        walked.paragraphs.clear()
        found.drawn_by, found.drawn_reason = page.drawn.words, page.drawn.reason
        if page.drawn.where == STORY_DATA:
            found.access = [*found.access, ("false", page.drawn.where)]
    found.add("body", shown, EVIDENCE if layout.selected else page.drawn.where or "element")
    return found


def _take_selected(found: PageReadings, selected: Selected) -> None:
    """Takes the source's own word for where these stand, in place of all other evidence."""
    if selected.date_published:
        found.published = [(selected.date_published, EVIDENCE)]
    if selected.authors:
        found.fields["authors"] = [Reading(value=selected.authors, evidence=EVIDENCE)]


def _read_declared_fields(found: PageReadings, page: _Page) -> None:
    declared, source = page.declared, page.source
    is_known = source is not None
    authors = declared.get("authors")
    found.published, found.modified = page.published, page.modified
    for name in AS_DECLARED:
        for value, evidence in declared.get(name):
            if name != "description" or _may_be_told(value, found.walked.paragraphs):
                found.add(name, value, evidence)
    for value, evidence in declared.get("section"):
        bare = value.removesuffix(" Channel")
        if not NO_SECTION.fullmatch(value):
            is_own = source is not None and bare in source.section_names
            found.add("section", bare if is_own else value, evidence)
    for value, evidence in authors:
        names = read_names(value, publishers=page.sites, declared=True, is_known=is_known)
        found.add("authors", names, evidence)
    for value, evidence in declared.get("keywords"):
        found.add("keywords", tuple(dict.fromkeys(value)), evidence)
    for value, evidence in declared.get("language"):
        if match := LANGUAGE.fullmatch(value):
            found.add("language", match[1].lower(), evidence)
    found.word_count = next((value for value, _ in declared.get("word_count")), None)
    if source is None:
        found.fields["publisher"] = paper_names(declared.get("site_name"), page.url)


def _may_be_told(description: str, story: Sequence[Block]) -> bool:
    """Is it as short as descriptions are beside a story, or does the story show its end?"""
    text = " ".join(block.text for block in story)
    if len(description) <= max(LONGEST_DESCRIPTION, len(text) / 4):
        return True
    return words_key(description[-ENDING:]) in words_key(text)


def _read_bylines(found: PageReadings, page: _Page) -> Sequence[str]:
    """Takes whom the lines name, up to one that names the site itself or its desk; returns those
    that say that they name authors."""
    own = found.site_keys
    is_short_named = [" " in name for name in found.best("authors") or ()] == [False]
    is_known, is_of_desk = page.source is not None, page.is_of_desk
    printed: dict[str, tuple[str, ...]] = {}
    beside: list[tuple[str, ...]] = []
    for words, kind in visible.read_bylines(page.layout.bylines, page.blocks, page.at):
        if is_of_desk and kind != "led":
            continue
        is_named = UNPARTED.search(words) or LEAD.match(words)
        is_linked = kind == "linked" or (kind == "marked" and is_named is not None)
        names = read_names([words], publishers=page.sites, declared=is_linked, is_known=is_known)
        name = LEAD.sub("", words).strip()
        is_short = not names and len(name) <= LONGEST_DESK
        is_own = is_short and is_like_site(name, own)
        if is_own or (is_short and name != words and DESK.search(name)):
            printed.setdefault(words, ())
            if name != words:
                break
        if kind == "name" and found.tells_of(names):
            continue
        found.add("authors", names, "byline")
        if is_linked or LEAD.match(words) or (is_short_named and len(names) == 1):
            printed.setdefault(words, names)
            beside += [names] if kind == "led" and is_names(one_line(name)) else []
    firsts = [next(filter(None, led), ()) for led in (printed.values(), beside)]
    found.prefer_printed(firsts[0], firsts[1], page.blocks)
    return [*printed]


def _read_dates(found: PageReadings, page: _Page) -> None:
    """Takes the dates that stand beside the headline, those of date lines and addresses first."""
    below, above, far = visible.read_datelines(page.blocks, page.at, page.source, page.day_first)
    near = next((line.date.raw for line in below if line.date), None)
    # The only one of a page is as good as one beside the headline.
    is_one = len({reading.value for reading, _ in page.times}) == 1
    elsewhere = "time" if is_one else dates.TIME_ELSEWHERE
    found.add_times((time for time in page.times if time[0].raw == near), "time")
    found.add_datelines(below)
    found.add_url_date(page.url)
    found.add_times((time for time in page.times if time[0].raw != near), elsewhere)
    found.add_datelines(above)
    found.add_datelines(far, dates.BELOW_TEXT)
    found.published += page.parse_dates("date_named")


def _judge_kind(found: PageReadings, page: _Page) -> None:
    """Refuses other kinds of pages than stories, and keeps how much speaks for one."""
    share = 1.0
    if not page.is_known and not found.published:
        page_kind.require_no_list(page.blocks, found.walked.paragraphs, page.place)
    if found.drawn_by and not page.is_known:
        page_kind.require_story_kind(page_kind.read_told_signs(page.url, page.declared))
    elif not page.is_known or page.is_home:
        signs = page_kind.read_signs(
            page.url,
            page.declared,
            [*page.shown, *page.blocks] if page.drawn.story else page.blocks,
            found.walked.paragraphs,
            nodes=page.layout.nodes,
            headline=page.headline,
            buttons=page.buttons,
            has_dateline=any(how == "dateline" for _, how in found.published),
        )
        share = page_kind.require_story_kind(signs, is_home=page.is_home)
    found.signals["story"] = confidence.read_story_signal(share)


def _look_for_authors(found: PageReadings, page: _Page) -> None:
    """Takes the first line farther away that names people, else the account that is declared."""
    if page.is_of_desk:
        return
    found.add("authors", read_signature(found.walked.paragraphs, page.blocks), "text")
    if found.best("authors"):
        return
    for words, how in visible.read_far_bylines(page.blocks, page.at, found.walked.paragraphs):
        is_linked, is_known = how == "author link", page.source is not None
        names = read_names([words], publishers=page.sites, declared=is_linked, is_known=is_known)
        if names and not (how == "name above the text" and found.tells_of(names)):
            found.add("authors", names, how)
            return
    names = read_names(page.marked_authors, publishers=page.sites, is_known=page.source is not None)
    if names:
        found.add("authors", names, "author class")
        return
    for value, how in page.declared.get("authors"):
        by_form = not how.endswith("dcterms.creator")  # which the system fills in
        names = read_names(value, publishers=page.sites, declared=True, may_be_account=by_form)
        found.add("authors", names, how)


def _look_for_dates(found: PageReadings, page: _Page) -> list[dates.Found]:
    """Returns the date of publication from where few pages have it, if no other place gives one."""
    if any(reading.value for reading, _ in found.published):
        return []
    address = urlsplit(page.url or "")
    years = dates.named_years(block.text for block in page.blocks)
    by_slug = dates.slug_date(f"{address.path}?{address.query}", years)
    if found.published:  # none that can be told, but nobody printed another one
        return by_slug
    near = page.blocks, page.at, found.walked.paragraphs, page.day_first, years
    read = (
        page.marked_dates
        or visible.read_labelled_dates(*near)
        or visible.read_dates_by_text(*near)
        or dates.inline_date(page.html)
        or by_slug
        or page.titled
        or visible.read_lone_date(page.blocks, found.walked.paragraphs, page.day_first)
    )
    updates = {reading.day for reading, _ in found.modified}
    return [found for found in read if found[0].day not in updates or found[1] in EXPLICIT]


def _read_section(found: PageReadings, page: _Page, people: Iterable[str]) -> None:
    paths, others = page.declared.get("breadcrumb"), [*page.names, *people]
    if section := read_section(
        page.menus, page.layout, paths, page.at, page.headline, others, page.url
    ):
        found.add("section", *section)


def _read_claims(found: PageReadings, page: _Page) -> None:
    """Takes a standfirst of bullets below the headline for the description."""
    below = page.blocks[page.at + 1 :][:CLAIMS_WITHIN] if page.at is not None else []
    for block in below:
        if is_claims(block.text) and not block.links:
            claims = Reading(value=block.text, evidence="claims")
            found.fields.setdefault("description", []).insert(0, claims)
            break
