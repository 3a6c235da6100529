"""The sample papers as they live on: new stories on working days, and what goes wrong with them.

Everything is decided by the day and the seed alone, so that a test knows what an archive must hold.
"""

import datetime as dt
import random
import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Literal

from tradepress.sample.page_templates import Page, Site
from tradepress.sample.server import SamplePapers
from tradepress.sample.story_files import PAPERS, Edition, Paper, SampleStory, TextBlock

Trouble = Literal["down", "blocked", "redesigned", "leaking", "unlisted", "forbidden"]

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


@dataclass(kw_only=True)
class Told:
    """What one day changed in stories that stood already; refs."""

    new: list[SampleStory] = field(default_factory=list)
    corrected: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


class LivingSite(Site):
    """One paper on one day."""

    trouble: Trouble | None = None

    def page(self, path: str, query: str = "") -> Page:
        if self.trouble == "down":
            return Page(body=b"Back soon.", content_type="text/plain", status=503)
        if self.trouble == "blocked":
            return Page(body=b"Access denied.", content_type="text/plain", status=403)
        page = super().page(path, query)
        if path == "/robots.txt" and self.trouble == "forbidden":
            return replace(page, body=b"User-agent: *\nDisallow: /trademark/\n")
        if not page.content_type.startswith("text/html") or page.status != 200:
            return page
        text = page.body
        if self.trouble == "unlisted" and path not in self._by_path:
            text = re.sub(rb'href="/[^"]*-\d{4,6}"', b'data-open="story"', text)
        if self.trouble == "redesigned" and path in self._by_path:
            # The text is fetched by a script; the page itself holds but a frame.
            text = re.sub(rb"<p(?: [^>]*)?>.*?</p>", b"", text, flags=re.S)
        if self.trouble == "leaking" and path in self._by_path:
            leak = b"<p>" + LEAK.encode() + rb"</p>\1"
            text = re.sub(rb"(?<=</p>)(\s*<p>)", leak, text, count=1)
        return replace(page, body=text)


class LivingPapers(SamplePapers):
    """Both papers at any day from ``start``: the sample's stories, and those that came since.

    :param quiet: days on which nothing appears, besides the weekends
    """

    def __init__(self, start: dt.date, *, quiet: Collection[dt.date] = (), seed: int = 5) -> None:
        super().__init__()
        self.day = start - dt.timedelta(1)
        self.random = random.Random(seed)
        self.stories: dict[str, SampleStory] = {story.ref: story for story in self.edition.stories}
        self.gone: dict[str, SampleStory] = {}
        self.next_id = 1 + max(story.id or 0 for story in self.stories.values())
        self.quiet = quiet

    def next_day(self, trouble: dict[str, Trouble] | None = None) -> Told:
        """One day on; what the papers changed in it.

        :param trouble: name of a paper to what is wrong with its site on that day
        """
        self.day += dt.timedelta(1)
        told = Told()
        if self.day.weekday() < 5 and self.day not in self.quiet:
            for paper, most in ((PAPERS["signet"], 2), (PAPERS["makers"], 1)):
                # The sister comes out thrice a week.
                if paper.name == "makers" and self.day.weekday() % 2:
                    continue
                for _ in range(self.random.randint(1, most)):
                    story = self._story(paper)
                    self.stories[story.ref] = story
                    told.new.append(story)
            self._change(told)
        edition = Edition(
            name="later",
            stories=tuple(
                sorted(
                    self.stories.values(),
                    key=lambda story: (story.day or dt.date.min, story.id or 0),
                    reverse=True,
                )
            ),
            gone=tuple(self.gone.values()),
        )
        for host, site in list(self.sites.items()):
            lived = LivingSite(site.paper, edition)
            lived.trouble = (trouble or {}).get(site.paper.name)
            self.sites[host] = lived
        return told

    def _change(self, told: Told) -> None:
        """Now and then a story of the last days is corrected, moved or taken down."""
        recent = [
            story
            for story in self.stories.values()
            if story.day and 1 <= (self.day - story.day).days <= 10 and not story.correction
        ]
        if not recent or self.random.random() > 0.2:
            return
        story = self.random.choice(recent)
        match self.random.choice(("corrected", "moved", "gone")):
            case "corrected":
                notice = f"This story was corrected on {self.day.isoformat()}: the year was wrong."
                extra = TextBlock("paragraph", (self._paragraph(),))
                self.stories[story.ref] = replace(
                    story, correction=notice, blocks=(*story.blocks, extra), revised_on=self.day
                )
                told.corrected.append(story.ref)
            case "moved" if story.moved_to is None:
                path = re.sub(r"/([^/]*)$", r"/again-\1", story.path)
                self.stories[story.ref] = replace(story, moved_to=path)
                told.moved.append(story.ref)
            case "gone":
                self.gone[story.ref] = self.stories.pop(story.ref)
                told.gone.append(story.ref)

    def _story(self, paper: Paper) -> SampleStory:
        number, self.next_id = self.next_id, self.next_id + 1
        headline = self._sentence(self.random.choice(HEADLINES))
        words = re.sub(r"[^a-z0-9]+", "-", headline.lower().replace("’", "")).strip("-")
        structured = self.random.choice(("json-ld", "json-ld-graph", "none"))
        return SampleStory(
            paper=paper,
            slug=words[:60].strip("-"),
            headline=headline,
            template=self.random.choice(("current", "panel")),
            blocks=tuple(
                TextBlock("paragraph", (self._paragraph(),))
                for _ in range(self.random.randint(5, 9))
            ),
            id=number,
            section=self.random.choice(list(paper.sections)),
            date=self.day,
            authors=(self.random.choice(PEOPLE),),
            description=self._sentence(self.random.choice(FRAMES)),
            structured=structured,
            signup=self.random.random() < 0.3,
            wall=self.random.choice((None, None, "after_story")),
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
