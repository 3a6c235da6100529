"""Says what a withdrawal came to."""

from dataclasses import dataclass, field

from tradepress.archive.file.rows import Row


@dataclass(kw_only=True, slots=True)
class Erased:
    """Says what a withdrawal came to."""

    articles: int = 0
    versions: int = 0
    captures: int = 0
    """Counts the raw pages overwritten, those of the next line included."""
    other_captures: int = 0
    """Counts the raw pages of other stories that show the headline or link to the story; only of
    stories that are withdrawn everywhere."""
    links: int = 0
    """Counts links of other stories that lost their words."""
    near_copies: list[Row] = field(default_factory=list)
    """Lists what was left alone: articles with much the same text, as ``near_duplicates_of``
    gives them, with the withdrawn ref as ``copy_of``."""
    missing: list[Row] = field(default_factory=list)
    """Places (``file``, ``offset``, ``length``) of raw pages that were not there to be erased."""
    unreadable: list[Row] = field(default_factory=list)
    """Lists places of what can't be read and no row names: it may be of the story."""
    unfinished: dict[str, str | None] = field(default_factory=dict)
    """Maps parts of outputs to why they are still there; None: a kill had left it, and it went."""
    is_log_empty: bool = True
    """Is False where another program reads: the log may hold the text until it ends."""

    @property
    def is_anything(self) -> bool:
        """Was there something to erase?"""
        return bool(self.articles or self.captures or self.links)

    @property
    def is_complete(self) -> bool:
        """Is nothing left that may hold the story?"""
        is_elsewhere = any(self.unfinished.values())
        return not (self.missing or self.unreadable or is_elsewhere) and self.is_log_empty
