"""Finds addresses that kept stories link to and nobody has asked for."""

from collections.abc import Callable
from urllib.parse import urlsplit

from tradepress.archive.database import Database


def unresolved_links(
    db: Database, source: str, limit: int, is_wanted: Callable[[str], bool] = bool
) -> list[tuple[str, str]]:
    """Returns addresses on a source's site that kept stories link to and the frontier doesn't know.

    :param is_wanted: does the address have the form of a story?
    :returns: at most ``limit`` addresses, each with that of the story it was found on
    """
    (home,) = db.execute("SELECT home_url FROM sources WHERE name = ?", [source]).fetchone()
    host = urlsplit(home).netloc.removeprefix("www.")
    found: list[tuple[str, str]] = []
    for site in (f"{scheme}://{www}{host}" for scheme in ("https", "http") for www in ("", "www.")):
        links = db.execute(
            """
            SELECT links.url, versions.url, min(links.id)
            FROM links JOIN versions ON versions.id = version_id
            WHERE url_key >= ? AND url_key < ? AND +target_id IS NULL
                AND NOT EXISTS (SELECT 1 FROM urls WHERE urls.url_key = links.url_key)
            GROUP BY url_key
            """,
            [f"{site}/", f"{site}0"],  # "0" comes after "/"
        )
        for url, found_on, _ in links:
            if len(found) == limit:
                return found
            if is_wanted(url):
                found.append((url, found_on))
    return found
