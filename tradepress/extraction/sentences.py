"""Tells how long a text is, how it ends, and if it reads as sentence, paragraph or label."""

import re
from collections.abc import Sequence

WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Matches Kana, Han and Hangul, of which one says as much as some three Latin letters."""
OPENING = 40
UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Matches Thai, Lao, Burmese and Khmer, which set no spaces between words; two have no stop."""
UNSTOPPED = re.compile("[\u0e00-\u0eff]$")
SHORTEST_UNSTOPPED = 50
CLOSING = "\"'”’“‘»›)]」』）】》"
"""Is what may stand behind the last stop of a sentence."""
QUOTED = ('"', "”", "“", "»", "」", "』")
SMILING = (":)", ";)", ":-)", ";-)", ":D", ":(", "(:", "☺", "♥", "❤", "\ufe0f")
FULL_STOPS = (".", "!", "…", "。", "．", "！", "？", "।", "۔", "။", "។", "።", "։")
DASHES = "–—- "
"""Is what may part a name or a date from the text behind it."""
DATA = re.compile(r"[\[{]+\s*\"[\w@$-]+\"\s*[:,]|\d{9,}(?:\s+\d{9,})*$")
SETTINGS, PROGRAM_NAME = re.compile(r"[\w\s-]+"), re.compile(r"\b[a-z]{2,}[A-Z][a-z]\w*\b")
FEWEST_NAMES = 4
WORD = re.compile(r"[^\W\d_]{4,}")
MOST_WORDS = 24
TERMINALS = (*FULL_STOPS, "?", "؟", ":", "：", ";", "；")


def size(text: str) -> int:
    """Returns the length in Latin letters; a wide text has a wide character near its beginning."""
    if text.isascii() or not WIDE.search(text, 0, OPENING):
        return len(text)
    return len(text) + 2 * len(WIDE.findall(text))


def is_for_machines(text: str) -> bool:
    """Is it data that a script was to read: JSON, long numbers alone, or names of settings?"""
    return bool(DATA.match(text)) or (
        SETTINGS.fullmatch(text) is not None and len(PROGRAM_NAME.findall(text)) >= FEWEST_NAMES
    )


def content_words(text: str) -> list[str]:
    """Returns the first different words of four letters or more, in lower case; of a wide text each
    two characters that follow each other."""
    lower = text.lower()
    found = (match[0] for match in WORD.finditer(lower))
    if not lower.isascii() and WIDE.search(lower, 0, OPENING):
        found = (word[i : i + 2] for word in found for i in range(len(word) - 1))
    words: dict[str, None] = {}
    for word in found:  # a description may be a whole story
        words[word] = None
        if len(words) == MOST_WORDS:
            break
    return list(words)


def share_said(words: Sequence[str], text: str) -> float:
    """Returns the share of the words that stand in a text in lower case; 1 if there are none."""
    return sum(map(text.__contains__, words)) / len(words) if words else 1.0


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
