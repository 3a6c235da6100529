"""The list of posts of WordPress gives addresses, instants, names; a full page has a next one."""

import json
from typing import Any

import pytest

from tradepress.discovery.candidates import NotAListing
from tradepress.discovery.read_listing import read_listing
from tradepress.discovery.wordpress_posts import posts_at, read_posts
from tradepress.source import Source

SOURCE = Source(
    name="gazette",
    publisher="The Gazette",
    domains=("gazette.example",),
    language="en",
    timezone="Europe/Paris",
    article_url=r"/\d{4}/[a-z-]+/",
)
POSTS = posts_at("https://gazette.example/wp-json/")


def post(name: str = "kettles", **fields: Any) -> dict[str, Any]:
    return {
        "link": f"https://gazette.example/2025/{name}/",
        "date": "2025-08-21T15:09:00",
        "date_gmt": "2025-08-21T13:09:00",
        "modified": "2025-08-22T09:00:00",
        "modified_gmt": "2025-08-22T07:00:00",
        "title": {"rendered": "Kettles &amp; <i>hares</i>"},
        "_embedded": {"author": [{"name": "Odile d’Orvanne"}]},
    } | fields


def listed(*posts: object) -> bytes:
    return json.dumps(posts).encode()


def test_a_post_tells_when_it_came_and_changed_and_whose_it_is() -> None:
    found = read_listing("section", listed(post()), POSTS, SOURCE, "application/json")
    (one,) = found.articles
    assert one.url == "https://gazette.example/2025/kettles/"
    assert one.date_listed == "2025-08-21T15:09:00+02:00"
    assert one.lastmod == "2025-08-22T07:00:00Z"
    assert (one.headline, one.authors) == ("Kettles & hares", ("Odile d’Orvanne",))
    (further,) = found.pages
    assert further.url == f"{POSTS}&page=2"


@pytest.mark.parametrize("api", ["/wp-json/", "/index.php?rest_route=/"])
def test_a_page_with_posts_has_a_next_one(api: str) -> None:
    first = posts_at(f"https://gazette.example{api}")
    full = listed(*(post(f"kettles-{'ab'[n % 2] * n}") for n in range(100)))
    (second,) = read_posts(full, first, SOURCE).pages
    (third,) = read_posts(full, second.url, SOURCE).pages
    assert (second.url, third.url) == (f"{first}&page=2", f"{first}&page=3")
    assert read_posts(listed(), third.url, SOURCE).pages == ()


@pytest.mark.parametrize(
    "odd",
    [
        {"date": None, "modified": 7},
        {"date_gmt": "0000-00-00T00:00:00"},
        {"date": "2025-08-21T15:09:00Z"},
        {"title": None, "_embedded": []},
        {"_embedded": {"author": [{"code": "rest_user_invalid_id"}, None, 4]}},
    ],
)
def test_what_is_odd_costs_no_address(odd: dict[str, object]) -> None:
    found = read_posts(listed(post(**odd), post("hares"), None, {"link": 4}), POSTS, SOURCE)
    assert len(found.articles) == 2


@pytest.mark.parametrize("page", [b"", b"{", b'{"code": "rest_forbidden"}', b"<html>", b"[" * 9999])
def test_another_answer_is_no_list(page: bytes) -> None:
    with pytest.raises(NotAListing, match="not a list of posts"):
        read_posts(page, POSTS, SOURCE)
