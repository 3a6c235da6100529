"""The reading room behind a real nginx: under a path of it, under another name, by https."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from browsing import browsing
from free_port import free_port
from needs import require_program
from room_browser import Room, follow_links, visiting

pytestmark = pytest.mark.slow

NAME = "press.library.example"
CONFIGURATION = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        location /press/ {{
            proxy_pass {room};
            proxy_set_header Host {name};
            proxy_set_header X-Forwarded-Proto https;
            proxy_set_header X-Forwarded-For $remote_addr;
        }}
    }}
}}
"""


@contextmanager
def nginx(folder: Path, room: str) -> Iterator[str]:
    """Its address, while the block lasts."""
    program = require_program("nginx", "/usr/sbin/nginx")
    port = free_port()
    file = folder / "nginx.conf"
    file.write_text(CONFIGURATION.format(folder=folder, port=port, room=room, name=NAME))
    command = [program, "-p", folder, "-c", file, "-e", folder / "error.log"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            with httpx.Client(transport=httpx.HTTPTransport(retries=8)) as client:
                client.get(f"http://127.0.0.1:{port}/")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


@pytest.fixture
def proxied(room: Room, tmp_path: Path) -> Iterator[str]:
    options = ("--prefix", "/press/", "--public-host", NAME)
    with browsing(room.archive, *options) as served, nginx(tmp_path, served.home) as home:
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
