"""Gives the forms of a text: in which it is kept, and by which texts are compared.

Kept are ``storable`` (whatever a column or a terminal holds), ``one_line`` and ``paragraphs``.
For comparing only, each with less of the text left: ``straighten`` for rules, ``plain_type`` for
texts that read the same, ``words_key`` for words, ``joined`` for names.
"""

import html
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

HIDDEN = "withdrawn:"
"""Begins what stands in the place of an address that was withdrawn."""
LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")
SPACES = re.compile("[\t\v\f]")
CONTROLS = "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
"""Are all control characters but those that are white space."""
SURROGATES = "\ud800-\udfff"
STRAY = re.compile(f"[{CONTROLS}\x09\x0b-\x0d\x1c-\x1f\x85]")
"""Matches control characters but the line feed."""
LONE = re.compile(f"[{SURROGATES}]")
# Soft hyphen, zero-width space, word joiners, bidirectional marks and the byte order mark: nobody
# sees them, and they break search.
FORMATS = "\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
# The two joiners: from Arabic to Sinhala they are part of the spelling.
INVISIBLE = re.compile(
    f"[{FORMATS}]|(?<![\u0600-\u0dff])[\u200c\u200d]|[\u200c\u200d](?![\u0600-\u0dff])"
)
UNWANTED = re.compile(f"[{CONTROLS}{SURROGATES}]|{INVISIBLE.pattern}")
MARKUP = re.compile(r"<[^<>]{1,300}>")
BREAK = re.compile(r"\n\s*\n")
SINGLE = "’‘‚‛′´"
DOUBLE = "“”„‟″"
STRAIGHT = (
    *((quote, "'") for quote in SINGLE),
    *((quote, '"') for quote in DOUBLE + "«»"),
    ("İ", "I"),
)
# What a content system or an A/B test sets differently without anybody having edited the story.
# Case stays: capitals tell a word mark from a word. So do superscripts, which NFKC would fold
# (10⁵ is not 105), and guillemets, whose spaces differ.
PLAIN = {
    **dict.fromkeys(SINGLE + "ʼ", "'"),
    **dict.fromkeys(DOUBLE, '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "…": "...",
}
UNSEEN = re.compile(f"[{FORMATS}\u200c\u200d\ufe00-\ufe0f]")
"""Matches signs that nobody sees; also the choice of a sign's emoji form."""
DASHES = re.compile("-[- ]+")
WORD = re.compile(r"[^\W_]+")
FORMULA_SIGNS = "=+-@−"
NO_WORDS = dict.fromkeys((code for code in range(128) if not chr(code).isalnum()), " ")
"""Makes what stands between words in ASCII a space."""


def storable(text: str) -> str:
    """Returns a text without control characters (line feeds stay); lone surrogates are U+FFFD."""
    if text.replace("\n", "").isprintable():
        return text
    if LONE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = LINE_ENDS.sub("\n", text)
    if STRAY.search(text):
        text = STRAY.sub("", SPACES.sub(" ", text))
    return text


def one_line(text: str) -> str:
    """Puts a text in one line: white space collapsed; control characters, invisible ones and
    lone surrogates gone."""
    text = text.strip()
    if text.isprintable() and "  " not in text:
        return text  # most texts, at a third of the price
    words = " ".join(text.split())
    return words if words.isprintable() else " ".join(UNWANTED.sub("", text).split())


def one_line_each(texts: Iterable[str]) -> tuple[str, ...]:
    """Puts each text in one line; those without words are left out."""
    return tuple(filter(None, map(one_line, texts)))


def without_markup(declared: str) -> str:
    """Returns declared words as one line, without entities and tags."""
    if "&" in declared:
        declared = html.unescape(html.unescape(declared))
    return one_line(MARKUP.sub(" ", declared) if "<" in declared else declared)


def composed(text: str) -> str:
    """Composes a text (NFC), so that a letter with its accent is one character."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def paragraphs(text: str) -> str:
    """Returns paragraphs, each one line, with a blank line between them."""
    return "\n\n".join(one_line_each(BREAK.split(text)))


def straighten(text: str) -> str:
    """Returns a text with typographic quotes made straight."""
    if not text.isascii():
        for quote, straight in STRAIGHT:  # ten times as fast as translate
            text = text.replace(quote, straight)
    return text.replace("`", "'")


def plain_type(text: str) -> str:
    """Returns one line, equal for texts that read the same.

    >>> plain_type("“Vale’s”\\u00a0lamp — no\\u00adthing…")
    '"Vale\\'s" lamp-nothing...'
    """
    if not text.isascii():
        text = UNSEEN.sub("", composed(text))
        for sign, plain in PLAIN.items():
            text = text.replace(sign, plain)
    text = text.replace("`", "'")
    return DASHES.sub("-", " ".join(text.split()).replace(" -", "-"))


def folded(text: str | None) -> str:
    """Folds a text to plain type and lower case."""
    return plain_type(text or "").casefold()


def words_key(text: str) -> str:
    """Returns letters and digits alone, case folded: equal for two settings of the same words."""
    text = straighten(text).replace("'", "").casefold()
    if text.isascii():
        return " ".join(text.translate(NO_WORDS).split())  # a third of the time
    return " ".join(WORD.findall(text))


def word_set(text: str) -> set[str]:
    return set(words_key(text).split())


def begins_with(text: str, summary: str) -> bool:
    """Is a summary no more than the begin of a text, whole or cut off, or part of its lead?"""
    said = words_key(summary)
    return words_key(text).startswith(said) or said in words_key(text.partition("\n")[0])


def cut_off(text: str) -> str:
    """Returns a text with the sign that it goes on: ``the pot…``, ``the pot. …``, ``鍋。…``."""
    is_stop = unicodedata.category(text[-1])[0] == "P"  # those of Chinese bring their own space
    return text + (" …" if is_stop and unicodedata.east_asian_width(text[-1]) not in "WF" else "…")


@lru_cache(maxsize=4096)
def joined(text: str) -> str:
    """Returns the words without spaces: equal for a name and the host of its site."""
    return words_key(text).replace(" ", "")


def is_formula(cell: str) -> bool:
    """Would a spreadsheet run it? They skip what is blank or invisible before a formula, and take
    its sign in other widths (``＝``) for the sign."""
    if cell[:1].isalnum():
        return False  # most
    first = next(filter(_is_seen, cell), "")
    return first != "" and unicodedata.normalize("NFKC", first)[0] in FORMULA_SIGNS


def _is_seen(character: str) -> bool:
    return unicodedata.category(character)[0] not in "ZC"


def counted(number: int, one: str, many: str) -> str:
    """Returns ``1 story``, ``1,204 stories``."""
    return f"{number:,} {one if number == 1 else many}"


def percent(share: float | None) -> str:
    """Returns ``1.3 %``; a dash where there is nothing to be a part of."""
    return "–" if share is None else f"{100 * share:.1f} %"


def left_out(copies: int) -> str:
    """Returns what must be known about a number of stories of which near-duplicates are folded."""
    return f"Of stories with much the same text one counts: {copies:,} left out."
