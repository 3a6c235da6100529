"""The ladder for odd sites: furniture, selectors, and a function of the source's own."""

from dataclasses import replace
from typing import Any

import pytest

from tradepress.extraction import NotAnArticle, extract_article
from tradepress.source import Furniture, Selectors, Source

URL = "https://gazette.example/news/lantern-case-4711"
TEXT = [
    "The lantern of Vale & Holm is green, has six sides, and is no longer a trade mark in Vessby.",
    "The office had asked what a buyer sees in it, and was told: a lantern.",
    "The firm will appeal, and has ordered two more boxes of green glass.",
]
ASIDE = [
    "Our sister paper has looked into the trade in second-hand lamps, which grows each year, and "
    "into those who buy them without asking where they come from or why they are so cheap.",
    "It found four dealers, and none of them would say a word about the fifth, who was not in.",
]
PAGE = f"""<html><head><title>Lantern case</title><meta name="author" content="Webmaster Team">
<meta property="article:published_time" content="2024-05-09T10:00:00Z"></head><body>
<h1>The Gazette</h1><div class="kop"><b>Six sides are not enough</b></div>
<p class="meta">Woensdag <i data-day>8 May 2024</i> <u>Ena Quill</u> <u>Oskar Tamm</u></p>
<section class="side-story">{"".join(f"<p>{line}</p>" for line in ASIDE)}</section>
<aside class="tekst">{"".join(f"<p>{line}</p>" for line in TEXT)}</aside></body></html>"""


GAZETTE = Source(
    name="gazette",
    publisher="The Gazette",
    domains=("gazette.example",),
    language="en",
    timezone="Europe/London",
    article_url=r"/news/[a-z0-9-]+",
)


def odd(**fields: Any) -> Source:
    return replace(GAZETTE, **fields)


def test_a_selector_comes_before_all_other_evidence() -> None:
    article = extract_article(
        PAGE,
        URL,
        odd(
            selectors=Selectors(
                headline=".kop b", body=".tekst", date_published="[data-day]", authors=".meta u"
            )
        ),
    )
    assert article.headline == "Six sides are not enough"
    assert (article.body or "").split("\n\n") == TEXT
    assert article.date_published == "2024-05-08"
    assert article.authors == ("Ena Quill", "Oskar Tamm")
    for name in ("headline", "body", "date_published", "authors"):
        assert article.evidence[name][0].evidence == "selector"


def test_a_selector_that_selects_nothing_changes_nothing() -> None:
    without = extract_article(PAGE, URL, odd())
    nothing = Selectors(headline="h7", body=".text", date_published="time", authors="cite")
    assert extract_article(PAGE, URL, odd(selectors=nothing)) == without


def test_only_what_is_selected_is_the_body_although_the_rest_is_longer() -> None:
    article = extract_article(PAGE, URL, odd(selectors=Selectors(body="aside p:nth-child(2)")))
    assert article.body == TEXT[1]


def test_furniture_is_cut_from_what_is_selected() -> None:
    page = PAGE.replace("</aside>", "<p>Did you enjoy reading this story?</p></aside>")
    article = extract_article(page, URL, odd(selectors=Selectors(body=".tekst")))
    assert (article.body or "").split("\n\n") == TEXT


def second_post(page: str, url: str | None) -> str:
    """Keep the post of the address."""
    posts = page.split("<hr>")
    number = (url or "").rpartition("-")[2]
    found = [post for post in posts if f"Post {number}" in post]
    if not found:
        raise NotAnArticle("index", "the post of this address is not among those of the page")
    return found[0]


def post(number: int, mark: str) -> str:
    return (
        f"<h1>{mark} is no mark</h1>"
        f"<p>{mark} has six sides, said the court in Vessby, and so has everything else there.</p>"
        f"<p>Its owner, who makes nothing but {mark}, will appeal to whoever is still awake.</p>"
        f"<p>Permalink: Post {number}</p>"
    )


@pytest.mark.parametrize("form", ["html", "text"])
def test_a_function_of_the_source_reads_what_neither_can_say(form: str) -> None:
    page = "<hr>".join(post(number, mark) for number, mark in ((1, "BELL"), (2, "LAMP")))
    if form == "text":
        page = page.replace("</p>", "\n").replace("</h1>", "\n").replace("<hr>", "\n<hr>\n")
        page = page.replace("<p>", "").replace("<h1>", "")
    rule = Furniture(pattern=r"permalink: post \d+")
    source = odd(prepare_page=second_post, furniture=(rule,))
    article = extract_article(page, "https://gazette.example/news/lamp-post-2", source)
    assert article.headline == "LAMP is no mark"
    assert "BELL" not in (article.body or "")
    with pytest.raises(NotAnArticle) as refused:
        extract_article(page, "https://gazette.example/news/lamp-post-3", source)
    assert refused.value.reason == "index"


def broken(page: str, url: str | None) -> str:
    raise KeyError("post")


def test_a_function_that_fails_costs_the_page_and_is_named() -> None:
    with pytest.raises(NotAnArticle, match=r"broken of source gazette failed: KeyError: 'post'"):
        extract_article(PAGE, URL, odd(prepare_page=broken))


WALLED = """<html><head><title>Lantern case settled</title>
<meta property="og:description" content="Vale & Holm and its rival have agreed on five sides.">
</head><body><h1>Lantern case settled</h1>
<p><a href="/login">Log in</a></p></body></html>"""


@pytest.mark.parametrize(
    ("page", "least", "found"),
    [
        (WALLED, "teaser", "teaser"),
        (WALLED, "headline", "teaser"),
        (WALLED.replace("og:description", "og:locale"), "headline", "headline"),
    ],
)
def test_a_story_without_a_body_where_the_source_says_so(page: str, least: str, found: str) -> None:
    article = extract_article(page, URL, odd(completeness=least))
    assert article.headline == "Lantern case settled"
    assert (article.body, article.completeness, article.is_truncated) == (None, found, True)
    assert article.confidence is None


def test_no_story_without_a_body_elsewhere() -> None:
    for url, least in ((URL, "body"), ("https://gazette.example/about", "teaser")):
        with pytest.raises(NotAnArticle):
            extract_article(WALLED, url, odd(completeness=least))


def test_a_body_that_is_there_is_taken() -> None:
    article = extract_article(PAGE, URL, odd(completeness="headline"))
    assert article.completeness == "body"
    assert article.body
