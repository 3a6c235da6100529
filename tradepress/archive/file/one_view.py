"""Answers several questions from one moment's view, while a crawl goes on writing."""

from collections.abc import Iterator
from contextlib import contextmanager

from tradepress.archive.database import Database


@contextmanager
def one_view(db: Database) -> Iterator[None]:
    """Lets all that is asked in the block be asked of one moment; it may stand in another one."""
    if db.conn.in_transaction:
        yield
        return
    db.execute("BEGIN")
    try:
        yield
    finally:
        db.execute("ROLLBACK")
