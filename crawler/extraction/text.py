"""The forms in which texts are kept and compared, how long they are and how they end.

A text is kept as ``clean`` gives it. Each of the forms for comparing leaves out more:
``straighten`` is for rules, ``words_key`` for words, ``joined`` for names.
"""

import html
import re
from collections.abc import Iterable
from functools import lru_cache

UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b\u2060\ufeff\ud800-\udfff]"
    "|(?<![\u0600-\u0dff])[\u200c\u200d]|[\u200c\u200d](?![\u0600-\u0dff])"
)
MARKUP = re.compile(r"<[^<>]{1,300}>")
QUOTES = (
    *((quote, "'") for quote in "’‘‚‛′´"),
    *((quote, '"') for quote in "“”„‟″«»"),
    ("İ", "I"),
)
WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Kana, Han and Hangul, of which one says as much as some three Latin letters."""
OPENING = 40
UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Thai, Lao, Burmese and Khmer, which have no spaces between words; two have no full stop."""
UNSTOPPED = re.compile("[\u0e00-\u0eff]$")
SHORTEST_UNSTOPPED = 50
CLOSING = "\"'”’“‘»›)]」』）】》"
"""What may stand behind the last stop of a sentence."""
QUOTED = ('"', "”", "“", "»", "」", "』")
SMILING = (":)", ";)", ":-)", ";-)", ":D", ":(", "(:", "☺", "♥", "❤", "\ufe0f")
FULL_STOPS = (".", "!", "…", "。", "．", "！", "？", "।", "۔", "။", "។", "።", "։")
DASHES = "–—- "
"""What may part a name or a date from the text behind it."""
TERMINALS = (*FULL_STOPS, "?", "؟", ":", "：", ";", "；")


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


def plain(declared: str) -> str:
    """Declared words without entities and tags, cleaned."""
    if "&" in declared:
        declared = html.unescape(html.unescape(declared))
    return clean(MARKUP.sub(" ", declared) if "<" in declared else declared)


def straighten(text: str) -> str:
    """Typographic quotes made straight, for comparing with rules."""
    if not text.isascii():
        for quote, straight in QUOTES:  # ten times as fast as translate
            text = text.replace(quote, straight)
    return text.replace("`", "'")


def words_key(text: str) -> str:
    """Letters and digits alone, case folded: equal for two settings of the same words."""
    return " ".join(re.findall(r"[^\W_]+", straighten(text).replace("'", "").casefold()))


def word_set(text: str) -> set[str]:
    return set(words_key(text).split())


@lru_cache(maxsize=4096)
def joined(text: str) -> str:
    """The same without spaces: equal for a name and the host of its site."""
    return words_key(text).replace(" ", "")


def size(text: str) -> int:
    """Length in Latin letters; a text that is wide has a wide character near its beginning."""
    if text.isascii() or not WIDE.search(text, 0, OPENING):
        return len(text)
    return len(text) + 2 * len(WIDE.findall(text))


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


def is_label(text: str, longest: int) -> bool:
    """Is it short and no sentence?"""
    return len(text) < longest and not ends_sentence(text)
