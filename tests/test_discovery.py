"""Listings, feeds and sitemaps: which addresses they offer."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.discovery.candidates import Candidates, NotAListing
from crawler.discovery.feed import read_feed
from crawler.discovery.section import read_section
from crawler.discovery.sitemap import read_sitemap
from crawler.source import Source

SOURCE = Source(
    name="gazette",
    publisher="The Gazette",
    domains=("gazette.example",),
    language="en",
    timezone="Europe/London",
    article_url=r"/(?:news|trademark)/[a-z0-9-]+-\d{4,6}/?",
    article_id=r"-(\d{4,6})/?$",
)
HOME = "http://gazette.example/trademark/"


def test_stories_further_pages_and_the_rest_are_told_apart() -> None:
    page = """
        <a href="/trademark/one-1234">One</a> <a href="two-1235#comments"><img></a>
        <a href="http://www.gazette.example/news/three-1236?utm_source=x">Three</a>
        <a href="/trademark/one-1234">One again</a>
        <a href="?pb%5Blist-articles%5D%5Bpage%5D=2">2</a> <a href="/trademark/page/3/">3</a>
        <a href="?sort=asc">sort</a> <a href="/about">About</a>
        <a href="http://elsewhere.example/news/four-1237">Four</a>
        <a href="mailto:x@gazette.example">mail</a> <a href="javascript:void(0)">js</a>
        <a href="http://[::1">broken</a> <a>no address</a>"""
    found = read_section(page.encode(), HOME, SOURCE)
    assert found.articles == (
        "http://gazette.example/trademark/one-1234",
        "http://gazette.example/trademark/two-1235",
        "http://www.gazette.example/news/three-1236?utm_source=x",
    )
    assert found.pages == (
        "http://gazette.example/trademark/?pb%5Blist-articles%5D%5Bpage%5D=2",
        "http://gazette.example/trademark/page/3/",
    )
    assert found.others == (
        "http://gazette.example/trademark/?sort=asc",
        "http://gazette.example/about",
    )


@pytest.mark.parametrize(
    "target",
    ["/listing/news?offset=20", "/listing/news?page=2", "/listing/news?x=1&start=10"],
)
def test_pagination_styles(target: str) -> None:
    page = f'<a href="{target.replace("&", "&amp;")}">next</a>'
    found = read_section(page.encode(), "http://gazette.example/listing/news", SOURCE)
    assert found.pages == (f"http://gazette.example{target}",)


def test_links_are_resolved_against_the_pages_base() -> None:
    page = '<head><base href="/news/"></head><a href="five-1238">Five</a>'
    assert read_section(page.encode(), HOME, SOURCE).articles == (
        "http://gazette.example/news/five-1238",
    )


@pytest.mark.parametrize("page", ["", "  \n", "<!-- nothing -->"])
def test_an_empty_listing_has_nothing(page: str) -> None:
    assert read_section(page.encode(), HOME, SOURCE).articles == ()


RSS = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>G</title>
<item><title>One</title><link>http://gazette.example/news/one-1234</link></item>
<item><title>One</title><link>http://gazette.example/news/one-1234#c</link></item>
<item><title>About</title><link>http://gazette.example/about</link></item>
<item><title>Elsewhere</title><link>http://elsewhere.example/news/x-1234</link></item>
</channel></rss>"""


def test_a_feed_gives_the_stories_of_the_source() -> None:
    found = read_feed(RSS, SOURCE)
    assert found.articles == ("http://gazette.example/news/one-1234",)
    assert found.others == ("http://gazette.example/about",)


def test_a_page_is_not_a_feed() -> None:
    with pytest.raises(NotAListing):
        read_feed(b"<html><body>Not found</body></html>", SOURCE)


def test_a_sitemap_gives_stories_and_an_index_gives_sitemaps() -> None:
    urls = b"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
        <url><loc> http://gazette.example/news/one-1234 </loc></url>
        <url><loc>http://gazette.example/about</loc></url></urlset>"""
    assert read_sitemap(urls, SOURCE).articles == ("http://gazette.example/news/one-1234",)
    index = b"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
        <sitemap><loc>http://gazette.example/sitemap-1.xml</loc></sitemap>
        <sitemap><loc>http://elsewhere.example/sitemap.xml</loc></sitemap></sitemapindex>"""
    assert read_sitemap(index, SOURCE).pages == ("http://gazette.example/sitemap-1.xml",)


def test_a_sitemap_is_read_with_its_faults_and_without_its_extras() -> None:
    page = b"""<?xml version="1.0"?><!DOCTYPE urlset [<!ENTITY a "/about">]>
        <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:i="http://images.example">
        <url><!-- one --><loc>http://gazette.example/news/one-1234</loc>
        <i:image><i:loc>http://gazette.example/news/image-1235</i:loc></i:image></url>
        <url><loc>http://gazette.example&a;</loc></url><url><loc/></url><url>
        <url><loc>http://gazette.example/news/two-1236?a=1&b=2</loc></url>"""
    found = read_sitemap(page, SOURCE)
    assert found.articles[0] == "http://gazette.example/news/one-1234"
    assert "http://gazette.example/news/image-1235" not in found.articles
    assert not any("about" in url for url in found.others)


@pytest.mark.parametrize(
    "page", [b"", b"\n", b"<html><p>Not found</p></html>", b"plain words", b"<!-- x -->"]
)
def test_other_pages_are_not_sitemaps(page: bytes) -> None:
    with pytest.raises(NotAListing):
        read_sitemap(page, SOURCE)


def test_a_section_is_read_in_its_encoding() -> None:
    page = '<a href="/trademark/caf\xe9-1234">Caf\xe9</a>'.encode("windows-1252")
    source = replace(SOURCE, article_url=r"/trademark/.+-\d{4}")
    found = read_section(page, HOME, source, content_type="text/html; charset=windows-1252")
    assert found.articles == ("http://gazette.example/trademark/caf%C3%A9-1234",)


MANY_ATTRIBUTES = b"<a " + b" ".join(b"a%d=1" % number for number in range(40_000)) + b">x</a>"


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (MANY_ATTRIBUTES, "too_complex"),
        (b" " * 10_000_001, "too_large"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "not_html"),
        (b"\x00", "not_html"),
    ],
    ids=lambda value: str(value)[:12],
)
def test_a_section_that_is_refused(page: bytes, reason: str) -> None:
    with pytest.raises(NotAListing) as refused:
        read_section(page, HOME, SOURCE)
    assert refused.value.reason == reason


@pytest.mark.parametrize("read", [read_feed, read_sitemap])
def test_a_feed_or_sitemap_that_is_too_large(
    read: Callable[[bytes, Source], Candidates],
) -> None:
    with pytest.raises(NotAListing) as refused:
        read(b" " * 10_000_001, SOURCE)
    assert refused.value.reason == "too_large"


def test_a_feed_is_never_taken_for_the_name_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_bytes(RSS)
    with pytest.raises(NotAListing):
        read_feed(str(tmp_path / "feed.xml").encode(), SOURCE)
