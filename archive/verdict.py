"""What a page of a known article adds to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlite_utils import Database

from archive.identity import Addresses, has_version
from archive.url_key import url_key
from archive.wording import is_teaser_of

KNOWN_ELSEWHERE = "known at another address"


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What a page means for the article it belongs to."""

    outcome: Literal["stored", "unchanged", "duplicate"]
    reason: str | None = None
    moves: bool = False
    """The page's address becomes the article's main one."""
    becomes_current: bool = True
    """A stored version is shown as the article; False: it is known to be an older one."""


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
    is_older = bool(
        date_captured and kept["date_captured"] and date_captured < kept["date_captured"]
    )
    is_undated = date_captured is None and not is_crawled
    moves = not (page.final == main or is_older or is_undated) and (
        page.requested == main
        or (is_crawled and kept["gone_at"] is not None)
        or (is_same and page.canonical == page.final and _agrees_on(kept, page.final))
    )
    if is_same:
        if page.requested == main:
            return Verdict(outcome="unchanged", reason="moved" if moves else None, moves=moves)
        return Verdict(outcome="duplicate", reason=KNOWN_ELSEWHERE, moves=moves)
    if (is_older or is_undated) and has_version(db, kept, story):
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


def _agrees_on(kept: Mapping[str, Any], key: str) -> bool:
    """Did the kept page declare this address its main one, or none at all?"""
    try:
        return kept["canonical_url"] is None or url_key(kept["canonical_url"]) == key
    except ValueError:
        return True
