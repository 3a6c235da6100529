"""Gives a declared source what came from files of its site before it was declared.

Its stories keep their refs, which begin with the host, their versions and their addresses.
"""

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from tradepress.archive.file.transaction import Transaction
from tradepress.archive.site_host import host_of, is_at, site_name
from tradepress.archive.withdrawal.tombstones import taken_over_key

UNDECLARED = "SELECT name, home_url FROM sources WHERE instr(name, '.') ORDER BY name"
IS_REFERRED_TO = " UNION ALL ".join(
    f"SELECT 1 FROM {table} WHERE source = :site"
    for table in ("articles", "urls", "fetches", "tombstones")
)


def take_over(
    transaction: Transaction,
    name: str,
    hosts: Sequence[str],
    owns: Callable[[str], bool],
    site_id: Callable[[str], str | None],
) -> None:
    """Moves to a declared source what undeclared ones have of its addresses; does nothing if there
    is none. What was withdrawn under their names stays out under its own.

    What was no story by the rules for all sites is asked for again where a listing has it.

    :param name: of the declared source, which is known here
    :param hosts: on which, or below which, its addresses are
    :param owns: is an address its?
    :param site_id: returns the site's own id in the address of a story
    """
    undeclared = [
        (row["name"], host_of(row["home_url"]), row["home_url"])
        for row in transaction.rows(UNDECLARED)
    ]
    # Who owns is asked before SQLite does, which would not tell what is wrong with a declaration.
    sites = {
        site: owns(home_url)
        for site, host, home_url in undeclared
        if any(is_at(host, one) or is_at(one, host) for one in hosts)
    }
    if not sites:
        return

    connection = transaction.db.conn
    connection.create_function("is_own", 1, owns)
    connection.create_function("own_id", 1, site_id)
    for site, is_wholly_its in sites.items():
        given = {"name": name, "site": site}
        runs = "SELECT DISTINCT run_id FROM fetches WHERE source = ?"
        transaction.log.change_of("run", runs, [site])
        versions = "SELECT version_rows.id FROM version_rows JOIN articles ON source = ? "
        versions += "AND articles.id = article_id"
        transaction.log.change_of("version", versions, [site])
        for table in ("articles", "urls", "fetches", "quarantine"):
            transaction.write(
                f"UPDATE {table} SET source = :name WHERE source = :site AND is_own(url)", given
            )
        transaction.write(
            "UPDATE urls SET outcome = NULL, reason = NULL WHERE source = :name "
            "AND state = 'done' AND fetched_at IS NULL AND article_id IS NULL AND is_own(url)",
            given,
        )
        transaction.write(
            "UPDATE OR IGNORE articles SET site_id = own_id(url) WHERE source = :name "
            "AND site_id IS NULL AND ref > :site || '-' AND ref < :site || '.'",
            given,
        )
        transaction.write(
            "INSERT OR IGNORE INTO tombstone_keys (key_hash, tombstone_id) "
            "SELECT ?, id FROM tombstones WHERE source = ? LIMIT 1",
            [taken_over_key(name, site), site],
        )
        if is_wholly_its:
            leave_out_empty(transaction, site)


def leave_out_empty(transaction: Transaction, site: str) -> None:
    """Deletes an undeclared source of which nothing is left."""
    transaction.write(
        f"DELETE FROM sources WHERE name = :site AND NOT EXISTS ({IS_REFERRED_TO})", {"site": site}
    )


def is_on_site_of(url: str, home_url: str) -> bool:
    """Is an address on the host of a home page, or below it, and on the same site?"""
    try:
        host = (urlsplit(url).hostname or "").removesuffix(".")
        return is_at(host, host_of(home_url)) and site_name(url) == site_name(home_url)
    except ValueError:
        return False
