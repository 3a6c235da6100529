"""All passages that strangers may read, as a full-text index of their own, for who asks in which
order words stand: the index of the texts would tell it of all texts, if only by its time."""

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock

from sqlite_utils import Database

from archive.search.small_index import TOKENIZERS
from browse.asking.built_beside import BuiltBeside
from browse.asking.limits import limited_work
from browse.passages.quoting import Quoting
from browse.passages.shown_passages import shown_versions

AT_ONCE = 500
"""Stories whose texts are in memory together, with their near-copies."""
_BITS = 10
"""Of a rowid: which passage of the version it is; of texts of a million words the first count."""
_FAMILIES = "SELECT min(id) FROM articles GROUP BY coalesce(duplicate_group, -id)"


class PassageIndex:
    """That of an archive as it stood when it was made. It lies in a file without a name, which
    SQLite keeps small in memory, and which ends with it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._file = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self._file.execute("PRAGMA journal_mode=OFF")
        for stemmed, tokenizer in TOKENIZERS.items():
            self._file.execute(
                f"CREATE VIRTUAL TABLE {_table(stemmed)} USING fts5 "
                f"(headline, description, body, content='', tokenize='{tokenizer}')"
            )

    def fill(self, db: Database, quoting: Quoting) -> None:
        families = [id_ for (id_,) in db.execute(_FAMILIES)]
        for first in range(0, len(families), AT_ONCE):
            rows = [*_rows(db, families[first : first + AT_ONCE], quoting)]
            self._file.execute("BEGIN")
            for stemmed in TOKENIZERS:
                self._file.executemany(
                    f"INSERT INTO {_table(stemmed)} (rowid, headline, description, body) "
                    "VALUES (?, ?, ?, ?)",
                    rows,
                )
            self._file.execute("COMMIT")

    def find(self, words: str, *, stemmed: bool) -> Sequence[int]:
        table = _table(stemmed)
        sql = f"SELECT DISTINCT rowid >> {_BITS} FROM {table} WHERE {table} MATCH ?"
        with self._lock, limited_work(self._file):
            return [version for (version,) in self._file.execute(sql, [words])]


def _table(stemmed: bool) -> str:
    return "stems" if stemmed else "words"


def _rows(
    db: Database, families: Sequence[int], quoting: Quoting
) -> Iterator[tuple[int, *tuple[str | None, ...]]]:
    for version in shown_versions(db, families, quoting):
        for number, passage in enumerate(version.passages[: 1 << _BITS]):
            yield (version.id << _BITS) + number, *passage


class KeptPassages(BuiltBeside[PassageIndex]):
    """That of one archive, as :class:`archive.search.public_words.PassageFinder` asks it."""

    without, small = "the search of phrases in passages", 100

    def __init__(self, archive: Path, quoting: Quoting) -> None:
        super().__init__(archive)
        self.quoting = quoting

    def build(self, db: Database) -> PassageIndex:
        index = PassageIndex()
        index.fill(db, self.quoting)
        return index

    def find(self, words: str, *, stemmed: bool) -> Sequence[int]:
        """None are known while the first index of a large archive is being made."""
        index, _ = self.current()
        return index.find(words, stemmed=stemmed) if index else ()
