"""A small invented paper, The Lantern, as its declaration was made for it and as it changed since.

Its stories stay the same; what a crawl is to store of them follows from ``PAPER`` and the changes
alone.
"""

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Literal

from living_papers import FIRMS, FRAMES, GOODS, PEOPLE, PLACES, SIGNS, WRITERS

Change = Literal["layout", "addresses", "wall", "sections"]
LETTER = "The Lantern letter: three rulings each Thursday. Sign up."
WALL = "This page is kept for readers with a lamp card. Log in."
NEW_LINES = (
    "Reading this on paper? Ask for our quarterly index of marks.",
    "Seen a lookalike? Send a photograph to the Lantern desk.",
)
NEW_WALL = (
    "Lamp card holders read on from here.",
    "Enrol today to open every page of The Lantern for a month.",
)
SECTION_NAMES = {"marks": "Marks", "shapes": "Shapes"}
NEW_SECTION_NAMES = {"marks": "Trade Marks", "shapes": "Trade Dress"}

DECLARATION = '''"""The Lantern: its letter stands within the body, its wall below."""

from tradepress.source import Furniture, Source

SOURCE = Source(
    name="lantern",
    publisher="The Lantern",
    domains=("127.0.0.1",),
    language="en",
    timezone="Europe/London",
    sections=(
        "{home}/marks/",
        "{home}/shapes/",
    ),
    feeds=("{home}/feed.xml",),
    article_url=r"/(?:marks|shapes)/[a-z0-9-]+-\\d{{5}}",
    article_id=r"-(\\d{{5}})$",
    section_names=("Marks", "Shapes"),
    furniture=(
        Furniture(pattern=r"the lantern letter: .*"),
        Furniture(pattern=r"this page is kept for readers with a lamp card\\..*", cut="rest"),
    ),
)
'''


@dataclass(frozen=True, kw_only=True)
class LanternStory:
    """One story, whatever the edition makes of it."""

    number: int
    headline: str
    day: dt.date
    section: str
    """``marks`` or ``shapes``."""
    author: str
    paragraphs: tuple[str, ...]

    @property
    def slug(self) -> str:
        letters = (sign if sign.isalnum() else " " for sign in self.headline.lower())
        return "-".join("".join(letters).encode("ascii", "ignore").decode().split())


@dataclass(frozen=True, kw_only=True)
class Lantern:
    """The paper with some changes."""

    home: str
    changes: tuple[Change, ...] = ()
    stories: tuple[LanternStory, ...] = field(default_factory=lambda: PAPER)

    @property
    def names(self) -> Mapping[str, str]:
        return NEW_SECTION_NAMES if "sections" in self.changes else SECTION_NAMES

    def pages(self) -> dict[str, tuple[str, str]]:
        """Path to content type and text of all that is served."""
        pages = {"/": ("text/html", self._page("The Lantern", "<p>A paper of marks.</p>"))}
        for section in self.names:
            own = [story for story in self.stories if story.section == section]
            pages[self.section_path(section)] = ("text/html", self._listing(section, own))
        pages["/feed.xml"] = ("application/rss+xml", self._feed())
        for path in ("/about", "/staff", "/advertise"):
            page = self._page(path[1:].title(), "<p>The Lantern is made in a small house.</p>")
            pages[path] = ("text/html", page)
        for story in self.stories:
            pages[self.path(story)] = ("text/html", self._story(story))
        return pages

    def held(self) -> dict[str, tuple[str, str, tuple[str, ...], str, str]]:
        """Ref to headline, day, authors, section and body of what is to be stored."""
        return {
            f"lantern-{story.number}": (
                story.headline,
                story.day.isoformat(),
                (story.author,),
                self.names[story.section],
                "\n\n".join(story.paragraphs),
            )
            for story in self.stories
        }

    def section_path(self, section: str) -> str:
        moved = "sections" in self.changes and section == "marks"
        return "/trade-marks/" if moved else f"/{section}/"

    def path(self, story: LanternStory) -> str:
        if "addresses" in self.changes:
            return f"/story/{story.day:%Y/%m}/{story.number}/{story.slug}"
        return f"/{story.section}/{story.slug}-{story.number}"

    def _page(self, name: str, inner: str) -> str:
        links = {
            "/": "Home",
            **{self.section_path(key): words for key, words in self.names.items()},
            **{"/about": "About", "/staff": "Staff", "/advertise": "Advertise"},
        }
        menu = "".join(f"<li><a href='{path}'>{words}</a></li>" for path, words in links.items())
        feed = "<link rel=alternate type='application/rss+xml' href='/feed.xml'>"
        head = f"<title>{escape(name)} | The Lantern</title>{feed}"
        return (
            f"<!doctype html><html lang=en><head>{head}</head><body>"
            f"<header><nav><ul>{menu}</ul></nav></header><main>{inner}</main>"
            "<footer><p>© The Lantern</p></footer></body></html>"
        )

    def _listing(self, section: str, stories: list[LanternStory]) -> str:
        items = "".join(
            f"<li><a href='{self.path(story)}'>{escape(story.headline)}</a> "
            f"<time datetime='{story.day}'>{story.day:%d %B %Y}</time></li>"
            for story in stories
        )
        name = self.names[section]
        return self._page(name, f"<h1>{name}</h1><ul class=stories>{items}</ul>")

    def _feed(self) -> str:
        items = "".join(
            f"<item><title>{escape(story.headline)}</title>"
            f"<link>{self.home}{self.path(story)}</link>"
            f"<pubDate>{story.day:%a, %d %b %Y} 09:00:00 GMT</pubDate></item>"
            for story in self.stories[:5]
        )
        return (
            '<?xml version="1.0"?><rss version="2.0"><channel><title>The Lantern</title>'
            f"<link>{self.home}/</link>{items}</channel></rss>"
        )

    def _story(self, story: LanternStory) -> str:
        first, *rest = story.paragraphs
        headline, name = escape(story.headline), self.names[story.section]
        wall = NEW_WALL if "wall" in self.changes else (WALL,)
        if "layout" in self.changes:
            lines = [NEW_LINES[0], first, *rest, NEW_LINES[1]]
            lines += NEW_WALL if "wall" in self.changes else ()
            texts = "".join(f"<div class=b-text__p>{escape(line)}</div>" for line in lines)
            inner = (
                f"<section class=b-story><div class=b-top><h1 class=b-top__h>{headline}</h1>"
                f"<div class=b-top__when>{story.day:%d %B %Y} | {name} | {story.author}</div></div>"
                f"<div class=b-text>{texts}</div></section>"
            )
        else:
            texts = "".join(f"<p>{escape(line)}</p>" for line in (first, LETTER, *rest, *wall))
            inner = (
                f"<article><h1>{headline}</h1>"
                f"<p class=meta>{story.day:%d %B %Y} | {name} | {story.author}</p>"
                f"<div class=body>{texts}</div></article>"
            )
        return self._page(story.headline, inner)


def _write_paper(count: int) -> tuple[LanternStory, ...]:
    """The newest story first."""
    chance = random.Random(11)

    def sentence(frame: str) -> str:
        firm, rival = chance.sample(FIRMS, 2)
        words = frame.format(
            firm=firm,
            rival=rival,
            goods=chance.choice(GOODS),
            place=chance.choice(PLACES),
            sign=chance.choice(SIGNS),
            person=chance.choice(PEOPLE),
            year=chance.randint(1961, 2024),
            number=chance.randint(21, 960),
            few=chance.randint(3, 19),
        )
        return words[0].upper() + words[1:]

    return tuple(
        LanternStory(
            number=20740 - 7 * at,
            headline=f"{chance.choice(FIRMS)} asks {chance.choice(PLACES)} about its "
            f"{chance.choice(GOODS)}",
            day=dt.date(2026, 11, 20) - dt.timedelta(days=2 * at),
            section=("marks", "shapes")[at % 2],
            author=WRITERS[at % len(WRITERS)],
            paragraphs=tuple(" ".join(map(sentence, chance.sample(FRAMES, 3))) for _ in range(5)),
        )
        for at in range(count)
    )


PAPER = _write_paper(12)
"""Twelve stories, every other one of each section."""
