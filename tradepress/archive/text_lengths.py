"""Counts how long a text is: in characters, and in words where spaces part them."""

import re

from tradepress.archive.searched_form import UNSPACED, compiled

_PLAIN = re.compile("[\0-\u0dff\u2000-\u206f]*")
"""Matches what most texts are, at a third of the time."""
_UNSPACED = f"[{UNSPACED}]"
_SPACED = rf"(?![{UNSPACED}])[^\W\d_]"
FEW = 10
"""Is the share of letters, one in so many, up to which a text is counted by its spaces."""


def count_words(text: str | None) -> int | None:
    """Counts words by spaces; None: more than a tenth of the letters are of scripts without."""
    text = text or ""
    unspaced = 0 if _PLAIN.fullmatch(text) else len(compiled(_UNSPACED).findall(text))
    if unspaced and (FEW - 1) * unspaced > len(compiled(_SPACED).findall(text)):
        return None
    return len(text.split())


def count_characters(text: str | None) -> int:
    """Counts characters without white space."""
    return sum(map(len, (text or "").split()))
