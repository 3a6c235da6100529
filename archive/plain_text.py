"""Texts in plain type, for comparing only."""

import re
import unicodedata

# What a content system or an A/B test sets differently without anybody having edited the story.
# Case stays: capitals tell a word mark from a word. So do superscripts, which NFKC would fold
# (10⁵ is not 105), and guillemets, whose spaces differ.
_PLAIN = {
    **dict.fromkeys("‘’‚‛ʼ′´`", "'"),
    **dict.fromkeys("“”„‟″", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "…": "...",
    # Soft hyphens, zero-width and bidirectional controls, and the choice of a sign's emoji form.
    **dict.fromkeys(
        map(chr, (0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070))), ""
    ),
    **dict.fromkeys(map(chr, (*range(0xFE00, 0xFE10), 0xFEFF)), ""),
}
_DASHES = re.compile("-[- ]+")


def fold_text(text: str) -> str:
    """One line in plain type, equal for texts that read the same; for comparing only.

    >>> fold_text("“Vale’s”\\u00a0lamp — no\\u00adthing…")
    '"Vale\\'s" lamp-nothing...'
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        for sign in _PLAIN.keys() & set(text):
            text = text.replace(sign, _PLAIN[sign])
    return _DASHES.sub("-", " ".join(text.split()).replace(" -", "-"))


def fold(text: str | None) -> str:
    """In plain type and lower case."""
    return fold_text(text or "").casefold()
