"""Declares one thing in which a site and the declaration of its source differ."""

from dataclasses import dataclass
from typing import Literal

from tradepress.survey.mend import Mend

Subject = Literal[
    "seed",
    "reach",
    "address",
    "id",
    "story",
    "field",
    "section",
    "furniture",
    "wall",
    "rights",
    "selector",
]
FEWEST = 3
"""Is the number of stories that prove a form of addresses or a line of furniture."""


@dataclass(frozen=True, kw_only=True)
class Drift:
    """Is one thing in which site and declaration differ, or that is missed."""

    subject: Subject
    words: str
    """Says what was seen, for a person; of a story no more than a line of furniture."""
    mends: tuple[Mend, ...] = ()
    """Is what makes it right; empty where that is not sure."""
    is_suspected: bool = False
    """Tells that it is worth a look, and perhaps nothing."""
