"""Writes a text as HTML paragraphs, and marks what it names and the words searched for.

Places of mentions are characters of the text as it is stored; all that is written here is that text
in its order, cut into lines, so that nothing is ever marked beside its place.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby

from markupsafe import Markup, escape

from tradepress.archive.searched_form import MARK_END, MARK_START
from tradepress.story import Mention

Place = tuple[int, int]
"""Is start and end, counted in characters from 0."""
Linked = Callable[[Mention], tuple[str | None, str]]
"""Returns the address that a mention leads to (None: nowhere), and what is said of it on a
touch."""

DOUBT = Markup('<div class="doubtful"><p class="why" lang="en">In doubt: {}</p>')
_BULLET = re.compile("[-•*] +")
_MARKS = re.compile(f"[{MARK_START}{MARK_END}]")


class MarkedText:
    """Is a text and what is marked in it; where several mentions lie on one letter, the shortest
    has it, and the longer one goes on behind: links can't lie in links."""

    def __init__(
        self,
        text: str,
        *,
        mentions: Iterable[Mention] = (),
        hits: Iterable[Place] = (),
        linked: Linked = lambda mention: (None, mention.kind),
    ) -> None:
        """Marks a text.

        :param mentions: those of this text
        :param hits: places of the words that were searched for
        """
        self.text = text
        self._linked = linked
        self._named: list[Mention | None] = [None] * len(text)
        for mention in sorted(mentions, key=lambda one: one.start - one.end):
            start, end = _within(text, mention.start, mention.end)
            self._named[start:end] = [mention] * (end - start)
        self._is_hit = bytearray(len(text))
        for place in hits:
            start, end = _within(text, *place)
            self._is_hit[start:end] = b"\1" * (end - start)

    def line(self, start: int = 0, end: int | None = None) -> Markup:
        """Returns a part of the text, with its marks."""
        last = len(self.text) if end is None else min(end, len(self.text))
        html = Markup()
        for mention, letters in groupby(range(start, last), self._named.__getitem__):
            words = self._with_hits([*letters])
            html += words if mention is None else self._link(mention, words)
        return html

    def paragraphs(self, doubts: Mapping[int, str] | None = None) -> Markup:
        """Returns the paragraphs, parted by blank lines; one whose lines all begin with a bullet
        is a list.

        :param doubts: says of those that are in doubt, by their places, why
        """
        html = []
        for place, lines in enumerate(_paragraphs_of(self.text)):
            why = (doubts or {}).get(place)
            if why:
                html.append(DOUBT.format(why))
            bullets = [_BULLET.match(self.text, *line) for line in lines]
            if all(bullets):
                items = [
                    Markup("<li>{}</li>").format(self.line(bullet.end(), end))
                    for bullet, (_, end) in zip(bullets, lines, strict=True)
                    if bullet
                ]
                html.append(Markup('<ul dir="auto">{}</ul>').format(Markup().join(items)))
            else:
                broken = Markup("<br>").join(self.line(*line) for line in lines)
                html.append(Markup('<p dir="auto">{}</p>').format(broken))
            if why:
                html.append(Markup("</div>"))
        return Markup("\n").join(html)

    def _with_hits(self, letters: Sequence[int]) -> Markup:
        html = Markup()
        for is_hit, part in groupby(letters, self._is_hit.__getitem__):
            places = [*part]
            words = escape(self.text[places[0] : places[-1] + 1])
            html += Markup("<mark>{}</mark>").format(words) if is_hit else words
        return html

    def _link(self, mention: Mention, words: Markup) -> Markup:
        address, said = self._linked(mention)
        if address is None:
            return Markup('<span class="named" title="{}">{}</span>').format(said, words)
        return Markup('<a class="named" href="{}" title="{}">{}</a>').format(address, said, words)


def places_of_marks(highlighted: str) -> list[Place]:
    """Finds the places of marks of a text with MARK_START and MARK_END around hits: where they
    lie in the text without."""
    places, start = [], 0
    for before, mark in enumerate(_MARKS.finditer(highlighted)):
        at = mark.start() - before
        if mark[0] == MARK_START:
            start = at
        else:
            places.append((start, at))
    return places


def _within(text: str, start: int, end: int) -> Place:
    first = min(max(start, 0), len(text))
    return first, min(max(end, first), len(text))


def _paragraphs_of(text: str) -> list[list[Place]]:
    """Returns the lines of each paragraph, without white space around them; empty ones are left
    out."""
    paragraphs = []
    for paragraph in re.finditer(r"(?:.|\n(?!\n))+", text):
        lines = [
            (line.start(), line.end())
            for line in re.finditer(r"[^\s](?:[^\n]*[^\s])?", paragraph[0])
        ]
        at = paragraph.start()
        if lines:
            paragraphs.append([(at + start, at + end) for start, end in lines])
    return paragraphs
