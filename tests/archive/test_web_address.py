"""Addresses as browsers read them."""

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import Request
from test_url_key import PIECES

from tradepress.archive.archived_address import unwrap
from tradepress.archive.url_key import url_key
from tradepress.archive.web_address import hides_dots, web_address


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("https://a.example/news/../private/x", "https://a.example/private/x"),
        ("https://a.example/news/%2e%2E/private/x", "https://a.example/private/x"),
        ("https://a.example/news/.%2e/%2e/private/x", "https://a.example/private/x"),
        ("https://a.example\\news\\..\\private", "https://a.example/private"),
        ("https://a.example/../../x/..", "https://a.example/"),
        ("https://a.example/a/...", "https://a.example/a/..."),
        ("https://a.example/a?b=/../c#/../d", "https://a.example/a?b=/../c#/../d"),
        ("HTTPS://A.Example:443/X", "https://a.example/X"),
        ("http://a.example:0080", "http://a.example/"),
        ("https://a.example./x", "https://a.example./x"),
        ("https:/a.example", "https://a.example/"),
        ("https:a.example", "https://a.example/"),
        ("https:///a.example", "https://a.example/"),
        ("https://faß.example/", "https://xn--fa-hia.example/"),
        ("https://FAẞ.example/", "https://xn--fa-hia.example/"),
        ("https://bücher.example/ü?ü#ü", "https://xn--bcher-kva.example/%C3%BC?%C3%BC#%C3%BC"),
        ("https://a。example/", "https://a.example/"),
        ("https://ａ.example/", "https://a.example/"),
        ("https://a%2eexample/", "https://a.example/"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
        ("http://2130706433/", "http://127.0.0.1/"),
        ("http://0177.0.0.01/", "http://127.0.0.1/"),
        ("http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/"),
        ("http://[0:0::1]:80/", "http://[::1]/"),
        ("\t https://a.ex\tam\rple/\nb \n", "https://a.example/b"),
        ("https://a.example/a\xa0b c\u2028", "https://a.example/a%C2%A0b%20c%E2%80%A8"),
        ("https://a.example/\x01\x7f", "https://a.example/%01%7F"),
        ("https://a.example/%zz%", "https://a.example/%zz%"),
        ("https://me:secret@a.example/", "https://me:secret@a.example/"),
    ],
)
def test_how_browsers_spell_it(words: str, address: str) -> None:
    assert web_address(words) == address
    assert web_address(address) == address


@pytest.mark.parametrize(
    ("words", "base", "address"),
    [
        ("", "https://a.example/b/c?d#e", "https://a.example/b/c?d"),
        ("?x", "https://a.example/b/c?d", "https://a.example/b/c?x"),
        ("x", "https://a.example/b/c", "https://a.example/b/x"),
        ("..\\x", "https://a.example/b/c/", "https://a.example/b/x"),
        ("%2e%2e/%2E./x", "https://a.example/b/c/d", "https://a.example/x"),
        ("//b.example/x", "https://a.example/", "https://b.example/x"),
        ("\\\\b.example\\x", "https://a.example/", "https://b.example/x"),
        ("https:x", "https://a.example/b/", "https://a.example/b/x"),
        (
            "\xa0https://b.example",
            "https://a.example/",
            "https://a.example/%C2%A0https://b.example",
        ),
    ],
)
def test_what_it_is_relative_to(words: str, base: str, address: str) -> None:
    assert web_address(words, base) == address


@pytest.mark.parametrize(
    "words",
    [
        "",
        "a.example",
        "/a",
        "//a.example",
        "mailto:a@a.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/hostname",
        "ftp://a.example/",
        "http://",
        "http://x:y:z/",
        "http://a.example:65536/",
        "http://[::1",
        "http://a b/",
        "http://a<b/",
        "http://1.2.3.4.5/",
        "http://256.1.1.1/",
        "http://%00/",
        "http://a.example/\ud800",
    ],
)
def test_what_is_no_address(words: str) -> None:
    with pytest.raises(ValueError, match="address"):
        web_address(words)


@pytest.mark.parametrize(
    ("path", "hides"),
    [
        ("/news%2f..%2fprivate", True),
        ("/news/..%5cprivate", True),
        ("/news/%2e%2e%2Fprivate", True),
        ("/news%2F.", True),
        ("/a%2Fb/..c/.d", False),
        ("/a?x=%2f..%2f", False),
    ],
)
def test_dots_between_encoded_slashes(path: str, hides: bool) -> None:
    assert hides_dots(web_address(f"https://a.example{path}")) == hides


def test_the_page_behind_an_address_at_a_web_archive() -> None:
    found = unwrap("https://web.archive.org/web/20170804123456/http://faß.example/a/%2e%2e/b")
    assert found is not None
    assert found.url == "http://xn--fa-hia.example/b"
    assert unwrap("https://web.archive.org/web/20170804123456/http://x:y:z/") is None


@given(PIECES | PIECES.map("http://a.example/{}".format) | st.text())
def test_what_is_judged_is_what_is_sent(words: str) -> None:
    try:
        address = web_address(words)
    except ValueError:
        return
    assert web_address(address) == address
    assert address.isascii()
    sent = Request(address).url
    again = web_address(sent)
    assert Request(again).url == again == sent or urlsplit(sent).username is not None
    path = urlsplit(sent).path
    assert not re.search(r"/(?:\.|%2e){1,2}(?:/|$)", path, re.IGNORECASE)


@given(PIECES.map("http://a.example/{}".format))
def test_a_key_is_that_of_the_address(words: str) -> None:
    try:
        address = web_address(words)
        key = url_key(address)
    except ValueError:
        return
    assert url_key(words) == key
