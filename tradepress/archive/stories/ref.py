"""Makes refs: the stable public name of an article, made once and never again."""

import difflib
import hashlib
import json
import re
from collections.abc import Iterator

from tradepress.archive.archived_address import unwrap
from tradepress.archive.database import Database
from tradepress.archive.errors import NoSuchArticle
from tradepress.archive.text_forms import counted
from tradepress.archive.url_key import url_key
from tradepress.archive.withdrawal.tombstones import address_key, hash_key, require_not_withdrawn

VERSION_NAME = "[1-9][0-9]{0,8}|[0-9a-f]{10}"
"""Is how a version is called behind the ``@``: by its number here, or by what it says."""
LONGEST_REF = 100
"""Limits the letters of a ref for which another is looked for."""
NAMED = """
    SELECT id, 1, (SELECT max(version) FROM versions WHERE article_id = articles.id)
    FROM articles WHERE ref = :ref
    UNION ALL
    SELECT article_id, first_version, last_version FROM aliases WHERE ref = :ref
"""

# Of readings of one text by several rules the current one, or else the last.
SAYING = """
    SELECT versions.version FROM versions JOIN articles ON articles.id = article_id
    WHERE article_id = ? AND substr(versions.content_hash, 1, 10) = ?
    ORDER BY version_id = versions.id DESC, versions.version DESC
"""


def article_ref(source: str, site_id: str | None, url: str) -> str:
    """Returns ``wipr-14415``, or ``ipkat-<12 hex of the URL key>`` where the site has no id.

    :raises ValueError: ``url`` has no URL key
    """
    return next(ref_candidates(source, site_id, url))


def cited_name(ref: str, content_hash: str) -> str:
    """Returns ``wipr-14415@3f9a2c71d0``: what a version is called in every archive that has its
    text, whatever number it has there."""
    return f"{ref}@{content_hash[:10]}"


def ref_candidates(source: str, site_id: str | None, url: str) -> Iterator[str]:
    """Yields refs in order of preference: the next one serves where the first is taken.

    :raises ValueError: ``url`` has no URL key
    """
    if site_id is not None and re.fullmatch(r"[A-Za-z0-9._-]+", site_id):
        yield f"{source}-{site_id}"
    digest = hashlib.sha256(url_key(url).encode()).hexdigest()
    for length in range(12, len(digest) + 1, 4):
        yield f"{source}-{digest[:length]}"


def resolve_ref(db: Database, ref: str) -> tuple[int, int | None]:
    """Finds the article that a ref names, also one that it had before it was merged into another.

    :param ref: ``wipr-14415``, or ``wipr-14415@2`` for its second version, or
        ``wipr-14415@3f9a2c71d0`` for that which says so; or an http(s) address of the story, also
        one at a web archive
    :returns: ``articles.id``, and the number of the version as it is now; None: the current one
    :raises NoSuchArticle: no such ref or version; names the nearest
    """
    if is_address(ref):
        return _at_address(db, ref), None
    name, at, number = ref.partition("@")
    found = db.execute(NAMED, {"ref": name}).fetchone()
    if found is None:
        require_not_withdrawn(db, name, hash_key(name))
        raise NoSuchArticle(f"no story has the ref {name}{_did_you_mean(db, name)}")
    article_id, first, last = found
    if not at:
        return article_id, None
    if re.fullmatch("[0-9]{1,9}", number) and first <= first - 1 + int(number) <= last:
        return article_id, first - 1 + int(number)
    if re.fullmatch(VERSION_NAME, number):
        saying = db.execute(SAYING, [article_id, number]).fetchone()
        if saying is not None:
            return article_id, int(saying[0])
    has = counted(last - first + 1, "version", "versions")
    raise NoSuchArticle(f"{name} has no version {number!r}; it has {has}")


def is_ref(db: Database, words: str) -> bool:
    """Has a story this name, with a version or without?"""
    name = words.strip().partition("@")[0]
    return name.isascii() and db.execute(NAMED, {"ref": name}).fetchone() is not None


def is_address(words: str) -> bool:
    """Is it one http(s) address, and nothing else?"""
    return re.fullmatch(r"\s*https?://\S+\s*", words, re.IGNORECASE) is not None


def find_at(
    db: Database, url: str, *, source: str | None = None, site_id: str | None = None
) -> int | None:
    """Finds ``articles.id`` of the story of an address, by http or https, with ``www.`` or not.

    :param url: without regard to what says how a reader came; also an address at a web archive
    :param source: whose site the address is on
    :param site_id: the site's own id in the address: it tells where the address itself is unknown
    :raises ValueError: no http(s) address
    """
    key = url_key(_page_address(url))
    rest = key.partition("://")[2].removeprefix("www.").rstrip("/")
    spellings = [
        f"{scheme}://{www}{rest}{slash}"
        for scheme in ("https", "http")
        for www in ("", "www.")
        for slash in ("", "/")
    ]
    row = db.execute(
        "SELECT article_id FROM locations WHERE url_key IN (SELECT value FROM json_each(?)) "
        "ORDER BY url_key <> ?",
        [json.dumps(spellings), key],
    ).fetchone()
    by_id = "SELECT id FROM articles WHERE source = ? AND site_id = ?"
    row = row or db.execute(by_id, [source, site_id]).fetchone()
    return None if row is None else int(row[0])


def is_taken(db: Database, ref: str) -> bool:
    """Is or was this the ref of an article, be it merged or withdrawn?"""
    found = db.execute(
        "SELECT 1 FROM articles WHERE ref = :ref UNION ALL SELECT 1 FROM aliases WHERE ref = :ref "
        "UNION ALL SELECT 1 FROM tombstones WHERE ref = :ref",
        {"ref": ref},
    )
    return found.fetchone() is not None


def _page_address(url: str) -> str:
    """Returns the address of the page itself, where it is one at a web archive."""
    archived = unwrap(url.strip())
    return archived.url if archived else url.strip()


def _at_address(db: Database, url: str) -> int:
    try:
        found = find_at(db, url)
    except ValueError as error:
        raise NoSuchArticle(str(error)) from error
    if found is None:
        require_not_withdrawn(db, url.strip(), address_key(_page_address(url)))
        raise NoSuchArticle(f"no story is kept from {url}; find it with `tradepress search`")
    return found


def nearest_ref(db: Database, ref: str) -> str | None:
    """Finds the ref that is meant by one that no story has: of the same source, with two signs of
    the number swapped, or one doubled or not; or with this number, of a source called much the
    same. A number that is merely like it is another story's."""
    source, _, number = ref.strip()[:LONGEST_REF].partition("-")
    source = source.lower()
    sources = [name for (name,) in db.execute("SELECT name FROM sources")]
    numbers = [number, number.lower()]
    for at, sign in enumerate(number):
        before, after = number[:at], number[at + 1 :]
        numbers += [before + after[:1] + sign + after[1:], before + sign + number[at:]]
        if after.startswith(sign):
            numbers.append(before + after)
    meant = [f"{source}-{one}" for one in numbers]
    likes = difflib.get_close_matches(source, sources, n=len(sources) or 1)
    meant += [f"{one}-{number}" for one in likes]
    there = "SELECT ref FROM articles WHERE ref IN (SELECT value FROM json_each(?))"
    found = {one for (one,) in db.execute(there, [json.dumps(meant)])}
    return next((one for one in meant if one in found), None)


def _did_you_mean(db: Database, ref: str) -> str:
    near = nearest_ref(db, ref)
    return f"; did you mean {near}?" if near else "; find it with `tradepress search`"
