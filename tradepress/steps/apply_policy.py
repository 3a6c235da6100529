"""Drops what may not be kept of a story, before anything is written."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import fields, replace
from itertools import accumulate
from typing import cast

from tradepress.archive.text_forms import one_line
from tradepress.steps.dropped import Dropped
from tradepress.story import (
    ARCHIVE_ONLY,
    METADATA_ONLY,
    AnyArticle,
    Article,
    Policy,
    Reading,
    strictest,
)
from tradepress.story_fields import KEPT, OF_WORDS

LONGEST_SUMMARY = 300
"""Bounds the columns of a summary that is kept without the text. Search engines show some 160,
cards of shared links 200; what is much longer is an opening or an abstract."""
LONGEST_KEYWORDS = 300
"""Bounds all keywords together: a text can be cut up at its commas."""
LONGEST_KEYWORD = 60
"""Is in columns; the longest names of offices and courts have some 50."""
LONGEST_NAME = 4
"""Bounds the words of a name that may end with a full stop."""
RUN = 12
"""Is two or three English words in letters: what is the same in so many was not written anew."""
LONGEST_QUOTE = 40
"""Bounds the letters in one piece that summary, section or keywords may share with the text: names
of offices have up to 39. Of Chinese or Japanese half as many, as each says more."""
LONGEST_BASIS = 200
"""Bounds the words on which texts are held."""
NO_LETTERS = re.compile(r"[\W_]+")


def apply_policy(item: AnyArticle, *, basis: str | None = None) -> AnyArticle:
    """Returns the story, without its text where that may not be kept, or raises Dropped.

    See :func:`judge_policy`. Where the text is held on a basis, that is told as the evidence of
    its policy.
    """
    policy = judge_policy(item, basis=basis)
    if policy == "skip":
        raise Dropped("policy")
    if item.policy != policy:
        item = replace(item, policy=policy)
    if policy == ARCHIVE_ONLY:
        read = (Reading(value=policy, evidence=f"basis: {basis}"),)
        return replace(item, evidence={**item.evidence, "policy": read})
    return item if policy == "store" else without_text(item)


def judge_policy(article: Article, *, basis: str | None = None) -> Policy:
    """Returns the strictest of what source and operator ask for (the article's ``policy``), and of
    ``metadata-only`` where the publisher reserves text and data mining or forbids archiving, or
    where another archive holds the text for itself.

    Of TDMRep's declarations the first counts: page over header over file. One that could not be
    had (``unknown``) is no permission.

    :param basis: on which whoever has the page may hold what its publisher reserves; None: on none
    """
    asked = article.policy or "store"
    tdm = [one.value for one in article.reservations if one.term == "tdm-reservation"]
    is_reserved = tdm[:1] not in ([], ["0"])
    forbids_archiving = any(one.term == "noarchive" for one in article.reservations)
    if is_reserved or forbids_archiving or asked == ARCHIVE_ONLY:
        return strictest(asked, METADATA_ONLY if basis is None else ARCHIVE_ONLY)
    return asked


def as_basis(words: str) -> str:
    """Returns the words of a basis as they are kept; raises ValueError: they are none, or more
    than a line."""
    if not words.isprintable() or not one_line(words) or len(words) > LONGEST_BASIS:
        raise ValueError(
            f"the basis is {'empty' if not words.strip() else 'no line of text'}: name in "
            f'{LONGEST_BASIS} letters at most what lets you hold the texts, as "§ 60d UrhG"'
        )
    return one_line(words)


def without_text(article: AnyArticle) -> AnyArticle:
    """Returns the story as a catalogue has it: nothing of its body, nor of what was read in it."""
    text = _letters("\n".join((article.body or "", *article.corrections)))
    is_behind_a_wall = article.is_truncated or (
        article.is_truncated is None and article.access in ("registration", "subscription")
    )

    lists = {name: only(getattr(article, name), text) for name, only in ONLY.items()}

    def kept(name: str, reading: Reading) -> Reading | None:
        if name == "description" and (is_behind_a_wall or is_text(str(reading.value), text)):
            return None
        if name in ("section", "publisher") and is_passage(str(reading.value), text):
            return None
        if name == "headline" and reading.value != article.headline:
            return None if quotes(_letters(str(reading.value)), text) else reading
        if name in lists:  # several lists that are no text alone may give it together
            words = ONLY[name](cast("Sequence[str]", reading.value), text)
            is_chosen = [*map(_letters, words)] == [*map(_letters, lists[name])]
            return replace(reading, value=words) if words and is_chosen else None
        is_of_text = name == "policy" or (name, reading.evidence) == ("related_links", "text")
        return None if is_of_text or name not in KEPT else reading

    evidence = {
        name: tuple(filter(None, (kept(name, reading) for reading in readings)))
        for name, readings in article.evidence.items()
    }
    description, section = article.description, article.section
    wordless = {one.name for one in fields(article)} & KEPT - OF_WORDS
    return replace(
        type(article)(**{name: getattr(article, name) for name in wordless}),
        capture=article.capture,
        description=None if is_behind_a_wall or is_text(description or "", text) else description,
        section=None if is_passage(section or "", text) else section,
        authors=lists["authors"],
        credit=lists["credit"],
        keywords=lists["keywords"],
        also_titled=lists["also_titled"],
        related_links=tuple(link for link in article.related_links if link.kind != "in_text"),
        evidence={name: readings for name, readings in evidence.items() if readings},
    )


def is_text(summary: str, text: str) -> bool:
    """Is it longer than a summary, or does it quote the text at length, or do most runs of its
    letters stand there? Many systems fill in the opening words where an editor wrote no summary.

    :param text: its letters alone: not every language parts its words
    """
    said = _letters(summary)
    length = min(RUN, len(said))
    runs = {said[start : start + length] for start in range(len(said) - length + 1)} - {""}
    return (
        _width(summary) > LONGEST_SUMMARY
        or quotes(said, text)
        or 2 * sum(run in text for run in runs) > len(runs)
    )


def is_passage(words: str, text: str) -> bool:
    """Is it a sentence or a piece of the text, where a name is meant?"""
    return _is_sentence(words) or quotes(_letters(words), text)


def quotes(said: str, text: str, *, most: int = LONGEST_QUOTE) -> bool:
    """Does a piece of so many of these letters stand in those of the text?"""
    length = most // 2 if _width(said) > len(said) else most
    return any(said[end - length : end] in text for end in range(length, len(said) + 1))


def only_names(names: Sequence[str], text: str) -> tuple[str, ...]:
    """Returns those names that are no passages of the text."""
    return tuple(name for name in names if not is_passage(name, text))


def only_keywords(keywords: Sequence[str], text: str) -> tuple[str, ...]:
    """Returns the first of the keywords, up to a length; none of a list in which one is a sentence,
    or that gives the text in pieces."""
    joined = _letters("".join(keywords))
    if any(is_passage(keyword, text) for keyword in keywords) or quotes(
        joined, text, most=2 * LONGEST_QUOTE
    ):
        return ()
    lengths = accumulate(map(_width, keywords))
    return tuple(
        word for word, sum_ in zip(keywords, lengths, strict=True) if sum_ <= LONGEST_KEYWORDS
    )


def only_titles(titles: Sequence[str], text: str) -> tuple[str, ...]:
    """Returns those titles that quote nothing of the text."""
    return tuple(title for title in titles if not quotes(_letters(title), text))


ONLY = {
    "authors": only_names,
    "credit": only_names,
    "keywords": only_keywords,
    "also_titled": only_titles,
}
"""Maps fields that are lists to what of them may be kept."""


def _is_sentence(words: str) -> bool:
    return (
        _width(words) > LONGEST_KEYWORD
        or any(mark in words for mark in "。！？")
        or (words.endswith((".", "!", "?", "…")) and len(words.split()) > LONGEST_NAME)
    )


def _letters(text: str) -> str:
    return NO_LETTERS.sub("", unicodedata.normalize("NFKC", text).casefold())


def _width(text: str) -> int:
    """Counts columns: a letter of Chinese or Japanese says as much as two."""
    if text.isascii():
        return len(text)
    return sum(1 + (unicodedata.east_asian_width(letter) in "WF") for letter in text)
