"""Finds the story's headline among what h1, structured data, meta and title offer."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from functools import lru_cache

from tradepress.archive.text_forms import joined, one_line, plain_type, word_set, words_key
from tradepress.extraction.blocks import HEADINGS, Block
from tradepress.extraction.sentences import WIDE, size
from tradepress.story import Reading

TITLE_SEAM = re.compile(
    rf"\s*[|｜_»•·│]\s*|\s+[–—-]\s+|\s*::?\s+|(?<={WIDE.pattern})[-–—－](?={WIDE.pattern})"
)
SITE_SEAM = re.compile(r"\s*[|｜»•·│]\s*|\s+[–—-]\s+")
"""Stands before the name of a site that is known in part only."""
EDGES = " |｜_–—»•·:：-│"
SHORTEST_SITE = 4
LONGEST_SITE = 6
"""Bounds the words of a site's name."""
LONGEST_HEADLINE = 200
MOST_KICKER_WORDS, LONGEST_LABEL, SHORTEST_TITLE = 4, 60, 12
LEAST_VOTES = 3
PRINTED = ("h1", "title, as printed", "title class")
"""Is evidence of what the page shows, and does not declare."""
PRINTED_ZONES = frozenset((None, "meta", "head"))


def rank_headlines(
    declared: Iterable[tuple[str, str]],
    h1s: Sequence[str],
    title: str,
    sites: Iterable[str],
    *,
    blocks: Sequence[Block] = (),
    slug: str = "",
) -> list[Reading]:
    """Returns all headline readings, the chosen first: the h1 that the page's declarations confirm
    or that stands alone, else what is declared, else any h1, else the title.

    ``declared`` holds (words, evidence), ``sites`` the names of the publisher, ``blocks`` what the
    page shows and ``slug`` the words of its address, which tell a blog's name from the headline.
    """
    names = {joined(name) for name in sites} - {""}
    # A blog's h1 is its own name, which "Name: headline" in the title tells.
    titled = [h1 for h1 in h1s if len(h1.split()) < 4 and title.startswith(f"{h1}: ")]
    titled += [h1 for h1 in h1s if (rest := _rest_of(title, h1)) and _is_slug(slug, rest, h1)]
    own = [h1 for h1 in h1s if h1 in titled or joined(h1) in names]
    names.update(map(joined, titled))
    told = (*declared, (title, "title"))
    without_site = {words: _cut_site_name(words, names) for words, _ in told}
    said = [(without_site[words], how) for words, how in told]
    shown = [(words, "h1") for words in dict.fromkeys(h1s) if words not in own]
    said_words = [word_set(words) for words in dict.fromkeys(words for words, _ in said)]
    shown_words = [(h1, word_set(h1[0])) for h1 in shown if len(h1[0]) <= LONGEST_HEADLINE]
    confirmed = [h1 for h1, words in shown_words if any(_agree(words, s) for s in said_words)]
    if not confirmed:
        printed = _as_printed([title, *(w for w, _ in said)], blocks, names, slug)
        confirmed = [(words, "title, as printed") for words in printed]
    if not confirmed and len(shown) == 1 and len(shown[0][0].split()) > 2:
        confirmed = [h1 for h1, _ in shown_words]
    confirmed = confirmed or _outvoting(said)
    confirmed = [(_in_small_letters(words, said), how) for words, how in confirmed[:1]]
    confirmed = [*_with_kicker(confirmed, said), *confirmed]
    ranked = dict.fromkeys((*confirmed, *said[:-1], *shown, *said[-1:]))
    return [Reading(value=words, evidence=how) for words, how in ranked if words]


def other_titles(readings: Sequence[Reading], sites: Iterable[str]) -> tuple[str, ...]:
    """Returns what the page declares beside its chosen headline, the first of ``readings``: neither
    the same in other type, nor with the name of the site, nor with what its title adds to it."""
    headline = str(readings[0].value)
    said = [(str(one.value), one.evidence) for one in readings if one.evidence not in PRINTED]
    names = set(map(joined, sites))
    names |= {_labels(words, headline)[1] for words, how in said if how == "title"}

    def is_other(words: str, how: str) -> bool:
        before, behind = _labels(words, headline)
        is_labelled = behind in names - {""} or (before and (how == "title" or before in names))
        is_name = size(words) < SHORTEST_TITLE or is_like_site(words, names)
        return not is_labelled and not is_name

    titles = {plain_type(words): words for words, how in reversed(said) if is_other(words, how)}
    titles.pop(plain_type(headline), None)
    return tuple(reversed(titles.values()))


def _labels(words: str, headline: str) -> tuple[str, str]:
    """Returns the letters of short labels before and behind the headline, set apart by a sign."""
    before, found, behind = map(str.strip, words.partition(headline))
    is_short = found and len(before) + len(behind) <= LONGEST_LABEL
    is_apart = before[-1:] in EDGES and behind[:1] in EDGES
    return (joined(before), joined(behind)) if is_short and is_apart else ("", "")


def without_kicker(h1: Block, said: Iterable[str], kickers: Set[str]) -> str:
    """Returns the words of an h1 without the kicker or label that its mark-up sets apart: by a
    class (``kickers`` holds their words), by nothing but mark-up between a lower and an upper-case
    letter, or because the rest is what the page declares (``said``)."""
    pieces = [piece for piece in h1.pieces if one_line(piece)]
    cuts = [
        (one_line("".join(pieces[:at])), one_line("".join(pieces[at:])))
        for at in range(1, len(pieces))
    ]
    for head, tail in cuts:
        if joined(head) in kickers:
            return tail.lstrip(EDGES)
        if joined(tail) in kickers:
            return head.rstrip(EDGES)
    if len(cuts) == 1 and _is_glued(*pieces):
        return cuts[0][1]
    keys = {joined(words) for words in said if " " in words.strip()}
    if cuts and joined(h1.text) not in keys:
        for head, tail in cuts:
            for part in (tail, head):
                if joined(part) in keys:
                    return part.strip(EDGES)
    return h1.text


def _is_glued(kicker: str, headline: str) -> bool:
    """Does only mark-up part a short label from what follows it, as in ``DemoDer 9. Juli``?"""
    is_seam = kicker[-1:].islower() and headline[:1].isupper()
    is_label = len(kicker) > 2 and len(kicker.split()) <= MOST_KICKER_WORDS
    return is_seam and is_label and " " in headline.strip() and len(kicker) < len(headline)


def _outvoting(said: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Returns the declared words on which most agree, where the strongest has no second witness and
    the others don't only add a label to it."""
    keys = [words_key(words) for words, _ in said]
    votes = Counter(keys)
    told = [
        found
        for found, key in zip(said, keys, strict=True)
        if votes[key] >= LEAST_VOTES and votes[keys[0]] == 1 and not key.endswith(keys[0])
    ]
    return told[:1]


def _with_kicker(
    shown: Sequence[tuple[str, str]], said: Sequence[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Returns ``Kicker: headline``, if structured data and OpenGraph agree on it and nothing that
    is declared has the printed headline alone."""
    told = [(words, how) for words, how in said if how in ("json-ld headline", "og:title")]
    keys = [words_key(words) for words, _ in said]
    key = words_key(shown[0][0]) if shown else ""
    is_agreed = len(told) == 2 and words_key(told[0][0]) == words_key(told[1][0])
    is_kicked = is_agreed and words_key(told[0][0].partition(": ")[2]) == key
    return told[:1] if is_kicked and key not in ("", *keys) else []


def _agree(one: set[str], other: set[str]) -> bool:
    """Do two headlines share most of their words?"""
    return bool(one and other) and 3 * len(one & other) >= len(one | other)


def _in_small_letters(words: str, said: Iterable[tuple[str, str]]) -> str:
    """Returns words in capitals as they are declared, if that is in small letters as well."""
    if not words.isupper():
        return words
    key = words_key(words)
    same = (other for other, _ in said if not other.isupper() and words_key(other) == key)
    return next(same, words)


@lru_cache(maxsize=64)
def _seams(title: str) -> Sequence[re.Match[str]]:
    return tuple(TITLE_SEAM.finditer(title))


def _parts(title: str) -> list[str]:
    """Returns what the title holds before each seam and behind each, the longest first."""
    seams = _seams(title)
    parts = [title[: seam.start()] for seam in seams] + [title[seam.end() :] for seam in seams]
    return sorted(filter(None, parts), key=len, reverse=True)


def _rest_of(title: str, h1: str) -> str:
    """Returns the other end of a title at whose one end the h1 stands; empty if it doesn't."""
    seams = _seams(title)
    if seams and title[: seams[0].start()] == h1:
        return title[seams[-1].end() :]
    return title[: seams[0].start()] if seams and title[seams[-1].end() :] == h1 else ""


def _is_slug(slug: str, words: str, other: str) -> bool:
    """Does the address speak of the words and not of the others?"""
    spoken = word_set(slug)
    mine, theirs = word_set(words), word_set(other)
    return 2 * len(mine & spoken) > len(mine) and len(theirs & spoken) < len(mine & spoken)


def _as_printed(
    titles: Sequence[str], blocks: Sequence[Block], names: Set[str], slug: str
) -> list[str]:
    """Returns the parts of the titles that the page prints as lines of their own, as it prints
    them: first those of which the address speaks, then headings, then the longest. What stands
    beside a title that another one gives whole is no headline."""
    parts = {part for title in titles for part in (*_parts(title), title)}
    parts = {part for part in parts if " " in part or size(part) > len(part)}
    whole = [title for title in titles if not is_like_site(title, names)]
    parts -= {_rest_of(title, said) for title in titles for said in whole}
    parts = {part for part in parts if not is_like_site(part, names)}
    keys, lengths = set(map(joined, parts)), set(map(len, parts))
    found = [
        block
        for block in blocks
        if len(block.text) in lengths
        and block.zone in PRINTED_ZONES
        and (block.tag in HEADINGS or not block.links)
        and block.tag != "li"
        and joined(block.text) in keys
    ]
    spoken = word_set(slug)

    def rank(block: Block) -> tuple[bool, bool, int]:
        words = word_set(block.text)
        is_spoken = 2 * len(words & spoken) > len(words)
        return is_spoken, block.tag in HEADINGS, len(block.text)

    return [block.text for block in sorted(found, key=rank, reverse=True)]


def _cut_site_name(title: str, names: Set[str]) -> str:
    """Returns the title without the publisher's name, one of ``names``, before or after it."""
    seams = _seams(title)
    if seams and joined(title[seams[-1].end() :]) in names:
        return title[: seams[-1].start()].rstrip(EDGES)
    if seams and joined(title[: seams[0].start()]) in names:
        return title[seams[0].end() :].lstrip(EDGES)
    ends = list(SITE_SEAM.finditer(title))
    if ends and is_like_site(title[ends[-1].end() :], names):
        return title[: ends[-1].start()].rstrip(EDGES)
    return title


def is_like_site(words: str, names: Iterable[str]) -> bool:
    """Are they a longer or shorter form of one of the names, which are joined letters?"""
    key = joined(words)
    return len(words.split()) <= LONGEST_SITE and any(
        (name in key and 3 * len(name) >= len(key)) or (key in name and 2 * len(key) >= len(name))
        for name in names
        if min(len(key), len(name)) >= SHORTEST_SITE
    )
