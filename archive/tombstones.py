"""Tombstones: what is left of a withdrawn story, and keeps it from coming back.

A tombstone names neither address nor words. It knows the story again by SHA-256 of its refs, its
addresses, the site's id, its texts and its headlines. The same tombstones stand in a small file
beside the archive, so that they outlive the archive's restoring from an older copy.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive.clean import ArticleRowError, clean_fields
from archive.content_hash import content_hash, fold_text
from archive.disk import sync
from archive.errors import DamagedArchive, WithdrawnArticle
from archive.url_key import url_key

Row = dict[str, Any]

WITHDRAWN = "withdrawn"
"""Reason of the outcome ``rejected`` for a page that is kept out."""
HIDDEN = "withdrawn:"
"""Stands for an address, before the ref of its story."""
HIDDEN_TEXT = "(withdrawn)"
"""Stands for the words of a link that led to the story."""
FEWEST_WORDS = 4
"""A shorter headline ("News in brief") may be another story's, too: links by that name stay."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tombstone:
    """One withdrawn story, or the addresses of a source that never came to one."""

    ref: str
    source: str
    headline: str | None
    """Only if the operator kept it."""
    published_day: str | None
    date_archived: str
    """Of the first version; of an address that never came to a story: of its withdrawal."""
    reason: str
    withdrawn_at: str
    keys: frozenset[str]
    """What it is known by: SHA-256, hex."""
    is_erased: bool = False
    """Is nothing left to erase, in the log and in the raw pages either?"""


@dataclass(kw_only=True, slots=True)
class TombstoneFile:
    """``archive.db.withdrawn.json`` as it stands."""

    tombstones: dict[str, Tombstone] = field(default_factory=dict)
    """By ref."""
    sources: dict[str, Row] = field(default_factory=dict)
    """Rows of ``sources`` that the tombstones refer to, by name."""


# What a story is known by


def hash_key(text: str) -> str:
    """SHA-256, hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def address_key(url: str) -> str:
    """The same with http and https, with and without ``www.`` and a slash at the end.

    :raises ValueError: no http(s) address
    """
    return known_address_key(url_key(url))


def known_address_key(key: str) -> str:
    """The same for an address that is a URL key already."""
    return hash_key(key.partition("://")[2].removeprefix("www.").rstrip("/"))


def site_id_key(source: str, site_id: str) -> str:
    """The site's own id."""
    return hash_key(f"{source}\n{site_id}")


def text_key(source: str, text_hash: str) -> str:
    """A content hash: the same text at another address of the source is the same story."""
    return hash_key(f"{source}\ntext\n{text_hash}")


def headline_key(source: str, headline: str) -> str | None:
    """A headline, by which links without an address name a story; None for a short one."""
    words = fold_text(headline).casefold()
    if len(words.split()) < FEWEST_WORDS:
        return None
    return hash_key(f"{source}\nheadline\n{words}")


# What the database holds


def list_tombstones(db: Database) -> list[Row]:
    """All withdrawals, the latest first.

    :returns: rows with ``ref``, ``source``, ``headline``, ``published_day``, ``date_archived``,
        ``reason``, ``withdrawn_at``
    """
    return list(
        db.query(
            "SELECT ref, source, headline, published_day, date_archived, reason, withdrawn_at "
            "FROM tombstones ORDER BY withdrawn_at DESC, id DESC"
        )
    )


def load_tombstones(db: Database) -> dict[str, Tombstone]:
    """By ref; of none it is known here that nothing is left to erase."""
    keys: dict[int, set[str]] = {}
    for key, tombstone_id in db.execute("SELECT key_hash, tombstone_id FROM tombstone_keys"):
        keys.setdefault(tombstone_id, set()).add(key)
    found = {}
    for row in db.query("SELECT * FROM tombstones"):
        own = frozenset(keys.get(row.pop("id"), ()))
        found[row["ref"]] = Tombstone(**row, keys=own)
    return found


def save_tombstones(db: Database, tombstones: Iterable[Tombstone]) -> None:
    """Insert them, and their keys; what is there stays. In the caller's transaction."""
    for stone in tombstones:
        row = asdict(stone)
        del row["keys"], row["is_erased"]
        names = ", ".join(row)
        db.execute(
            f"INSERT INTO tombstones ({names}) VALUES ({', '.join('?' * len(row))}) "
            "ON CONFLICT (ref) DO NOTHING",
            list(row.values()),
        )
        add_keys(db, stone.ref, stone.keys)


def add_keys(db: Database, ref: str, keys: Iterable[str]) -> None:
    """Know a withdrawn story by these, too. In the caller's transaction."""
    db.conn.executemany(
        "INSERT OR IGNORE INTO tombstone_keys (key_hash, tombstone_id) "
        "SELECT ?, id FROM tombstones WHERE ref = ?",
        [(key, ref) for key in keys],
    )


def find_tombstone(db: Database, keys: Iterable[str]) -> Row | None:
    """The tombstone that any of these keys belongs to; the first key counts most."""
    for key in keys:
        rows = list(
            db.query(
                "SELECT tombstones.* FROM tombstone_keys "
                "JOIN tombstones ON tombstones.id = tombstone_id WHERE key_hash = ?",
                [key],
            )
        )
        if rows:
            return rows[0]
    return None


def has_tombstones(db: Database) -> bool:
    return db.execute("SELECT 1 FROM tombstones LIMIT 1").fetchone() is not None


def is_withdrawn(db: Database, key: str) -> bool:
    """Is this the URL key of a withdrawn story?"""
    return has_tombstones(db) and find_tombstone(db, [known_address_key(key)]) is not None


def require_not_withdrawn(db: Database, ref: str) -> None:
    """
    :raises WithdrawnArticle: that was its ref or an alias; says when and why
    """
    stone = find_tombstone(db, [hash_key(ref)])
    if stone is not None:
        name = f"{ref} (“{stone['headline']}”)" if stone["headline"] else ref
        raise WithdrawnArticle(
            f"{name} was withdrawn on {stone['withdrawn_at'][:10]}: {stone['reason']}"
        )


def tombstone_against(
    db: Database, article: Mapping[str, Any], addresses: Iterable[str | None]
) -> Row | None:
    """The tombstone that keeps a story out.

    :param article: ``source``, ``site_id`` and what the content hash is made of
    :param addresses: URLs under which its page came
    """
    if not has_tombstones(db):
        return None
    keys = []
    for url in addresses:
        try:
            keys.append(address_key(url or ""))
        except ValueError:
            continue
    source = article["source"]
    if article.get("site_id") is not None:
        keys.append(site_id_key(source, article["site_id"]))
        keys.append(hash_key(f"{source}-{article['site_id']}"))  # an alias, perhaps
    if article.get("body"):
        with suppress(ArticleRowError, TypeError, AttributeError):  # it will be quarantined
            keys.append(text_key(source, content_hash(clean_fields(article))))
    return find_tombstone(db, keys)


def hide_link(db: Database, source: str, link: Row) -> Row:
    """A link to a withdrawn story without its address and words; others as they are.

    :param source: of the linking story
    :param link: ``url_key`` and ``text`` among others
    """
    if _tombstone_of_link(db, source, link) is None:
        return link
    return {**link, "text": HIDDEN_TEXT, "url": None, "url_key": None}


def shows_withdrawn(db: Database, source: str, links: Iterable[Row]) -> bool:
    """Does the page with these links show the words of a withdrawn headline?"""
    if not has_tombstones(db):
        return False
    stones = (_tombstone_of_link(db, source, link) for link in links)
    return any(stone is not None and stone["headline"] is None for stone in stones)


def _tombstone_of_link(db: Database, source: str, link: Row) -> Row | None:
    if not has_tombstones(db):
        return None
    if link["url_key"]:
        key: str | None = known_address_key(link["url_key"])
    else:
        key = headline_key(source, link["text"])
    return find_tombstone(db, [key]) if key else None


# The file beside the archive


def tombstone_path(archive: Path) -> Path:
    return archive.with_name(archive.name + ".withdrawn.json")


def read_tombstone_file(archive: Path) -> TombstoneFile:
    """What the file says; empty if there is none.

    :raises DamagedArchive: it is not what we wrote
    """
    path = tombstone_path(archive)
    try:
        content = json.loads(path.read_text())
        return TombstoneFile(
            tombstones={
                row["ref"]: Tombstone(**{**row, "keys": frozenset(row["keys"])})
                for row in content["tombstones"]
            },
            sources={row["name"]: row for row in content["sources"]},
        )
    except FileNotFoundError:
        return TombstoneFile()
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedArchive(
            f"{path} is damaged, and it keeps what was withdrawn from coming back: put a copy of "
            "it in its place; if there is none, move it away, and it is made anew from the archive"
        ) from error


def write_tombstone_file(archive: Path, content: TombstoneFile) -> None:
    """In place of the old one, whole and on the disk.

    :raises OSError: it can't be written; the old one stands
    """
    rows = [{**asdict(stone), "keys": sorted(stone.keys)} for stone in content.tombstones.values()]
    path = tombstone_path(archive)
    half_made = archive.with_name(archive.name + ".new-withdrawn")  # swept at the next opening
    text = json.dumps(
        {
            "about": "Stories withdrawn from the archive beside; keeps them out of it. Never put "
            "an older copy in its place. See docs/withdrawal.md of Tradepress.",
            "sources": list(content.sources.values()),
            "tombstones": rows,
        },
        ensure_ascii=False,
        indent=1,
    )
    half_made.write_text(text + "\n")
    sync(half_made)
    half_made.rename(path)
    sync(path.parent)


def source_rows(db: Database, names: Iterable[str]) -> dict[str, Row]:
    """Rows of ``sources`` by name, as the file keeps them."""
    wanted: Sequence[str] = sorted(set(names))
    return {
        row["name"]: row
        for row in db.query(
            "SELECT * FROM sources WHERE name IN (SELECT value FROM json_each(?))",
            [json.dumps(wanted)],
        )
    }
