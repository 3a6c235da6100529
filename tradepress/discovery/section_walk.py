"""Decides how far one section is walked: in a crawl until nothing new is to be expected, in a
back-fill to its last page."""

from collections.abc import Collection, Iterable

ENOUGH = 3
"""Is how many pages in a row without anything new end a walk, where all behind them is known."""


class SectionWalk:
    """Walks one section in one run.

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
        """Returns the page to ask for after one has come in, or None: this was the last.

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


MOST_PAGES = 5000
"""No section has more pages; what goes on and on is a trap."""


class WholeWalk:
    """Walks one section to its last page.

    :param url: the section
    :param page: the page with which it begins, or goes on
    """

    def __init__(self, url: str, page: str) -> None:
        self.url = url
        self.asked = {url, page}
        self.page: str | None = page
        """Is the page that is asked for; None: the walk has ended."""
        self.broken_off: str | None = None
        """Says why it ended although pages go on."""
        self._waiting: list[str] = []
        self._stories: set[str] = set()
        self._before: set[str] | None = None
        self._stale = 0

    def go_on(self, pages: Iterable[str], stories: Collection[str]) -> str | None:
        """Returns the page to ask for after one has come in, or None: this was the last.

        :param pages: that it links to, the next one first
        :param stories: all of it, also what is known
        """
        here = set(stories)
        self._stale = 0 if here - self._stories else self._stale + 1
        if here == self._before or self._stale >= ENOUGH:
            self.broken_off = f"{self.page} shows what pages before it have shown"
        self._before = here
        self._stories |= here
        return self.pass_over(pages)

    def pass_over(self, pages: Iterable[str] = ()) -> str | None:
        """Returns the page to ask for after one that could not be read, or None: there is none."""
        waiting = dict.fromkeys((*pages, *self._waiting))
        self._waiting = [page for page in waiting if page not in self.asked]
        if self._waiting and len(self.asked) >= MOST_PAGES:
            self.broken_off = f"it has more than {MOST_PAGES:,} pages"
        self.page = None if self.broken_off or not self._waiting else self._waiting.pop(0)
        if self.page is not None:
            self.asked.add(self.page)
        return self.page
