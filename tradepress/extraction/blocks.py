"""Declares Block, the paragraph-like piece both page forms are cut into."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tradepress.archive.text_forms import one_line_each
from tradepress.extraction.sentences import size

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
CITED = ("blockquote", "tr", "pre")
"""Names what a ``figure`` may hold beside a picture, and whose words are no line of the page."""
LONG = 80
MOST_LINKS, ALL_LINK = 0.4, 0.9
"""Are shares of link words: up to one a block may be prose, above the other it is only links."""


@dataclass(eq=False, kw_only=True, slots=True)
class Block:
    """Is one paragraph, heading, list item or line, in page order; zone and body are set later."""

    text: str
    """Is never empty, with white space collapsed."""
    tag: str = "line"
    """Is the innermost block element (``p``, ``h2``, ``li``, …); ``line`` in a text capture."""
    pieces: Sequence[str] = ()
    """Holds the words as mark-up keeps them apart and plain text glues; on short HTML blocks."""
    links: tuple[tuple[str, str], ...] = ()
    """Holds (visible words, href as written) of each link inside."""
    zone: str | None = None
    """Is the kind of page furniture the block stands in, by mark-up; None in the open."""
    group: int = 0
    """Is the number of the element that holds the block; entries of one list share it."""
    link_share: float = field(default=0.0, init=False)
    """Is the share of the words that are link words, 0 to 1."""
    prose: int = field(default=0, init=False)
    """Counts the characters of a block as long as a paragraph and no list of links; else 0."""
    in_body: bool = True
    """Does it stand inside what was chosen as the story's body? A text capture is all body."""
    is_worded: bool | None = field(default=None, init=False)
    """Does it open as furniture does? None until that is asked."""
    odds: float | None = field(default=None, init=False)
    """Are its log odds to be the story's; None until the block model has judged it."""

    @property
    def parts(self) -> tuple[str, ...]:
        """Returns the cleaned pieces that hold words."""
        return one_line_each(self.pieces)

    @property
    def is_open(self) -> bool:
        """Does it stand in the story's body and in no furniture there?"""
        return self.in_body and self.zone is None

    @property
    def was_open(self) -> bool:
        """Was it open, be it that the block model thinks it unlikely?"""
        return self.in_body and self.zone in (None, "unlikely")

    def __post_init__(self) -> None:
        length = len(self.text)
        if self.links:
            self.link_share = sum([len(words) for words, _ in self.links]) / length
        if self.link_share < MOST_LINKS and (length >= LONG or size(self.text) >= LONG):
            self.prose = length
