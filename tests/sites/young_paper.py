"""A paper in its first weeks, whose stories get their addresses one after the other."""

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape

from calm_paper import text
from conftest import Answer, Site

FIRMS = ("Orrin Vale", "Tamsel", "Quillory", "Vesterholt", "Pale Heron", "Marrowby", "Ninefold")
GOODS = ("lanterns", "kettles", "rain hats", "honey jars", "hammocks", "canoes", "chess clocks")
LISTED = 12


def headline(number: int) -> str:
    firm, goods = FIRMS[number % len(FIRMS)], GOODS[number // len(FIRMS) % len(GOODS)]
    return f"{firm} keeps its mark for {goods} in round {number}"


def slug(number: int) -> str:
    return headline(number).lower().replace(" ", "-")


@dataclass(kw_only=True)
class YoungPaper:
    """The paper as it stands on a site: front page and feed list the newest twelve."""

    site: Site
    paths: dict[str, int] = field(default_factory=dict)
    """Holds the number of each story, by path and query."""
    pages: dict[str, str] = field(default_factory=dict)
    """Holds what else the feed lists: path and words of the page."""

    def publish(self, form: str, numbers: Sequence[int]) -> list[str]:
        """
        :param form: of addresses: ``{n}`` is the number, ``{s}`` the slug
        """
        new = [form.format(n=number, s=slug(number)) for number in numbers]
        self.paths |= dict(zip(new, numbers, strict=True))
        for path, number in zip(new, numbers, strict=True):
            self._show(path, self._story(number))
        for path, words in self.pages.items():
            self._show(path, self._page(words, f"<h1>{words}</h1><p>Doors open at six.</p>"))
        listed = [*sorted(self.paths, key=self.paths.__getitem__, reverse=True)[:LISTED]]
        self._show("/", self._page("The Sapling", "".join(map(self._card, listed))))
        for word in ("about", "contact", "staff", "privacy", "advertise"):
            self._show(f"/{word}/", self._page(word.title(), "<p>We are five people.</p>"))
        self._show("/feed.xml", self._feed(listed), "application/rss+xml")
        self._show("/robots.txt", "User-agent: *\nAllow: /\n", "text/plain")
        return [self.site.home + path for path in new]

    def _show(self, path: str, words: str, kind: str = "text/html; charset=utf-8") -> None:
        headers = {"Content-Type": kind, "ETag": f'"{sha256(words.encode()).hexdigest()[:12]}"'}
        self.site.pages[path] = Answer(words, headers=headers)

    def _day(self, number: int) -> dt.date:
        return dt.date(2026, 1, 5) + dt.timedelta(number % 300)

    def _card(self, path: str) -> str:
        number = self.paths[path]
        day = f"<time datetime='{self._day(number)}'>{self._day(number):%d %B %Y}</time>"
        return f"<li><h2><a href='{escape(path)}'>{headline(number)}</a></h2>{day}</li>"

    def _page(self, title: str, inner: str) -> str:
        menu = "".join(
            f"<a href='/{word}/'>{word.title()}</a> "
            for word in ("about", "contact", "staff", "privacy", "advertise")
        )
        feed = "<link rel=alternate type='application/rss+xml' href='/feed.xml'>"
        return (
            f"<!doctype html><html lang=en><head><title>{title} | The Sapling</title>{feed}</head>"
            f"<body><nav><a href='/'>Home</a> {menu}</nav><main>{inner}</main></body></html>"
        )

    def _story(self, number: int) -> str:
        paragraphs = text(random.Random(number), 12).split("\n\n")
        body = "".join(f"<p>{escape(one)}</p>" for one in paragraphs)
        return self._page(
            headline(number),
            f"<article><h1>{headline(number)}</h1><p>{self._day(number):%d %B %Y}</p>"
            f"<div class=text>{body}</div></article>",
        )

    def _feed(self, listed: Sequence[str]) -> str:
        entries = {path: headline(self.paths[path]) for path in listed} | self.pages
        items = "".join(
            f"<item><title>{escape(words)}</title>"
            f"<link>{escape(self.site.home + path)}</link></item>"
            for path, words in entries.items()
        )
        head = "<title>The Sapling</title>"
        return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'
