"""A page of a withdrawn story is turned away, and its address stands for the sums alone."""

import json
from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database

from archive.clock import utc_now
from archive.frontier import Frontier
from archive.rows import Row, fetch_row
from archive.withdrawal.tombstones import HIDDEN, WITHDRAWN, add_keys, known_address_key


def keep_out(writer: Frontier, stone: Row, requested_key: str, **ledger: Any) -> None:
    """Reject a page of a withdrawn story: its address, if it was scheduled, has that outcome.

    An address that led to the story for the first time is kept out, too, unless it is another
    story's. In the writer's open transaction.

    :param requested_key: URL key of the address asked for
    """
    address = fetch_row(writer.db, "SELECT * FROM urls WHERE url_key = ?", [requested_key])
    if address is None:
        return
    writer.record_outcome(address, outcome="rejected", reason=WITHDRAWN, **ledger)
    writer.write(
        "UPDATE urls SET state = 'done', next_due = NULL, outcome = 'rejected', reason = ?, "
        "fetched_at = ? WHERE id = ?",
        [WITHDRAWN, utc_now(), address["id"]],
    )
    is_another = writer.value("SELECT 1 FROM locations WHERE url_key = ?", [requested_key])
    if address["article_id"] is None and not is_another:
        add_keys(writer.db, stone["ref"], [known_address_key(requested_key)])
        hide_addresses(writer.db, {address["id"]: stone["ref"]})


def hide_addresses(db: Database, refs: Mapping[int, str]) -> None:
    """Let the frontier's rows and their outcomes stand for the sums alone.

    :param refs: ``urls.id`` to the ref that stands for the address
    """
    names = [[f"{HIDDEN}{ref}#{url_id}", url_id] for url_id, ref in refs.items()]
    db.conn.executemany(
        "UPDATE urls SET url = ?1, url_key = ?1, found_on = NULL, state = 'done', "
        "next_due = NULL, etag = NULL, last_modified = NULL, article_id = NULL, "
        f"reason = '{WITHDRAWN}' WHERE id = ?2",
        names,
    )
    db.execute(
        "UPDATE fetches SET article_id = NULL, "
        "url = (SELECT urls.url FROM urls WHERE urls.id = url_id), "
        f"reason = CASE WHEN reason IS NOT NULL THEN '{WITHDRAWN}' END "
        "WHERE url_id IN (SELECT value FROM json_each(?))",
        [json.dumps(list(refs))],
    )
