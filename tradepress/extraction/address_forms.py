"""Tells what an address alone says of its page: no story, or the words of its headline."""

import re
from itertools import islice
from urllib.parse import unquote, urlsplit

from tradepress.extraction.tree import Element
from tradepress.extraction.wording import pattern
from tradepress.source import Source

LISTING_STEP, SECTION_STEP = pattern("listing_step", "addresses"), pattern("section", "addresses")
LISTING_PATH = pattern("listing_path", "addresses")
LISTING_QUERY = pattern("listing_query", "addresses")
AUTHOR_PAGE = pattern("author_page", "addresses")
AUTHOR = re.compile(r"\b(?:author|vcard|h-card|byline|auteurs?)\b", re.I)
STORY_QUERY = pattern("story_query", "addresses")
FILE_END = re.compile(r"\.\w{2,5}$")
STORY_NUMBER = re.compile(r"\d{6,}")
"""Matches a step above the last that is no author's or topic's number."""
NUMBERED = re.compile(r"\d{3,}-.*[a-z]|.*[a-z]-\d{4,}|.*\d{5,}", re.I)
"""Matches a step with the number of a story, as ``4123-two-words``."""
NUMBER = re.compile(r"-+(?!(?:19|20)\d\d$)\d{3,}$|^\d{3,}-+")
"""Matches a site's own number at either end of a slug, no year."""
NOT_WORDY = re.compile(r"[\d=.]+|\w+=.*|[a-z0-9]*\d[a-z0-9]*\d[a-z0-9]*", re.I)
WORDY = 3
"""So many hyphens no name of a section or tag has."""
LONGEST_SLUG = 200


def is_story(url: str | None, source: Source | None) -> bool:
    """Does the source know the address as that of a story?"""
    return bool(source and url and source.is_article_url(url))


def is_listing(url: str, source: Source | None) -> bool:
    """Is it by its form no story's address? For a page that shows no links: the source's word
    counts for its own addresses, the usual forms of lists for all others."""
    if source and source.owns(url):
        return not source.is_article_url(url)
    parts = urlsplit(url.replace("?/", "/", 1))
    path = parts.path.rstrip("/")
    if is_author_page(url):
        return True
    if STORY_QUERY.search(parts.query):
        return False
    if LISTING_PATH.fullmatch(path) and (path or not parts.query):
        return True
    *above, last = parts.path.strip("/").split("/")
    if any(map(STORY_NUMBER.fullmatch, above)):
        return False
    if FILE_END.sub("", last).count("-") >= WORDY or NUMBERED.fullmatch(FILE_END.sub("", last)):
        return False
    return bool(
        LISTING_QUERY.search(parts.query)
        or any(LISTING_STEP.fullmatch(step) for step in (*above, last))
        or (not parts.query and SECTION_STEP.fullmatch(last))
    )


def is_author_page(url: str) -> bool:
    """Is it an author's own page, with a list of stories and, mostly, a name for its last step?"""
    return AUTHOR_PAGE.search(url) is not None


def is_author_link(link: Element) -> bool:
    """Does it lead to an author's page, or stand in a byline?"""
    around = (link, *islice(link.iterancestors(), 2))
    said = " ".join(f"{one.get('rel')} {one.get('class')}" for one in around)
    return is_author_page(link.get("href") or "") or AUTHOR.search(said) is not None


def read_slug(url: str | None) -> str:
    """Returns the words by which the address names its story, hyphens between; empty if none.

    They are those of the last step with several words, else of the last with any.
    """
    if not url:
        return ""
    steps = [_bare(step) for step in reversed(urlsplit(url).path.strip("/").split("/"))]
    worded = [step for step in steps if step and not NOT_WORDY.fullmatch(step)]
    return next((step for step in worded if step.count("-") > 1), worded[0] if worded else "")


def _bare(step: str) -> str:
    words = re.sub(r"[\s+_]+", "-", FILE_END.sub("", unquote(step[:LONGEST_SLUG])))
    return NUMBER.sub("", words).strip("-")


def as_headline(slug: str) -> str:
    """Returns ``court-clears-mark`` as ``Court clears mark``."""
    words = " ".join(slug.replace("-", " ").split())
    return words[:1].upper() + words[1:]
