"""The marks beside the facts of a story, and the pages that they lead to, in a real browser."""

import pytest
from room_browser import Room, room, visiting

__all__ = ["room"]

pytestmark = pytest.mark.slow


def test_marks_and_their_pages_are_no_barrier(room: Room) -> None:
    with visiting(room.home) as visitor:
        page = visitor.open("/story/signet-12107")
        visitor.look()
        page.get_by_role("link", name="Why: Headline").click()
        assert page.url.endswith("/story/signet-12107/explain/headline")
        visitor.look()
        visitor.open("/story/signet-12107/explain/body")
        visitor.look()
