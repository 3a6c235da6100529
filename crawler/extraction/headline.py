"""The story's headline among what h1, structured data, meta and title offer."""

import re
from collections.abc import Iterable, Sequence

from crawler.extraction.blocks import words_key
from crawler.items import Reading

TITLE_SEAM = re.compile(r"\s+[|–—»•·]\s+|\s+-\s+|\s*::?\s+")


def rank_headlines(
    declared: Iterable[tuple[str, str]], h1s: Sequence[str], title: str, sites: Sequence[str]
) -> list[Reading]:
    """All headline readings, the chosen first: the h1 that the page's declarations confirm or that
    stands alone, else what is declared, else any h1, else the title.

    ``declared`` holds (words, evidence), ``sites`` the names of the publisher.
    """
    # A blog's h1 is its own name, which "Name: headline" in the title tells.
    own = [h1 for h1 in h1s if len(h1.split()) < 4 and title.startswith(f"{h1}: ")]
    sites = [*sites, *own]
    said = [
        Reading(value=cut_site_name(words, sites), evidence=evidence)
        for words, evidence in (*declared, (title, "title"))
    ]
    others = [words for words in dict.fromkeys(h1s) if words not in own]
    shown = [Reading(value=words, evidence="h1") for words in others]
    confirmed = [r for r in shown if any(_agree(str(r.value), str(s.value)) for s in said)]
    if not confirmed and len(shown) == 1 and len(str(shown[0].value).split()) > 2:
        confirmed = shown
    ranked = [*confirmed[:1], *said[:-1], *shown, *said[-1:]]
    return list({(r.value, r.evidence): r for r in ranked if r.value}.values())


def _agree(one: str, other: str) -> bool:
    """Do two headlines share most of their words?"""
    a, b = set(words_key(one).split()), set(words_key(other).split())
    return bool(a and b) and 3 * len(a & b) >= len(a | b)


def cut_site_name(title: str, names: Iterable[str]) -> str:
    """The title without the publisher's name before or after it."""
    keys = {key for name in names if (key := words_key(name))}
    pieces = TITLE_SEAM.split(title)
    if len(pieces) == 1 or not keys:
        return title

    def is_site(piece: str) -> bool:
        key = words_key(piece)
        joined = key.replace(" ", "")
        return key in keys or any(joined == name.replace(" ", "") for name in keys)

    if is_site(pieces[-1]):
        return title[: title.rindex(pieces[-1])].rstrip(" |–—»•·:-")
    if is_site(pieces[0]):
        return title[len(pieces[0]) :].lstrip(" |–—»•·:-")
    return title
