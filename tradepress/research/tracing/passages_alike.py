"""Compares a passage with a text: does it stand there word for word, or nearly?

Quotes, case, hyphens, spaces, accents and other punctuation play no part. Numbers are not joined
(3.5 is not 35), and signs that say something stay ($, §, %).
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from itertools import groupby

from tradepress.archive.searched_form import LETTERS, SEPARATOR, UNITS, searched_form
from tradepress.archive.text_forms import composed

LEAST_ALIKE = 0.75
"""Is the similarity from which on a passage stands nearly there."""
WINDOWS = 3
"""Counts the places of a text that are looked at word by word."""
SAYING = "+<>=±×÷%‰&§#@"
"""Are signs that are words of their own, beside those of currencies."""
_ONE_LETTER = re.compile(f"[{LETTERS}]")
_ACCENTS = re.compile("(?<=[a-z])[\u0300-\u036f]+")
_ENDS_SENTENCE = re.compile(r"[.!?\u06d4\u0964]\S*\s|[\u3002\uff01\uff1f\n]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """Is a text as it is compared."""

    text: str
    words: Sequence[str]
    """Holds its words, folded; of scripts without spaces each letter is one."""
    places: Sequence[tuple[int, int]]
    """Says where each begins and ends in the text."""

    @property
    def length(self) -> float:
        """Counts the words; two letters of a script without spaces are as long as one."""
        letters = sum(map(bool, map(_ONE_LETTER.fullmatch, self.words)))
        return len(self.words) - letters / 2

    def stands(self, first: int, last: int) -> str:
        """Returns the words from one to another as they stand, with the signs at their ends."""
        start, end = self.places[first][0], self.places[last][1]
        while start > 0 and unicodedata.category(self.text[start - 1]) in ("Ps", "Pi"):
            start -= 1
        while end < len(self.text) and _is_sign(self.text[end]):
            end += 1
        return self.text[start:end]


@dataclass(frozen=True, kw_only=True, slots=True)
class Likeness:
    """Is where a passage stands in a text, or what is likest to it there."""

    text: str
    """Is the passage as it stands there."""
    is_exact: bool
    """Does it stand there word for word?"""
    similarity: float
    """Is 1 where it does, else the share of equal words."""


def wording_of(text: str) -> Wording:
    """Reads a text for comparing.

    >>> wording_of("The “Løkken” trade-mark, 商標!").words
    ('the', 'lokken', 'trade', 'mark', '商', '標')
    """
    text = composed(text)
    words, places = [], []
    for start, end in _runs(text):
        if word := _folded(text[start:end]):
            words.append(word)
            places.append((start, end))
    return Wording(text=text, words=tuple(words), places=places)


def find_likeness(passage: Wording, text: Wording) -> Likeness | None:
    """Finds where a passage stands in a text, or nearly does; None: nowhere."""
    if not passage.words:
        return None
    return _exact(passage, text) or _nearly(passage, text)


def _exact(passage: Wording, text: Wording) -> Likeness | None:
    (wanted, _), (key, starts) = _joined(passage.words), _joined(text.words)
    ends = {
        start + len(word): at
        for at, (start, word) in enumerate(zip(starts, text.words, strict=True))
    }
    firsts = {start: at for at, start in enumerate(starts)}
    at = key.find(wanted)
    while at >= 0:
        first, last = firsts.get(at), ends.get(at + len(wanted))
        if first is not None and last is not None:
            return Likeness(text=text.stands(first, last), is_exact=True, similarity=1.0)
        at = key.find(wanted, at + 1)
    return None


def _joined(words: Sequence[str]) -> tuple[str, list[int]]:
    """Joins words, as hyphens and spaces don't count, and says where each begins."""
    parts, starts, length, before = [], [], 0, ""
    for word in words:
        between = SEPARATOR if before[-1:].isdecimal() and word[:1].isdecimal() else ""
        starts.append(length + len(between))
        parts += [between, word]
        length += len(between) + len(word)
        before = word
    return "".join(parts), starts


def _nearly(passage: Wording, text: Wording) -> Likeness | None:
    best: Likeness | None = None
    wanted, around = len(passage.words), len(passage.words) // 2 + 1
    for start in _likely_starts(passage.words, text.words):
        first = max(0, start - around)
        found = _compared(passage, text, first, start + wanted + around)
        if found and (best is None or found.similarity > best.similarity):
            best = found
    return best


def _likely_starts(wanted: Sequence[str], words: Sequence[str]) -> list[int]:
    """Returns where runs of as many words begin that have most of the wanted ones, in any order."""
    need, have, shared = Counter(wanted), Counter[str](), 0
    runs = []
    for at, word in enumerate(words):
        shared += have[word] < need[word]
        have[word] += 1
        if (gone := at - len(wanted)) >= 0:
            have[words[gone]] -= 1
            shared -= have[words[gone]] < need[words[gone]]
        if at >= len(wanted) - 1 or at == len(words) - 1:
            runs.append((-shared, max(0, gone + 1)))
    chosen: list[int] = []
    for _, start in sorted(run for run in runs if -run[0] * 2 >= len(wanted)):
        if all(abs(start - other) > len(wanted) // 2 for other in chosen):
            chosen.append(start)
        if len(chosen) == WINDOWS:
            break
    return chosen


def _compared(passage: Wording, text: Wording, first: int, end: int) -> Likeness | None:
    """Compares a passage with the words of a text from one to another, without those at either end
    that have nothing to do with it."""
    within = text.words[first:end]
    matcher = SequenceMatcher(None, passage.words, within, autojunk=False)
    blocks = _belonging([block for block in matcher.get_matching_blocks() if block.size])
    if not blocks:
        return None
    start, last = first + blocks[0].b, first + blocks[-1].b + blocks[-1].size - 1
    equal = sum(block.size for block in blocks)
    similarity = 2 * equal / (len(passage.words) + last - start + 1)
    if similarity < LEAST_ALIKE:
        return None
    # Words that stand in the place of the first or the last ones belong to the passage.
    for _ in range(blocks[0].a):
        if start == 0 or _parts(text, start - 1):
            break
        start -= 1
    for _ in range(len(passage.words) - blocks[-1].a - blocks[-1].size):
        if last == len(text.words) - 1 or _parts(text, last):
            break
        last += 1
    return Likeness(text=text.stands(start, last), is_exact=False, similarity=similarity)


def _belonging(blocks: Sequence[Match]) -> Sequence[Match]:
    """Leaves out equal words that stand too far from the others: more than two words for each."""
    best: list[Match] = []
    run: list[Match] = []
    most = score = 0.0
    for block in blocks:
        if run:
            score -= (block.b - run[-1].b - run[-1].size) / 2
        run, score = ([*run, block], score + block.size) if score > 0 else ([block], block.size)
        if score > most:
            best, most = run, score
    return best


def _parts(text: Wording, at: int) -> bool:
    """Does a sentence end behind a word?"""
    between = text.text[text.places[at][1] : text.places[at + 1][0]]
    return _ENDS_SENTENCE.search(between) is not None


def _runs(text: str) -> Iterator[tuple[int, int]]:
    """Yields where each word begins and ends."""
    for unit in UNITS.finditer(text):
        start, end = unit.span()
        if unit[0].isalnum():
            yield start, end
            continue
        for kind, signs in groupby(range(start, end), lambda at: _kind(text[at])):
            places = [*signs]
            if kind == "letter":
                yield places[0], places[-1] + 1
            elif kind == "word":
                yield from ((at, at + 1) for at in places)


def _kind(sign: str) -> str:
    category = unicodedata.category(sign)
    if category[0] in "LNM" or category == "Co":
        return "letter"
    return "word" if category == "Sc" or sign in SAYING else ""


def _is_sign(sign: str) -> bool:
    return not sign.isspace() and not _kind(sign)


def _folded(word: str) -> str:
    if word.isascii():
        return word.lower()
    form = searched_form(word).replace(SEPARATOR, "").casefold()
    return composed(_ACCENTS.sub("", unicodedata.normalize("NFD", form)))
