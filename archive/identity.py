"""Which kept article a page belongs to."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlite_utils import Database

from archive.rows import Row, fetch_row
from archive.url_key import url_key
from archive.wording import fold, opens_alike, shares_most

VARIANT = re.compile(r"^(?:(?:www|m|mobile|amp)\.)+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Addresses:
    """URL keys under which one page came."""

    final: str
    """After redirects."""
    requested: str
    canonical: str | None
    """What the page declares; None if it declares none, or one of another host or a home page."""


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
    return _article(
        db,
        "SELECT id FROM articles WHERE source = ? AND content_hash = ? ORDER BY id",
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
        or (_is_same_story(db, kept, story, page) and shares_most(kept["body"], story["body"]))
    ]
    return sorted(same, key=lambda kept: int(kept["id"])) if len(same) > 1 else []


def holds_another(db: Database, story: Mapping[str, Any], page: Addresses) -> bool:
    """Is a story kept at this address, or under this id, that has no words in common with the page?

    Asked where a page's address is nothing but its own word.
    """
    found = [_with_id(db, story), *_at(db, story, page)]
    return any(kept is not None and not _shares_words(db, kept, story) for kept in found)


def leads_elsewhere(db: Database, page: Addresses, kept: Mapping[str, Any] | None) -> bool:
    """Does another article stand at the address that this page declares canonical?"""
    if page.canonical in (None, page.final):
        return False
    holder = fetch_row(db, "SELECT article_id FROM locations WHERE url_key = ?", [page.canonical])
    return holder is not None and (kept is None or holder["article_id"] != kept["id"])


def has_version(db: Database, kept: Mapping[str, Any], story: Mapping[str, Any]) -> bool:
    """Is or was this the text of the article?"""
    found = db.execute(
        "SELECT 1 FROM versions WHERE article_id = ? AND content_hash = ?",
        [kept["id"], story["content_hash"]],
    )
    return found.fetchone() is not None


def latest_hash(db: Database, kept: Mapping[str, Any]) -> str:
    """Content hash of the article's version with the highest number."""
    (found,) = db.execute(
        "SELECT content_hash FROM versions WHERE article_id = ? ORDER BY version DESC LIMIT 1",
        [kept["id"]],
    ).fetchone()
    return str(found)


def _with_id(db: Database, story: Mapping[str, Any]) -> Row | None:
    """The article that goes by the site's own id of a page, or did before it was merged."""
    if story["site_id"] is None:
        return None
    return _article(
        db,
        "SELECT id FROM articles WHERE source = ? AND site_id = ?",
        [story["source"], story["site_id"]],
    ) or _article(
        db,
        "SELECT articles.id FROM aliases JOIN articles ON articles.id = article_id "
        "WHERE aliases.ref = ? AND source = ?",
        [f"{story['source']}-{story['site_id']}", story["source"]],
    )


def _article(db: Database, sql: str, parameters: Sequence[Any]) -> Row | None:
    """The article whose id is asked for. Mostly there is none, and nothing else is read."""
    found = db.conn.execute(sql, parameters).fetchone()
    return found and fetch_row(db, "SELECT * FROM articles WHERE id = ?", found)


def _at(db: Database, story: Mapping[str, Any], page: Addresses) -> Iterator[Row]:
    for key in dict.fromkeys((page.final, page.requested, page.canonical or page.final)):
        kept = _article(
            db,
            "SELECT articles.id FROM locations JOIN articles ON articles.id = article_id "
            "WHERE url_key = ? AND source = ?",
            [key, story["source"]],
        )
        if kept:
            yield kept


def _is_same_story(
    db: Database, kept: Mapping[str, Any], story: Mapping[str, Any], page: Addresses
) -> bool:
    return page.final == url_key(kept["url"]) or _shares_words(db, kept, story)


def _shares_words(db: Database, kept: Mapping[str, Any], story: Mapping[str, Any]) -> bool:
    return (
        fold(kept["headline"]) == fold(story["headline"])
        or opens_alike(kept["body"], story["body"])
        or has_version(db, kept, story)
    )


def _same_slug(kept: Mapping[str, Any], page: Addresses) -> bool:
    return _slug(url_key(kept["url"])) in (_slug(page.final), _slug(page.requested))


def _slug(key: str) -> str:
    return urlsplit(key).path.rstrip("/").rpartition("/")[2]


def _site(netloc: str) -> str:
    return VARIANT.sub("", netloc)
