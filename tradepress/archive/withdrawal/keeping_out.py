"""Turns pages of withdrawn stories away; of an address a row stays that doesn't name it, so that
the sums of the runs stay right."""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace

from tradepress.archive.clean import ArticleRowError
from tradepress.archive.database import Database
from tradepress.archive.file.transaction import Transaction
from tradepress.archive.frontier.addresses import Addresses
from tradepress.archive.ledger.ledger import Fetched
from tradepress.archive.ledger.outcomes import Outcome
from tradepress.archive.stories.clean_story import CleanStory, StoredLink, article_in, clean_story
from tradepress.archive.text_forms import HIDDEN
from tradepress.archive.withdrawal.tombstones import (
    HIDDEN_TEXT,
    WITHDRAWN,
    PublicTombstone,
    add_keys,
    address_key,
    everywhere_key,
    find_tombstone,
    hash_key,
    headline_key,
    known_address_key,
    names_in_tombstones,
    site_id_key,
    text_key,
)
from tradepress.story import StoredArticle


def keep_out(
    transaction: Transaction, addresses: Addresses, ref: str, requested_key: str, fetched: Fetched
) -> None:
    """Rejects a page of a withdrawn story: its address, if it is known, has that outcome.

    An address that led to the story for the first time is kept out, too, unless it is another
    story's.

    :param ref: of the tombstone
    :param requested_key: URL key of the address asked for
    """
    address = addresses.known(requested_key)
    if address is None:
        return
    addresses.end(address, Outcome.REJECTED, WITHDRAWN, fetched=fetched)
    holder = transaction.value("SELECT 1 FROM locations WHERE url_key = ?", [requested_key])
    if address.article_id is None and holder is None:
        add_keys(transaction, ref, [known_address_key(requested_key)])
        hide_addresses(transaction, {address.id: ref})


def hide_addresses(transaction: Transaction, refs: Mapping[int, str]) -> None:
    """Takes the address and all that tells of it from the frontier's rows and their outcomes; the
    rows stay for the sums of the runs.

    :param refs: ``urls.id`` to the ref that stands for the address
    """
    transaction.write_many(
        "UPDATE urls SET url = ?1, url_key = ?1, found_on = NULL, state = 'done', "
        "next_due = NULL, etag = NULL, last_modified = NULL, article_id = NULL, "
        "date_listed = NULL, listed_by = NULL, listed = NULL, lastmod = NULL, "
        f"reason = '{WITHDRAWN}' WHERE id = ?2",
        [[f"{HIDDEN}{ref}#{url_id}", url_id] for url_id, ref in refs.items()],
    )
    transaction.log.change_of(
        "run",
        "SELECT DISTINCT run_id FROM fetches WHERE url_id IN (SELECT value FROM json_each(?))",
        [json.dumps(list(refs))],
    )
    transaction.write(
        "UPDATE fetches SET article_id = NULL, "
        "url = (SELECT urls.url FROM urls WHERE urls.id = url_id), "
        f"reason = CASE WHEN reason IS NOT NULL THEN '{WITHDRAWN}' END "
        "WHERE url_id IN (SELECT value FROM json_each(?))",
        [json.dumps(list(refs))],
    )
    transaction.write(
        "DELETE FROM mementos WHERE url_id IN (SELECT value FROM json_each(?))",
        [json.dumps(list(refs))],
    )


def tombstone_against(
    db: Database, story: StoredArticle | CleanStory, addresses: Iterable[str | None]
) -> PublicTombstone | None:
    """Returns the tombstone that keeps a story out.

    :param addresses: URLs under which its page came
    """
    article, keys = article_in(story), []
    for url in addresses:
        with suppress(ValueError):
            keys.append(address_key(url or ""))
    if article.site_id is not None:
        keys.append(site_id_key(article.source, article.site_id))
        keys.append(hash_key(f"{article.source}-{article.site_id}"))  # an alias, perhaps
    if article.body:
        with suppress(ArticleRowError, TypeError, AttributeError):  # it will be quarantined
            clean = story if isinstance(story, CleanStory) else clean_story(story)
            names = names_in_tombstones(db, article.source)
            keys += [text_key(name, clean.content_hash) for name in names]
    return find_tombstone(db, keys)


def hide_link(db: Database, source: str, link: StoredLink) -> StoredLink:
    """Returns a link to a withdrawn story without its address and words; others as they are.

    :param source: of the linking story
    """
    if _tombstone_of_link(db, source, link) is None:
        return link
    return replace(link, text=HIDDEN_TEXT, url=None, url_key=None)


def shows_withdrawn(db: Database, source: str, links: Iterable[StoredLink]) -> bool:
    """Does the page with these links show the words of a headline that is withdrawn everywhere?"""
    stones = (_tombstone_of_link(db, source, link) for link in links)
    return any(
        stone is not None
        and stone.headline is None
        and find_tombstone(db, [everywhere_key(stone.ref)]) is not None
        for stone in stones
    )


def _tombstone_of_link(db: Database, source: str, link: StoredLink) -> PublicTombstone | None:
    if link.url_key:
        return find_tombstone(db, [known_address_key(link.url_key)])
    names = names_in_tombstones(db, source)
    return find_tombstone(db, filter(None, (headline_key(name, link.text) for name in names)))
