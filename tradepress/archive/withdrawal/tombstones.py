"""Keeps tombstones: what is left of a withdrawn story, and keeps it from coming back.

A tombstone names neither address nor words. It knows the story again by SHA-256 of its refs, its
addresses, the site's id, its texts and its headlines.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace

from tradepress.archive.database import Database
from tradepress.archive.errors import WithdrawnArticle
from tradepress.archive.file.rows import fetch_row
from tradepress.archive.file.transaction import Transaction
from tradepress.archive.site_host import is_site_name
from tradepress.archive.text_forms import plain_type
from tradepress.archive.url_key import url_key

WITHDRAWN = "withdrawn"
"""Is the reason of the outcome ``rejected`` for a page that is kept out."""
HIDDEN_TEXT = "(withdrawn)"
"""Stands for the words of a link that led to the story."""
FEWEST_WORDS = 4
"""Limits names of stories to headlines of so many words: links by a shorter one ("News in
brief") stay."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicTombstone:
    """Holds what a tombstone tells everybody."""

    ref: str
    source: str
    headline: str | None
    """Is None unless the operator kept it."""
    published_day: str | None
    date_archived: str
    """Is the first version's day; for an address that came to no story, that of its withdrawal."""
    reason: str
    withdrawn_at: str


PUBLIC = "ref, source, headline, published_day, date_archived, reason, withdrawn_at"
"""Lists the columns of a :class:`PublicTombstone`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tombstone(PublicTombstone):
    """Is one withdrawn story, or the addresses of a source that never came to one."""

    keys: frozenset[str]
    """Holds what the story is known by: SHA-256, hex."""
    is_erased: bool = False
    """Is nothing left to erase, in the log and in the raw pages either?"""

    @property
    def is_everywhere(self) -> bool:
        """Do raw pages of other stories that show it have to go, too?"""
        return everywhere_key(self.ref) in self.keys

    def everywhere(self) -> "Tombstone":
        """Returns the tombstone with the raw pages of other stories that show it."""
        return replace(self, keys=self.keys | {everywhere_key(self.ref)})


@dataclass(frozen=True, kw_only=True, slots=True)
class WithdrawnPerson:
    """Is somebody whose name is not to be found in texts."""

    name_hash: str
    """Is the SHA-256, hex, of its plain form; the name itself is not kept."""
    reason: str
    """Is "" if none was given."""
    withdrawn_at: str


# What a story is known by


def hash_key(text: str) -> str:
    """Hashes a text to SHA-256, hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def address_key(url: str) -> str:
    """Returns the key of an address; the same with http and https, with and without ``www.`` and a
    slash at the end.

    :raises ValueError: no http(s) address
    """
    return known_address_key(url_key(url))


def known_address_key(key: str) -> str:
    """Returns the key of an address that is a URL key already."""
    return hash_key(key.partition("://")[2].removeprefix("www.").rstrip("/"))


def site_id_key(source: str, site_id: str) -> str:
    """Returns the key of the site's own id."""
    return hash_key(f"{source}\n{site_id}")


def text_key(source: str, text_hash: str) -> str:
    """Returns the key of a content hash: the same text elsewhere on the source is the same
    story."""
    return hash_key(f"{source}\ntext\n{text_hash}")


def taken_over_key(source: str, site: str) -> str:
    """Returns a mark that names no story: this source has taken over what an undeclared one had,
    whose name the keys of its stories are made of."""
    return hash_key(f"{source}\ntaken over\n{site}")


def page_key(digest: str) -> str:
    """Returns the key of a raw page's digest, by which a copy of it that was put back is known."""
    return hash_key(f"page\n{digest}")


def everywhere_key(ref: str) -> str:
    """Returns a mark that names no story, among the keys so that it goes where they go: into the
    database and into the file beside it."""
    return hash_key(f"{ref}\neverywhere")


def headline_key(source: str, headline: str) -> str | None:
    """Returns the key of a headline, by which links without an address name a story, unless
    short."""
    words = plain_type(headline).casefold()
    if len(words.split()) < FEWEST_WORDS:
        return None
    return hash_key(f"{source}\nheadline\n{words}")


# What the database holds


def list_tombstones(db: Database) -> list[PublicTombstone]:
    """Lists all withdrawals, the latest first."""
    rows = db.query(f"SELECT {PUBLIC} FROM tombstones ORDER BY withdrawn_at DESC, id DESC")
    return [PublicTombstone(**row) for row in rows]


def load_tombstones(db: Database) -> dict[str, Tombstone]:
    """Loads the tombstones by ref. The file beside the archive alone says if all is erased."""
    keys: dict[int, set[str]] = {}
    for key, tombstone_id in db.execute("SELECT key_hash, tombstone_id FROM tombstone_keys"):
        keys.setdefault(tombstone_id, set()).add(key)
    found = {}
    for row in db.query("SELECT * FROM tombstones"):
        own = frozenset(keys.get(row.pop("id"), ()))
        found[row["ref"]] = Tombstone(**row, keys=own)
    return found


def load_withdrawn_people(db: Database) -> dict[str, WithdrawnPerson]:
    """Loads the people by the hash of their names."""
    rows = db.query("SELECT name_hash, reason, withdrawn_at FROM withdrawn_people")
    return {row["name_hash"]: WithdrawnPerson(**row) for row in rows}


def save_tombstones(transaction: Transaction, tombstones: Iterable[Tombstone]) -> None:
    """Inserts tombstones, and their keys; what is there stays."""
    for stone in tombstones:
        row = asdict(stone)
        del row["keys"], row["is_erased"]
        if transaction.value("SELECT 1 FROM tombstones WHERE ref = ?", [stone.ref]) is None:
            transaction.insert("tombstones", row)
        add_keys(transaction, stone.ref, stone.keys)


def add_keys(transaction: Transaction, ref: str, keys: Iterable[str]) -> None:
    """Makes a withdrawn story known by these keys, too."""
    transaction.write_many(
        "INSERT OR IGNORE INTO tombstone_keys (key_hash, tombstone_id) "
        "SELECT ?, id FROM tombstones WHERE ref = ?",
        [(key, ref) for key in keys],
    )


def find_tombstone(db: Database, keys: Iterable[str]) -> PublicTombstone | None:
    """Returns the tombstone that any of these keys belongs to; the first key counts most."""
    sql = (
        f"SELECT {PUBLIC} FROM tombstone_keys "
        "JOIN tombstones ON tombstones.id = tombstone_id WHERE key_hash = ?"
    )
    row = next((row for key in keys if (row := fetch_row(db, sql, [key]))), None)
    return PublicTombstone(**row) if row else None


def has_tombstones(db: Database) -> bool:
    return db.execute("SELECT 1 FROM tombstones LIMIT 1").fetchone() is not None


def names_in_tombstones(db: Database, source: str) -> list[str]:
    """Returns the names by which tombstones may know a source: its own, and those that its site
    had before it was declared."""
    if is_site_name(source):
        return [source]
    sites = db.execute("SELECT DISTINCT source FROM tombstones WHERE instr(source, '.')").fetchall()
    return [
        source,
        *(site for (site,) in sites if find_tombstone(db, [taken_over_key(source, site)])),
    ]


def is_withdrawn(db: Database, key: str) -> bool:
    """Is this the URL key of a withdrawn story?"""
    return find_tombstone(db, [known_address_key(key)]) is not None


def require_not_withdrawn(db: Database, asked: str, key: str) -> None:
    """Refuses a story that was withdrawn.

    :param asked: how the story was asked for
    :param key: by which a tombstone knows that
    :raises WithdrawnArticle: it was withdrawn; says when and why
    """
    stone = find_tombstone(db, [key])
    if stone is not None:
        name = f"{asked} (“{stone.headline}”)" if stone.headline else asked
        day = stone.withdrawn_at[:10]
        raise WithdrawnArticle(f"{name} was withdrawn on {day}: {stone.reason}", stone.ref)
