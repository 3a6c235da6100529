"""A paper in its first weeks, whose stories get their addresses one after the other."""

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

from calm_paper import text

FIRMS = ("Orrin Vale", "Tamsel", "Quillory", "Vesterholt", "Pale Heron", "Marrowby", "Ninefold")
GOODS = ("lanterns", "kettles", "rain hats", "honey jars", "hammocks", "canoes", "chess clocks")
STATIC = ("about", "contact", "staff", "privacy", "advertise")
LISTED = 12
FIRST_DAY = dt.date(2026, 1, 5)


def headline(number: int) -> str:
    firm, goods = FIRMS[number % len(FIRMS)], GOODS[number // len(FIRMS) % len(GOODS)]
    return f"{firm} keeps its mark for {goods} in round {number}"


@dataclass(kw_only=True)
class YoungPaper:
    """The paper as it stands: front page and feed list the newest twelve stories."""

    home: str
    stories: dict[str, tuple[int, dt.date]] = field(default_factory=dict)
    """Holds number and day of each, by path and query; the newest last."""
    beside: dict[str, str] = field(default_factory=dict)
    """Holds what else the feed lists: path and words of the page."""

    def publish(
        self, form: str, numbers: Sequence[int], *, day: dt.date | None = None
    ) -> list[str]:
        """
        :param form: of addresses: ``{n}`` is the number, ``{s}`` the slug
        :param day: None: one that follows from the number
        """
        new = []
        for number in numbers:
            slug = headline(number).lower().replace(" ", "-")
            new.append(form.format(n=number, s=slug))
            self.stories[new[-1]] = number, day or FIRST_DAY + dt.timedelta(number % 300)
        return [self.home + path for path in new]

    def page(self, path: str) -> tuple[str, str] | None:
        """Content type and text; None: there is no such page."""
        html = "text/html; charset=utf-8"
        if path in self.stories:
            return html, self._story(*self.stories[path])
        if path in self.beside:
            words = self.beside[path]
            return html, self._page(words, f"<h1>{words}</h1><p>Doors open at six.</p>")
        if path.strip("/") in STATIC:
            return html, self._page(path.strip("/").title(), "<p>We are five people.</p>")
        if path == "/":
            return html, self._page("The Sapling", "".join(map(self._card, self._newest())))
        if path == "/feed.xml":
            return "application/rss+xml", self._feed()
        if path == "/robots.txt":
            return "text/plain", "User-agent: *\nAllow: /\n"
        return None

    def pages(self) -> dict[str, tuple[str, str]]:
        """Path and query to content type and text of all that is served."""
        static = (f"/{word}/" for word in STATIC)
        paths = (*self.stories, *self.beside, *static, "/", "/feed.xml", "/robots.txt")
        return {path: page for path in paths if (page := self.page(path))}

    def _newest(self) -> list[str]:
        return [*reversed(self.stories)][:LISTED]

    def _card(self, path: str) -> str:
        number, day = self.stories[path]
        words = f"<h2><a href='{escape(path)}'>{headline(number)}</a></h2>"
        return f"<li>{words}<time datetime='{day}'>{day:%d %B %Y}</time></li>"

    def _page(self, title: str, inner: str) -> str:
        menu = "".join(f"<a href='/{word}/'>{word.title()}</a> " for word in STATIC)
        feed = "<link rel=alternate type='application/rss+xml' href='/feed.xml'>"
        return (
            f"<!doctype html><html lang=en><head><title>{title} | The Sapling</title>{feed}</head>"
            f"<body><nav><a href='/'>Home</a> {menu}</nav><main>{inner}</main></body></html>"
        )

    def _story(self, number: int, day: dt.date) -> str:
        paragraphs = text(random.Random(number), 12).split("\n\n")
        body = "".join(f"<p>{escape(one)}</p>" for one in paragraphs)
        head = f"<h1>{headline(number)}</h1><p>{day:%d %B %Y}</p>"
        article = f"<article>{head}<div class=text>{body}</div></article>"
        return self._page(headline(number), article)

    def _feed(self) -> str:
        entries = {path: headline(self.stories[path][0]) for path in self._newest()} | self.beside
        items = "".join(
            f"<item><title>{escape(words)}</title><link>{escape(self.home + path)}</link></item>"
            for path, words in entries.items()
        )
        head = "<title>The Sapling</title>"
        return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'
