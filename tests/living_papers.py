"""The sample papers as they live on: new stories on working days, and what goes wrong with them.

Everything is decided by the day and the seed alone, so that a test knows what an archive must hold.
The sample's stories are served from its files, new ones and all lists are made here.
"""

import datetime as dt
import email.utils
import json
import random
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Literal
from urllib.parse import unquote

from tradepress.sample.editions import PAPERS, Page, SampleSite
from tradepress.sample.manifest import load_manifest
from tradepress.sample.server import SamplePapers

Trouble = Literal[
    "down",
    "blocked",
    "redesigned",
    "leaking",
    "unlisted",
    "forbidden",
    "never 404",
    "unsaid",
    "drifting",
    "redated",
    "login",
]

FIRMS = (
    *("Orrin Vale", "Tamsel", "Quillory", "Bracken Forge", "Hollin & Daughters", "Vesterholt"),
    *("Pale Heron", "Marrowby", "Ostrander Tea", "Linnet Works", "Cobalt Row", "Dunmarrow"),
    *("Firth & Sallow", "Kestrelware", "Umber Lane", "Wexcombe", "Ninefold", "Yarrowgate"),
)
GOODS = (
    *("lanterns", "kettles", "bicycle bells", "rain hats", "fountain pens", "honey jars"),
    *("rope ladders", "tea caddies", "roller skates", "music stands", "hammocks", "paper kites"),
    *("garden shears", "wool blankets", "chess clocks", "pepper mills", "canoes", "door knockers"),
)
PLACES = (
    *("Luxembourg", "Alicante", "Munich", "Delhi", "Ottawa", "Geneva", "Canberra", "Nairobi"),
    *("Tokyo", "Bogotá", "Oslo", "Warsaw", "Wellington", "Lagos", "Lisbon", "Seoul"),
)
SIGNS = (
    *("a leaping hare", "the word DRUMLIN", "a shade of green", "three stacked rings"),
    *("the slogan “made to be mended”", "a folded corner", "the outline of a bridge"),
    *("a humming sound", "the name of its founder", "a row of rivets", "a spiral label"),
)
PEOPLE = (
    *("Emeka Sandoval", "Joan Tyndlow", "Priya Castellane", "Rory O’Dell", "Ines Halloran"),
    *("Tobias Wren", "Yusuf Lindqvist", "Greta Mbeki", "Aldo Farrant", "Saoirse Kimura"),
)
WRITERS = (
    *("Ottilie Brand", "Casper Munro", "Leda Fairweather", "Ivo Strandli", "Nerys Tallow"),
    *("Bram Oyelaran", "Hester Quist", "Milan Ashgrove", "Rukmini Sayle", "Dorian Fenn"),
)
"""Names who writes the stories: nobody whom they tell of, as that is how a page shows who wrote."""
FRAMES = (
    "{firm} may not keep {sign} to itself, the office in {place} has said about its {goods}.",
    "The dispute began in {year}, when {rival} started to sell {goods} in {place}.",
    "{person}, who acts for {firm}, spoke of a long week and a short judgment.",
    "Of the {number} exhibits filed, the examiners looked closely at {few}.",
    "Sales of {goods} in {place} had risen by {few} per cent a year since {year}.",
    "{rival} answered that buyers of {goods} look at the price before they look at {sign}.",
    "A survey of {number} people in {place} found that {few} in a hundred knew {sign}.",
    "The board put no weight on a letter of {year} in which {firm} had praised {rival}.",
    "“We will read all {number} paragraphs first,” {person} told a meeting in {place}.",
    "An appeal must be filed within {few} weeks, and {firm} has named {person} to lead it.",
    "Costs of {number} thousand were set against {rival}, less {few} for the delay over {goods}.",
    "No register outside {place} lists {sign} for {goods}, a search of {year} showed.",
    "{person} doubted whether {sign} could tell the {goods} of one maker from another’s.",
    "For {few} years {firm} and {rival} had shared a stand for {goods} at the fair in {place}.",
)
HEADLINES = (
    "{firm} loses {sign} for {goods} in {place}",
    "{place} office lets {firm} register {sign}",
    "{rival} and {firm} settle over {goods}",
    "Why {goods} from {place} worry {firm}",
    "{firm} wins second hearing on {sign} in {place}",
)
LEAK = "Members of the Hallmark Circle read this briefing an hour before everybody else does."
SECTIONS = {
    "signet": {
        **{"Trademarks": "trademark", "Designs": "design", "Copyright": "copyright"},
        "Enforcement": "enforcement",
    },
    "makers": {"Trademarks": "news", "Brands": "news", "Domains": "news"},
}
"""Of a paper: the folder of a section's stories."""
HOMES = {name: f"http://{host}" for host, name in PAPERS.items()}
PER_PAGE = 10
WALL = (
    '<div class="wall"><h3>Already registered?</h3><p><a href="/login">Login to your account</a>'
    "</p><p>To request a FREE 2-week trial subscription, please <a href='/register'>signup</a>.</p>"
    "</div>"
)
LOGIN = (
    '<form action="/login" method="post"><h1>Sign in</h1><p>Sign in to read on.</p>'
    '<input type="text" name="user"><input type="password" name="password"></form>'
)
SIGN_UP = (
    '<p>Did you enjoy reading this story?  <a href="/register">Sign up</a> to our free daily '
    "newsletters and get stories like this sent straight to your inbox</p>"
)
LAYOUTS = {
    "classic": """<table><tr><td class="content"><h2>{headline}</h2><div class="item">
<div class="when">{digits}</div><div class="who">{author}</div><h1>{headline}</h1>
<div class="copy">
{text}
</div>{behind}</div></td></tr></table>""",
    "panel": """<div class="article"><div class="dateline"><span class="date">{day}</span>
<span class="section">{section}</span><span class="author">{author}</span></div>
<h1>{headline}</h1><div class="article-body">
{text}
</div>{behind}</div>""",
    "current": """<article class="story"><div class="dateline"><span>{day}</span>
<a href="/news/">{section} Channel</a><span class="by">{author}</span></div>
<h1>{headline}</h1><div class="dek">{lead}</div><div class="body">
{text}
</div>{behind}</article>""",
}


@dataclass(frozen=True, kw_only=True)
class LivingStory:
    """A story of one of the papers, as it stands on one day."""

    paper: str
    id: int
    slug: str
    headline: str
    layout: str
    paragraphs: tuple[str, ...]
    section: str
    day: dt.date
    author: str
    lead: str
    has_data: bool = False
    """Whether its page has JSON-LD."""
    around: str = ""
    correction: str | None = None
    moved_to: str | None = None
    revised_on: dt.date | None = None

    @property
    def ref(self) -> str:
        return f"{self.paper}-{self.id}"

    @property
    def first_path(self) -> str:
        return f"/{SECTIONS[self.paper][self.section]}/{self.slug}-{self.id}"

    @property
    def path(self) -> str:
        return self.moved_to or self.first_path

    @property
    def url(self) -> str:
        return HOMES[self.paper] + self.path

    @property
    def body(self) -> str:
        return "\n\n".join(self.paragraphs)

    def page(self) -> str:
        data = {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": self.headline,
            "datePublished": self.day.isoformat(),
            "dateModified": (self.revised_on or self.day).isoformat(),
            "author": {"@type": "Person", "name": self.author},
            "articleSection": self.section,
        }
        ld = f'<script type="application/ld+json">{json.dumps(data)}</script>'
        notice = f'<div class="correction"><p>{self.correction}</p></div>'
        story = LAYOUTS[self.layout].format(
            headline=escape(self.headline),
            day=f"{self.day.day} {self.day:%B %Y}",
            digits=f"{self.day:%d-%m-%Y}",
            section=self.section,
            author=escape(self.author),
            lead=escape(self.lead),
            text="\n".join(f"<p>{escape(one)}</p>" for one in self.paragraphs),
            behind=(notice if self.correction else "") + self.around,
        )
        head = f'<link rel="canonical" href="{self.url}">' + (ld if self.has_data else "")
        return framed(self.headline, story, head=head)


def framed(title: str, text: str, *, head: str = "") -> str:
    """A page with what stands around each."""
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>{head}</head><body>
<header><a href="/">Home</a> <a href="/register">Subscribe</a> <a href="/about">About</a></header>
{text}
<footer><a href="/contact">Contact</a> <a href="/privacy">Privacy</a></footer></body></html>"""


@dataclass(kw_only=True)
class Told:
    """What one day changed in stories that stood already; refs."""

    new: list[LivingStory] = field(default_factory=list)
    corrected: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


class LivingSite(SampleSite):
    """One paper on one day."""

    def __init__(
        self,
        host: str,
        stories: Sequence[LivingStory],
        gone: Collection[LivingStory],
        trouble: Trouble | None,
    ) -> None:
        super().__init__(host, "base")
        self.paper, self.trouble = PAPERS[host], trouble
        self.stories = {story.path: story for story in stories}
        """Newest first."""
        self.newest = max((story.day for story in stories), default=dt.date.min)
        self.moved = {story.first_path: story.path for story in stories if story.moved_to}
        self.gone = {path for story in gone for path in (story.path, story.first_path)}

    def page(self, path: str, query: str = "") -> Page:
        if self.trouble == "down":
            return Page(body=b"Back soon.", content_type="text/plain", status=503)
        if self.trouble == "blocked":
            return Page(body=b"Access denied.", content_type="text/plain", status=403)
        if path == "/robots.txt" and self.trouble == "forbidden":
            return Page(body=b"User-agent: *\nDisallow: /trademark/\n", content_type="text/plain")
        if path.startswith("/.well-known/") and self.trouble == "unsaid":
            return Page(body=b"Back soon.", content_type="text/plain", status=503)
        if path.startswith("/.well-known/") and self.trouble == "never 404":
            return Page(body=framed("Home", "<p>Read on.</p>").encode())
        if path in self.gone:
            return Page(body=b"<p>This story is gone.</p>", status=410)
        if path in self.moved:
            return Page(status=301, location=self.home + self.moved[path])
        page = self._living(path, unquote(query)) or super().page(path, query)
        if not page.content_type.startswith("text/html") or page.status != 200:
            return page
        text, is_story = page.body, re.search(r"-\d{4,6}$", path)
        if self.trouble == "unlisted" and not is_story:
            text = re.sub(rb'href="/[^"]*-\d{4,6}"', b'data-open="story"', text)
        if self.trouble == "redesigned" and is_story:
            # The text is fetched by a script; the page itself holds but a frame.
            text = re.sub(rb"<p(?: [^>]*)?>.*?</p>", b"", text, flags=re.S)
        if self.trouble == "leaking" and is_story:
            leak = b"<p>" + LEAK.encode() + rb"</p>\1"
            text = re.sub(rb"(?<=</p>)(\s*<p>)", leak, text, count=1)
        return replace(page, body=text)

    def _living(self, path: str, query: str) -> Page | None:
        xml = "application/xml; charset=utf-8"
        if path in self.stories and self.trouble == "login":
            return Page(body=framed("Sign in", LOGIN).encode())
        if path in self.stories:
            story = self.stories[path]
            if self.trouble == "redated":  # a theme that prints the day of the visit
                story = replace(story, day=self.newest)
            return Page(body=story.page().encode())
        if path == "/rss":
            return Page(body=self._feed().encode(), content_type=xml)
        if path == "/sitemap.xml":
            urls = "".join(f"<url><loc>{url}</loc></url>" for url, *_ in self._rows(None))
            sitemaps = "http://www.sitemaps.org/schemas/sitemap/0.9"
            return Page(
                body=f'<urlset xmlns="{sitemaps}">{urls}</urlset>'.encode(), content_type=xml
            )
        folders = {"news": None} | {word: name for name, word in SECTIONS[self.paper].items()}
        if path == "/listing/news" or path.strip("/") in folders:
            number = int((re.search(r"(\d+)$", query) or ["", "1"])[1])
            return Page(body=self._listing(folders.get(path.strip("/")), number).encode())
        return None

    def _rows(self, section: str | None) -> Iterator[tuple[str, str, str]]:
        """Address, headline and day of each story, newest first."""
        for story in self.stories.values():
            if section in (None, story.section):
                yield story.url, story.headline, story.day.isoformat()
        for entry in load_manifest()["stories"]:
            is_here = entry["paper"] == self.paper and not entry["disallowed"]
            if is_here and section in (None, entry["section"]):
                yield entry["urls"][0], entry["headline"], (entry["date_published"] or "")[:10]

    def _listing(self, section: str | None, number: int) -> str:
        rows = list(self._rows(section))
        shown = "".join(
            f'<div class="teaser"><h2><a href="{url.removeprefix(self.home)}">'
            f'{escape(headline)}</a></h2><span class="date">{day}</span></div>\n'
            for url, headline, day in rows[(number - 1) * PER_PAGE : number * PER_PAGE]
        )
        older = f'<a rel="next" href="?page={number + 1}">Older</a>'
        more = older if number * PER_PAGE < len(rows) else ""
        return framed(section or "News", f"<h1>{section or 'News'}</h1>{shown}<nav>{more}</nav>")

    def _feed(self) -> str:
        items = "".join(
            f"<item><title>{escape(story.headline)}</title><link>{story.url}</link>"
            f"<guid>{story.url}</guid><pubDate>{email.utils.format_datetime(at_noon(story.day))}"
            f"</pubDate><description>{escape(story.lead)}</description></item>"
            for story in list(self.stories.values())[:15]
        )
        return f'<rss version="2.0"><channel><title>{self.paper}</title>{items}</channel></rss>'


def at_noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), dt.UTC)


class LivingPapers(SamplePapers):
    """Both papers at any day from ``start``: the sample's stories, and those that came since.

    :param quiet: days on which nothing appears, besides the weekends
    """

    def __init__(self, start: dt.date, *, quiet: Collection[dt.date] = (), seed: int = 5) -> None:
        super().__init__()
        self.day = start - dt.timedelta(1)
        self.random = random.Random(seed)
        self.stories: dict[str, LivingStory] = {}
        self.gone: dict[str, LivingStory] = {}
        self.next_id = 30001
        self.quiet = quiet

    def next_day(self, trouble: dict[str, Trouble] | None = None) -> Told:
        """One day on; what the papers changed in it.

        :param trouble: name of a paper to what is wrong with its site on that day
        """
        self.day += dt.timedelta(1)
        told = Told()
        if self.day.weekday() < 5 and self.day not in self.quiet:
            for paper, most in (("signet", 2), ("makers", 1)):
                # The sister comes out thrice a week.
                if paper == "makers" and self.day.weekday() % 2:
                    continue
                for _ in range(self.random.randint(1, most)):
                    story = self.write(paper)
                    self.stories[story.ref] = story
                    told.new.append(story)
            self._change(told)
        newest = sorted(
            self.stories.values(), key=lambda story: (story.day, story.id), reverse=True
        )
        for host, paper in PAPERS.items():
            self.sites[host] = LivingSite(
                host,
                [story for story in newest if story.paper == paper],
                [story for story in self.gone.values() if story.paper == paper],
                (trouble or {}).get(paper),
            )
        return told

    def _change(self, told: Told) -> None:
        """Now and then a story of the last days is corrected, moved or taken down."""
        recent = [
            story
            for story in self.stories.values()
            if 1 <= (self.day - story.day).days <= 10 and not story.correction
        ]
        if not recent or self.random.random() > 0.2:
            return
        story = self.random.choice(recent)
        match self.random.choice(("corrected", "moved", "gone")):
            case "corrected":
                notice = f"This story was corrected on {self.day.isoformat()}: the year was wrong."
                self.stories[story.ref] = replace(
                    story,
                    correction=notice,
                    paragraphs=(*story.paragraphs, self._paragraph()),
                    revised_on=self.day,
                )
                told.corrected.append(story.ref)
            case "moved" if story.moved_to is None:
                path = re.sub(r"/([^/]*)$", r"/again-\1", story.path)
                self.stories[story.ref] = replace(story, moved_to=path)
                told.moved.append(story.ref)
            case "gone":
                self.gone[story.ref] = self.stories.pop(story.ref)
                told.gone.append(story.ref)

    def write(self, paper: str) -> LivingStory:
        """A new story of this day."""
        number, self.next_id = self.next_id, self.next_id + 1
        headline = self._sentence(self.random.choice(HEADLINES))
        words = re.sub(r"[^a-z0-9]+", "-", headline.lower().replace("’", "")).strip("-")
        return LivingStory(
            paper=paper,
            id=number,
            slug=words[:60].strip("-"),
            headline=headline,
            layout=self.random.choice(("current", "panel")),
            paragraphs=tuple(self._paragraph() for _ in range(self.random.randint(5, 9))),
            section=self.random.choice(list(SECTIONS[paper])),
            day=self.day,
            author=self.random.choice(WRITERS),
            lead=self._sentence(self.random.choice(FRAMES)),
            has_data=self.random.random() < 0.6,
            around=self.random.choice(("", SIGN_UP, WALL)),
        )

    def _paragraph(self) -> str:
        frames = self.random.sample(FRAMES, self.random.randint(2, 3))
        return " ".join(self._sentence(frame) for frame in frames)

    def _sentence(self, frame: str) -> str:
        firm, rival = self.random.sample(FIRMS, 2)
        sentence = frame.format(
            firm=firm,
            rival=rival,
            goods=self.random.choice(GOODS),
            place=self.random.choice(PLACES),
            sign=self.random.choice(SIGNS),
            person=self.random.choice(PEOPLE),
            year=self.random.randint(1961, 2024),
            number=self.random.randint(21, 960),
            few=self.random.randint(3, 19),
        )
        return sentence[0].upper() + sentence[1:]
