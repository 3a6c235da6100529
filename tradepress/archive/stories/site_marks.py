"""Keeps what the memory of a site is made of: the marks of each story's current version."""

import secrets
from collections import Counter
from collections.abc import Iterator, Sequence

from tradepress.archive.database import Database
from tradepress.archive.file.transaction import Transaction
from tradepress.archive.site_memory import SiteMemory, remember, unpack
from tradepress.archive.stored_json import stored_reservations
from tradepress.archive.stories.reservation_words import withheld_by
from tradepress.archive.url_key import url_key
from tradepress.story import Article

OF_SOURCE = """
    SELECT hashes FROM articles JOIN site_marks USING (version_id)
    WHERE source = ? AND policy = 'store'
"""
AT_ADDRESS = """
    SELECT hashes FROM locations JOIN articles ON articles.id = article_id
    JOIN site_marks USING (version_id) WHERE url_key = ? AND source = ?
"""
OF_VERSION = "SELECT hashes FROM site_marks WHERE version_id = ?"
WITH_PAGES = """
    SELECT version_rows.id, hashes, told FROM articles
    JOIN version_rows ON version_rows.id = articles.version_id
    LEFT JOIN site_marks ON site_marks.version_id = version_rows.id
    WHERE source = ? AND articles.policy = 'store' AND capture_id IS NOT NULL ORDER BY articles.id
"""
TODAY = """
    SELECT articles.id, articles.policy, articles.reservations AS said FROM version_rows
    JOIN articles ON articles.id = article_id WHERE version_rows.id = ?
"""
FORGET = """
    UPDATE site_marks SET hashes = x'', told = x'', places = ''
    WHERE version_id IN (SELECT id FROM version_rows WHERE article_id = ?)
"""
NEWEST = """
    SELECT places FROM articles JOIN site_marks USING (version_id)
    WHERE source = ? AND places <> '' ORDER BY articles.id DESC LIMIT 20
"""
PLACES = ("body", "headline", "authors", "date_published")
"""Names what stands at the places, as a source's selectors do."""


class SiteMemories:
    """Holds what is known of each source as a run finds it; what the run adds counts at its end."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._memories: dict[str, SiteMemory] = {}

    def of(self, source: str) -> SiteMemory:
        """Returns what the stories of a source tell of a page that is none of them."""
        if source not in self._memories:
            rows = self._db.execute(OF_SOURCE, [source])
            self._memories[source] = remember(site_key(self._db), (row[0] for row in rows))
        return self._memories[source]

    def at(self, source: str, url: str) -> SiteMemory:
        """Returns what the other stories of a source tell of the page at an address."""
        try:
            key = url_key(url)
        except ValueError:  # no web address: it will be quarantined
            key = url
        return self._without(source, AT_ADDRESS, [key, source])

    def of_version(self, source: str, version_id: int) -> SiteMemory:
        """Returns what the other stories of a source tell of one of them."""
        return self._without(source, OF_VERSION, [version_id])

    def _without(self, source: str, sql: str, parameters: Sequence[object]) -> SiteMemory:
        row = self._db.execute(sql, parameters).fetchone()
        return self.of(source).without(unpack(row[0])) if row else self.of(source)

    def due(self, source: str, *, all: bool = False) -> Iterator[int]:
        """Yields the current versions that are to be read anew: those of which the memory tells
        something else than when they were read.

        :param all: those without marks, too: they came in from elsewhere, or before there was one
        """
        memory = self.of(source)
        for version_id, hashes, told in self._db.execute(WITH_PAGES, [source]):
            marks = unpack(hashes or b"")
            if all if hashes is None else memory.without(marks).tell(marks) != told:
                yield version_id


def agreed_places(db: Database, source: str) -> Iterator[str]:
    """Says, in lines, where more than half of the newest stories of a source have each field."""
    rows = [places.split("\n") for (places,) in db.execute(NEWEST, [source])]
    for field, places in zip(PLACES, zip(*rows, strict=True), strict=False):
        (selector, agree), *_ = Counter(places).most_common(1)
        if selector and 2 * agree > len(rows):
            told = f"{agree} of the {len(rows)} newest stories in the archive"
            yield f"selectors: {field}={selector!r} would find it in {told}"


def site_key(db: Database) -> bytes:
    """Returns the key of the archive's hashes; one that nobody keeps where it has none yet."""
    row = db.execute("SELECT key FROM site_key").fetchone()
    return bytes(row[0]) if row else secrets.token_bytes(32)


def keep_key(transaction: Transaction, key: bytes) -> None:
    """Gives the archive a key, if it has none.

    :param key: that of the archive of which it is a part; empty: any
    """
    if transaction.value("SELECT 1 FROM site_key") is None:
        transaction.insert("site_key", {"id": 1, "key": key or secrets.token_bytes(32)})


def save_marks(transaction: Transaction, version_id: int, article: Article) -> None:
    """Keeps the marks of a version whose text, and that of its story today, may be kept and given
    on, and of no other."""
    (today,) = transaction.rows(TODAY, [version_id])
    is_given = today["policy"] == "store" and not withheld_by(stored_reservations(today["said"]))
    if not is_given:
        forget_marks(transaction, today["id"])
    marks = article.site_marks
    if marks is not None and marks.key == site_key(transaction.db).hex():
        is_given = is_given and article.policy == "store" and not withheld_by(article.reservations)
        kept = [*map(bytes.fromhex, (marks.hashes, marks.told)), marks.places]
        transaction.write(
            "INSERT OR REPLACE INTO site_marks VALUES (?, ?, ?, ?)",
            [version_id, *(kept if is_given else [b"", b"", ""])],
        )


def forget_marks(transaction: Transaction, article_id: int) -> None:
    """Empties the marks of a story whose text may not be kept or given on any more."""
    transaction.write(FORGET, [article_id])


def drop_marks(transaction: Transaction, version_id: int) -> None:
    transaction.write("DELETE FROM site_marks WHERE version_id = ?", [version_id])


def note_told(transaction: Transaction, version_id: int, memory: SiteMemory) -> None:
    """Writes of a version that could not be read anew what was told of it: it is asked no more."""
    hashes = transaction.value(OF_VERSION, [version_id])
    transaction.write(
        "INSERT INTO site_marks VALUES (?, x'', ?, '') "
        "ON CONFLICT DO UPDATE SET told = excluded.told",
        [version_id, memory.tell(unpack(hashes or b""))],
    )
