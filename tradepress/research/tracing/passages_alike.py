"""Compares a passage with a text: does it stand there word for word, or nearly?

Quotes, case, hyphens, spaces, accents and other punctuation play no part. Numbers stay whole (3.5
is not 35, nor has 5), and so do signs that say something ($, §, %).
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from heapq import nlargest
from itertools import groupby

from tradepress.archive.searched_form import LETTERS, SEPARATOR, UNITS, compiled, searched_form
from tradepress.archive.stories.versions import Piece
from tradepress.archive.text_forms import composed

LEAST_ALIKE = 0.75
"""Is the share of equal words from which on a passage stands nearly there."""
WINDOWS = 3
"""Counts the places of a text that are looked at word by word."""
_SAYING = "+=±×÷%‰&§#@"
_IN_NUMBER, _GOES_ON = re.compile(r"\d[.,:/]\d"), re.compile(r"['’ʼ]\w")
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
        return len(self.words) - sum(bool(re.match(f"[{LETTERS}]", one)) for one in self.words) / 2

    def stands(self, first: int, end: int) -> str:
        """Returns words as they stand, with the signs at their ends."""
        start = len(self.text[: self.places[first][0]].rstrip("“„‘«‹\"'([「『《"))
        closing = re.compile(r"[^\w\s]*").match(self.text, self.places[end - 1][1])
        return self.text[start : closing.end() if closing else None]

    def ends_sentence(self, at: int) -> bool:
        """Does a sentence end between a word and the next?"""
        return bool(_ENDS_SENTENCE.search(self.text[self.places[at][1] : self.places[at + 1][0]]))


@dataclass(frozen=True, kw_only=True, slots=True)
class Likeness:
    """Is a passage as it stands in a text."""

    text: str
    is_exact: bool
    """Does it stand there word for word?"""
    similarity: float
    """Is 1 where it does, else the share of equal words."""
    key: str
    """Is equal where the words are."""


def wording_of(text: str) -> Wording:
    """Reads a text for comparing.

    >>> wording_of("The “Løkken” trade-mark, 商標!").words
    ['the', 'lokken', 'trade', 'mark', '商', '標']
    """
    text = composed(text)
    runs = [
        [*signs]
        for unit in compiled(UNITS).finditer(text)
        for kind, signs in groupby(range(*unit.span()), lambda at: _word_at(text, at))
        if kind is not None
    ]
    places = [(signs[0], signs[-1] + 1) for signs in runs]
    found = [(word, place) for place in places if (word := _folded(text[slice(*place)]))]
    return Wording(text=text, words=[one for one, _ in found], places=[one for _, one in found])


def find_likeness(
    passage: Wording, text: Wording, *, least: float = LEAST_ALIKE
) -> Likeness | None:
    """Finds where a passage stands in a text, or nearly does; None: nowhere.

    :param least: is the share of equal words from which on it nearly stands there
    """
    wanted, need = len(passage.words), Counter(passage.words)
    if not wanted:
        return None
    (key, _), (joined, starts) = _joined(passage.words), _joined(text.words)
    ends = {
        start + len(word): at + 1
        for at, (start, word) in enumerate(zip(starts, text.words, strict=True))
    }
    firsts = {start: at for at, start in enumerate(starts)}
    at = joined.find(key)
    while at >= 0:
        end = ends.get(at + len(key))
        if at in firsts and end and not _GOES_ON.match(text.text, text.places[end - 1][1]):
            there = text.stands(firsts[at], end)
            return Likeness(text=there, is_exact=True, similarity=1.0, key=key)
        at = joined.find(key, at + 1)

    def shared(start: int) -> int:
        return (Counter(text.words[start : start + 2 * wanted]) & need).total()

    runs = range(0, max(1, len(text.words) - wanted), max(1, wanted // 2))
    likely = [start for start in nlargest(WINDOWS, runs, key=shared) if shared(start) * 2 >= wanted]
    found = (_compared(passage, text, start, start + 2 * wanted, least) for start in likely)
    return max(filter(None, found), key=lambda one: one.similarity, default=None)


def _joined(words: Sequence[str]) -> tuple[str, list[int]]:
    """Joins words, as hyphens and spaces don't count, and says where each begins."""
    joined, starts = [""], []
    length = 0
    for word in words:
        if joined[-1][-1:].isdecimal() and word[0].isdecimal():
            joined.append(SEPARATOR)
            length += 1
        starts.append(length)
        joined.append(word)
        length += len(word)
    return "".join(joined), starts


def _compared(
    passage: Wording, text: Wording, first: int, end: int, least: float
) -> Likeness | None:
    """Compares a passage with the words of a text from one to another."""
    matcher = SequenceMatcher(None, passage.words, text.words[first:end], autojunk=False)
    blocks = _belonging(matcher.get_matching_blocks()[:-1])
    start, stop = first + blocks[0].b, first + blocks[-1].b + blocks[-1].size
    similarity = 2 * sum(one.size for one in blocks) / (len(passage.words) + stop - start)
    if similarity < least:
        return None
    # Words that stand in the place of its first or last ones belong to it.
    for _ in range(blocks[0].a):
        start -= start > 0 and not text.ends_sentence(start - 1)
    for _ in range(len(passage.words) - blocks[-1].a - blocks[-1].size):
        stop += stop < len(text.words) and not text.ends_sentence(stop - 1)
    there, (key, _) = text.stands(start, stop), _joined(text.words[start:stop])
    return Likeness(text=there, is_exact=False, similarity=similarity, key=key)


def differing_words(passage: str, there: str) -> list[Piece]:
    """Returns the words that differ between a passage and its text as it stands somewhere: those
    of the passage are deleted there, the others inserted."""
    asked, found = wording_of(passage), wording_of(there)
    pieces: list[Piece] = []
    matcher = SequenceMatcher(None, asked.words, found.words, autojunk=False)
    for change, i1, i2, j1, j2 in matcher.get_opcodes():
        if change in ("delete", "replace"):
            pieces.append(("delete", asked.stands(i1, i2)))
        if change != "delete":
            pieces.append(("equal" if change == "equal" else "insert", found.stands(j1, j2)))
    return pieces


def _belonging(blocks: Sequence[Match]) -> Sequence[Match]:
    """Leaves out equal words at either end that stand too far from the others: more than two words
    for each."""
    best, run, most, score = blocks, blocks[:0], 0.0, 0.0
    for block in blocks:
        if run:
            score -= (block.b - run[-1].b - run[-1].size) / 2
        run, score = ([*run, block], score + block.size) if score > 0 else ([block], block.size)
        if score > most:
            best, most = run, score
    return best


def _word_at(text: str, at: int) -> int | None:
    """Tells words apart: -1 for a letter of one, the place of a sign that is one, else None."""
    category = unicodedata.category(text[at])
    if category[0] in "LNM" or category == "Co" or _IN_NUMBER.match(text, max(0, at - 1)):
        return -1
    return at if category == "Sc" or text[at] in _SAYING else None


def _folded(word: str) -> str:
    if word.isascii():
        return word.lower()
    form = searched_form(word).replace(SEPARATOR, "").casefold()
    return composed(_ACCENTS.sub("", unicodedata.normalize("NFD", form)))
