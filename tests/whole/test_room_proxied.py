"""The reading room behind a real nginx: under a path of it, under another name, by https."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from browsing import browsing
from own_nginx import nginx
from room_browser import Room, follow_links, visiting

pytestmark = pytest.mark.slow

NAME = "press.library.example"
SERVER = """
server {
    listen PORT;
    location /press/ {
        proxy_pass ROOM;
        proxy_set_header Host NAME;
        proxy_set_header X-Forwarded-Proto https;
        proxy_set_header X-Forwarded-For $remote_addr;
    }
}
"""


@pytest.fixture
def proxied(room: Room, tmp_path: Path) -> Iterator[str]:
    options = ("--prefix", "/press/", "--public-host", NAME)
    with browsing(room.archive, *options) as served:
        server = SERVER.replace("ROOM", served.home).replace("NAME", NAME)
        with nginx(tmp_path, server) as home:
            yield f"{home}/press"


def test_every_link_stays_under_the_path_and_leads_somewhere(proxied: str) -> None:
    followed = follow_links(proxied)
    assert followed.broken == []
    assert len(followed.pages) > 30
    assert {f"{proxied}/static/tradepress.css", f"{proxied}/stories.csv"} <= {
        file.partition("?")[0] for file in followed.files
    }


def test_whole_addresses_are_those_of_the_web_server(proxied: str) -> None:
    for address in ("/stories?q=lantern", "/stories.atom?q=lantern", "/story/signet-12107"):
        answer = httpx.get(f"{proxied}{address}")
        assert answer.status_code == 200
        whole = re.findall(rf"https?://(?:{NAME}|127\.0\.0\.1|localhost)[^\s\"'<>]*", answer.text)
        assert [one for one in whole if not one.startswith(f"https://{NAME}/press/")] == []
        assert whole or not address.startswith("/stories"), address


def test_forms_and_redirects_stay_under_it_too(proxied: str) -> None:
    with visiting(proxied) as visitor:
        visitor.open("/")
        visitor.page.fill("main input[name=q]", "lantern")
        visitor.page.click("main form button")
        assert visitor.page.url.startswith(f"{proxied}/stories?q=lantern")
        visitor.page.click("ol.cards a")
        assert visitor.page.url.startswith(f"{proxied}/story/signet-12107")
        visitor.look()
