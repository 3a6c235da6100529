"""Decides which article stands at which address."""

from tradepress.archive.database import Database
from tradepress.archive.file.transaction import Transaction
from tradepress.archive.stories.identity import PageKeys
from tradepress.archive.stories.link_targets import resolve_address
from tradepress.archive.stories.ref import resolve_ref
from tradepress.archive.text_forms import storable
from tradepress.story import StoredArticle


def save_locations(
    transaction: Transaction,
    article_id: int,
    article: StoredArticle,
    page: PageKeys,
    requested_url: str,
    seen_at: str,
) -> None:
    """Lets the addresses under which a page of an article came lead to it from now on."""
    urls = {page.requested: requested_url, page.final: article.url}
    if page.canonical and article.canonical_url:
        urls = {page.canonical: article.canonical_url, **urls}
    for key, url in urls.items():
        owner = transaction.value("SELECT article_id FROM locations WHERE url_key = ?", [key])
        row = {"article_id": article_id, "url_key": key, "seen_at": seen_at}
        if owner is None:
            transaction.write(
                "INSERT INTO locations (article_id, url, url_key, first_seen, last_seen) "
                "VALUES (:article_id, :url, :url_key, :seen_at, :seen_at)",
                {**row, "url": storable(url)},
            )
        # The address a text was read from is its own; the others may belong to another story.
        elif owner == article_id or key == page.final:
            transaction.write(
                "UPDATE locations SET article_id = :article_id, "
                "first_seen = min(first_seen, :seen_at), last_seen = max(last_seen, :seen_at) "
                "WHERE url_key = :url_key",
                row,
            )
        else:
            continue
        if owner != article_id:
            resolve_address(transaction, key, article_id)


def locations_of(db: Database, ref: str) -> list[str]:
    """Lists every address under which a story was found, in the order in which they were.

    :raises NoSuchArticle: no such ref
    """
    article_id, _ = resolve_ref(db, ref)
    found = db.execute("SELECT url FROM locations WHERE article_id = ? ORDER BY id", [article_id])
    return [url for (url,) in found]
