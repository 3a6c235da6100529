"""What stands beside a story in a card of another one, and what only looks like it."""

import pytest

from tradepress.extraction import extract_article
from tradepress.source import Source

TEXT = "".join(
    f"<p>{line}</p>"
    for line in (
        "A court in Bogotá has ruled that a lantern may be green, and that this is all of it.",
        "The maker of green lanterns had asked for nothing more than that, and goes home content.",
        "Two more cases of the same kind are waiting at the same court, one about a kettle's lid.",
    )
)
GAZETTE = Source(
    name="gazette",
    publisher="The Gazette",
    domains=("gazette.example",),
    language="en",
    timezone="UTC",
    article_url=r"/\d{4}/\d\d/.+",
)
HERE = "https://gazette.example/2026/10/lantern"
LINE = "<span class=author>Jane Quill</span><time datetime='2026-10-05'>5 October 2026</time>"


def test_a_series_named_below_the_headline_is_no_card() -> None:
    series = "<h2><a href='/series/lamps'>Part three of the series: how the lamps were won</a></h2>"
    page = f"<h1>Lantern may be green</h1><div>{series}{LINE}</div>{TEXT}"
    article = extract_article(page, HERE)
    assert (article.date_published, article.authors) == ("2026-10-05", ("Jane Quill",))


def test_below_the_text_the_same_is_one() -> None:
    card = f"<div><h2><a href='/o'>Kettle makers lose once more in Delhi</a></h2>{LINE}</div>"
    article = extract_article(f"<h1>Lantern may be green</h1>{TEXT}{card}", HERE)
    assert (article.date_published, article.authors) == (None, ())


@pytest.mark.parametrize("asked", ["?utm_source=rss", "/", "#top"])
def test_a_headline_that_links_to_its_own_page_is_no_card(asked: str) -> None:
    head = f"<h2><a href='{HERE}'>Lantern may be green, says a court in Bogotá</a></h2>"
    page = f"<title>Lantern may be green, says a court in Bogotá</title>{head}{LINE}{TEXT}"
    assert extract_article(page, HERE + asked).date_published == "2026-10-05"


def test_of_many_authors_side_by_side_none_is_lost() -> None:
    names = [f"{first} Underwood-Marchbanks" for first in ("Ada", "Bea", "Cleo", "Dora", "Edna")]
    names += [f"{first} Featherstonehaugh" for first in ("Fay", "Gwen", "Hope", "Ines")]
    byline = ", ".join(f"<a class=author href='/{i}'>{name}</a>" for i, name in enumerate(names))
    article = extract_article(f"<h1>Lantern may be green</h1><div>{byline}</div>{TEXT}", HERE)
    assert article.authors
    assert set(article.authors) <= set(names)


def test_a_declared_section_stands_though_the_byline_has_it_too() -> None:
    data = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": '
        '"Lantern may be green", "articleSection": "Politics"}</script>'
    )
    box = "<div class=byline><a href='/category/politics'>Politics</a></div>"
    page = f"{data}<h1>Lantern may be green</h1>{box}{TEXT}"
    assert extract_article(page, HERE).section == "Politics"


@pytest.mark.parametrize(
    "box",
    [
        "<div>Stay informed. <a href=/subscribe>Get our newsletter</a> <a href=/login>Log in</a>"
        "</div>",
        "<div>You must be <a href=/login>logged in</a> or <a href=/register>registered</a> to join "
        "the discussion.</div>",
    ],
)
def test_doors_to_letters_and_discussions_are_no_walls(box: str) -> None:
    short = "".join(TEXT.partition("</p>")[:2])
    article = extract_article(f"<h1>Lantern may be green</h1>{short}{box}", HERE, GAZETTE)
    assert article.is_truncated is not True
    assert article.access in (None, "open")
