"""`tradepress browse` starts, says where, and refuses what it can't serve."""

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from archive_rows import open_writer
from browsing import a_run, ask, path, save
from conftest import Tradepress
from lxml import html

from tradepress.browse import serve
from tradepress.browse.facets.facet_index import FacetIndex
from tradepress.browse.facets.kept_index import KeptIndex

__all__ = ["path"]


def test_the_address_is_told_when_it_listens(path: Path) -> None:
    with open_writer(path, command="crawl"):
        pass
    reached = []

    def open_and_leave(address: str) -> None:
        parts = urlsplit(address)
        socket.create_connection((parts.hostname, parts.port)).close()
        reached.append(parts.hostname)
        raise KeyboardInterrupt

    serve(path, port=0, listening=open_and_leave)
    assert reached == ["127.0.0.1"]


def test_stories_are_counted_before_somebody_asks(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_writer(path, command="crawl"):
        pass
    done: list[str] = []
    begin = KeptIndex.current

    def current(index: KeptIndex) -> tuple[FacetIndex | None, bool]:
        done.append("counted")
        return begin(index)

    def leave(_: str) -> None:
        done.append("listening")
        raise KeyboardInterrupt

    monkeypatch.setattr(KeptIndex, "current", current)
    serve(path, port=0, listening=leave)
    assert done == ["counted", "listening"]


@pytest.mark.parametrize("public_hosts", [[], ["press.library.example"]])
def test_captured_pages_are_served_to_this_machine_alone_at_the_next_port(
    path: Path, monkeypatch: pytest.MonkeyPatch, public_hosts: list[str]
) -> None:
    with open_writer(path, command="crawl"):
        pass
    home, served = [], []

    @contextmanager
    def note(archive: Path, *, port: int, reading_room: str, doorkeeper: None) -> Iterator[str]:
        served.append((port, reading_room))
        yield f"http://127.0.0.1:{port}"

    def leave(address: str) -> None:
        home.append(address.rstrip("/"))
        raise KeyboardInterrupt

    monkeypatch.setattr("tradepress.browse.serve_archive.serve_captures", note)
    serve(path, port=0, listening=leave, public_hosts=public_hosts)
    expected = [] if public_hosts else [((urlsplit(home[0]).port or 0) + 1, home[0])]
    assert served == expected


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (None, 3, "there is no archive at"),
        (b"not a database, only some notes that I keep here", 3, "is not an SQLite database"),
        (b"", 3, "is empty (0 bytes), not an archive"),
    ],
)
def test_no_address_is_printed_where_there_is_no_archive(
    path: Path, here: Tradepress, content: bytes | None, code: int, said: str
) -> None:
    if content is not None:
        path.write_bytes(content)
    done = here("browse", "--port", "0")
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr


def test_no_address_is_printed_where_the_port_is_taken(path: Path, here: Tradepress) -> None:
    with open_writer(path, command="crawl"):
        pass
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = here("browse", "--port", str(port))
    assert (done.returncode, done.stdout) == (2, "")
    said = os.strerror(errno.EADDRINUSE)
    assert f"port {port} on 127.0.0.1 can't be used ({said}): choose another" in done.stderr
    assert "choose another with --port" in done.stderr


@pytest.mark.parametrize("name", ["https://press.library.example", "press.example:443", "a b"])
def test_a_public_host_is_a_name_alone(here: Tradepress, name: str) -> None:
    done = here("browse", "--public-host", name)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{name!r} is no host name; write press.library.example." in done.stderr


def test_what_datasette_links_has_the_prefix_once(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern")
    asked = ("/data/runs", "/data?sql=select+1", "/data/articles?_facet=source")
    requests = [("GET", address, {}) for address in (*asked, "/sources/")]
    *pages, led = ask(path, *requests, prefix="/press/")
    for answer in pages:
        assert answer.status_code == 200
        links = html.fromstring(answer.text).xpath("//@href | //@src | //form/@action")
        assert len(links) > 10
        assert "/press/press" not in answer.text + answer.headers.get("link", "")
        assert [one for one in links if str(one).startswith("/") and one[:7] != "/press/"] == []
    assert (led.status_code, led.headers["location"]) == (302, "/press/sources")
