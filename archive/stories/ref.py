"""Refs: the stable public name of an article, made once and never again."""

import difflib
import hashlib
import re
from collections.abc import Iterator

from sqlite_utils import Database

from archive.errors import NoSuchArticle
from archive.url_key import url_key
from archive.withdrawal.tombstones import require_not_withdrawn

NAMED = """
    SELECT id, 1, (SELECT max(version) FROM versions WHERE article_id = articles.id)
    FROM articles WHERE ref = :ref
    UNION ALL
    SELECT article_id, first_version, last_version FROM aliases WHERE ref = :ref
"""


def article_ref(source: str, site_id: str | None, url: str) -> str:
    """``wipr-14415``, or ``ipkat-<12 hex of the URL key>`` where the site has no id.

    :raises ValueError: ``url`` has no URL key
    """
    return next(ref_candidates(source, site_id, url))


def ref_candidates(source: str, site_id: str | None, url: str) -> Iterator[str]:
    """Names in order of preference: the next one serves where the first is taken.

    :raises ValueError: ``url`` has no URL key
    """
    if site_id is not None and re.fullmatch(r"[A-Za-z0-9._-]+", site_id):
        yield f"{source}-{site_id}"
    digest = hashlib.sha256(url_key(url).encode()).hexdigest()
    for length in range(12, len(digest) + 1, 4):
        yield f"{source}-{digest[:length]}"


def resolve_ref(db: Database, ref: str) -> tuple[int, int | None]:
    """The article that a ref names, also one that it had before it was merged into another.

    :param ref: ``wipr-14415``, or ``wipr-14415@2`` for its second version
    :returns: ``articles.id``, and the number of the version as it is now; None: the current one
    :raises NoSuchArticle: no such ref or version; names the nearest
    """
    name, at, number = ref.partition("@")
    found = db.execute(NAMED, {"ref": name}).fetchone()
    if found is None:
        require_not_withdrawn(db, name)
        raise NoSuchArticle(f"no article has the ref {name}{_nearest(db, name)}")
    article_id, first, last = found
    if not at:
        return article_id, None
    version = first - 1 + int(number) if re.fullmatch(r"[0-9]{1,9}", number) else 0
    if not first <= version <= last:
        raise NoSuchArticle(f"{name} has no version {number!r}: give 1 to {last - first + 1}")
    return article_id, version


def is_taken(db: Database, ref: str) -> bool:
    """Is or was this the ref of an article, be it merged or withdrawn?"""
    found = db.execute(
        "SELECT 1 FROM articles WHERE ref = :ref UNION ALL SELECT 1 FROM aliases WHERE ref = :ref "
        "UNION ALL SELECT 1 FROM tombstones WHERE ref = :ref",
        {"ref": ref},
    )
    return found.fetchone() is not None


def _nearest(db: Database, ref: str) -> str:
    """``: did you mean …?``, looked for among the neighbours in the order of refs."""
    near = [
        row["ref"]
        for side in (">= ? ORDER BY ref", "< ? ORDER BY ref DESC")
        for given in dict.fromkeys((ref, ref.strip().lower()))
        for row in db.query(f"SELECT ref FROM articles WHERE ref {side} LIMIT 20", [given])
    ]
    close = difflib.get_close_matches(ref.strip().lower(), near, n=1)
    return f"; did you mean {close[0]}?" if close else "; find it with `tradepress search`"
