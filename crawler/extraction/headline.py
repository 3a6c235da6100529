"""The story's headline among what h1, structured data, meta and title offer."""

import re
from collections.abc import Iterable, Sequence

from crawler.extraction.blocks import words_key
from crawler.items import Reading

TITLE_SEAM = re.compile(r"\s*[|｜_»•·]\s*|\s+[–—-]\s+|\s*::?\s+")
EDGES = " |｜_–—»•·:-"


def rank_headlines(
    declared: Iterable[tuple[str, str]], h1s: Sequence[str], title: str, sites: Iterable[str]
) -> list[Reading]:
    """All headline readings, the chosen first: the h1 that the page's declarations confirm or that
    stands alone, else what is declared, else any h1, else the title.

    ``declared`` holds (words, evidence), ``sites`` the names of the publisher.
    """
    names = {_joined(name) for name in sites} - {""}
    # A blog's h1 is its own name, which "Name: headline" in the title tells.
    titled = [h1 for h1 in h1s if len(h1.split()) < 4 and title.startswith(f"{h1}: ")]
    own = [h1 for h1 in h1s if h1 in titled or _joined(h1) in names]
    names.update(map(_joined, titled))
    said = [(_cut_site_name(words, names), how) for words, how in (*declared, (title, "title"))]
    shown = [(words, "h1") for words in dict.fromkeys(h1s) if words not in own]
    said_words = [_word_set(words) for words in dict.fromkeys(words for words, _ in said)]
    shown_words = [(h1, _word_set(h1[0])) for h1 in shown]
    confirmed = [h1 for h1, words in shown_words if any(_agree(words, s) for s in said_words)]
    if not confirmed and len(shown) == 1 and len(shown[0][0].split()) > 2:
        confirmed = shown
    ranked = dict.fromkeys((*confirmed[:1], *said[:-1], *shown, *said[-1:]))
    return [Reading(value=words, evidence=how) for words, how in ranked if words]


def _word_set(words: str) -> set[str]:
    return set(words_key(words).split())


def _agree(one: set[str], other: set[str]) -> bool:
    """Do two headlines share most of their words?"""
    return bool(one and other) and 3 * len(one & other) >= len(one | other)


def _joined(words: str) -> str:
    return words_key(words).replace(" ", "")


def _cut_site_name(title: str, names: set[str]) -> str:
    """The title without the publisher's name, one of ``names``, before or after it."""
    seams = list(TITLE_SEAM.finditer(title))
    if seams and _joined(title[seams[-1].end() :]) in names:
        return title[: seams[-1].start()].rstrip(EDGES)
    if seams and _joined(title[: seams[0].start()]) in names:
        return title[seams[0].end() :].lstrip(EDGES)
    return title
