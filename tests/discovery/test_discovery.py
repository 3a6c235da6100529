"""Listings, feeds and sitemaps: which addresses they offer."""

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tradepress.discovery.candidates import LARGEST_SITEMAP, Candidate, Candidates, NotAListing
from tradepress.discovery.feed import read_feed
from tradepress.discovery.section import calendar_of, read_section
from tradepress.discovery.section_walk import MOST_PAGES, SectionWalk, WholeWalk
from tradepress.discovery.sitemap import read_sitemap
from tradepress.discovery.traps import trap
from tradepress.source import Source

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


def urls(candidates: tuple[Candidate, ...]) -> tuple[str, ...]:
    return tuple(one.url for one in candidates)


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
    assert urls(found.articles) == (
        "http://gazette.example/trademark/one-1234",
        "http://gazette.example/trademark/two-1235",
        "http://www.gazette.example/news/three-1236?utm_source=x",
    )
    assert urls(found.pages) == (
        "http://gazette.example/trademark/?pb%5Blist-articles%5D%5Bpage%5D=2",
        "http://gazette.example/trademark/page/3/",
    )
    assert found.others == (
        "http://gazette.example/trademark/?sort=asc",
        "http://gazette.example/about",
    )


@pytest.mark.parametrize(
    "target",
    [
        "/listing/news?offset=20",
        "/listing/news?page=2",
        "/listing/news?pg=3",
        "/listing/news?x=1&start=10",
        "/listing/news?seite=2",
        "/listing/news?debut_articles=10",
        "/listing/news/page-2.html",
        "/listing/news/p/2",
    ],
)
def test_pagination_styles(target: str) -> None:
    page = f'<a href="{target.replace("&", "&amp;")}">next</a>'
    found = read_section(page.encode(), "http://gazette.example/listing/news", SOURCE)
    assert urls(found.pages) == (f"http://gazette.example{target}",)


def test_a_number_is_that_of_a_page_whatever_the_query_calls_it() -> None:
    page = (
        b'<a href="?of=3&ab=8">2</a> <a href="/b.php?of=4">4</a> <a href="?of=3&sort=8">by size</a>'
    )
    found = read_section(page, "http://gazette.example/list.php?of=3", SOURCE)
    assert urls(found.pages) == ("http://gazette.example/list.php?of=3&ab=8",)


@pytest.mark.parametrize(
    ("here", "links", "further"),
    [
        ("/", "/index2.html ⟩ /index5.html »", "/index2.html /index5.html"),
        ("/index2.html", "/index.html « /index3.html ⟩", "/index3.html"),
        ("/designs.html", "/designs2.html Older /costs2.html Costs", "/designs2.html"),
        ("/blog/", "/blog/page2/ Zurück", "/blog/page2/"),
        ("/rubric2.html", "/rubric3.html Costs /rubric1.html Designs", ""),
        ("/rubric1.html", "/rubric2.html Costs", ""),
        ("/news/2014/", "/news/2015/ 2015", ""),
        ("/2014/06/", "/2014/07/ July", ""),
    ],
)
def test_the_address_of_a_list_with_a_higher_number_is_a_further_page(
    here: str, links: str, further: str
) -> None:
    words = iter(links.split())
    page = "".join(f"<a href={path}>{next(words)}</a>" for path in words)
    found = read_section(page.encode(), f"http://gazette.example{here}", SOURCE)
    assert urls(found.pages) == tuple(f"http://gazette.example{path}" for path in further.split())


@pytest.mark.parametrize(
    ("words", "last"),
    [
        ("<p>Page <b>1</b> / 9 <a href=/news2>»</a>", 9),
        ("<p>Seite 1 von 12", 12),
        ("<a href=?page=2>2</a> <a href=?page=7>7</a>", 7),
        ("<a href=?start=1>2</a> <a href=?start=4>5</a>", 5),
        ("<a href=?page=2>Next</a>", None),
    ],
)
def test_how_many_pages_a_list_says_that_it_has(words: str, last: int | None) -> None:
    page = f"<a href=/trademark/lantern-1234>Lantern</a>{words}"
    assert read_section(page.encode(), "http://gazette.example/news", SOURCE).last_page == last


def test_pages_of_another_list_by_the_same_program_are_not_its_own() -> None:
    page = b'<a href="?of=3&page=2">2</a> <a href="?of=4&page=2">more</a>'
    found = read_section(page, "http://gazette.example/list.php?of=3", SOURCE)
    assert urls(found.pages) == ("http://gazette.example/list.php?of=3&page=2",)


def test_a_key_in_brackets_is_that_of_a_page_on_later_ones_too() -> None:
    page = b'<a href="?pb[list][page]=3">3</a>'
    found = read_section(page, f"{HOME}?pb%5Blist%5D%5Bpage%5D=2", SOURCE)
    assert urls(found.pages) == (f"{HOME}?pb%5Blist%5D%5Bpage%5D=3",)


def test_what_comes_next_is_a_page_though_it_looks_like_a_story() -> None:
    page = b'<a rel="next" href="/trademark/older-1200">Older</a>'
    assert urls(read_section(page, HOME, SOURCE).pages) == (
        "http://gazette.example/trademark/older-1200",
    )


def test_links_are_resolved_against_the_pages_base() -> None:
    page = '<head><base href="/news/"></head><a href="five-1238">Five</a>'
    assert urls(read_section(page.encode(), HOME, SOURCE).articles) == (
        "http://gazette.example/news/five-1238",
    )


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("", "empty"),
        ("  \n", "empty"),
        ("<title>Just a moment...</title>", "challenge"),
        ("<h1>Page not found</h1><a href=/about>About</a>", "soft_404"),
        ("<title>Log in</title><form><input type=password></form>", "login"),
    ],
)
def test_a_page_that_is_no_listing_is_not_one_without_news(page: str, reason: str) -> None:
    with pytest.raises(NotAListing) as refused:
        read_section(page.encode(), HOME, SOURCE)
    assert refused.value.reason == reason


def test_a_listing_may_be_called_like_an_error_page() -> None:
    page = "<title>Page not found</title><a href='/news/one-1234'>One</a>"
    assert len(read_section(page.encode(), HOME, SOURCE).articles) == 1
    assert read_section(b"<!-- nothing -->", HOME, SOURCE).articles == ()


RSS = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>G</title>
<item><title>One</title><link>http://gazette.example/news/one-1234</link></item>
<item><title>One</title><link>http://gazette.example/news/one-1234#c</link></item>
<item><title>About</title><link>http://gazette.example/about</link></item>
<item><title>Elsewhere</title><link>http://elsewhere.example/news/x-1234</link></item>
</channel></rss>"""


def test_a_feed_gives_the_stories_of_the_source() -> None:
    found = read_feed(RSS, SOURCE)
    assert urls(found.articles) == ("http://gazette.example/news/one-1234",)
    assert found.others == ("http://gazette.example/about",)


@pytest.mark.parametrize(
    "feed",
    [
        "<rss version='2.0'><channel><item><link> </link></item></channel></rss>",
        "<rss version='2.0'><channel><item><guid>http://[gazette</guid></item></channel></rss>",
        '{"version": "https://jsonfeed.org/version/1.1", "items": [{"url": " "}]}',
    ],
)
def test_an_entry_without_an_address_does_not_lead_to_the_feed(feed: str) -> None:
    assert read_feed(feed.encode(), SOURCE, url="http://gazette.example/feed/") == Candidates()


def test_a_page_is_not_a_feed() -> None:
    with pytest.raises(NotAListing):
        read_feed(b"<html><body>Not found</body></html>", SOURCE)


def test_a_sitemap_gives_stories_and_an_index_gives_sitemaps() -> None:
    page = b"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
        <url><loc> http://gazette.example/news/one-1234 </loc></url>
        <url><loc>http://gazette.example/about</loc></url></urlset>"""
    assert urls(read_sitemap(page, SOURCE).articles) == ("http://gazette.example/news/one-1234",)
    index = b"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
        <sitemap><loc>http://gazette.example/sitemap-1.xml</loc></sitemap>
        <sitemap><loc>http://elsewhere.example/sitemap.xml</loc></sitemap></sitemapindex>"""
    assert urls(read_sitemap(index, SOURCE).pages) == ("http://gazette.example/sitemap-1.xml",)


def test_a_sitemap_is_read_with_its_faults_and_without_its_extras() -> None:
    page = b"""<?xml version="1.0"?><!DOCTYPE urlset [<!ENTITY a "/about">]>
        <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:i="http://images.example">
        <url><!-- one --><loc>http://gazette.example/news/one-1234</loc>
        <i:image><i:loc>http://gazette.example/news/image-1235</i:loc></i:image></url>
        <url><loc>http://gazette.example&a;</loc></url><url><loc/></url><url>
        <url><loc>http://gazette.example/news/two-1236?a=1&b=2</loc></url>"""
    found = read_sitemap(page, SOURCE)
    assert found.articles[0].url == "http://gazette.example/news/one-1234"
    assert "http://gazette.example/news/image-1235" not in urls(found.articles)
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
    assert urls(found.articles) == ("http://gazette.example/trademark/caf%C3%A9-1234",)


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


@pytest.mark.parametrize(
    ("read", "page"),
    [
        (read_feed, b" " * 10_000_001),
        (read_sitemap, b" " * (LARGEST_SITEMAP + 1)),
        (read_sitemap, gzip.compress(b" " * (LARGEST_SITEMAP + 1), mtime=0)),
    ],
    ids=["feed", "sitemap", "sitemap of spaces in gzip"],
)
def test_a_feed_or_sitemap_that_is_too_large(
    read: Callable[[bytes, Source], Candidates], page: bytes
) -> None:
    with pytest.raises(NotAListing) as refused:
        read(page, SOURCE)
    assert refused.value.reason == "too_large"


def test_a_feed_is_never_taken_for_the_name_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_bytes(RSS)
    with pytest.raises(NotAListing):
        read_feed(str(tmp_path / "feed.xml").encode(), SOURCE)


DATED = b"""<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>G</title>
<item><link>/news/one-1234</link><pubDate>Fri, 04 Aug 2017 23:30:00 -0700</pubDate>
<atom:updated>2017-08-06T10:00:00+02:00</atom:updated></item>
<item><link>http://gazette.example/news/two-1235</link><pubDate>soon</pubDate></item>
</channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>G</title><id>g</id><entry><title>One</title>
<link href="http://gazette.example/news/one-1234"/><id>1</id>
<published>2017-08-04T23:30:00-07:00</published><updated>2017-08-06T08:00:00Z</updated></entry>
<entry><title>Two</title><link href="http://gazette.example/news/two-1235"/><id>2</id></entry></feed>"""
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "G",
        "items": [
            {
                "id": "1",
                "url": "http://gazette.example/news/one-1234",
                "date_published": "2017-08-04T23:30:00-07:00",
                "date_modified": "2017-08-06T08:00:00Z",
            },
            {"id": "2", "url": "/news/two-1235", "date_published": 7},
            {"id": "3", "url": 3},
            "not an item",
        ],
    }
).encode()


@pytest.mark.parametrize(
    ("page", "headlines"),
    [(DATED, (None, None)), (ATOM, ("One", "Two")), (JSON_FEED, (None, None))],
    ids=["RSS", "Atom", "JSON Feed"],
)
def test_a_feed_hands_its_dates_on(page: bytes, headlines: tuple[str | None, str | None]) -> None:
    found = read_feed(page, SOURCE, url="http://gazette.example/feed")
    assert found.articles == (
        Candidate(
            url="http://gazette.example/news/one-1234",
            date_listed="2017-08-04T23:30:00-07:00",
            lastmod="2017-08-06T08:00:00Z",
            listed_by="feed",
            headline=headlines[0],
        ),
        Candidate(
            url="http://gazette.example/news/two-1235", listed_by="feed", headline=headlines[1]
        ),
    )
    assert found.is_whole


@pytest.mark.parametrize(
    "page",
    [b"{", b'{"version": "2.0", "items": []}', b'{"items": 1}', b'{"a":' * 100_000],
    ids=["cut off", "another version", "no items", "too deep"],
)
def test_other_json_is_not_a_feed(page: bytes) -> None:
    with pytest.raises(NotAListing):
        read_feed(page, SOURCE)


def test_a_feed_that_breaks_off_gives_what_it_has_and_says_so() -> None:
    found = read_feed(DATED[:-40], SOURCE, url="http://gazette.example/feed")
    assert urls(found.articles)[0] == "http://gazette.example/news/one-1234"
    assert not found.is_whole


NEWS = b"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
    xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
    <url><loc>http://gazette.example/news/one-1234</loc><lastmod>2017-08-06T10:00:00+02:00</lastmod>
    <news:news><news:publication_date>2017-08-04</news:publication_date></news:news></url>
    <url><loc>http://gazette.example/news/two-1235</loc><lastmod>2017-08-06</lastmod></url>
    </urlset>"""


@pytest.mark.parametrize("page", [NEWS, gzip.compress(NEWS, mtime=0)], ids=["plain", "gzip"])
def test_a_sitemap_hands_its_dates_on(page: bytes) -> None:
    assert read_sitemap(page, SOURCE).articles == (
        Candidate(
            url="http://gazette.example/news/one-1234",
            date_listed="2017-08-04",
            lastmod="2017-08-06T08:00:00Z",
            listed_by="news-sitemap",
        ),
        Candidate(
            url="http://gazette.example/news/two-1235", lastmod="2017-08-06", listed_by="sitemap"
        ),
    )


@pytest.mark.parametrize("page", [gzip.compress(NEWS, mtime=0)[:-9], b"\x1f\x8b not gzip"])
def test_a_broken_gzip_is_no_sitemap(page: bytes) -> None:
    with pytest.raises(NotAListing) as refused:
        read_sitemap(page, SOURCE)
    assert refused.value.reason == "unreadable"


def test_a_sitemap_that_breaks_off_says_so() -> None:
    found = read_sitemap(NEWS[:-40], SOURCE)
    assert urls(found.articles)[0] == "http://gazette.example/news/one-1234"
    assert not found.is_whole


def test_a_sitemap_whose_stories_all_changed_at_once_tells_when_it_was_made() -> None:
    entry = (
        "<url><loc>http://gazette.example/news/story-{}</loc><lastmod>2017-08-06</lastmod></url>"
    )
    entries = "".join(entry.format(1000 + number) for number in range(20))
    found = read_sitemap(f"<urlset>{entries}</urlset>".encode(), SOURCE)
    assert len(found.articles) == 20
    assert {one.lastmod for one in found.articles} == {None}


def test_an_index_tells_when_its_sitemaps_changed() -> None:
    index = b"""<sitemapindex><sitemap><loc>http://gazette.example/a.xml</loc>
        <lastmod>2017-08-06</lastmod></sitemap>
        <sitemap><loc>http://gazette.example/a.xml</loc></sitemap></sitemapindex>"""
    (one,) = read_sitemap(index, SOURCE).pages
    assert (one.url, one.lastmod) == ("http://gazette.example/a.xml", "2017-08-06")


# One bad entry

ODD = (
    *("\ud800", "&#xd800;", "&#55296;", "&#x110000;", "&#99999999999999999999;", "&amp;#xd800;"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "9999-12-31", "2017-02-30"),
    *("Mon, 02 Mar 99999999999999999999 04:00:00 GMT", "2017-08-04T10:00:00+99:99"),
    *("http://[", "//[x", "%zz", "&", "&nbsp;", "\x00", "]]>", "\n", "9" * 5000),
)
WORDS = st.one_of(
    st.sampled_from(ODD),
    st.text(st.characters(exclude_characters='<>"'), max_size=8),
    st.lists(st.sampled_from((*ODD, "2017", "-08")), max_size=4).map("".join),
)
"""Not < and >: an element or comment that begins may swallow whatever follows."""


def sitemap_of(words: list[str], *, url: str, kind: str = "urlset") -> bytes:
    entry = {"urlset": "url", "sitemapindex": "sitemap"}[kind]
    loc, lastmod, day, headline = words
    entries = (
        f"<{entry}><loc>{url}-1001</loc></{entry}>"
        f"<{entry}><loc>{url}-1002{loc}</loc><lastmod>{lastmod}</lastmod><news>"
        f"<publication_date>{day}</publication_date><title>{headline}</title></news></{entry}>"
        f"<{entry}><loc>{url}-1003</loc></{entry}>"
    )
    return f"<{kind}>{entries}</{kind}>".encode("utf-8", "surrogatepass")


def rss_of(words: list[str], *, url: str) -> bytes:
    link, day, updated, headline = words
    return (
        '<rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom"><channel><title>G</title>'
        f"<item><link>{url}-1001</link></item><item><link>{url}-1002{link}</link>"
        f"<pubDate>{day}</pubDate><a:updated>{updated}</a:updated><title>{headline}</title></item>"
        f"<item><link>{url}-1003</link></item></channel></rss>"
    ).encode("utf-8", "surrogatepass")


def json_feed_of(words: list[str], *, url: str) -> bytes:
    """The odd words raw, as a careless program puts them into a template."""
    link, day, updated, headline = (word.replace("\\", "") for word in words)
    items = (
        f'{{"url": "{url}-1001"}}, {{"url": "{url}-1002{link}", "date_published": "{day}", '
        f'"date_modified": "{updated}", "title": "{headline}\\ud800", "id": {"9" * 5000}}}, '
        f'{{"url": "{url}-1003"}}'
    )
    feed = f'{{"version": "https://jsonfeed.org/version/1.1", "items": [{items}]}}'
    return feed.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("form", ["sitemap", "index", "rss", "json"])
def test_an_odd_field_costs_no_other_entry(form: str, odd: str) -> None:
    for field in range(4):
        require_others(form, [odd if field == place else "" for place in range(4)])


@settings(deadline=None)
@given(
    st.sampled_from(["sitemap", "index", "rss", "json"]), st.lists(WORDS, min_size=4, max_size=4)
)
def test_one_broken_entry_costs_no_other(form: str, words: list[str]) -> None:
    require_others(form, words)


@pytest.mark.parametrize(
    "odd",
    ["&#xFFFFFFFFFFFFFFFFFFFF;", "&#XD800;", f"&#{'9' * 5000};", "\ud800", "<![CDATA[\ud800]]>"],
)
@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("declared", ["", "UTF-16", "utf-16le", "utf-8"])
def test_an_odd_letter_costs_no_other_entry_in_utf_16(odd: str, order: str, declared: str) -> None:
    url = "https://gazette.example/news/lantern-case"
    words = rss_of(["", "", "", odd], url=url).decode("utf-8", "surrogatepass")
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    page = f"\ufeff{declaration}{words}".encode(order, "surrogatepass")
    assert {f"{url}-100{n}" for n in (1, 2, 3)} <= set(urls(read_feed(page, SOURCE).articles))


@pytest.mark.parametrize("base", ["http://[", "http://elsewhere.example/", "javascript:x"])
def test_the_base_of_one_headline_is_no_other_entrys(base: str) -> None:
    page = (
        '<rss version="2.0"><channel><title>G</title><item><link>/news/lantern-case-1001</link>'
        f'<title xml:base="{base}">One</title></item><item><link>/news/lantern-case-1002</link>'
        "</item></channel></rss>"
    )
    found = read_feed(page.encode(), SOURCE, url="https://gazette.example/feed")
    site = "https://gazette.example/news/"
    assert urls(found.articles) == (f"{site}lantern-case-1001", f"{site}lantern-case-1002")


def require_others(form: str, words: list[str]) -> None:
    url = "https://gazette.example/news/lantern-case"
    found = {
        "sitemap": lambda: read_sitemap(sitemap_of(words, url=url), SOURCE).articles,
        "index": lambda: (
            read_sitemap(sitemap_of(words, url=url, kind="sitemapindex"), SOURCE).pages
        ),
        "rss": lambda: read_feed(rss_of(words, url=url), SOURCE).articles,
        "json": lambda: read_feed(json_feed_of(words, url=url), SOURCE).articles,
    }[form]()
    assert {f"{url}-1001", f"{url}-1003"} <= set(urls(found))


def test_a_last_change_that_no_clock_shows_in_utc_is_its_day() -> None:
    page = sitemap_of(
        ["", "9999-12-31T23:59:59-12:00", "", ""], url="https://gazette.example/news/a"
    )
    assert "9999-12-31" in [one.lastmod for one in read_sitemap(page, SOURCE).articles]


def test_dates_beside_the_links_of_a_listing() -> None:
    page = """<h1>Trademark</h1><p>25 November 2026</p><ul>
        <li><a href="/news/one-1001">One</a> <time datetime="2017-08-04T10:00:00Z">Friday</time>
        <li><h3><a href="/news/two-1002">Two</a></h3><span>| 3 August 2017 </span>
        <li><a href="/news/three-1003"><img></a><div><a href="/news/three-1003">Three</a>
            <p>A court said on 1 August 2017 that lanterns are free.</p></div>
        <li><a href="/news/four-1004">Four</a> <b>2 August 2017</b> <i>1 August 2017</i>
        <li><a href="/news/five-1005">Five</a> <time class="updated">2 August 2017</time></ul>
        <div><h2><a href="/news/six-1006">Six</a></h2><p>1 August 2017</p>
        <h2><a href="/news/seven-1007">Seven</a></h2><p>31 July 2017</p></div>"""
    found = read_section(page.encode(), HOME, SOURCE)
    assert {one.url[-4:]: one.date_listed for one in found.articles} == {
        "1001": "2017-08-04T10:00:00+00:00",
        "1002": "2017-08-03",
        **dict.fromkeys(("1003", "1004", "1005", "1006", "1007")),
    }
    assert {one.listed_by for one in found.articles} == {"section"}


def test_only_later_pages_are_further_ones_the_next_first() -> None:
    page = """<link rel="next" href="/trademark/older"><a href="?page=9">last</a>
        <a href="/trademark/">home</a><a href="?page=1">1</a> <a href="?page=2">2</a>
        <a href="?page=4">4</a> <a href="?page=3">3</a> <a href="?page=99999999999999">x</a>"""
    found = read_section(page.encode(), f"{HOME}?page=2", SOURCE)
    assert [page.removeprefix(HOME) for page in urls(found.pages)] == [
        "older",
        "?page=3",
        "?page=4",
        "?page=9",
    ]


def test_a_page_called_one_is_the_first_however_it_is_counted() -> None:
    page = '<a href="?page=0">1</a> <a href="?page=1">2</a>'
    assert urls(read_section(page.encode(), HOME, SOURCE).pages) == (f"{HOME}?page=1",)
    page = '<a href="?page=1">1</a> <a href="?page=2">2</a>'
    assert urls(read_section(page.encode(), HOME, SOURCE).pages) == (f"{HOME}?page=2",)


def test_a_session_is_no_part_of_an_address() -> None:
    page = """<a href="/news/one-1234;jsessionid=A1?x=1">One</a>
        <a href="/news/two-1235?PHPSESSID=b2&x=1">Two</a> <a href="/news/six-1236?PHPSESSID=b2">"""
    assert urls(read_section(page.encode(), HOME, SOURCE).articles) == (
        "http://gazette.example/news/one-1234?x=1",
        "http://gazette.example/news/two-1235?x=1",
        "http://gazette.example/news/six-1236",
    )


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://gazette.example/news/news/news/one-1234", "repeated path"),
        ("http://gazette.example/news/one-1234?a&b&c&d&e&f&g", "many parameters"),
        ("http://gazette.example/2011/11/11/11/one-1234?a=1&b=2", None),
    ],
)
def test_a_trap_is_known_by_its_address(url: str, why: str | None) -> None:
    assert trap(url) == why


def walk_of(barren: str, *, is_known: bool, most: int = 10) -> list[int]:
    """The pages of a section of 20 that are asked for; ``barren`` tells of each, ``.`` or ``n``."""
    walk = SectionWalk("?page=1", most=most, is_known=is_known)
    asked = [1]
    for state in barren:
        links = [f"?page={number}" for number in (asked[-1] + 1, 20) if number <= 20]
        page = walk.go_on(links, is_barren=state == ".")
        if page is None:
            break
        asked.append(int(page.partition("=")[2]))
    return asked


def test_a_walk_ends_where_all_is_known() -> None:
    assert walk_of("...", is_known=True) == [1, 2, 3]
    assert walk_of("n.n..n...", is_known=True) == list(range(1, 10))
    assert walk_of("." * 20, is_known=False, most=7) == list(range(1, 8))
    assert walk_of("n" * 30, is_known=True, most=50) == list(range(1, 21))


def walk_through(pages: list[str], *, begin: int = 1) -> tuple[int, str | None]:
    """The number of the page that ended a whole walk, and why it ended before the last; each page
    names its stories by letters, and says that one more follows."""
    walk = WholeWalk("?page=1", f"?page={begin}")
    at = begin
    while walk.go_on([f"?page={at + 1}"] if at < len(pages) else [], pages[at - 1]):
        at += 1
    return at, walk.broken_off


def test_a_whole_walk_ends_at_the_last_page_or_where_pages_repeat() -> None:
    assert walk_through(["ab", "bc", "cd", "de", "e"]) == (5, None)
    assert walk_through(["ab", "", "cd"]) == (3, None)
    at, why = walk_through(["ab", "cd", "cd", "ef"])
    assert (at, why) == (3, "?page=3 shows what pages before it have shown")
    assert walk_through(["ab", "cd", "ad", "bc", "ac", "ef"])[0] == 5
    assert walk_through(["ab", "", "", "cd"])[0] == 3
    assert walk_through(["ab", "cd", "cd", "cd"], begin=3)[0] == 4


def test_a_whole_walk_passes_over_a_page_and_has_an_end() -> None:
    walk = WholeWalk("?page=1", "?page=1")
    assert walk.go_on(["?page=2", "?page=3"], "a") == "?page=2"
    assert walk.pass_over() == "?page=3"
    assert walk.pass_over() is None
    endless = WholeWalk("?page=1", "?page=1")
    pages = 1
    while endless.go_on([f"?page={pages + 1}"], [str(pages)]):
        pages += 1
    assert pages == MOST_PAGES
    assert endless.broken_off == "it has more than 5,000 pages"


def test_links_to_what_is_older_are_known_by_words_and_by_years() -> None:
    page = """
        <a href="/trademark/one-1234">One</a> <a href="/search?max=7">« Older posts</a>
        <a href="/2015/">2015</a> <a href="/trademark/2014/07">July</a> <a href="/2999/01/">2999</a>
        <a href="/2004_08_01_archive.html">August</a> <a href="?page=2">Older</a>
        <a href="/about">Older people</a>"""
    found = read_section(page.encode(), HOME, SOURCE)
    paths = ("/search?max=7", "/2015/", "/trademark/2014/07", "/2004_08_01_archive.html")
    assert found.older == tuple(f"http://gazette.example{path}" for path in paths)
    assert set(found.older) < set(found.others)
    assert [calendar_of(url) for url in found.older] == [None, "", "/trademark", ""]
    assert urls(found.pages) == (f"{HOME}?page=2",)
