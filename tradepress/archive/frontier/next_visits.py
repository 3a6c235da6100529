"""Sets right what is wrong with a source's schedule before a crawl begins."""

from datetime import datetime

from tradepress.archive.clock import utc_now, utc_text
from tradepress.archive.file.transaction import Transaction
from tradepress.archive.frontier.addresses import Addresses
from tradepress.archive.frontier.revisit import A_DAY, LATER

WITHOUT_VISIT = """
    state = 'done' AND article_id IS NOT NULL AND reason IS NOT 'gone'
    AND (outcome IS NULL OR outcome IN ('stored', 'unchanged', 'duplicate'))
    AND NOT EXISTS (SELECT 1 FROM mementos WHERE url_id = urls.id)
"""
"""Selects addresses that led to a story and that no crawl would ask for again, as whoever had
them was none: a crawl says of each story when to ask anew, until its page is gone."""


def put_back(transaction: Transaction, source: str) -> None:
    """Makes visits due that a wrong clock has put off for years."""
    now = utc_now()
    latest = utc_text(datetime.fromisoformat(now) + LATER + A_DAY)
    transaction.write(
        "UPDATE urls SET next_due = ? WHERE source = ? AND state = 'due' AND next_due > ?",
        [now, source, latest],
    )


def take_up(transaction: Transaction, addresses: Addresses, source: str) -> None:
    """Lets stories that came in by files be visited, too, from now on: each when its age says
    so, or as soon as a listing names it."""
    for row in transaction.rows(
        f"SELECT id, url FROM urls WHERE source = ? AND {WITHOUT_VISIT}", [source]
    ):
        visit = {"state": "due", "next_due": addresses.next_visit(row["url"]), "fetched_at": None}
        transaction.update("urls", row["id"], visit)
