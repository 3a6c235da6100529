"""What a listing knows of a story, where a source takes that from listings."""

from dataclasses import replace
from typing import Any

import pytest

from tradepress.archive.witnesses import agreements
from tradepress.crawling.listed_fields import take_listed
from tradepress.discovery.candidates import Candidate
from tradepress.discovery.feed import read_feed
from tradepress.discovery.section import read_section
from tradepress.extraction import NotAnArticle
from tradepress.extraction.confidence import judge
from tradepress.source import Source
from tradepress.story import Article, Listing, Reading

GAZETTE = Source(
    name="gazette",
    publisher="The Gazette",
    domains=("gazette.example",),
    language="en",
    timezone="Europe/London",
    article_url=r"/article/[a-z0-9-]+",
    section_names=("Designs", "Enforcement"),
    from_listings=("date_published", "authors", "section", "description"),
)
PLACE = "https://gazette.example/news?page=2"
DEK = "Vale & Holm will pay for both instances, and keep the green glass."


def listed(row: str, source: Source = GAZETTE) -> Candidate:
    """The first story of a listing that has the row and another one below it."""
    other = (
        '<li><a href="/article/other-story">Another office opens</a>'
        "<p>It has two rooms, a lamp and a clerk who reads.</p><p>By Mattis Kol</p></li>"
    )
    page = f"<html><body><nav><a href='/'>Home</a></nav><ul>{row}{other}</ul></body></html>"
    found = read_section(page.encode(), PLACE, source)
    assert [one.url for one in found.articles][1] == "https://gazette.example/article/other-story"
    return found.articles[0]


LINK = '<a href="/article/lantern-case">Lantern case ends with five sides</a>'


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            f"<li><span class=cat>Designs</span><h3>{LINK}</h3><p>{DEK}</p>"
            "<p class=author>Ena Quill</p><p>20 January 2022</p></li>",
            ("2022-01-20", ("Ena Quill",), "Designs", DEK),
        ),
        (  # the dek before the date, the button glued to it, the picture a link of its own
            '<li><a href="/article/lantern-case"><img alt="Lantern"></a>'
            f"<h3>{LINK}</h3><div>{DEK.removesuffix('.')} Read more</div>"
            "<div>By Ena Quill and Oskar Tamm</div><div>1 Mar 2021</div></li>",
            ("2021-03-01", ("Ena Quill", "Oskar Tamm"), None, DEK.removesuffix(".")),
        ),
        (  # all of it in one line
            f"<li>{LINK}<p><b>Enforcement</b><i>20 January 2022</i><u>Ena Quill</u></p></li>",
            ("2022-01-20", ("Ena Quill",), "Enforcement", None),
        ),
        (f"<li>{LINK}</li>", (None, (), None, None)),
        (
            f'<li>{LINK}<a rel="category tag" href="/topic/marks">Marks</a></li>',
            (None, (), "Marks", None),
        ),
    ],
)
def test_a_row_says(row: str, said: tuple[object, ...]) -> None:
    one = listed(row)
    assert (one.date_listed, one.authors, one.section, one.description) == said


def test_only_what_the_source_takes_is_read() -> None:
    row = f"<li><h3>{LINK}</h3><p>{DEK}</p><p>By Ena Quill</p><p>20 January 2022</p></li>"
    one = listed(row, replace(GAZETTE, from_listings=("authors",)))
    assert (one.date_listed, one.authors, one.section, one.description) == (
        "2022-01-20",
        ("Ena Quill",),
        None,
        None,
    )


RSS = f"""<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>The Gazette</title><item><title>Lantern case</title>
<link>https://gazette.example/article/lantern-case</link><dc:creator>Ena Quill</dc:creator>
<category>Designs</category><description>&lt;p&gt;{DEK.replace("&", "&amp;amp;")}&lt;/p&gt;
</description><pubDate>Thu, 20 Jan 2022 09:00:00 GMT</pubDate></item></channel></rss>"""
JSON_FEED = """{"version": "https://jsonfeed.org/version/1.1", "title": "The Gazette", "items": [{
"url": "https://gazette.example/article/lantern-case", "authors": [{"name": "Ena Quill"}],
"tags": ["Designs"], "summary": "%s", "date_published": "2022-01-20T09:00:00Z"}]}"""


@pytest.mark.parametrize("feed", [RSS, JSON_FEED % DEK], ids=["rss", "json"])
def test_an_entry_of_a_feed_says(feed: str) -> None:
    (one,) = read_feed(feed.encode(), GAZETTE).articles
    assert (one.authors, one.section, one.description) == (("Ena Quill",), "Designs", DEK)
    (one,) = read_feed(feed.encode(), replace(GAZETTE, from_listings=())).articles
    assert (one.authors, one.section, one.description) == (("Ena Quill",), None, None)


@pytest.mark.parametrize("tags", ["42", '{"Designs": 1}', '"Designs"', "true"])
def test_an_entry_whose_tags_are_no_list_has_none(tags: str) -> None:
    feed = (JSON_FEED % DEK).replace('["Designs"]', tags)
    (one,) = read_feed(feed.encode(), GAZETTE).articles
    assert (one.section, one.description) == (None, DEK)


LISTED = Listing(
    date_published="2022-01-20",
    listed_by="section",
    authors=("Ena Quill",),
    section="Designs",
    description=DEK,
)


def test_what_the_page_lacks_is_taken_with_its_evidence() -> None:
    article = take_listed(
        Article(headline="Lantern case", completeness="headline"), LISTED, GAZETTE
    )
    assert article.date_published == "2022-01-20"
    assert article.date_published_raw is None
    assert (article.authors, article.section, article.description) == (
        ("Ena Quill",),
        "Designs",
        DEK,
    )
    assert article.completeness == "teaser"
    assert article.evidence["date_published"] == (Reading(value="2022-01-20", evidence="section"),)
    assert article.evidence["authors"] == (Reading(value=("Ena Quill",), evidence="listing"),)


@pytest.mark.parametrize("taken", [(), ("authors", "section", "description")])
def test_what_the_page_says_stays(taken: Any) -> None:
    page = Article(
        date_published="2022-01-19",
        authors=("Oskar Tamm",),
        evidence={"date_published": (Reading(value="2022-01-19", evidence="dateline"),)},
    )
    article = take_listed(page, LISTED, replace(GAZETTE, from_listings=taken))
    assert (article.date_published, article.authors) == ("2022-01-19", ("Oskar Tamm",))
    assert [one.evidence for one in article.evidence["date_published"]] == ["dateline", "section"]


SAID = {"date_published": "2022-01-20T09:30:00+00:00", "listed_by": "feed"}
FAR = (Reading(value="2022-03-01", evidence="time, elsewhere"),)
NEAR = (Reading(value="2022-03-01", evidence="dateline"),)


@pytest.mark.parametrize(
    ("read", "listing", "day", "evidence"),
    [
        ((), Listing(**SAID), "2022-01-20T10:30:00+01:00", ["feed"]),
        (FAR, Listing(**SAID), "2022-01-20T10:30:00+01:00", ["feed", "time, elsewhere"]),
        (NEAR, Listing(**SAID), "2022-03-01", ["dateline", "feed"]),
        (FAR, Listing(), "2022-03-01", ["time, elsewhere"]),
        (FAR, Listing(date_published="2022-03-02", listed_by="section"), "2022-03-01", None),
        ((), Listing(date_published="2022-01-20T00:00:00+00:00"), "2022-01-20", ["listing"]),
    ],
)
def test_a_day_far_from_the_headline_gives_way_to_a_list(
    read: tuple[Reading, ...], listing: Listing, day: str, evidence: list[str] | None
) -> None:
    given = str(read[0].value) if read else None
    page = Article(date_published=given, evidence={"date_published": read})
    article = take_listed(page, listing, replace(GAZETTE, timezone="Europe/Paris"))
    assert article.date_published == day
    told = [one.evidence for one in article.evidence["date_published"]]
    assert told == (evidence or ["time, elsewhere", "section"])


def test_a_story_is_less_sure_where_a_witness_says_another_day() -> None:
    signals = {
        "amiss": -3.0,
        "rows": 0.0,
        "story": 0.0,
        "undated": 0.0,
        "unsaid": 0.0,
        "unsigned": 0.0,
    }
    sure = (Reading(value=signals, evidence="agreement"),)
    page = Article(
        date_published="2022-03-01",
        confidence=judge("agreement", signals),
        evidence={"date_published": NEAR, "confidence": sure},
    )
    doubted = take_listed(page, Listing(**SAID), GAZETTE)
    assert doubted.confidence == judge("agreement", {**signals, "undated": 1.0})
    same = replace(page, evidence={**page.evidence, "date_published": NEAR})
    said = Listing(date_published="2022-02-28T23:30:00+00:00", listed_by="feed")
    assert take_listed(same, said, GAZETTE).confidence == page.confidence


def test_headline_and_authors_of_a_feed_are_witnesses() -> None:
    page = Article(
        headline="Lantern “glow” case ends",
        authors=("Oskar Tamm",),
        evidence={
            "headline": (Reading(value="Lantern “glow” case ends", evidence="h1"),),
            "authors": (Reading(value=("Oskar Tamm",), evidence="byline"),),
        },
    )
    said = Listing(
        listed_by="feed", headline='Lantern "glow" case ends', authors=("Ena Quill", "Oskar Tamm")
    )
    article = take_listed(page, said, GAZETTE)
    assert (article.headline, article.authors) == (page.headline, page.authors)
    assert list(map(str, agreements([article.evidence]))) == [
        "authors: page and feed agree in 1 of 1",
        "headlines: page and feed agree in 1 of 1",
    ]
    other = take_listed(page, replace(said, authors=("Ena Quill",)), GAZETTE)
    assert "authors: page and feed agree in 0 of 1" in map(str, agreements([other.evidence]))


def test_a_headline_is_not_enough_where_a_teaser_is_asked_for() -> None:
    page = Article(headline="Lantern case", completeness="headline")
    source = replace(GAZETTE, completeness="teaser")
    assert take_listed(page, LISTED, source).completeness == "teaser"
    with pytest.raises(NotAnArticle, match="more than a headline"):
        take_listed(page, Listing(), source)


def test_a_row_that_is_the_link_itself_may_begin_with_words() -> None:
    row = f'<a href="/article/lantern-case">Designs<h3>Lantern case ends</h3><p>{DEK}</p></a>'
    assert listed(row).url == "https://gazette.example/article/lantern-case"
