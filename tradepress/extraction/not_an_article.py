"""Declares NotAnArticle, which is raised of a page without a story."""

from functools import partial

from tradepress.archive.border import border

LARGEST_PAGE = 10_000_000
"""Is in bytes or characters; of a larger one nothing is read."""
DEFECT = "defect"
"""Is the reason of a page that may hold a story, if reading it had not failed as nobody foresaw."""
JUDGED = frozenset(
    (
        *("index", "product", "service", "forum", "event", "video"),
        *("no_headline", "no_body", "script", "junk"),
    )
)
"""Are reasons that are our judgement of a page that was read: later rules may differ."""

UNDRAWN = frozenset(("script", "empty", "no_body", "no_headline"))
"""Are reasons of a page that may be but the frame in which a script draws the story."""
RENDERED_MARK = "<!DOCTYPE html>\n<!-- as a browser has rendered it -->\n"
"""Begins a page that a browser has rendered, wherever it is kept and read again: of such a page
nothing is read but what it shows."""
STORY_DATA = "story_data"
"""Is the evidence of what was read in the data that a source declares."""


class NotAnArticle(ValueError):
    """The page holds no story.

    ``reason`` is one of: ``too_large``, ``too_complex``, ``not_html``, ``empty``; by what the page
    calls itself ``soft_404``, ``consent``, ``login``, ``challenge``, ``search``, ``index``; by what
    it is made of ``index`` (front pages, listings, collections, directories), ``product`` of a
    shop, ``service`` (what a firm offers or says of itself), ``forum`` (its threads, questions with
    answers), ``event`` (its announcement), ``video``; ``no_headline``, ``no_body``, ``script``, a
    page without text that a script draws and whose data hold none either, and ``junk``, a body too
    short to be a story or hardly likely to be one. A source's own function says
    ``other_publisher`` of a story on a host that several share. ``story_data_no_json`` and
    ``story_data_no_story``: what it loads, as its source declares, is none. ``defect``: nobody
    knows.
    """

    def __init__(self, reason: str, words: str) -> None:
        super().__init__(reason, words)  # both, so that it can be pickled
        self.reason = reason
        self.words = words

    def __str__(self) -> str:
        return f"{self.reason}: {self.words}"


page_border = partial(border, partial(NotAnArticle, DEFECT), NotAnArticle, MemoryError)
"""Is around all that is made of a page: a defect of ours is the outcome of this one.
That it takes too much memory page workers tell by themselves."""
