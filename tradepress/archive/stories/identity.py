"""Decides which kept article a page belongs to, and what it adds to it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from tradepress.archive.clean import Value
from tradepress.archive.database import Database
from tradepress.archive.file.rows import fetch_row
from tradepress.archive.ledger.outcomes import TEASER, Outcome
from tradepress.archive.site_host import VARIANT
from tradepress.archive.stories.clean_story import CleanStory
from tradepress.archive.stories.content_hash import content_hash
from tradepress.archive.stories.kept import Kept, load_kept
from tradepress.archive.stories.texts_alike import is_teaser_of, opens_alike, shares_most
from tradepress.archive.text_forms import folded
from tradepress.archive.url_key import bare_key, url_key
from tradepress.story import ARCHIVE_ONLY, METADATA_ONLY

KNOWN_ELSEWHERE = "known at another address"
OTHER_WORDING = "other wording at this address"
KNOWN_OLDER = "an older version, already kept"
AGAIN = "a former version again"
"""Says that the page reads as it did before the current version."""
STOOD_THEN = "stood then, too"
"""Says that nothing is new but a time at which the page was like this."""
WITHOUT_TEXT = "its text may not be kept"
TEXT_STAYS = "its text may not be kept any more; the kept one stays"


@dataclass(frozen=True, kw_only=True, slots=True)
class PageKeys:
    """Holds the URL keys under which one page came."""

    final: str
    """Is the key after redirects."""
    requested: str
    canonical: str | None
    """Is what the page declares; None if it declares none, or another host's or a home page."""


def page_keys(url: str, requested_url: str, canonical_url: str | None) -> PageKeys:
    """Makes the keys; raises ValueError if ``url`` or ``requested_url`` has no URL key."""
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
    return PageKeys(final=final, requested=url_key(requested_url), canonical=canonical)


def find_kept(db: Database, story: CleanStory, page: PageKeys) -> Kept | None:
    """Finds the article (of the same source) that this page shows, or None for a new one.

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
    if not story.article.body:
        return None
    return _article(
        db,
        "SELECT id FROM articles WHERE source = ? AND content_hash = ? ORDER BY id",
        [story.article.source, story.content_hash],
    )


def find_twins(db: Database, story: CleanStory, page: PageKeys) -> list[Kept]:
    """Finds the articles that this page proves to be one story, the oldest first; else none.

    Its address, the one that redirected to it, the one it declares canonical and the site's own id
    lead to different articles; and each has the page's text, not only its headline.
    """
    found = [_with_id(db, story), *_at(db, story, page)] if story.article.body else []
    twins = {kept.id: kept for kept in found if kept is not None}
    if len(twins) < 2:
        return []
    same = [
        kept
        for kept in twins.values()
        if kept.content_hash == story.content_hash
        or (
            _is_same_story(db, kept, story, page)
            and shares_most(kept.article.body, story.article.body)
        )
    ]
    return sorted(same, key=lambda kept: kept.id) if len(same) > 1 else []


def holds_another(db: Database, story: CleanStory, page: PageKeys) -> bool:
    """Is a story kept at this address, or under this id, that has no words in common with the page?

    Asked where a page's address is nothing but its own word.
    """
    found = [_with_id(db, story), *_at(db, story, page)]
    return any(kept is not None and not shares_words(db, kept, story) for kept in found)


def leads_elsewhere(db: Database, page: PageKeys, kept: Kept | None) -> bool:
    """Does another article stand at the address that this page declares canonical?"""
    if page.canonical in (None, page.final):
        return False
    holder = fetch_row(db, "SELECT article_id FROM locations WHERE url_key = ?", [page.canonical])
    return holder is not None and (kept is None or holder["article_id"] != kept.id)


def has_version(db: Database, kept: Kept, story: CleanStory) -> bool:
    """Is or was this the text of the article?"""
    found = db.execute(
        "SELECT 1 FROM versions WHERE article_id = ? AND content_hash = ?",
        [kept.id, story.content_hash],
    )
    return found.fetchone() is not None


def _with_id(db: Database, story: CleanStory) -> Kept | None:
    """Finds the article that goes by the site's own id of a page, or did before it was merged."""
    if story.article.site_id is None:
        return None
    return _article(
        db,
        "SELECT id FROM articles WHERE source = ? AND site_id = ?",
        [story.article.source, story.article.site_id],
    ) or _article(
        db,
        "SELECT articles.id FROM aliases JOIN articles ON articles.id = article_id "
        "WHERE aliases.ref = ? AND source = ?",
        [f"{story.article.source}-{story.article.site_id}", story.article.source],
    )


def _article(db: Database, sql: str, parameters: Sequence[Value]) -> Kept | None:
    """Loads the article whose id is asked for. Mostly there is none, and nothing else is read."""
    found = db.conn.execute(sql, parameters).fetchone()
    return found and load_kept(db, found[0])


def _at(db: Database, story: CleanStory, page: PageKeys) -> Iterator[Kept]:
    for key in dict.fromkeys((page.final, page.requested, page.canonical or page.final)):
        kept = _article(
            db,
            "SELECT articles.id FROM locations JOIN articles ON articles.id = article_id "
            "WHERE url_key = ? AND source = ?",
            [key, story.article.source],
        )
        if kept:
            yield kept


def _is_same_story(db: Database, kept: Kept, story: CleanStory, page: PageKeys) -> bool:
    return page.final == url_key(kept.article.url) or shares_words(db, kept, story)


def shares_words(db: Database, kept: Kept, story: CleanStory) -> bool:
    """Have they the same headline or opening, or did the article once read so?"""
    return (
        folded(kept.article.headline) == folded(story.article.headline)
        or opens_alike(kept.article.body, story.article.body)
        or has_version(db, kept, story)
    )


def _same_slug(kept: Kept, page: PageKeys) -> bool:
    return _slug(url_key(kept.article.url)) in (_slug(page.final), _slug(page.requested))


def _slug(key: str) -> str:
    return urlsplit(key).path.rstrip("/").rpartition("/")[2]


def _site(netloc: str) -> str:
    return VARIANT.sub("", netloc)


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """Says what a page means for the article it belongs to."""

    outcome: Outcome
    reason: str | None = None
    moves: bool = False
    """Tells whether the page's address becomes the article's main one."""
    makes_version: bool = False
    """Tells whether its text becomes a version; which one is current is seen then."""


def judge(
    db: Database,
    kept: Kept,
    story: CleanStory,
    page: PageKeys,
    *,
    seen_at: str | None,
    stood: str | None,
    is_crawled: bool,
    is_first_visit: bool,
) -> Verdict:
    """Judges what a page of a known article adds.

    :param seen_at: when the page stood like this, UTC; None if nobody knows
    :param stood: when the article's current version was last seen; None if nobody knows
    :param is_crawled: read from the site just now (not from a file)
    :param is_first_visit: so far the article is known from web archives alone
    """
    main = url_key(kept.article.url)
    is_without_text = story.article.policy == METADATA_ONLY and kept.article.body is not None
    kept_hash = _hash_without_text(kept) if is_without_text else kept.content_hash
    is_same = kept_hash == story.content_hash
    is_older = bool(seen_at and stood and seen_at < stood)
    is_undated = seen_at is None
    is_past = is_undated or is_older or (seen_at == stood and not is_crawled)
    moves = not (page.final == main or is_older or is_undated) and (
        page.requested == main
        or is_first_visit
        or (is_crawled and kept.gone_at is not None)
        or (is_same and page.canonical == page.final and _agrees_on(kept, page.final))
    )
    # As the site moved to https, so did the story: its older pages show versions of it.
    is_elsewhere = not moves and bare_key(main) not in map(bare_key, (page.final, page.requested))
    completes = kept.article.is_truncated is True and not story.article.is_truncated
    is_known = is_same or ((is_past or not is_elsewhere) and has_version(db, kept, story))
    is_older_whole = is_older and story.article.is_truncated is False
    may_be_teaser = not (is_same or is_without_text or is_older_whole)
    is_teaser = may_be_teaser and is_teaser_of(kept.article, story.article)
    is_freed = not is_past and (kept.article.policy, story.article.policy) == (
        ARCHIVE_ONLY,
        "store",
    )
    before = KNOWN_OLDER if is_undated else TEXT_STAYS if is_without_text else None
    cases = (
        # The first that holds.
        (is_same and is_freed and page.requested == main, Outcome.STORED, None),
        (is_same and page.requested == main, Outcome.UNCHANGED, "moved" if moves else None),
        (is_same, Outcome.DUPLICATE, KNOWN_ELSEWHERE),
        (is_known, Outcome.UNCHANGED, TEASER if is_teaser and not is_past else before),
        (is_without_text and is_elsewhere, Outcome.DUPLICATE, OTHER_WORDING),
        (is_without_text, Outcome.STORED, TEXT_STAYS),
        (is_teaser, Outcome.UNCHANGED, TEASER),
        (is_elsewhere and not completes, Outcome.DUPLICATE, OTHER_WORDING),
        (is_older and not completes, Outcome.STORED, "older than the current version"),
        (True, Outcome.STORED, None),
    )
    outcome, reason = next((outcome, reason) for holds, outcome, reason in cases if holds)
    is_new_teaser = reason == TEASER and not is_known and not is_elsewhere
    makes_version = outcome == Outcome.STORED or is_new_teaser
    return Verdict(outcome=outcome, reason=reason, moves=moves, makes_version=makes_version)


def _agrees_on(kept: Kept, key: str) -> bool:
    """Did the kept page declare this address its main one, or none at all?"""
    try:
        return kept.article.canonical_url is None or url_key(kept.article.canonical_url) == key
    except ValueError:
        return True


def _hash_without_text(kept: Kept) -> str:
    """Returns the content hash that the article would have if its text had not been kept."""
    return content_hash(replace(kept.article, body=None, corrections=()))
