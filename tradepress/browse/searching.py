"""Gives a result to whoever writes SQL."""

import json
from dataclasses import asdict
from urllib.parse import parse_qsl

from tradepress.archive.database import Database
from tradepress.archive.search.find_stories import search
from tradepress.browse.addresses.result_address import read_address

MOST = 500
"""Limits the stories of one page."""


def search_stories(db: Database, asked: object) -> str:
    """Returns a page of a result, its best 500 or those after them, as a JSON array.

    :param asked: what stands behind ``?`` in the address of a result:
        ``q=lantern&source=wipr&page=2``
    :returns: :class:`tradepress.archive.search.find_stories.Hit` each; none where it can't be read
    """
    try:
        address = read_address(parse_qsl(str(asked)))
        hits = search(
            db,
            address.query,
            order=address.order,
            fold=address.fold,
            limit=MOST,
            offset=MOST * (address.page - 1),
        )
    except ValueError:
        return "[]"
    return json.dumps([asdict(hit) for hit in hits], ensure_ascii=False)
