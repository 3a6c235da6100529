"""The sample papers as web sites: a path and a query go in, a page comes out."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal, NamedTuple
from urllib.parse import parse_qs, quote

import jinja2
from markupsafe import Markup, escape

from tradepress.sample import pictures, structured
from tradepress.sample.story_files import LINK, PAPERS, Edition, Paper, Story, plain

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


class NotStory(NamedTuple):
    """A listed address of the form of a story that answers 200 but holds none."""

    paper: Paper
    path: str
    reason: Literal["soft_404", "consent", "login"]
    headline: str
    teaser: str
    section: str | None
    date: dt.date


NOT_STORIES = (
    NotStory(
        PAPERS["signet"],
        "/trademark/a-story-that-is-no-more-9001",
        "soft_404",
        "A story that is no more",
        "Two breweries have settled, and asked for the details to be forgotten.",
        "Trademarks",
        dt.date(2016, 1, 27),
    ),
    NotStory(
        PAPERS["signet"],
        "/trademark/consent-please-9002",
        "consent",
        "Consent, please: what registries may keep about applicants",
        "Home addresses on public registers are to be hidden on request.",
        "Trademarks",
        dt.date(2016, 1, 28),
    ),
    NotStory(
        PAPERS["signet"],
        "/news/members-briefing-9003",
        "login",
        "Members’ briefing: ten marks to watch",
        "Our pick from this month’s journals, with the opposition deadlines.",
        None,
        dt.date(2016, 1, 29),
    ),
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
        found = self._fixed(path, parse_qs(query))
        return found or self._plain("soft_404", status=404)

    def _fixed(self, path: str, query: Mapping[str, list[str]]) -> Page | None:
        """Pages that are no stories."""
        if path in _PLAIN:
            return self._plain(_PLAIN[path])
        if path in _XML:
            return self._xml(path)
        match path.strip("/").split("/"):
            case [""]:
                return self._home()
            case ["static" | "files", name]:
                return self._file(name)
            case ["media", "image", name] if name.endswith(".svg"):
                drawn = pictures.picture(self.paper.name, name.removesuffix(".svg"))
                return Page(body=drawn.encode(), content_type="image/svg+xml")
            case ["search"]:
                return self._search(query.get("q", [""])[0])
            case ["tag", word]:
                return self._tag(word)
            case ["listing", "news"] if self.paper.name == "makers":
                return self._makers_listing(query)
            case [word] if self.paper.name == "signet" and word in self._folders:
                return self._signet_listing(word, query) if path[-1] == "/" else self._slash(path)
        return None

    # Stories

    def _story(self, story: Story) -> Page:
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

    @property
    def _folders(self) -> dict[str, str | None]:
        return {"news": None} | {word: name for name, word in self.paper.sections.items()}

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

    def _home(self) -> Page:
        return self._page(f"{self.paper.name}-home.html", rows=self.rows())

    def _tag(self, word: str) -> Page | None:
        if word not in self._tags:
            return None
        keyword, stories = self._tags[word]
        return self._page("found.html", title=keyword, found=stories, asked=None)

    def _search(self, words: str) -> Page:
        found = [s for s in self.stories if words and words.lower() in s.headline.lower()]
        return self._page("found.html", title="Search", found=found, asked=words)

    # Everything else

    def _plain(self, name: str, *, status: int = 200) -> Page:
        template = "consent.html" if name == "consent" else f"plain/{name}.html"
        return Page(body=self._render(template).encode(), status=status)

    def _redirect(self, path: str) -> Page:
        return Page(body=b"", status=301, location=self.paper.home + path)

    def _slash(self, path: str) -> Page:
        return self._redirect(path + "/")

    def _file(self, name: str) -> Page | None:
        if name == "icon.svg":
            return Page(body=pictures.icon(self.paper.name).encode(), content_type="image/svg+xml")
        if name == "media-pack.pdf":
            return Page(body=_pdf(f"{self.paper.title} - media pack"), content_type=_PDF)
        if name not in ("layout.css", f"{self.paper.name}.css"):
            return None
        sheet = files(__package__) / "static" / name
        return Page(body=sheet.read_bytes(), content_type="text/css; charset=utf-8")

    def _xml(self, path: str) -> Page | None:
        dated = [story for story in self.stories if story.day]
        listed = [story for story in self.stories if not story.disallowed]
        years = sorted({story.day.year for story in listed if story.day}, reverse=True)
        template, kind = _XML[path]
        if path == "/sitemap.xml" and self.paper.name == "makers":
            template = "sitemap.xml"
        elif path.startswith("/sitemap-") and self.paper.name == "makers":
            return None
        elif path == "/sitemap-news.xml":
            listed = [s for s in listed if s.day and s.template == "current"]
            listed = listed[:NEWS_SITEMAP_LENGTH]
        elif year := re.fullmatch(r"/sitemap-(\d{4})\.xml", path):
            listed = [s for s in listed if s.day and s.day.year == int(year[1])]
            if not listed:
                return None
        elif path == "/sitemap-pages.xml":
            listed = [s for s in listed if not s.day]
        text = self._render(
            template,
            feed=dated[:FEED_LENGTH],
            listed=listed,
            years=years,
            with_pages=path in ("/sitemap.xml", "/sitemap-pages.xml"),
        )
        return Page(body=text.encode(), content_type=kind, day=self._day)

    def _page(self, template: str, **values: Any) -> Page:
        return Page(body=self._render(template, **values).encode(), day=self._day)

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


_PDF = "application/pdf"
_PLAIN = {f"/{name}": name for name in ("about", "contact", "privacy", "login", "register")}
_XML: dict[str, tuple[str, str]] = {
    "/rss": ("rss.xml", "application/rss+xml; charset=utf-8"),
    "/robots.txt": ("robots.txt", "text/plain; charset=utf-8"),
    "/sitemap.xml": ("sitemap-index.xml", "application/xml; charset=utf-8"),
    "/sitemap-news.xml": ("sitemap-news.xml", "application/xml; charset=utf-8"),
    "/sitemap-pages.xml": ("sitemap.xml", "application/xml; charset=utf-8"),
    **{
        f"/sitemap-{year}.xml": ("sitemap.xml", "application/xml; charset=utf-8")
        for year in range(2000, 2100)
    },
}


def channels(paper: Paper) -> list[tuple[str, str]]:
    """Word and path of every channel in the navigation."""
    if paper.name == "makers":
        numbered = enumerate(paper.sections, 1)
        return [("News", "/listing/news")] + [
            (section, f"/listing/news?channelid={number}") for number, section in numbered
        ]
    return [("News", "/news/")] + [(name, f"/{word}/") for name, word in paper.sections.items()]


def _tags(stories: Sequence[Story]) -> dict[str, tuple[str, list[Story]]]:
    """Word in the address to the keyword as printed and its stories; most used first."""
    tags: dict[str, tuple[str, list[Story]]] = {}
    for story in stories:
        for keyword in story.keywords:
            word = re.sub(r"[^a-z0-9]+", "-", keyword.lower()).strip("-")
            tags.setdefault(word, (keyword, []))[1].append(story)
    return dict(sorted(tags.items(), key=lambda tag: (-len(tag[1][1]), tag[0])))


def _look(story: Story) -> int:
    return sum(story.slug.encode()) % 8


def _listed_url(story: Story, *, everywhere: bool) -> str:
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


def _teaser(story: Story) -> str:
    return story.description.split(" | ")[0] if story.description else story.first_sentence


def _number(query: Mapping[str, Sequence[str]], name: str) -> int:
    """A whole number from a query, 0 where there is none."""
    word = query.get(name, ["0"])[0]
    return int(word) if re.fullmatch(r"\d{1,6}", word) else 0


def _pdf(line: str) -> bytes:
    """A PDF of one page with one line."""
    stream = f"BT /F1 24 Tf 60 760 Td ({line}) Tj ET".encode("ascii", "replace")
    parts = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>",
    )
    found, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(found))
        found += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        found
        + b"xref\n0 6\n0000000000 65535 f \n%strailer\n<< /Size 6 /Root 1 0 R >>\n" % (table)
        + b"startxref\n%d\n%%%%EOF\n" % len(found)
    )


# What templates may call


def _marked(part: str) -> Markup:
    """Source text of a body as HTML."""
    found, end = Markup(), 0
    for match in LINK.finditer(part):
        found += escape(part[end : match.start()])
        found += Markup('<a href="{}">{}</a>').format(match[2], match[1])
        end = match.end()
    return found + escape(part[end:])


def _day_words(date: dt.date) -> str:
    return f"{date.day} {date:%B %Y}"


def noon(date: dt.date) -> dt.datetime:
    """The instant itself, or the middle of the day where only that is known."""
    if isinstance(date, dt.datetime):
        return date
    return dt.datetime.combine(date, dt.time(12), dt.UTC)


def _summary(story: Story) -> str:
    """Meta description: the dek, or the beginning of the text, cut at 155 characters."""
    text = story.description or story.paragraphs[0]
    return text if len(text) <= 155 else text[:155].rsplit(" ", 1)[0] + "…"


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
)
_ENVIRONMENT.globals.update(
    channels=channels,
    picture=pictures.picture,
    logo=pictures.logo,
    section_path=structured.section_path,
    publisher=structured.PUBLISHER,
)
