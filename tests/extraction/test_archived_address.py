"""Addresses at web archives, and what web archives put into pages."""

import doctest
from datetime import UTC, datetime

import pytest
from conftest import a_story

from tradepress.archive import archived_address
from tradepress.archive.archived_address import unwrap
from tradepress.extraction import extract_article
from tradepress.extraction.archive_marks import remove_marks

PAGE = "http://site.example/x"
AT = datetime(2017, 8, 4, 12, 34, 56, tzinfo=UTC)
DAY = datetime(2017, 8, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("address", "url", "at"),
    [
        (f"https://web.archive.org/web/20170804123456/{PAGE}", PAGE, AT),
        (f"https://web.archive.org/web/20170804123456id_/{PAGE}", PAGE, AT),
        (f"http://web.archive.org:80/web/20170804123456/{PAGE}", PAGE, AT),
        (f"//web.archive.org/web/20170804123456im_/{PAGE}", PAGE, AT),
        (f"/web/20170804123456/{PAGE}", PAGE, AT),
        ("/web/20170804123456/http:/site.example/x", PAGE, AT),
        ("https://web.archive.org/web/20170804123456/HTTP://site.example/x", PAGE, AT),
        ("https://web.archive.org/web/20170804123456/site.example/x", PAGE, AT),
        ("https://web.archive.org/web/20170804123456/http%3A%2F%2Fsite.example%2Fx", PAGE, AT),
        (f"//web.archive.org/web/20170804123456/{PAGE}?a=1&b=%20#c", f"{PAGE}?a=1&b=%20#c", AT),
        (f"https://web.archive.org/web/20170804/{PAGE}", PAGE, DAY),
        (f"https://web.archive.org/web/201708041/{PAGE}", PAGE, DAY),
        (f"https://web.archive.org/web/201708/{PAGE}", PAGE, None),
        (f"https://web.archive.org/web/2017/{PAGE}", PAGE, None),
        (f"https://web.archive.org/web/20171399123456/{PAGE}", PAGE, None),
        (f"https://web.archive.org/web/{PAGE}", PAGE, None),
        (f"https://web.archive.org/save/{PAGE}", PAGE, None),
        (f"//web.archive.org/web/2019/http://archive.ph/20170804123456/{PAGE}", PAGE, AT),
        (f"http://127.0.0.1:8080/press/20170804123456mp_/{PAGE}", PAGE, AT),
        (f"/press/20170804123456mp_/{PAGE}", PAGE, AT),
        (f"https://archive.library.example/wayback/archive/20170804123456/{PAGE}", PAGE, AT),
        (f"https://archive.ph/20170804123456/{PAGE}", PAGE, AT),
    ],
)
def test_a_page_behind_its_address_at_an_archive(
    address: str, url: str, at: datetime | None
) -> None:
    found = unwrap(address)
    assert found is not None
    assert (found.url, found.date_captured) == (url, at)


@pytest.mark.parametrize(
    "address",
    [
        PAGE,
        "",
        "https://web.archive.org/",
        "https://web.archive.org/web/20170804123456/",
        "https://web.archive.org/web/20170804123456/mailto:x@site.example",
        f"https://web.archive.org/web/2017*/{PAGE}",
        "https://archive.org/details/x",
        f"https://site.example/2017/{PAGE}",
        f"https://site.example/share?u=/web/20170804123456/{PAGE}",
        f"/news/2017/{PAGE}",
    ],
)
def test_other_addresses_are_themselves(address: str) -> None:
    assert unwrap(address) is None


def test_the_example_works() -> None:
    assert doctest.testmod(archived_address) == (0, 1)


@pytest.mark.parametrize(
    "page",
    [
        "",
        "<p>plain",
        a_story("Lantern case"),
        "<p>Kept at https://web.archive.org/web/2017/http://site.example/x",
        "/http:/ <!-- BEGIN WAYBACK TOOLBAR INSERT --> no end <div id=wm-ipp> no end",
        "/http:/ <!-- END WAYBACK TOOLBAR INSERT --><!-- BEGIN WAYBACK TOOLBAR INSERT -->",
    ],
)
def test_pages_without_marks_stay_as_they_are(page: str) -> None:
    assert remove_marks(page) == page


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (f'<a href="/web/20170804123456/{PAGE}">', f'<a href="{PAGE}">'),
        (f"<a href=/web/20170804123456/{PAGE}>", f"<a href={PAGE}>"),
        (
            '<img srcset="/web/20170804123456im_/http://site.example/a.png 1x, '
            'https://web.archive.org/web/20170804123456im_/http://site.example/b.png 2x">',
            '<img srcset="http://site.example/a.png 1x, http://site.example/b.png 2x">',
        ),
        (
            '<script type="application/ld+json">{"url": '
            r'"https:\/\/web.archive.org\/web\/20170804123456\/http:\/\/site.example\/x"}</script> '
            "/http:/",
            '<script type="application/ld+json">{"url": "http://site.example/x"}</script> /http:/',
        ),
        (
            '<div id="donato"><div id="donato-base">Give</div></div>'
            '<div id="wm-ipp-base"><div>Jul</div></div><div id=wm-ipp-print>The Wayback Machine - '
            f'https://web.archive.org/web/2017/{PAGE}</div><p>{PAGE}<a href="/web/2017/{PAGE}">',
            f'<p>{PAGE}<a href="{PAGE}">',
        ),
        (
            f"<a title='one /http:/ two' href='{PAGE}'>",
            f"<a title='one /http:/ two' href='{PAGE}'>",
        ),
    ],
)
def test_links_lead_to_the_publisher_again(written: str, read: str) -> None:
    assert remove_marks(written) == read


def test_a_page_was_not_seen_before_the_archive_took_it() -> None:
    page = a_story("Lantern case", date="03/04/2017")
    told = {
        address: extract_article(page, f"https://web.archive.org/web/{address}/{PAGE}")
        for address in ("20170310120000", "20170510120000")
    }
    assert {article.url for article in told.values()} == {PAGE}
    assert [article.date_published for article in told.values()] == ["2017-03-04", None]


@pytest.mark.parametrize(
    "piece",
    [
        "<script type=ld+json>",
        "<script type=ld+json></script>",
        "<div id=wm-ipp>",
        "<a href='/20170804123456/http:",
        "<!-- BEGIN WAYBACK TOOLBAR INSERT -->",
        "a/",
        "/20170804123456",
    ],
)
def test_a_page_made_to_hold_it_up_does_not(piece: str) -> None:
    """One that is looked through again from each of its pieces would take minutes."""
    page = f"/http:/<a href='{piece * (1_000_000 // len(piece))}"
    assert len(remove_marks(page)) == len(page)
