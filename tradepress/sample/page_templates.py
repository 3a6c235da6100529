"""The sample papers as web sites: a path and a query go in, a page comes out."""

import datetime as dt
import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Literal, NamedTuple
from urllib.parse import parse_qs, quote

import jinja2
from markupsafe import Markup, escape

from tradepress.sample import structured
from tradepress.sample.story_files import (
    HERE,
    LINK,
    PAPERS,
    PAPERS_FILE,
    Edition,
    Paper,
    SampleStory,
    plain,
)

PER_PAGE = 10
FEED_LENGTH = 15
NEWS_SITEMAP_LENGTH = 5
FOUNDED = dt.date(2011, 3, 1)
"""Date of everything that has none of its own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One answer of a paper's site."""

    body: bytes
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    location: str | None = None
    day: dt.date = FOUNDED
    """Day of the last change."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NotStory:
    """A listed address of the form of a story that answers 200 but holds none."""

    paper: Paper
    path: str
    reason: Literal["soft_404", "consent", "login"]
    headline: str
    teaser: str
    section: str | None = None
    date: dt.date


NOT_STORIES = tuple(
    NotStory(**{**entry, "paper": PAPERS[entry["paper"]]}) for entry in PAPERS_FILE["not_stories"]
)


class Row(NamedTuple):
    """One entry of a listing."""

    url: str
    headline: str
    teaser: str
    date: dt.date | None
    section: str | None
    authors: tuple[str, ...]
    name: str
    """Seed of its picture."""
    look: int
    """0 to 7: how the row is set."""


class Site:
    """One paper in one edition."""

    def __init__(self, paper: Paper, edition: Edition) -> None:
        self.paper = paper
        self.edition = edition
        self.stories = edition.of(paper)
        self._by_path = {path: story for story in self.stories for path in story.paths}
        self._moved = {s.first_path: s.path for s in self.stories if s.moved_to}
        self._gone = {p for story in edition.gone if story.paper is paper for p in story.paths}
        self._not_stories = {entry.path: entry for entry in NOT_STORIES if entry.paper is paper}
        self._day = max((story.day for story in self.stories if story.day), default=FOUNDED)
        # One of the two pages in an old encoding says so in its own head alone.
        legacy = [s.key for s in reversed(edition.stories) if s.encoding != "utf-8"]
        self._silent_header = legacy[0] if legacy else None
        # The oldest classic story of the Gazette names the front page as its canonical address.
        classics = [s for s in self.stories if s.template == "classic" and s.id]
        liars = classics if paper.name == "signet" else []
        self._lying = min(liars, key=lambda s: s.id or 0, default=None)
        self._tags = _tags(self.stories)
        # Listings of the Gazette, by their word in addresses; that of all sections has no section.
        self._folders: dict[str, str | None] = {}
        if paper.name == "signet":
            self._folders = {"news": None} | {word: name for name, word in paper.sections.items()}
            self._moved |= {f"/{word}": f"/{word}/" for word in self._folders}

    def page(self, path: str, query: str = "") -> Page:
        """The answer to a path (percent-encoded) and a query string."""
        if path in self._moved:
            return self._redirect(self._moved[path])
        if path in self._by_path:
            return self._story(self._by_path[path])
        if path in self._gone:
            return self._plain("gone", status=410)
        if path in self._not_stories:
            return self._plain(self._not_stories[path].reason)
        found = self._fixed(path.split("/")[1:], parse_qs(query))
        return found or self._plain("soft_404", status=404)

    def _fixed(self, parts: list[str], query: Mapping[str, list[str]]) -> Page | None:
        """Pages that are no stories."""
        match parts:
            case [""]:
                return self._page(f"{self.paper.name}-home.html", rows=self.rows())
            case ["about" | "contact" | "privacy" | "login" | "register" as name]:
                return self._plain(name)
            case ["static" | "files", name]:
                return self._file(name)
            case ["media", "image", name] if name.endswith(".svg"):
                return self._page("picture.svg", day=FOUNDED, name=name.removesuffix(".svg"))
            case ["search"]:
                return self._search(query.get("q", [""])[0])
            case ["tag", word]:
                return self._tag(word)
            case ["listing", "news"] if self.paper.name == "makers":
                return self._makers_listing(query)
            case [word, ""] if word in self._folders:
                return self._signet_listing(word, query)
            case ["rss"]:
                dated = [story for story in self.stories if story.day]
                return self._page("feed.rss", feed=dated[:FEED_LENGTH])
            case ["robots.txt"]:
                return self._page("robots.txt")
            case [name]:
                return self._sitemap(name)
        return None

    # Stories

    def _story(self, story: SampleStory) -> Page:
        even = (story.id or len(story.slug)) % 2 == 0
        tops = [self.edition.find(self.paper, slug) or slug for slug in story.top_stories]
        origin = None
        if story.first_published_on:
            name, slug = story.first_published_on.split("/")
            origin = self.edition.find(PAPERS[name], slug)
        text = self._render(
            f"{story.template}-story.html",
            story=story,
            # A page that declares another's address as its own must not be believed.
            canonical=self.paper.home + "/" if story is self._lying else story.url,
            says_canonical=story.template != "classic" or story is self._lying,
            says_charset=story.encoding == "utf-8" or story.key == self._silent_header,
            json_ld=structured.json_ld(story),
            related=[self.edition.find(self.paper, slug) for slug in story.related],
            tops=[top if even or isinstance(top, str) else top.headline for top in tops],
            more=[self.edition.find(self.paper, slug) for slug in story.more_on_this_story],
            origin=origin,
            shows_e_mail=not even,
        )
        charset = "" if story.key == self._silent_header else f"; charset={story.encoding}"
        return Page(
            body=text.encode(story.encoding, "xmlcharrefreplace"),
            content_type=f"text/html{charset}",
            day=story.revised_on or story.day or FOUNDED,
        )

    # Listings

    def rows(self, *, section: str | None = None) -> list[Row]:
        """Listing entries, newest first; of one section or of the whole paper."""
        rows = [
            Row(
                _listed_url(story, everywhere=section is None),
                story.headline,
                _teaser(story),
                story.day,
                story.section,
                story.authors,
                story.slug,
                _look(story),
            )
            for story in self.stories
            if section in (None, story.section)
        ]
        rows += [
            Row(entry.path, entry.headline, entry.teaser, entry.date, entry.section, (), "", 0)
            for entry in self._not_stories.values()
            if section in (None, entry.section)
        ]
        return sorted(rows, key=lambda row: row.date or FOUNDED, reverse=True)

    def _signet_listing(self, word: str, query: Mapping[str, list[str]]) -> Page:
        number = max(_number(query, "pb[list-articles][page]"), 1)
        rows = self.rows(section=self._folders[word])
        return self._page(
            "signet-listing.html",
            rows=rows[(number - 1) * PER_PAGE : number * PER_PAGE],
            number=number,
            last=-(-len(rows) // PER_PAGE),
            word=word,
            section=self._folders[word],
        )

    def _makers_listing(self, query: Mapping[str, list[str]]) -> Page:
        offset = _number(query, "offset")
        channel = _number(query, "channelid")
        section = dict(enumerate(self.paper.sections, 1)).get(channel)
        rows = self.rows(section=section)
        return self._page(
            "makers-listing.html",
            rows=rows[offset : offset + PER_PAGE],
            offset=offset,
            total=len(rows),
            channel=channel if section else 0,
            section=section,
        )

    def _tag(self, word: str) -> Page | None:
        if word not in self._tags:
            return None
        keyword, stories = self._tags[word]
        return self._page("found.html", title=keyword, found=stories, asked=None)

    def _search(self, words: str) -> Page:
        found = [s for s in self.stories if words and words.lower() in s.headline.lower()]
        return self._page("found.html", title="Search", found=found, asked=words)

    # Everything else

    def _sitemap(self, name: str) -> Page | None:
        """All stories in one file, or an index and a file for each year."""
        listed = [story for story in self.stories if not story.disallowed]
        if self.paper.name == "makers":
            is_there = name == "sitemap.xml"
            return self._page(name, listed=listed, with_pages=True) if is_there else None
        match name:
            case "sitemap.xml":
                years = sorted({story.day.year for story in listed if story.day}, reverse=True)
                return self._page("sitemap-index.xml", years=years)
            case "sitemap-news.xml":
                current = [story for story in listed if story.template == "current" and story.day]
                return self._page("sitemap-news.xml", listed=current[:NEWS_SITEMAP_LENGTH])
            case "sitemap-pages.xml":
                undated = [story for story in listed if not story.day]
                return self._page("sitemap.xml", listed=undated, with_pages=True)
        of_year = [story for story in listed if story.day and f"sitemap-{story.day:%Y}.xml" == name]
        return self._page("sitemap.xml", listed=of_year, with_pages=False) if of_year else None

    def _file(self, name: str) -> Page | None:
        if name == "icon.svg":
            return self._page("icon.svg", day=FOUNDED)
        static = HERE / "static"
        for file in (static / name, static / self.paper.name / name):
            if file.is_file():
                return Page(body=file.read_bytes(), content_type=_content_type(name))
        return None

    def _plain(self, name: str, *, status: int = 200) -> Page:
        return self._page(f"plain/{name}.html", status=status, day=FOUNDED)

    def _redirect(self, path: str) -> Page:
        return Page(body=b"", status=301, location=self.paper.home + path)

    def _page(
        self, template: str, *, status: int = 200, day: dt.date | None = None, **values: Any
    ) -> Page:
        """A page from its template; ``day`` is that of the newest story unless given."""
        return Page(
            body=self._render(template, **values).encode(),
            content_type=_content_type(template),
            status=status,
            day=day or self._day,
        )

    def _render(self, template: str, **values: Any) -> str:
        return _ENVIRONMENT.get_template(template).render(
            paper=self.paper,
            papers=PAPERS,
            day=self._day,
            shell="current.html" if self.paper.name == "signet" else "classic.html",
            topics=list(self._tags.items())[:8],
            most_read=self.stories[2::4][:4],
            **values,
        )


_CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".pdf": "application/pdf",
    ".rss": "application/rss+xml; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
}


def _content_type(name: str) -> str:
    return _CONTENT_TYPES[PurePath(name).suffix]


def channels(paper: Paper) -> list[tuple[str, str]]:
    """Word and path of every channel in the navigation."""
    if paper.name == "makers":
        numbered = enumerate(paper.sections, 1)
        return [("News", "/listing/news")] + [
            (section, f"/listing/news?channelid={number}") for number, section in numbered
        ]
    return [("News", "/news/")] + [(name, f"/{word}/") for name, word in paper.sections.items()]


def _tags(stories: Sequence[SampleStory]) -> dict[str, tuple[str, list[SampleStory]]]:
    """Word in the address to the keyword as printed and its stories; most used first."""
    tags: dict[str, tuple[str, list[SampleStory]]] = {}
    for story in stories:
        for keyword in story.keywords:
            word = re.sub(r"[^a-z0-9]+", "-", keyword.lower()).strip("-")
            tags.setdefault(word, (keyword, []))[1].append(story)
    return dict(sorted(tags.items(), key=lambda tag: (-len(tag[1][1]), tag[0])))


def _look(story: SampleStory) -> int:
    return sum(story.slug.encode()) % 8


def _listed_url(story: SampleStory, *, everywhere: bool) -> str:
    """A story's address as listings give it: most plain, a few as papers really link."""
    look = _look(story)
    if story.id is None or story.disallowed:
        return story.path + ("#comments" if look == 1 else "")
    if story.aliases and everywhere:
        return story.aliases[0]
    if look == 0:
        return f"{story.path}?utm_source={story.paper.name}&utm_medium=listing"
    if look == 1:
        return f"{story.path}#comments"
    if look == 2 and everywhere:
        return f"http://www.{story.paper.host}{story.path}"
    return story.path


def _teaser(story: SampleStory) -> str:
    return story.description.split(" | ")[0] if story.description else story.first_sentence


def _number(query: Mapping[str, Sequence[str]], name: str) -> int:
    """A whole number from a query, 0 where there is none."""
    word = query.get(name, ["0"])[0]
    return int(word) if re.fullmatch(r"\d{1,6}", word) else 0


# What templates may call


def _marked(part: str) -> Markup:
    """Source text of a body as HTML."""
    return Markup(LINK.sub(r'<a href="\2">\1</a>', str(escape(part))))


def _day_words(date: dt.date) -> str:
    return f"{date.day} {date:%B %Y}"


def noon(date: dt.date) -> dt.datetime:
    """The instant itself, or the middle of the day where only that is known."""
    if isinstance(date, dt.datetime):
        return date
    return dt.datetime.combine(date, dt.time(12), dt.UTC)


def _summary(story: SampleStory) -> str:
    """Meta description: the dek, or the beginning of the text, cut at 155 characters."""
    text = story.description or story.paragraphs[0]
    return text if len(text) <= 155 else text[:155].rsplit(" ", 1)[0] + "…"


def _star(x: float, y: float, outer: float, inner: float, points: int) -> str:
    """Outline of a star, for a path's ``d``."""
    corners = []
    for step in range(points * 2):
        radius = inner if step % 2 else outer
        angle = math.pi * step / points
        corners.append(f"{x + radius * math.sin(angle):.0f} {y - radius * math.cos(angle):.0f}")
    return "M" + "L".join(corners) + "z"


_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.PackageLoader("tradepress.sample", "templates"),
    autoescape=lambda name: not (name or "").endswith(".txt"),
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_ENVIRONMENT.filters.update(
    marked=_marked,
    plain=plain,
    day_words=_day_words,
    day_digits=lambda date: f"{date:%d-%m-%Y}",
    rfc_822=lambda date: f"{noon(date):%a, %d %b %Y %H:%M:%S %z}",
    instant=lambda date: noon(date).isoformat(),
    summary=_summary,
    quoted=quote,
    digest=lambda name: hashlib.sha256(name.encode()).digest(),
)
_ENVIRONMENT.globals.update(
    channels=channels,
    star=_star,
    section_path=structured.section_path,
    publisher=structured.PUBLISHER,
)
