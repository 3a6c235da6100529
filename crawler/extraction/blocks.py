"""Block, the paragraph-like piece both page forms are cut into, and the cleaning of its words."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b\u2060\ufeff\ud800-\udfff]"
    "|(?<![\u0600-\u0dff])[\u200c\u200d]|[\u200c\u200d](?![\u0600-\u0dff])"
)
WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Kana, Han and Hangul, of which one says as much as some three Latin letters."""
UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Thai, Lao, Burmese and Khmer, which have no spaces between words; two have no full stop."""
UNSTOPPED = re.compile("[\u0e00-\u0eff]$")
SHORTEST_UNSTOPPED = 50
QUOTES = (
    *((quote, "'") for quote in "’‘‚‛′´"),
    *((quote, '"') for quote in "“”„‟″«»"),
    ("İ", "I"),
)
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
CITED = ("blockquote", "tr", "pre")
"""What a ``figure`` may hold beside a picture, and whose words are no line of the page's own."""
CLOSING = "\"'”’“‘»›)]」』）】》"
"""What may stand behind the last stop of a sentence."""
QUOTED = ('"', "”", "“", "»", "」", "』")

SMILING = (":)", ";)", ":-)", ";-)", ":D", ":(", "(:", "☺", "♥", "❤", "\ufe0f")
FULL_STOPS = (".", "!", "…", "。", "．", "！", "？", "।", "۔", "။", "។", "።", "։")
TERMINALS = (*FULL_STOPS, "?", "؟", ":", "：", ";", "；")

LONG = 80
OPENING = 40
MOST_LINKS = 0.4


@dataclass(eq=False, kw_only=True, slots=True)
class Block:
    """One paragraph, heading, list item or line, in page order; zone and body are set later."""

    text: str
    """White space collapsed, never empty."""
    tag: str = "line"
    """Innermost block element (``p``, ``h2``, ``li``, …); ``line`` in a text capture."""
    pieces: Sequence[str] = ()
    """The words as mark-up keeps them apart and plain text glues them; on short HTML blocks."""
    links: tuple[tuple[str, str], ...] = ()
    """(visible words, href as written) of each link inside."""
    zone: str | None = None
    """Kind of page furniture the block stands in, by mark-up; None in the open."""
    group: int = 0
    """Number of the element that holds the block; entries of one list share it."""
    link_share: float = field(default=0.0, init=False)
    """Share of the words that are link words, 0 to 1."""
    prose: int = field(default=0, init=False)
    """Characters of a block that is as long as a paragraph and no list of links; else 0."""
    in_body: bool = True
    """Does it stand inside what was chosen as the story's body? A text capture is all body."""

    @property
    def parts(self) -> tuple[str, ...]:
        """The cleaned pieces that hold words."""
        return cleaned(self.pieces)

    @property
    def is_open(self) -> bool:
        """Does it stand in the story's body and in no furniture there?"""
        return self.in_body and self.zone is None

    def __post_init__(self) -> None:
        if self.links:
            self.link_share = sum(len(words) for words, _ in self.links) / len(self.text)
        if self.link_share < MOST_LINKS and size(self.text) >= LONG:
            self.prose = len(self.text)


def clean(text: str) -> str:
    """White space collapsed; control characters, invisible ones and lone surrogates gone."""
    text = text.strip()
    if text.isprintable() and "  " not in text:
        return text  # most texts, at a third of the price
    words = " ".join(text.split())
    return words if words.isprintable() else " ".join(UNWANTED.sub("", text).split())


def cleaned(pieces: Iterable[str]) -> tuple[str, ...]:
    """The pieces that hold words, each cleaned."""
    return tuple(filter(None, map(clean, pieces)))


def straighten(text: str) -> str:
    """Typographic quotes made straight, for comparing with rules."""
    if not text.isascii():
        for quote, straight in QUOTES:  # ten times as fast as translate
            text = text.replace(quote, straight)
    return text.replace("`", "'")


def size(text: str) -> int:
    """Length in Latin letters; a text that is wide has a wide character near its beginning."""
    if text.isascii() or not WIDE.search(text, 0, OPENING):
        return len(text)
    return len(text) + 2 * len(WIDE.findall(text))


def words_key(text: str) -> str:
    """Letters and digits alone, case folded: equal for two settings of the same words."""
    return " ".join(re.findall(r"[^\W_]+", straighten(text).replace("'", "").casefold()))


def ends_sentence(text: str) -> bool:
    return (
        text.endswith((*QUOTED, *SMILING))
        or text.rstrip(CLOSING).endswith(TERMINALS)
        or _is_unstopped(text)
        or "\U0001f300" < text[-1:] < "\U0001fb00"  # emoji
    )


def ends_fully(text: str) -> bool:
    """Does it end with a full stop, and not with a question or a colon as headlines may?"""
    return text.rstrip(CLOSING).endswith(FULL_STOPS) or _is_unstopped(text)


def _is_unstopped(text: str) -> bool:
    """Can it be a sentence in a script that sets no stops?"""
    return len(text) >= SHORTEST_UNSTOPPED and UNSTOPPED.search(text) is not None


def is_prose(text: str) -> bool:
    """Does it read as a paragraph of a story, and not as a headline or label?"""
    length = size(text)
    return length >= 200 or (length >= 70 and ends_fully(text))
