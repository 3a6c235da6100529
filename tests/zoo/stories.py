"""The stories that each site of the zoo is made of, and what an archive must hold of them.

Firms, people and marks are invented; no sentence comes twice.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Literal
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Paris")
COUNT = 45
NEWEST = datetime(2025, 8, 21, 17, 42, tzinfo=ZONE)
SECTIONS = ("Trademarks", "Designs", "Copyright", "Enforcement")
AUTHORS = (
    *("Odile d’Orvanne", "Pieter van 't Linden", "María de La Roche d’Estrel", "Joan Tyndlow"),
    *("Emeka Sandoval", "Ludwig von der Aue", "Priya Castellane", "Rory O’Dell", "Ines Halloran"),
)
TAGS = ("appeals", "colour marks", "costs", "evidence", "licences", "opposition", "surveys")

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
    *("Tobias Wren", "Yusuf Lindqvist", "Greta Mbeki", "Aldo Farrant", "Saoirse Kimura"),
    *("Nadia Pell", "Casper Oduya", "Wilma Trask", "Henrik Sommerlath", "Lucía Barrow"),
)
HEADLINES = (
    "{firm} loses {sign} for {goods} in {place}",
    "{place} office lets {firm} register {sign}",
    "{rival} and {firm} settle over {goods}",
    "Why {goods} from {place} worry {firm}",
    "{firm} wins second hearing on {sign} in {place}",
    "Customs in {place} stop {number} {goods} bearing {sign}",
    "Can {firm} own {sign}? A court in {place} has its doubts",
    "{rival} must rename its {goods}, judges in {place} say",
)
SENTENCES = (
    "{firm} may not keep {sign} to itself, the office in {place} has said about its {goods}.",
    "The dispute began in {year}, when {rival} started to sell {goods} in {place}.",
    "{person}, who acts for {firm}, spoke of {few} long weeks and a short judgment.",
    "Of the {number} exhibits filed by {rival}, the examiners looked closely at {few}.",
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
    "Nobody at {firm} would say how many {goods} with {sign} still lie in the depot near {place}.",
    "Since {year} the guild of {place} has kept a list of {number} makers of {goods}.",
    "That list names {rival} {few} times, and {firm} not at all, {person} pointed out.",
    "The hearing took {few} hours, most of them spent on a drawing of {sign} from {year}.",
    "Whether {goods} and {other} are alike was left open by the judges in {place}.",
    "“Nobody buys {goods} with a magnifying glass,” said {person}, counsel for {rival}.",
    "{firm} had argued that {sign} stood on each of its {number} delivery vans.",
    "In {place}, by contrast, an examiner of {year} saw in {sign} no more than decoration.",
    "The parent of {rival} bought the mark in {year}, together with {few} shops in {place}.",
    "Experts heard by the panel compared {goods} with {other} in {few} markets.",
    "Only {number} of the {goods} were ever sold, and {few} of them came back to {place}.",
    "{person} will now decide alone whether the {goods} may leave the port of {place}.",
    "A licence of {year} allowed {firm} to print {sign} on {other}, yet on nothing else.",
    "Had {rival} used the mark for {goods} after {year}, the ruling might have gone its way.",
    "Two retailers from {place} said they stock {goods} of both {firm} and {rival}.",
    "Under the settlement {firm} keeps {sign} for {goods} and leaves {other} to its rival.",
    "The opposition rested on {number} invoices, {few} of which bear a date before {year}.",
    "At first instance {person} had found that {goods} are bought with care in {place}.",
    "{rival} has until the autumn to recall {number} {goods} from shops around {place}.",
    "According to the annual report, {firm} spent {number} thousand on {goods} in {year}.",
    "Lawyers in {place} expect {few} more cases about {sign} before the year is out.",
    "The mark, filed in {year}, covers {goods} and {other} but no services in {place}.",
    "“It is a good day for everybody who makes {other},” {person} wrote to {few} members.",
    "Much turned on a catalogue from {place} in which {goods} appear beside {other}.",
    "{firm} withdrew {few} of its claims during a recess, and {person} dropped the rest.",
    "Similar signs for {other} were refused in {place} in {year} and {few} times since.",
    "What {rival} calls a tribute to {sign} looked to {person} like a plain copy.",
    "Bad faith was not shown: in {year} {firm} could not have known of the {goods} from {place}.",
    "The judgment runs to {number} paragraphs, and {few} of them deal with {other}.",
    "Anyone who sells {goods} in {place} should read it, {person} advised {firm} last week.",
    "A spokesman for {rival} declined to comment on {sign} or on the {number} pending files.",
    "Damages will be fixed later; {firm} asks for {number} thousand, {rival} offers {few}.",
    "Officers opened {few} containers in {place} and counted {number} {goods} by hand.",
    "Before {year} the makers of {goods} around {place} marked their wares with chalk.",
    "{person} joined {firm} from {rival} in {year} and knows {goods} from both sides.",
    "Translators needed {few} days for the file, which came to {place} in {number} folders.",
)
LISTED = (
    "{firm}: {goods}, filed in {year}",
    "{rival}: {other}, seized near {place}",
    "{person} for {firm}, with {few} exhibits",
)
LINKED = (
    "It is the second round: {{link}}, and {firm} then took {few} more steps in {place}.",
    "Readers may recall that {{link}}, a matter of {goods} on which {person} also spoke.",
    "Things were different when {{link}}, which cost {rival} some {number} thousand.",
)
LINK = "{link}"

BlockKind = Literal["paragraph", "quote", "list"]


@dataclass(frozen=True, kw_only=True)
class Block:
    """Is a part of a story's text; a paragraph may hold ``LINK``, a list has several lines."""

    kind: BlockKind
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Story:
    slug: str
    headline: str
    published: datetime
    authors: tuple[str, ...]
    section: str
    tags: tuple[str, ...]
    blocks: tuple[Block, ...]
    link_words: str
    """What ``LINK`` stands for, once in some stories."""
    link_slug: str
    """The story to which these words lead; empty: there is no link."""

    @property
    def lines(self) -> tuple[str, ...]:
        """The text as a reader sees it: paragraphs, quotations, points of lists."""
        return tuple(
            line.replace(LINK, self.link_words) for block in self.blocks for line in block.lines
        )

    def markdown(self, address: Callable[[str], str]) -> str:
        """:param address: of a story's slug, as the text has it"""
        words = f"[{self.link_words}]({address(self.link_slug)})" if self.link_slug else ""
        signs = {"paragraph": "", "quote": "> ", "list": "* "}
        return "\n\n".join(
            "\n".join(signs[block.kind] + line.replace(LINK, words) for line in block.lines)
            for block in self.blocks
        )

    def html(self, address: Callable[[str], str]) -> str:
        """:param address: of a story's slug, as the text has it"""
        at = escape(address(self.link_slug))
        words = f'<a href="{at}">{escape(self.link_words, quote=False)}</a>'
        shapes = {
            "paragraph": "<p>{}</p>",
            "quote": "<blockquote><p>{}</p></blockquote>",
            "list": "<ul>{}</ul>",
        }
        parts = []
        for block in self.blocks:
            lines = [escape(line, quote=False).replace(LINK, words) for line in block.lines]
            inside = "".join(f"<li>{line}</li>" for line in lines)
            parts.append(shapes[block.kind].format(inside if block.kind == "list" else lines[0]))
        return "\n".join(parts)


def invent_stories(count: int = COUNT, *, seed: int = 34) -> tuple[Story, ...]:
    """Stories, the newest first; each one's link leads to an older one."""
    chance = random.Random(seed)
    said: set[str] = set()

    def say(frames: tuple[str, ...]) -> str:
        while (sentence := _fill(chance.choice(frames), chance)) in said:
            pass
        said.add(sentence)
        return sentence

    stories: list[Story] = []
    moment = NEWEST - timedelta(days=150)
    step = timedelta(days=150) / (count - 1)
    for number in range(count):
        headline = say(HEADLINES)
        before = chance.choice(stories) if stories and number % 3 == 2 else None
        stories.append(
            Story(
                slug=re.sub(r"[^a-z0-9]+", "-", headline.lower().replace("á", "a")).strip("-"),
                headline=headline,
                published=moment.replace(
                    hour=chance.randint(7, 18),
                    minute=chance.randint(1, 59),
                    second=0,
                    microsecond=0,
                ),
                authors=tuple(chance.sample(AUTHORS, 2 if number % 5 == 1 else 1)),
                section=SECTIONS[number % 4 if number % 7 else 0],
                tags=tuple(sorted(chance.sample(TAGS, chance.randint(1, 3)))),
                blocks=_text(number, say, chance, linked=before is not None),
                link_words=before.headline if before else "",
                link_slug=before.slug if before else "",
            )
        )
        moment += step
    return tuple(reversed(stories))


def _text(
    number: int, say: Callable[[tuple[str, ...]], str], chance: random.Random, *, linked: bool
) -> tuple[Block, ...]:
    def paragraph(least: int) -> str:
        words = say(SENTENCES)
        while len(words.split()) < least:
            words += " " + say(SENTENCES)
        return words

    if number % 9 == 4:  # a very short one
        lines = [paragraph(22), paragraph(30)]
    else:
        lines = [paragraph(chance.randint(20, 50)) for _ in range(chance.randint(3, 8))]
    if linked:
        lines[1] = say(LINKED)
    blocks = [Block(kind="paragraph", lines=(line,)) for line in lines]
    if number % 4 == 1:
        blocks.insert(2, Block(kind="quote", lines=(say(SENTENCES),)))
    if number % 6 == 3:
        blocks.insert(1, Block(kind="list", lines=tuple(say(LISTED) for _ in range(4))))
    return tuple(blocks)


def _fill(frame: str, chance: random.Random) -> str:
    firm, rival = chance.sample(FIRMS, 2)
    goods, other = chance.sample(GOODS, 2)
    sentence = frame.format(
        firm=firm,
        rival=rival,
        goods=goods,
        other=other,
        place=chance.choice(PLACES),
        sign=chance.choice(SIGNS),
        person=chance.choice(PEOPLE),
        year=chance.randint(1961, 2019),
        number=chance.randint(21, 960),
        few=chance.randint(3, 19),
    )
    return sentence[0].upper() + sentence[1:]
