"""Gives the form in which texts are searched: the one function for index, query and marks.

SQLite's tokenizer takes a clause of Chinese or Thai for one word, and knows no more of letters
than to take accents from Latin ones. So texts and questions come to it with all else done: of
scripts that write words without spaces each letter is a word, and a run of letters a phrase.
"""

import re
import unicodedata
from functools import cache

from tradepress.archive.text_forms import composed

SEPARATOR = "\x1f"
"""Parts letters. As of the marks no text has it: the gate into the archive lets no control
character in."""
MARK_START, MARK_END = "\x02", "\x03"
"""Stand around each hit."""
TOKENIZER = "unicode61 remove_diacritics 2 categories ''L* N* M* Co''"
"""Is the tokenizer of all indexes, as SQL quotes it."""
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f"  # Thai, Lao, Burmese
    "\u1780-\u17ff\u1950-\u19ff\u1a20-\u1aaf\uaa80-\uaadf"  # Khmer, the scripts of the Tai
    "\u3005-\u3007\u3021-\u3029\u3031-\u312f\u3041-\u30ff\u31a0-\u31ff"  # Kana, Bopomofo
    "\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uf900-\ufaff"  # Han, Yi
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
"""Holds the letters of scripts that set no spaces between words, for a class of ``re``."""
LETTERS = f"{UNSPACED}\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff"
"""Holds the letters of scripts in which each is a word here: also Hangul, whose words end in
particles."""
ALIKE = {
    **{"ß": "ss", "ẞ": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "þ": "th", "Þ": "th"},
    **{"ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ð": "d", "Ð": "d"},
    **{"ħ": "h", "Ħ": "h", "ı": "i", "ё": "е", "Ё": "е"},
}
"""Maps letters to what is taken for the same, as accents don't count; ё is the Russian one."""
_DROPPED = (
    "\xad"
    "\u0300-\u036f"  # accents that stand for themselves
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"  # Hebrew points
    "\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"  # Arabic vowels
)
_ACCENTED = "\u0386-\u03ce\u1f00-\u1fff\u0622-\u0626"  # Greek, and Arabic letters with a hamza
_WIDE = (
    "\ufb00-\ufb06\ufb50-\ufdfb\ufe70-\ufefc"  # ligatures, Arabic as it was set
    "\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff66-\uffdc"  # full and half width
)
_SIGNED = r"(?<![A-Za-z0-9])[A-Za-z](?:\+\+|#)(?![A-Za-z0-9])"
"""Matches what is one letter but for its signs: C++, C#."""
_ODD = (
    f"(?P<last>[{LETTERS}](?![{LETTERS}]))|(?P<letter>[{LETTERS}])|(?P<dropped>[{_DROPPED}])"
    f"|(?P<alike>[{''.join(ALIKE)}])|(?P<accented>[{_ACCENTED}])|(?P<wide>[\uff66-\uff9d][\uff9e\uff9f]|[{_WIDE}])"
    f"|(?P<signed>{_SIGNED})"
)
"""Matches what is searched otherwise than it stands, one letter at a time."""
_ANY_ODD = f"[{LETTERS}{_DROPPED}{''.join(ALIKE)}{_ACCENTED}{_WIDE}]"
_MARKS = re.compile(f"([{MARK_START}{MARK_END}])")
UNITS = f"[{LETTERS}]|[^\\s{LETTERS}]+"
"""Matches a letter that is a word here, or what stands between spaces."""
LETTERED = ("ja", "ko", "zh", "km", "lo", "my", "th")
"""Lists the languages that are written in letters of which each is a word here."""
# Some milliseconds each, for which no command waits that has no such text.
compiled = cache(re.compile)


def searched_form(text: str) -> str:
    """Returns a text as it is searched.

    >>> searched_form("商標法 of Løkken").split("\\x1f")
    ['', '商', '標', '法 of Lokken']
    """
    text = composed(text)
    # Most have nothing of the kind, and to see that takes a fifth of the time.
    is_signed = ("++" in text or "#" in text) and re.search(_SIGNED, text)
    is_odd = is_signed or (not text.isascii() and compiled(_ANY_ODD).search(text))
    return compiled(_ODD).sub(_form, text) if is_odd else text


def _form(odd: re.Match[str]) -> str:
    text = odd[0]
    match odd.lastgroup:
        case "signed":
            return f"{text[0]}{SEPARATOR}{'sharp' if text[1] == '#' else 'plusplus'}"
        case "letter":
            return SEPARATOR + text
        case "last":
            return f"{SEPARATOR}{text}{SEPARATOR}"
        case "alike":
            return ALIKE[text]
        case "accented":
            return unicodedata.normalize("NFD", text)[0]
        case "wide":
            plain = unicodedata.normalize("NFKC", text)
            return searched_form(plain) if plain != text else text  # some are nobody's letters
    return ""


def as_it_stands(text: str, marked: str) -> str:
    """Brings marks from the searched form of a text, or from a passage of it, to the text.

    :param marked: what ``highlight()`` or ``snippet()`` of FTS5 gave
    """
    if SEPARATOR not in marked and compiled(_ANY_ODD).search(text) is None:
        return marked
    text = composed(text)
    form, starts, ends = _placed(text)
    bare = _MARKS.sub("", marked)
    for before, after in (("", ""), ("…", ""), ("", "…"), ("…", "…")):
        if bare.startswith(before) and bare.endswith(after):
            at = form.find(bare[len(before) : len(bare) - len(after)])
            if at >= 0:
                break
    else:
        return marked.replace(SEPARATOR, "")
    if not form:
        return text
    shown, place = before, starts[at] if at else 0
    for part in _MARKS.split(marked[len(before) : len(marked) - len(after)]):
        if part == MARK_START:
            shown += text[place : starts[at]] + part
            place = starts[at]
        elif part == MARK_END:
            shown += text[place : ends[at - 1]] + part
            place = ends[at - 1]
        else:
            at += len(part)
    return shown + text[place : ends[at - 1]] + after


def first_words(text: str, most: int) -> str:
    """Returns the first words of a text in one line; of scripts where each letter is a word twice
    as many letters are as long."""
    room = 2 * most
    for unit in compiled(UNITS).finditer(text):
        room -= 1 if len(unit[0]) == 1 and compiled(_ANY_ODD).match(unit[0]) else 2
        if room < 0:
            return " ".join(text[: unit.start()].split())
    return " ".join(text.split())


def _placed(text: str) -> tuple[str, list[int], list[int]]:
    """Returns the searched form of a text, and where what each of its signs is made of begins and
    ends in the text."""
    form, starts, ends, place = "", [], [], 0
    for odd in compiled(_ODD).finditer(text):
        made = _form(odd)
        plain = range(place, odd.start())
        form += text[place : odd.start()] + made
        starts += [*plain, *[odd.start()] * len(made)]
        ends += [*(one + 1 for one in plain), *[odd.end()] * len(made)]
        ends[-1:] = [odd.end()] if ends else []  # what is dropped goes with the letter before it
        place = odd.end()
    plain = range(place, len(text))
    return form + text[place:], [*starts, *plain, len(text)], [*ends, *(one + 1 for one in plain)]
