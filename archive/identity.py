"""Which kept article a page belongs to, and what the page adds to it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from sqlite_utils import Database

from archive.content_hash import fold_text
from archive.rows import Row, fetch_row
from archive.url_key import url_key

KNOWN_ELSEWHERE = "known at another address"
SENTENCE_ENDS = (".", "!", "?", "”", "’", '"', ")")
MUCH_SHORTER = 0.7
LEAD_CHARACTERS = 200
SHORTEST_LEAD = 40
RUN_WORDS = 3
FEWEST_RUNS = 20
MOST_RUNS = 0.6
"""Share of the shorter text's runs of words that the longer one has, if they are one story: an edit
of one word in ten leaves 0.7; reports on one case, even by one hand, share much less."""
VARIANT = re.compile(r"^(?:(?:www|m|mobile|amp)\.)+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Addresses:
    """URL keys under which one page came."""

    final: str
    """After redirects."""
    requested: str
    canonical: str | None
    """What the page declares; None if it declares none, or one of another host or a home page."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What a page means for the article it belongs to."""

    outcome: Literal["stored", "unchanged", "duplicate"]
    reason: str | None = None
    moves: bool = False
    """The page's address becomes the article's main one."""
    becomes_current: bool = True
    """A stored version is shown as the article; False: it is known to be an older one."""


def addresses(url: str, requested_url: str, canonical_url: str | None) -> Addresses:
    """:raises ValueError: ``url`` or ``requested_url`` has no URL key"""
    final = url_key(url)
    canonical = None
    if canonical_url is not None:
        try:
            declared = urlsplit(url_key(canonical_url))
        except ValueError:
            pass
        else:
            is_page = declared.path != "/" or declared.query
            if is_page and _site(declared.netloc) == _site(urlsplit(final).netloc):
                canonical = declared.geturl()
    return Addresses(final=final, requested=url_key(requested_url), canonical=canonical)


def find_kept(db: Database, story: Mapping[str, Any], page: Addresses) -> Row | None:
    """The article (of the same source) that this page shows, or None for a new one.

    Known by the site's own id, by the address, by an address that redirected to it or that it
    declares canonical, or by the same text. An id or an address alone is no proof where the
    texts have nothing in common: then the page is a story of its own, and nothing is lost.
    """
    kept = _with_id(db, story)
    if kept and (_same_slug(kept, page) or _is_same_story(db, kept, story, page)):
        return kept
    for kept in _at(db, story, page):
        if _is_same_story(db, kept, story, page):
            return kept
    if not story["body"]:
        return None
    return fetch_row(
        db,
        "SELECT * FROM articles WHERE source = ? AND content_hash = ? ORDER BY id",
        [story["source"], story["content_hash"]],
    )


def find_twins(db: Database, story: Mapping[str, Any], page: Addresses) -> list[Row]:
    """The articles that this page proves to be one story, the oldest first; else none.

    Its address, the one that redirected to it, the one it declares canonical and the site's own id
    lead to different articles; and each has the page's text, not only its headline.
    """
    found = [_with_id(db, story), *_at(db, story, page)] if story["body"] else []
    twins = {kept["id"]: kept for kept in found if kept is not None}
    if len(twins) < 2:
        return []
    same = [
        kept
        for kept in twins.values()
        if kept["content_hash"] == story["content_hash"]
        or (
            _is_same_story(db, kept, story, page)
            and _share_of_runs(kept["body"], story["body"]) >= MOST_RUNS
        )
    ]
    return sorted(same, key=lambda kept: int(kept["id"])) if len(same) > 1 else []


def leads_elsewhere(db: Database, page: Addresses, kept: Mapping[str, Any] | None) -> bool:
    """Does another article stand at the address that this page declares canonical?"""
    if page.canonical in (None, page.final):
        return False
    holder = fetch_row(db, "SELECT article_id FROM locations WHERE url_key = ?", [page.canonical])
    return holder is not None and (kept is None or holder["article_id"] != kept["id"])


def _with_id(db: Database, story: Mapping[str, Any]) -> Row | None:
    """The article that goes by the site's own id of a page, or did before it was merged."""
    if story["site_id"] is None:
        return None
    return fetch_row(
        db,
        "SELECT * FROM articles WHERE source = ? AND site_id = ?",
        [story["source"], story["site_id"]],
    ) or fetch_row(
        db,
        "SELECT articles.* FROM aliases JOIN articles ON articles.id = article_id "
        "WHERE aliases.ref = ? AND source = ?",
        [f"{story['source']}-{story['site_id']}", story["source"]],
    )


def _at(db: Database, story: Mapping[str, Any], page: Addresses) -> Iterator[Row]:
    for key in dict.fromkeys((page.final, page.requested, page.canonical or page.final)):
        kept = fetch_row(
            db,
            "SELECT articles.* FROM locations JOIN articles ON articles.id = article_id "
            "WHERE url_key = ? AND source = ?",
            [key, story["source"]],
        )
        if kept:
            yield kept


def judge(
    db: Database,
    kept: Mapping[str, Any],
    story: Mapping[str, Any],
    page: Addresses,
    *,
    date_captured: str | None,
    is_crawled: bool,
) -> Verdict:
    """What a page of a known article adds.

    :param date_captured: when the page stood like this, UTC; None if nobody knows
    :param is_crawled: read from the site just now (not from a file)
    """
    main = url_key(kept["url"])
    is_same = kept["content_hash"] == story["content_hash"]
    moves = page.final != main and (
        page.requested == main
        or (is_crawled and kept["gone_at"] is not None)
        or (is_same and page.canonical == page.final and _agrees_on(kept, page.final))
    )
    if is_same:
        if page.requested == main:
            return Verdict(outcome="unchanged", reason="moved" if moves else None, moves=moves)
        return Verdict(outcome="duplicate", reason=KNOWN_ELSEWHERE, moves=moves)
    is_older = bool(
        date_captured and kept["date_captured"] and date_captured < kept["date_captured"]
    )
    is_undated = date_captured is None and not is_crawled
    if (is_older or is_undated) and _has_version(db, kept, story):
        return Verdict(outcome="unchanged", reason="an older version, already kept")
    if is_teaser_of(kept, story):
        return Verdict(outcome="unchanged", reason="teaser: the full text is kept", moves=moves)
    completes = kept["is_truncated"] == 1 and not story["is_truncated"]
    if main not in (page.final, page.requested) and not moves and not completes:
        return Verdict(outcome="duplicate", reason="other wording at this address")
    if is_older and not completes:
        return Verdict(
            outcome="stored", reason="older than the current version", becomes_current=False
        )
    return Verdict(outcome="stored", moves=moves)


def _is_same_story(
    db: Database, kept: Mapping[str, Any], story: Mapping[str, Any], page: Addresses
) -> bool:
    return (
        page.final == url_key(kept["url"])
        or _folded(kept["headline"]) == _folded(story["headline"])
        or _opens_alike(_folded(kept["body"]), _folded(story["body"]))
        or _has_version(db, kept, story)
    )


def _share_of_runs(one: str | None, other: str | None) -> float:
    """How much of the shorter text is in the longer one; 0 where it is too short to tell."""
    shorter, longer = sorted((_runs(one), _runs(other)), key=len)
    return len(shorter & longer) / len(shorter) if len(shorter) >= FEWEST_RUNS else 0


def _runs(text: str | None) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", _folded(text))
    return set(zip(*(words[start:] for start in range(RUN_WORDS)), strict=False))


def _has_version(db: Database, kept: Mapping[str, Any], story: Mapping[str, Any]) -> bool:
    found = db.execute(
        "SELECT 1 FROM versions WHERE article_id = ? AND content_hash = ?",
        [kept["id"], story["content_hash"]],
    )
    return found.fetchone() is not None


def is_teaser_of(kept: Mapping[str, Any], story: Mapping[str, Any]) -> bool:
    """Is the story's text only a part of what is kept?

    If the page is known as a teaser, the kept text is the better one unless it is a teaser, too.
    Else its text must be the beginning of the kept one, or (of a page that may be a teaser) its
    words with some edits; and end in mid-sentence or early.
    """
    full, new = _folded(kept["body"]), _folded(story["body"])
    if story["is_truncated"] and kept["is_truncated"] == 0:
        return True
    if len(new) >= len(full):
        return False
    start = _unfinished(new)
    is_start = full.startswith(start)
    if story["is_truncated"]:
        return kept["is_truncated"] is None or is_start
    is_part = is_start or (story["is_truncated"] is None and _share_of_runs(full, new) >= MOST_RUNS)
    breaks_off = not new.endswith(SENTENCE_ENDS) or (is_start and full[len(start)].isalnum())
    return is_part and (breaks_off or len(new) < MUCH_SHORTER * len(full))


def _agrees_on(kept: Mapping[str, Any], key: str) -> bool:
    """Did the kept page declare this address its main one, or none at all?"""
    return kept["canonical_url"] is None or url_key(kept["canonical_url"]) == key


def _same_slug(kept: Mapping[str, Any], page: Addresses) -> bool:
    return _slug(url_key(kept["url"])) in (_slug(page.final), _slug(page.requested))


def _slug(key: str) -> str:
    return urlsplit(key).path.rstrip("/").rpartition("/")[2]


def _opens_alike(one: str, other: str) -> bool:
    """The same opening, or the beginning of one and few changes after it."""
    length = min(LEAD_CHARACTERS, len(_unfinished(one)), len(_unfinished(other)))
    if length < SHORTEST_LEAD or one[:SHORTEST_LEAD] != other[:SHORTEST_LEAD]:
        return False
    return one[:length] == other[:length] or _share_of_runs(one, other) >= MOST_RUNS


def _unfinished(text: str) -> str:
    return text.rstrip(".… ")


def _folded(text: str | None) -> str:
    return fold_text(text or "").casefold()


def _site(netloc: str) -> str:
    return VARIANT.sub("", netloc)
