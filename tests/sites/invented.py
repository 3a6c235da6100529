"""Invented stories, and the site that a test serves with them: see the papers beside this file."""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape
from zoneinfo import ZoneInfo

from conftest import Answer
from living_papers import FIRMS, FRAMES, GOODS, HEADLINES, PEOPLE, PLACES, SIGNS, WRITERS

SECTIONS = ("Trademarks", "Designs", "Copyright", "Domains")
COMMENTS = (
    "I bought one of these lanterns in March, and nobody in the shop spoke of any six sides at all.",
    "Surely the board had no choice here. The handle was never used without the lid, as we all know.",
    "Thank you for this report, it saved me an afternoon at the registry with a very small kettle.",
)


@dataclass(frozen=True, kw_only=True)
class InventedStory:
    """A story, and what an archive must hold of it."""

    path: str
    """With its query."""
    headline: str
    published: datetime
    author: str
    section: str
    paragraphs: tuple[str, ...]


@dataclass(kw_only=True)
class PaperSite:
    """A paper: what it answers to which path, and its stories."""

    home: str
    """Its address, without a final stroke."""
    start: str
    """What an operator gives: where they saw the paper."""
    stories: list[InventedStory]
    pages: dict[str, Answer] = field(default_factory=dict)
    furniture: tuple[str, ...] = ()
    """Lines inside the text of stories that are no part of it."""

    def show(self, path: str, html: str, kind: str = "text/html; charset=utf-8") -> None:
        self.pages[path] = Answer(html, headers={"Content-Type": kind})


def invent(
    path: Callable[[int, datetime, str, str], str], *, count: int = 30, seed: int, zone: str
) -> list[InventedStory]:
    """Stories, the newest first.

    :param path: of number, day, slug and section
    """
    chance = random.Random(seed)
    stories: dict[str, InventedStory] = {}
    moment = datetime(2024, 9, 12, 16, 40, tzinfo=ZoneInfo(zone))
    while len(stories) < count:
        headline = _sentence(chance.choice(HEADLINES), chance)
        slug = re.sub(r"[^a-z0-9]+", "-", headline.lower().replace("’", "")).strip("-")
        section = chance.choice(SECTIONS)
        moment -= timedelta(days=chance.randint(2, 11), minutes=chance.randint(0, 300))
        moment = moment.replace(hour=9 + chance.randint(0, 8))
        stories[headline] = InventedStory(
            path=path(count - len(stories), moment, slug, section),
            headline=headline,
            published=moment,
            author=chance.choice(WRITERS),
            section=section,
            paragraphs=tuple(
                " ".join(
                    _sentence(frame, chance)
                    for frame in chance.sample(FRAMES, chance.randint(2, 4))
                )
                for _ in range(chance.randint(4, 8))
            ),
        )
    return list(stories.values())


def _sentence(frame: str, chance: random.Random) -> str:
    firm, rival = chance.sample(FIRMS, 2)
    sentence = frame.format(
        firm=firm,
        rival=rival,
        goods=chance.choice(GOODS),
        place=chance.choice(PLACES),
        sign=chance.choice(SIGNS),
        person=chance.choice(PEOPLE),
        year=chance.randint(1961, 2019),
        number=chance.randint(21, 960),
        few=chance.randint(3, 19),
    )
    return sentence[0].upper() + sentence[1:]


def pages_of(
    stories: Sequence[InventedStory], size: int
) -> Iterator[tuple[int, list[InventedStory]]]:
    """The pages of a listing, from 1 on."""
    for at in range(0, len(stories), size):
        yield at // size + 1, list(stories[at : at + size])


def marked(lines: Sequence[str]) -> str:
    """Paragraphs of HTML."""
    return "\n".join(f"<p>{escape(line, quote=False)}</p>" for line in lines)


def link(path: str, words: str) -> str:
    return f'<a href="{escape(path)}">{escape(words, quote=False)}</a>'
