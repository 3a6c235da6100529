"""How far one section is walked in a run: page after page, until nothing new is to be expected."""

from collections.abc import Iterable

ENOUGH = 3
"""So many pages in a row without anything new end a walk, where all behind them is known."""


class SectionWalk:
    """The walk of one section in one run.

    :param most: pages to ask for
    :param is_known: it was once walked to its end or to its limit
    """

    def __init__(self, url: str, *, most: int, is_known: bool) -> None:
        self.url = url
        self.most = most
        self.is_known = is_known
        self.is_complete = True
        """Was every page read, and all of it kept?"""
        self._asked = {url}
        self._waiting: list[str] = []
        self._barren = 0

    def go_on(self, pages: Iterable[str], *, is_barren: bool) -> str | None:
        """The page to ask for after one has come in, or None: this was the last.

        :param pages: that it links to, the next one first
        :param is_barren: nothing on it was new
        """
        self._barren = self._barren + 1 if is_barren else 0
        waiting = dict.fromkeys((*pages, *self._waiting))
        self._waiting = [page for page in waiting if page not in self._asked]
        has_enough = self.is_known and self._barren >= ENOUGH
        if has_enough or len(self._asked) >= self.most or not self._waiting:
            return None
        page = self._waiting.pop(0)
        self._asked.add(page)
        return page
