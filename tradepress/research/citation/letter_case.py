"""Sets headlines in the letters that styles want: as titles, or as sentences."""

import re
from collections import Counter

_STOP_WORDS = frozenset(
    (
        *("a", "an", "and", "as", "at", "but", "by", "down", "for", "from", "in", "into", "nor"),
        *("of", "on", "onto", "or", "over", "so", "the", "till", "to", "up", "via", "with", "yet"),
    )
)
"""Lists words that stay small within a title (CSL 1.0.2, Appendix V)."""
_ABBREVIATED = ("co", "corp", "dr", "inc", "jr", "ltd", "mr", "mrs", "ms", "no", "sr", "st", "vs")
_WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)*")
_ENDS_SENTENCE = re.compile(r"[.?!:][^\w]*$")
_MID_SENTENCE = re.compile(r"(?<=[\w,;’] )[^\W_]+(?:[’'][^\W_]+)*")


def title_case(text: str) -> str:
    """Begins each word with a capital but stop words; words that have one stay as they are.

    After CSL 1.0.2: a stop word is capitalised, too, as first or last word, and behind a colon or
    the end of a sentence, which the dot of *Inc.* is not.
    """
    words = [*_WORD.finditer(text)]
    ends = (words[0].start(), words[-1].start()) if words else ()
    before = 0

    def cased(word: re.Match[str]) -> str:
        nonlocal before
        between, begin = text[before : word.start()], word.start() in ends[:1]
        last_word = text[max(0, before - 8) : before].rpartition(" ")[2].lower()
        if _ENDS_SENTENCE.search(between) and not (
            between.startswith(".") and last_word in _ABBREVIATED
        ):
            begin = True
        before = word.end()
        is_small = (word[0] in _STOP_WORDS and word.start() not in ends) or len(word[0]) == 1
        return word[0] if not begin and is_small else _capitalised(word[0])

    return _WORD.sub(cased, text)


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

    Which words are names no list can know, but the story does: a word is written small where the
    story, within sentences, mostly writes it small. Of a word that it does not have, the letters
    stay.

    :param text: of the story; None: the headline stays as printed
    """
    words = _WORD.findall(headline)
    long = [word for word in words[1:] if word.lower() not in _STOP_WORDS and len(word) > 3]
    if not text or len(long) < 3 or sum(not word[0].islower() for word in long) < 0.7 * len(long):
        return headline
    written = Counter(_MID_SENTENCE.findall(text))
    forms: dict[str, Counter[str]] = {}
    for word, times in written.items():
        forms.setdefault(word.lower(), Counter())[word] += times

    def cased(word: re.Match[str]) -> str:
        found = forms.get(word[0].lower(), Counter())
        small = word[0].lower()
        if word[0].isupper() and len(word[0]) > 1 and headline.isupper():
            usual = max(found, key=lambda form: (found[form], form.islower()), default=word[0])
            return small if small in _STOP_WORDS else usual
        is_small = small in _STOP_WORDS or found[small] > sum(found.values()) / 2
        return small if is_small and not word[0].isupper() else word[0]

    return capitalised_first(_WORD.sub(cased, headline))
