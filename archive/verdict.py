"""What a page of a known article adds to it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlite_utils import Database

from archive.content_hash import content_hash
from archive.fields import METADATA_ONLY
from archive.identity import Addresses, has_version, latest_hash
from archive.url_key import url_key
from archive.wording import is_teaser_of

KNOWN_ELSEWHERE = "known at another address"
WITHOUT_TEXT = "its text may not be kept"
TEXT_STAYS = "its text may not be kept any more; the kept one stays"


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What a page means for the article it belongs to."""

    outcome: Literal["stored", "unchanged", "duplicate"]
    reason: str | None = None
    moves: bool = False
    """The page's address becomes the article's main one."""
    becomes_current: bool = True
    """A stored version is shown as the article; False: it is known to be an older one, or has no
    text where the article has one."""


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
    is_without_text = story["policy"] == METADATA_ONLY and kept["body"] is not None
    kept_hash = _hash_without_text(kept) if is_without_text else kept["content_hash"]
    is_same = kept_hash == story["content_hash"]
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
    if is_without_text:
        if latest_hash(db, kept) == story["content_hash"]:
            return Verdict(outcome="unchanged", reason=TEXT_STAYS, moves=moves)
        if main in (page.final, page.requested) or moves:
            return Verdict(outcome="stored", reason=TEXT_STAYS, moves=moves, becomes_current=False)
        return Verdict(outcome="duplicate", reason="other wording at this address")
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


def _hash_without_text(kept: Mapping[str, Any]) -> str:
    """The content hash that the article would have if its text had not been kept."""
    lists = {"authors": json.loads(kept["authors"]), "corrections": []}
    return content_hash({**kept, **lists, "body": None})
