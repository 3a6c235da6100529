"""Sets headlines in the letters that styles want: as titles, or as sentences."""

import re
from collections import Counter
from collections.abc import Callable

_STOP_WORDS = frozenset(
    (
        *("a", "an", "and", "as", "at", "but", "by", "down", "for", "from", "in", "into", "nor"),
        *("of", "on", "onto", "or", "over", "so", "the", "till", "to", "up", "via", "with", "yet"),
    )
)
"""Lists words that stay small within a title (CSL 1.0.2, Appendix V)."""
_ABBREVIATED = ("co", "corp", "dr", "inc", "jr", "ltd", "mr", "mrs", "ms", "no", "sr", "st", "vs")
LEAST_TOLD = 800
"""Is the letters of a text that has all whom its headline names."""
_WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)*")
_ENDS_SENTENCE = re.compile(r"[.?!:][^\w]*$")
_MID_SENTENCE = re.compile(r"(?<=[\w,;’] )[^\W_]+(?:[’'][^\W_]+)*")


def title_case(text: str) -> str:
    """Begins each word with a capital but stop words; words that have one stay as they are.

    After CSL 1.0.2: a stop word is capitalised, too, as first or last word, and behind a colon or
    the end of a sentence, which the dot of *Inc.* is not.
    """
    words = [*_WORD.finditer(text)]
    last = words[-1].start() if words else 0

    def cased(word: re.Match[str], begins: bool) -> str:
        is_small = (word[0] in _STOP_WORDS and word.start() != last) or len(word[0]) == 1
        return word[0] if not begins and is_small else _capitalised(word[0])

    return _cased(text, cased)


def _cased(text: str, cased: Callable[[re.Match[str], bool], str]) -> str:
    """Writes each word anew; ``cased`` is told whether it begins a sentence, or what stands behind
    a colon."""
    before = -1

    def written(word: re.Match[str]) -> str:
        nonlocal before
        begins = before < 0
        if not begins and _ENDS_SENTENCE.search(text[before : word.start()]):
            last_word = text[max(0, before - 8) : before].rpartition(" ")[2].lower()
            is_initial = last_word[-2:-1] in ("", ".")
            begins = text[before] != "." or not (is_initial or last_word in _ABBREVIATED)
        before = word.end()
        return cased(word, begins)

    return _WORD.sub(written, text)


def sentence_case(text: str) -> str:
    """Begins with a capital; of a text in capitals the other letters are small (CSL 1.0.2)."""
    return capitalised_first(text.lower() if text.isupper() else text)


def capitalised_first(text: str) -> str:
    return _WORD.sub(lambda word: _capitalised(word[0]), text, count=1)


def capitalised_words(text: str) -> str:
    return _WORD.sub(lambda word: _capitalised(word[0]), text)


def _capitalised(word: str) -> str:
    return word[0].upper() + word[1:] if word.islower() else word


def headline_as_sentence(headline: str, text: str | None) -> str:
    """Returns a headline that is printed as a title, or in capitals, as a sentence has it.

    Which words are names no list can know, but the story does: whom a headline names the story
    names, too. So a word keeps its capital where the story, within sentences, mostly writes it
    with one, or has it only at the beginning of some; it is written small where the story does, or
    does not have it at all.

    :param text: of the whole story; None: the headline stays as printed
    """
    words = _WORD.findall(headline)
    long = [word for word in words[1:] if word.lower() not in _STOP_WORDS and len(word) > 3]
    if len(long) < 3 or sum(not word[0].islower() for word in long) < 0.7 * len(long):
        return headline
    if text is None or len(text) < LEAST_TOLD:
        return headline
    within: dict[str, Counter[str]] = {}
    for word, times in Counter(map(_base, _MID_SENTENCE.findall(text))).items():
        within.setdefault(word.lower(), Counter())[word] += times
    anywhere = {_base(word).lower() for word in _WORD.findall(text)}
    is_loud = headline.isupper()

    def cased(word: re.Match[str], begins: bool) -> str:
        whole, base = word[0], _base(word[0])
        small = base.lower()
        found = within.get(small, Counter())
        if not is_loud and not base[1:].islower():
            written = whole  # one letter, or capitals of its own
        elif small in _STOP_WORDS or found[small] > sum(found.values()) / 2:
            written = whole.lower()
        elif is_loud:
            written = max(found, key=lambda form: found[form], default=base) + whole[len(base) :]
        else:
            written = whole if found or small in anywhere else whole.lower()
        return _capitalised(written) if begins else written

    return _cased(headline, cased)


def _base(word: str) -> str:
    """Returns a word without what stands behind its apostrophe."""
    return re.split("[’']", word, maxsplit=1)[0]
