"""Block, the paragraph-like piece both page forms are cut into, and the cleaning of its words."""

import re
from dataclasses import dataclass

UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b-\u200d\u2060\ufeff\ud800-\udfff]"
)
STRAIGHT = str.maketrans("‘’‚‛′`´“”„‟″«»", "'''''''" + '"""""""')
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
TERMINAL = re.compile(r"[.!?:;。！？।…][\"'”’»)\]]*$|[\"”»]$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """One paragraph, heading, list item or line, in page order."""

    text: str
    """White space collapsed, never empty."""
    tag: str = "line"
    """Innermost block element (``p``, ``h2``, ``li``, …); ``line`` in a text capture."""
    parts: tuple[str, ...] = ()
    """The pieces that mark-up keeps apart and plain text glues; only on short HTML blocks."""
    links: tuple[tuple[str, str], ...] = ()
    """(visible words, href as written) of each link inside."""
    zone: str | None = None
    """Kind of page furniture the block stands in, by mark-up; None in the open."""
    group: int = 0
    """Number of the element that holds the block; entries of one list share it."""
    in_body: bool = True
    """Does it stand inside what was chosen as the story's body? A text capture is all body."""

    @property
    def is_open(self) -> bool:
        """Does it stand in the story's body and in no furniture there?"""
        return self.in_body and self.zone is None

    @property
    def link_share(self) -> float:
        """Share of the words that are link words, 0 to 1."""
        return sum(len(words) for words, _ in self.links) / len(self.text)


def clean(text: str) -> str:
    """White space collapsed; control characters, invisible ones and lone surrogates gone."""
    return " ".join(UNWANTED.sub("", text).split())


def straighten(text: str) -> str:
    """Typographic quotes made straight, for comparing with rules."""
    return text.translate(STRAIGHT)


def words_key(text: str) -> str:
    """Letters and digits alone, case folded: equal for two settings of the same words."""
    return " ".join(re.findall(r"[^\W_]+", straighten(text).replace("'", "").casefold()))


def ends_sentence(text: str) -> bool:
    return bool(TERMINAL.search(text))


def is_prose(text: str) -> bool:
    """Does it read as a paragraph of a story, and not as a headline or label?"""
    if len(text) >= 200:
        return True
    return len(text) >= 70 and bool(re.search(r"[.!…][\"'”’»)\]]*$", text))
