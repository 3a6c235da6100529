"""What listings say of a story that is kept."""

from sqlite_utils import Database

from archive.file.rows import fetch_row
from archive.frontier.addresses import Address
from archive.story import Listing


def listing_of(db: Database, article_id: int) -> Listing:
    """What listings say of a kept story: at its main address, else at any that has a date."""
    row = fetch_row(
        db,
        "SELECT urls.* FROM locations JOIN urls USING (url_key) JOIN articles "
        "ON articles.id = locations.article_id WHERE articles.id = ? "
        "ORDER BY urls.listed IS NULL, urls.date_listed IS NULL, locations.url <> articles.url, "
        "urls.id LIMIT 1",
        [article_id],
    )
    return Address(**row).listing if row else Listing()
