"""JSON-LD and meta: broken blocks are read as far as they go, the page's own article is chosen."""

import pytest
from conftest import ROOT

from tradepress.extraction import extract_article
from tradepress.extraction.html_blocks import cut_blocks
from tradepress.extraction.structured_data import Declared, parse_json_ld, read_declared
from tradepress.extraction.tree import parse_tree, read_telling


def declared(head: str, url: str | None = None) -> Declared:
    root = parse_tree(f"<html><head>{head}</head><body><p>x</p></body></html>")
    assert root is not None
    return read_declared(root, read_telling(root), cut_blocks(root).typed, url)


def ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


@pytest.mark.parametrize(
    "script",
    [
        '{"a": 1}',
        '\ufeff {"a": 1} ;',
        '<!-- {"a": 1} -->',
        '<!--\n{"a": 1}\n//-->',
        '//<![CDATA[\n{"a": 1}\n//]]>',
        '/* <![CDATA[ */ {"a": 1} /* ]]> */',
        '{"a": 1,}',
        "{&quot;a&quot;: 1}",
        '{"a": 1} {"broken": ',
    ],
)
def test_broken_blocks_are_read(script: str) -> None:
    assert parse_json_ld(script)[:1] == [{"a": 1}]


@pytest.mark.parametrize("script", ["", "oops", "{", '{"a": ' + "9" * 5000 + "}", "[" * 100_000])
def test_hopeless_blocks_are_empty(script: str) -> None:
    assert parse_json_ld(script) == []


def test_raw_line_breaks_and_nan_are_tolerated() -> None:
    assert parse_json_ld('{"a": "b\nc", "d": NaN}') == [{"a": "b\nc", "d": None}]


def test_article_that_names_the_pages_address_is_chosen() -> None:
    both = ld(
        '[{"@type": "NewsArticle", "headline": "Other", "url": "https://a.example/other"},'
        ' {"@type": "ReportageNewsArticle", "headline": "Own",'
        ' "mainEntityOfPage": "http://www.a.example/own/"}]'
    )
    assert declared(both, "https://a.example/own?utm_source=x").first("headline") == "Own"
    assert declared(both).first("headline") == "Other"


def test_what_the_page_is_a_part_of_is_not_its_article() -> None:
    both = ld(
        '[{"@type": ["Product", "NewsArticle"], "name": "The Signet Gazette"},'
        ' {"@type": "NewsArticle", "headline": "Own", "mainEntityOfPage": "https://a.example/"}]'
    )
    assert declared(both, "https://a.example/own").first("headline") == "Own"


def test_one_broken_block_does_not_hide_the_next() -> None:
    found = declared(ld('{"@type": ') + ld('{"@type": "Article", "headline": "A &amp; <b>B</b>"}'))
    assert found.first("headline") == "A & B"
    assert found.has_article_type


def test_authors_are_people() -> None:
    found = declared(
        ld(
            '{"@graph": [{"@type": "Person", "@id": "#p", "name": "Petra Holm"},'
            ' {"@type": "BlogPosting", "headline": "x", "author": [{"@id": "#p"}, "Jon de Witt",'
            ' {"@type": "NewsMediaOrganization", "name": "The Gazette"}]}]}'
        )
    )
    assert found.get("authors") == [(["Petra Holm", "Jon de Witt"], "json-ld author")]


def test_only_the_first_fifty_blocks_are_read() -> None:
    many = ld('{"@type": "Thing"}') * 50 + ld('{"@type": "Article", "headline": "Late"}')
    assert declared(many).first("headline") is None


def test_only_own_article_of_several_in_microdata_comes_first() -> None:
    scope = '<div itemscope itemtype="https://schema.org/NewsArticle">{}</div>'
    other = scope.format('<meta itemprop="datePublished" content="2022-11-01">')
    own = scope.format(
        '<h1 itemprop="headline">Own</h1><meta itemprop="datePublished" content="2023-12-21">'
        '<meta itemprop="mainEntityOfPage" content="https://a.example/own">'
    )
    found = declared(
        other + scope.format('<h2 itemprop="headline">Other</h2>') + own, "https://a.example/own"
    )
    assert found.first("headline") == "Own"
    assert found.first("date_published") == "2023-12-21"


def test_date_of_the_page_counts_where_no_article_is_declared() -> None:
    found = declared(ld('{"@type": "WebPage", "datePublished": "2023-04-24"}'))
    assert found.get("date_published") == [("2023-04-24", "json-ld WebPage datePublished")]
    assert not found.has_article_type


def test_bad_escapes_are_mended() -> None:
    assert parse_json_ld(r'{"a": "it\'s"}') == [{"a": r"it\'s"}]


def test_keywords_of_several_elements_and_lists() -> None:
    tags = "".join(
        f'<meta property="article:tag" content="{tag}">' for tag in ("Lamps, oil", "Ports")
    )
    assert declared(tags).get("keywords") == [(["Lamps", "oil", "Ports"], "article:tag")]


def test_microdata_is_read_as_json_ld_is() -> None:
    found = declared(
        '<div itemscope itemtype="http://schema.org/Article"><meta itemprop="headline" content="x">'
        '<span itemprop="author" itemtype="https://schema.org/Person"><b itemprop="name">Petra Holm'
        '</b></span><i itemprop="author" itemtype="https://schema.org/Organization">Gazette</i>'
        '<meta itemprop="isAccessibleForFree" content="False"></div>'
    )
    assert found.get("authors") == [(["Petra Holm"], "microdata author")]
    assert found.get("access") == [("false", "microdata isAccessibleForFree")]
    assert found.has_article_type


def test_articles_of_teasers_tell_nothing_of_the_story() -> None:
    teaser = """<article itemscope itemtype="https://schema.org/Article"><h3 itemprop="headline">
        Bakers and painters fall out</h3><span itemprop="author">Mo Strand</span>
        <i itemprop="datePublished">2020-01-02</i></article>"""
    story = "<p>A court has ruled that a lantern may be green, and that is all.</p>" * 6
    page = f"<h1>Lantern may be green</h1>{story}<div class=grid>{teaser * 2}</div>"
    head = "<meta name=author content='Petra Holm'><meta name=pubdate content=2023-12-15>"
    article = extract_article(head + page)
    assert (article.authors, article.date_published) == (("Petra Holm",), "2023-12-15")
    own = f'<div itemscope itemtype="https://schema.org/Article">{page}<b itemprop="author">Kev</b>'
    assert extract_article(f"{own}</div>").authors == ("Kev",)


PAGE = ROOT / "tests" / "pages" / "html" / "lead-image-with-caption-and-licence.html"
STORY = PAGE.read_text().partition("<body>")[2]


@pytest.mark.parametrize(
    ("image", "chosen"),
    [
        ("/a.jpg", "https://post.example/a.jpg"),
        ("https://elsewhere.example/a.jpg?w=600", "https://elsewhere.example/a.jpg?w=600"),
        ("data:image/png;base64,AAAA", None),
        ("/logo.png", None),
        ("/site-logo-600x315.png", None),
        ("/post_logo.png", None),
        ("/kilnwell-logo.png", "https://post.example/kilnwell-logo.png"),
        ("/logo-dispute.jpg", "https://post.example/logo-dispute.jpg"),
        ("/OG-image.jpg", None),
        ("/blog-image.jpg", "https://post.example/blog-image.jpg"),
        ("/default_share.png", None),
    ],
)
def test_the_image_of_a_story_is_none_of_the_site(image: str, chosen: str | None) -> None:
    head = f'<meta property="og:image" content="{image}">'
    page = f"<html><head>{head}</head><body>{STORY}"
    article = extract_article(page, "https://www.post.example/law/kiln-maker-loses")
    assert article.image_url == (chosen and chosen.replace("//post.", "//www.post."))


def test_a_caption_stays_with_its_own_image() -> None:
    caption = '"image": {"@type": "ImageObject", "url": "/logo.png", "caption": "The paper"}'
    head = ld('{"@type": "NewsArticle", "headline": "Kiln maker loses", ' + caption + "}")
    head += '<meta property="og:image" content="/a.jpg">'
    page = f"<html><head>{head}</head><body>{STORY}"
    article = extract_article(page, "https://post.example/law/kiln-maker-loses")
    assert (article.image_url, article.image_caption) == ("https://post.example/a.jpg", None)
