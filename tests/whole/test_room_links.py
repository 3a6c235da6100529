"""Every kind of page of the reading room, found by its links, in a real browser."""

import re

import pytest
from room_browser import Room, Visitor, follow_links

pytestmark = pytest.mark.slow

TABLE = re.compile(r"/data/\w+$")


def test_every_link_leads_to_a_page_that_anybody_can_use(room: Room, visitor: Visitor) -> None:
    followed = follow_links(room.home)
    assert followed.broken == []
    assert len(followed.pages) > 30
    tables = [address for address in followed.pages if TABLE.search(address)]
    assert len(tables) > 10
    for address in followed.pages:
        if address not in tables[3:]:  # all are there, and one looks like another
            visitor.open(address)
