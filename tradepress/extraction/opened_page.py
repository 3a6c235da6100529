"""Opens an HTML page: its tree and blocks, what it declares, its headline and its dates."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from urllib.parse import urlsplit

from tradepress.archive.site_memory import SiteMemory
from tradepress.archive.text_forms import joined, one_line, one_line_each
from tradepress.extraction import address_forms, dates, page_kind, refusal, visible, visible_dates
from tradepress.extraction.blocks import Block
from tradepress.extraction.declared_data import read_story_data
from tradepress.extraction.drawn_by_script import DrawnPage, read_drawn, shows_text
from tradepress.extraction.furniture import Rule
from tradepress.extraction.headline import TITLE_SEAM, is_like_site, rank_headlines
from tradepress.extraction.html_blocks import cut_blocks
from tradepress.extraction.links import host_names, is_home, list_above
from tradepress.extraction.not_an_article import STORY_DATA, NotAnArticle
from tradepress.extraction.page_reservations import read_reservations
from tradepress.extraction.people import (
    DESK,
)
from tradepress.extraction.sections import (
    NO_MENUS,
    NO_SECTION,
    read_menus,
)
from tradepress.extraction.selected import EVIDENCE, NOTHING, select
from tradepress.extraction.structured_data import read_declared
from tradepress.extraction.tree import Element, parse_tree, read_telling
from tradepress.source import DataFields, Source
from tradepress.story import Reading

PLACEHOLDER = re.compile(r"super ?user|admin(?:istrator)?|webmaster|root", re.I)
"""Matches what a CMS calls an unnamed author; it may call an update a publication."""
DECLARED_BODY = "json-ld articleBody"
OF_RENDERED = "as a browser has rendered it, nothing is read but what it shows"


class OpenedPage:
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
        self.times = visible_dates.read_times(telling["time"], self.day_first, self.place)
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
            [] if is_dated else visible_dates.read_marked_dates(root, self.day_first, self.place)
        )
        is_signed = bool(self.declared.get("authors"))
        self.marked_authors = [] if is_signed else visible.read_marked_authors(root, self.place)
        self.layout.typed.clear()


def _headline_at(blocks: Sequence[Block], headline: str, others: Sequence[str]) -> int | None:
    at = visible.headline_at(blocks, headline)
    if at is None and others and others[0] and headline.endswith(f": {others[0]}"):
        return visible.headline_at(blocks, others[0])
    return at
