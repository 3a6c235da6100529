"""One spelling for each address, and only where that is certain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradepress.archive.url_key import PLAIN, url_key, without_tracking


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("HTTP://News.Example/A", "http://news.example/A"),
        ("http://news.example", "http://news.example/"),
        ("http://news.example:80/a", "http://news.example/a"),
        ("https://news.example:443/a", "https://news.example/a"),
        ("http://news.example:8080/a", "http://news.example:8080/a"),
        ("http://news.example./a", "http://news.example/a"),
        ("http://news.example/a#top", "http://news.example/a"),
        ("http://news.example/a?", "http://news.example/a"),
        ("http://news.example/a/../b/./c", "http://news.example/b/c"),
        ("http://news.example/%7Ea/%2e%2e/b", "http://news.example/b"),
        ("http://news.example/a?b=2&a=1", "http://news.example/a?a=1&b=2"),
        ("http://news.example/a?utm_source=x&UTM_Medium=y", "http://news.example/a"),
        ("http://news.example/a?id=5&fbclid=1&gclid=2", "http://news.example/a?id=5"),
        ("http://news.example/a?mc_cid=1&mc_eid=2&_ga=3", "http://news.example/a"),
        ("http://news.example/a?doing_wp_cron=1.2", "http://news.example/a"),
        ("http://user:secret@news.example/a", "http://news.example/a"),
        (" \thttp://news.example/a\n", "http://news.example/a"),
        ("http://news.example/a\n/b", "http://news.example/a/b"),
        ("http://news.example\\a\\b", "http://news.example/a/b"),
        ("http://münze.example/é", "http://xn--mnze-0ra.example/%C3%A9"),
        ("http://news.example/a b", "http://news.example/a%20b"),
        ("http://[::1]:8080/a", "http://[::1]:8080/a"),
        ("http:/news.example/a", "http://news.example/a"),
        ("http:///news.example/a", "http://news.example/a"),
        ("http://faß.example/a", "http://xn--fa-hia.example/a"),
        ("http://0x7f.1/a", "http://127.0.0.1/a"),
        ("http://news.example\\..\\%2E%2e/./a", "http://news.example/a"),
    ],
)
def test_spelling(url: str, key: str) -> None:
    assert url_key(url) == key


SEGMENT = st.text("aZ09-._~", max_size=6)


@given(st.lists(st.text("ab0-xn", max_size=5), min_size=1, max_size=3), st.lists(SEGMENT))
def test_what_is_taken_for_a_key_is_one(labels: list[str], path: list[str]) -> None:
    """The short way says the same as the whole one, in which the mark stands for nothing."""
    url = f"https://{'.'.join(labels)}.example/{'/'.join(path)}"
    if PLAIN.fullmatch(url):
        assert url_key(f"{url}#top") == url == url_key(url)


@pytest.mark.parametrize(
    ("url", "without"),
    [
        ("http://News.example:80/A?utm_source=x&q=1#top", "http://News.example/A?q=1"),
        ("https://me:secret@news.example:443", "https://news.example"),
        ("http://news.example:443/a", "http://news.example:443/a"),
        ("http://news.example:8080/a?x=http://b:80/", "http://news.example:8080/a?x=http://b:80/"),
    ],
)
def test_an_address_as_it_stands(url: str, without: str) -> None:
    assert without_tracking(url) == without


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://news.example/a", "https://news.example/a"),
        ("http://news.example/a", "http://www.news.example/a"),
        ("http://news.example/a", "http://news.example/a/"),
        ("http://news.example/a?id=1", "http://news.example/a?id=2"),
        ("http://news.example/A", "http://news.example/a"),
        ("http://news.example/a?utmost=1", "http://news.example/a"),
    ],
)
def test_what_only_a_page_can_prove_is_kept_apart(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "news",
        "/a",
        "//news.example/a",
        "mailto:a@news.example",
        "javascript:alert(1)",
        "ftp://news.example/a",
        "file:///etc/hostname",
        "http:",
        "http://",
        "http://[::1",
        "http://news.example:99999/",
        "http://news.example:x/",
        "http://a b/",
        "http://\u2100/",
        "http://a..b/",
        "http://" + "a" * 300 + "/",
        "http://news.example/\ud800",
    ],
)
def test_what_is_no_address_raises_value_error(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        url_key(url)


SCHEMES = ["http://", "HTTPS://", "//", "a.example", "[::1]", ":80", "@"]
SIGNS = ["/", "..", ".", "%2e", "%25", "%", "%252525", "?", "&", "=", "#", ";", "\\", "+"]
PIECES = st.lists(
    st.sampled_from([*SCHEMES, *SIGNS, "utm_source=x", "é", "\t", " "]) | st.text(max_size=4),
    max_size=12,
).map("".join)


@given(PIECES | PIECES.map("http://a.example/{}".format) | st.text())
def test_a_key_is_its_own_key_and_nothing_but_value_error_is_raised(url: str) -> None:
    try:
        key = url_key(url)
    except ValueError:
        return
    assert url_key(key) == key
    assert key.startswith(("http://", "https://"))
    assert key.isascii()
