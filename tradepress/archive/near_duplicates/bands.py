"""Keeps fingerprints, and finds the articles that share a band with one.

The bands of one text lie all over a large table: written with it, they are a third of all that a
story alone writes. So they wait, in a table of the connection, and go into the file many at once,
in their order. Which wait the file itself says, and their signatures are in it.
"""

from collections.abc import Sequence

from tradepress.archive.file.transaction import Transaction
from tradepress.archive.near_duplicates.fingerprint import (
    SIGNATURE_SIZE,
    band_numbers,
    pack,
    unpack,
)

MOST_WAITING = 1024
"""Limits the articles whose bands wait."""
MOST_PER_BAND = 40
"""Is how many of the texts that share a band count, the newest: a common band is a stock phrase."""

_IN_FILE, _WAITING = "fingerprint_bands", "temp.waiting_bands"
_ADD = "INSERT INTO {} (band, article_id) VALUES (?, ?)"
_DROP = "DELETE FROM {} WHERE band = ? AND article_id = ?"
_BANDS = SIGNATURE_SIZE // 2
_NEWEST = " UNION ALL ".join(
    f"SELECT article_id FROM {table} WHERE band = ?{{0}}" for table in (_IN_FILE, _WAITING)
)
_SHARING_A_BAND = " UNION ALL ".join(
    f"SELECT * FROM ({_NEWEST.format(number)} ORDER BY article_id DESC LIMIT {MOST_PER_BAND})"
    for number in range(1, _BANDS + 1)
)
_FEW_SHARING_A_BAND = " UNION ALL ".join(
    f"SELECT article_id FROM {table} "
    f"WHERE band IN ({', '.join(f'?{number}' for number in range(1, _BANDS + 1))})"
    for table in (_IN_FILE, _WAITING)
)
_FEW_SHARING_A_BAND += f" LIMIT {MOST_PER_BAND + 1}"
"""Selects all that share a band, in a third of the time, if not more than one band may give."""


def articles_sharing_a_band(transaction: Transaction, signature: Sequence[int]) -> list[int]:
    """Returns ids of articles, each as often as it shares a band."""
    _list_waiting(transaction)
    bands = band_numbers(signature)
    sharing = transaction.db.execute(_FEW_SHARING_A_BAND, bands).fetchall()
    if len(sharing) > MOST_PER_BAND:
        sharing = transaction.db.execute(_SHARING_A_BAND, bands).fetchall()
    return [article_id for (article_id,) in sharing]


def save_fingerprint(transaction: Transaction, article_id: int, signature: Sequence[int]) -> None:
    """Stores the signature and its bands; of those that stay nothing is written."""
    stored, bands = _stored_bands(transaction, article_id), set(band_numbers(signature))
    if stored == bands:
        return
    _list_waiting(transaction)
    transaction.write(
        "INSERT INTO fingerprints (article_id, signature) VALUES (?, ?) "
        "ON CONFLICT DO UPDATE SET signature = excluded.signature",
        [article_id, pack(signature)],
    )
    if not stored:
        if transaction.value("SELECT count(*) FROM fingerprints_waiting") >= MOST_WAITING:
            transaction.write(f"INSERT INTO {_IN_FILE} SELECT band, article_id FROM {_WAITING}")
            for table in (_WAITING, "fingerprints_waiting"):
                transaction.write(f"DELETE FROM {table}")
        transaction.write("INSERT INTO fingerprints_waiting (article_id) VALUES (?)", [article_id])
    table = _table_of(transaction, article_id)
    for statement, changed in ((_DROP, stored - bands), (_ADD, bands - stored)):
        transaction.write_many(statement.format(table), [(band, article_id) for band in changed])


def drop_fingerprint(transaction: Transaction, article_id: int) -> None:
    """Erases the fingerprint of an article, if it has one."""
    _list_waiting(transaction)
    rows = [(band, article_id) for band in _stored_bands(transaction, article_id)]
    transaction.write_many(_DROP.format(_table_of(transaction, article_id)), rows)
    for table in ("fingerprints_waiting", "fingerprints"):
        transaction.write(f"DELETE FROM {table} WHERE article_id = ?", [article_id])


def _stored_bands(transaction: Transaction, article_id: int) -> set[int]:
    """Returns the bands of an article by its signature: they have no index by article."""
    signature = transaction.value(
        "SELECT signature FROM fingerprints WHERE article_id = ?", [article_id]
    )
    return set(band_numbers(unpack(signature))) if signature else set()


def _table_of(transaction: Transaction, article_id: int) -> str:
    """Returns the table that has all bands of an article."""
    is_waiting = "SELECT 1 FROM fingerprints_waiting WHERE article_id = ?"
    return _WAITING if transaction.value(is_waiting, [article_id]) else _IN_FILE


def _list_waiting(transaction: Transaction) -> None:
    """Makes the table of waiting bands, unless this connection has it."""
    if transaction.value("SELECT 1 FROM sqlite_temp_schema WHERE name = 'waiting_bands'"):
        return
    transaction.write(
        f"CREATE TABLE {_WAITING} (band INTEGER, article_id INTEGER, "
        "PRIMARY KEY (band, article_id)) WITHOUT ROWID"
    )
    waiting = transaction.rows(
        "SELECT * FROM fingerprints_waiting JOIN fingerprints USING (article_id)"
    )
    for row in waiting:
        bands = band_numbers(unpack(row["signature"]))
        transaction.write_many(_ADD.format(_WAITING), [(one, row["article_id"]) for one in bands])
