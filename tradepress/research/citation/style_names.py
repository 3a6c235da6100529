"""Lists the citation styles that come with the program."""

from dataclasses import dataclass
from typing import Literal, get_args

StyleName = Literal["apa", "bluebook", "chicago", "oscola"]
STYLE_NAMES: tuple[StyleName, ...] = get_args(StyleName)


@dataclass(frozen=True, kw_only=True, slots=True)
class CitationStyle:
    """Is one file of ``styles/``, and what its processor must be told of it."""

    title: str
    file: str
    is_note: bool
    """Tells whether its citations are footnotes; else they are entries of a list."""
    quotes: str = ""
    """Is the two signs that the style sets around a headline."""


STYLES: dict[StyleName, CitationStyle] = {
    "apa": CitationStyle(title="APA, 7th edition", file="apa.csl", is_note=False),
    "bluebook": CitationStyle(
        title="Bluebook, law reviews", file="bluebook-law-review.csl", is_note=True
    ),
    "chicago": CitationStyle(
        title="Chicago, 16th edition, notes",
        file="chicago-notes-bibliography-16th-edition.csl",
        is_note=True,
        quotes="“”",
    ),
    "oscola": CitationStyle(
        title="OSCOLA, 4th edition", file="oscola.csl", is_note=True, quotes="‘’"
    ),
}
