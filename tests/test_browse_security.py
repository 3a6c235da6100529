"""Browsing under attack: who is answered, and what no answer gives away."""

from pathlib import Path

import pytest
from browsing import a_run, ask, path, save

from browse.gate import is_known_host

__all__ = ["path"]


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "localhost:8001", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:8001"),
        *(
            "127.1.2.3:80",
            "[::1]",
            "[::1]:8001",
            "press.library.example",
            "Press.Library.example:8",
        ),
    ],
)
def test_this_machine_and_what_the_operator_named_are_known(host: str) -> None:
    assert is_known_host(host, ["Press.library.example"])


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "evil.example:8001", "localhost.evil.example", "127.0.0.1.evil.example"),
        *("evil.example#localhost", "localhost@evil.example", "localhost:80:80", "localhost evil"),
        *("", ":8001", "192.168.0.7", "0.0.0.0", "[::]", "[::1", "::1", "2130706433", "127.1"),
        *("press.library.example.", "xpress.library.example", "[fe80::1]", "lоcalhost"),
    ],
)
def test_no_other_host_is_known(host: str) -> None:
    assert not is_known_host(host, ["press.library.example"])


@pytest.mark.parametrize("address", ["/", "/archive/articles.json", "/static/tradepress.css"])
def test_a_name_that_was_made_to_point_here_gets_nothing(path: Path, address: str) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused")
    [refused] = ask(path, ("GET", address, {"Host": "evil.example:8001"}))
    assert refused.status_code == 400
    assert refused.text == (
        "This archive is not served under that host name; "
        "start `tradepress browse` with --public-host to allow it.\n"
    )
    assert refused.headers["x-content-type-options"] == "nosniff"


def test_a_web_server_in_front_is_answered_under_its_name(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused")
    asked = ("GET", "/archive/articles.json", {"Host": "press.library.example"})
    [named] = ask(path, asked, public_hosts=["press.library.example"])
    assert named.status_code == 200
    [unnamed] = ask(path, asked)
    assert unnamed.status_code == 400


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "MOVE"])
def test_the_archive_can_only_be_read(path: Path, method: str) -> None:
    with a_run(path):
        pass
    addresses = ("/", "/archive", "/archive/articles", "/archive/search", "/story/x", "/-/messages")
    for answer in ask(path, *((method, address, {}) for address in addresses)):
        assert answer.status_code == 405
        assert answer.headers["allow"] == "GET, HEAD"
        assert answer.text == "This archive can only be read: ask with GET.\n"


@pytest.mark.parametrize(
    ("site", "destination", "status"),
    [
        ("cross-site", "image", 403),
        ("cross-site", "empty", 403),
        ("same-site", "script", 403),  # another port of this machine
        ("cross-site", "iframe", 403),
        ("cross-site", "document", 200),  # a link in a letter
        ("same-origin", "style", 200),
        ("none", "document", 200),
    ],
)
def test_pages_of_other_sites_can_link_here_and_load_nothing(
    path: Path, site: str, destination: str, status: int
) -> None:
    with a_run(path):
        pass
    sent = {"Sec-Fetch-Site": site, "Sec-Fetch-Dest": destination}
    [answer] = ask(path, ("GET", "/archive?sql=select+1", sent))
    assert answer.status_code == status
