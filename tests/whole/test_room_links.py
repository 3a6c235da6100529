"""Every kind of page of the reading room, found by its links, in a real browser."""

import re

import pytest
from room_browser import Room, Visitor, follow_links, kinds_of

pytestmark = pytest.mark.slow

TABLE = re.compile(r"/data/\w+$")


def test_every_link_leads_to_a_page_that_anybody_can_use(room: Room, visitor: Visitor) -> None:
    followed = follow_links(room.home)
    assert followed.broken == []
    assert len(followed.pages) > 30
    tables = [address for address in followed.pages if TABLE.search(address)]
    assert len(tables) > 10
    seen = set[str]()
    for address in followed.pages:
        if address in tables[3:]:  # all are there, and one looks like another
            continue
        paths = {path for path, name in kinds_of(address.removeprefix(room.home)) if not name}
        visitor.open(address, with_contrast=not paths <= seen)
        seen |= paths
