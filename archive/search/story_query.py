"""Which stories somebody means: one value for a search, an export, a count, a saved query."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class StoryQuery:
    """Words and filters; empty: all stories. Of several values of one filter any will do."""

    words: str | None = None
    """In the query language; None: the filters alone."""
    source: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    """In the paper's own word, in any case."""
    language: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    """``open``, ``registration``, ``subscription``, ``unknown``."""
    author: tuple[str, ...] = ()
    court: tuple[str, ...] = ()
    """A court that the story mentions, by any of its names; so the following."""
    office: tuple[str, ...] = ()
    case: tuple[str, ...] = ()
    number: tuple[str, ...] = ()
    firm: tuple[str, ...] = ()
    since: str | None = None
    """A day, month or year of publication, inclusive; leaves out the undated."""
    until: str | None = None
    as_of: str | None = None
    """A day (UTC): the version of each story that the archive held at its end."""
    seen_on: str | None = None
    """A day (UTC): the version that the paper showed then. Not with ``as_of``."""
    doubtful: bool = False
    """Only stories whose confidence is low."""
    stemmed: bool = False
    """Words are equal by their stem."""
    variants: bool = False
    """Words stand for their other spellings and old names, too."""
