"""Indexes all passages that strangers may read in a full text of their own, for who asks in
which order words stand: the index of the texts would tell it of all texts, if only by its time."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

from tradepress.archive.database import Database
from tradepress.archive.search.small_index import TOKENIZERS
from tradepress.browse.asking.limits import limited_work
from tradepress.browse.facets.kept_index import BuiltBeside
from tradepress.browse.passages.shown_passages import Quoting, shown_versions

AT_ONCE = 500
"""Is how many stories' texts are in memory together, with their near-copies."""
_BITS = 10
"""Are the bits of a rowid that say which passage of the version it is; of texts of a million
words the first count."""
_FAMILIES = "SELECT min(id) FROM articles GROUP BY coalesce(duplicate_group, -id)"
_TABLE = (
    "CREATE VIRTUAL TABLE {} USING fts5 "
    "(headline, description, body, also_titled, content='', tokenize='{}')"
)
_INSERT = "INSERT INTO {} (rowid, headline, description, body) VALUES (?, ?, ?, ?)"
_FIND = f"SELECT DISTINCT rowid >> {_BITS} FROM {{0}} WHERE {{0}} MATCH ?"
_TABLES = {False: "words", True: "stems"}


class PassageIndex:
    """Indexes an archive's passages as it stood then. It lies in a file without a name, which
    SQLite keeps small in memory, and which ends with it."""

    def __init__(self, db: Database, quoting: Quoting) -> None:
        self._lock = Lock()
        self._file = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self._file.execute("PRAGMA journal_mode=OFF")
        for stemmed, table in _TABLES.items():
            self._file.execute(_TABLE.format(table, TOKENIZERS[stemmed]))
        families = [id_ for (id_,) in db.execute(_FAMILIES)]
        for first in range(0, len(families), AT_ONCE):
            rows = [
                ((version.id << _BITS) + number, *passage)
                for version in shown_versions(db, families[first : first + AT_ONCE], quoting)
                for number, passage in enumerate(version.passages[: 1 << _BITS])
            ]
            self._file.execute("BEGIN")
            for table in _TABLES.values():
                self._file.executemany(_INSERT.format(table), rows)
            self._file.execute("COMMIT")

    def find(self, words: str, stemmed: bool) -> Sequence[int]:
        with self._lock, limited_work(self._file):
            found = self._file.execute(_FIND.format(_TABLES[stemmed]), [words])
            return [version for (version,) in found]


class KeptPassages(BuiltBeside[PassageIndex]):
    """Keeps the index of one archive's passages."""

    without, small = "the search of phrases in passages", 100

    def __init__(self, archive: Path, quoting: Quoting) -> None:
        super().__init__(archive)
        self.quoting = quoting

    def build(self, db: Database) -> PassageIndex:
        return PassageIndex(db, self.quoting)

    def find(self, words: str, stemmed: bool) -> Sequence[int]:
        """Finds as `PublicArchive` asks; none are known while a large archive's first index is
        made."""
        index, _ = self.current()
        return index.find(words, stemmed) if index else ()
