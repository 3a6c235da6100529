"""Returns what listings say of a story."""

from contextlib import suppress

from tradepress.archive.database import Database
from tradepress.archive.file.rows import fetch_row
from tradepress.archive.frontier.addresses import Address, Addresses
from tradepress.story import Listing


def listing_of(db: Database, article_id: int) -> Listing:
    """Returns what listings say of a kept story: at its main address, else at one with a date."""
    row = fetch_row(
        db,
        "SELECT urls.* FROM locations JOIN urls USING (url_key) JOIN articles "
        "ON articles.id = locations.article_id WHERE articles.id = ? "
        "ORDER BY urls.listed IS NULL, urls.date_listed IS NULL, locations.url <> articles.url, "
        "urls.id LIMIT 1",
        [article_id],
    )
    return Address(**row).listing if row else Listing()


def listing_at(addresses: Addresses, url: str) -> Listing:
    """Returns what listings that were crawled say of the story at an address."""
    with suppress(ValueError):  # no web address, or not one that a listing had
        return addresses.at(url).listing
    return Listing()
