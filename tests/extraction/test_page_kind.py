"""What is a story and what none, where no golden page shows it."""

import pytest
from conftest import ROOT

from tradepress.extraction import NotAnArticle, extract_article
from tradepress.extraction.page_kind import (
    AVERAGE,
    FITTED,
    LEAST_STORY,
    WEIGHTS,
    find_other_kind,
    judge_kind,
    read_signs,
)
from tradepress.extraction.page_layout import Node
from tradepress.extraction.structured_data import Declared
from tradepress.source import Source

PAGES = ROOT / "tests" / "pages" / "refused"
PRODUCT = (PAGES / "product.html").read_text("utf-8")
PRODUCT_URL = "https://wickmoorlanterns.example/products/harbour-lantern-no-4-green"
SOURCE = Source(
    name="wickmoor",
    publisher="Wickmoor Lanterns",
    domains=("wickmoorlanterns.example",),
    language="en",
    timezone="Europe/London",
    article_url=r"/products/[\w-]+",
)
HEADLINE = "Six ways to lose a mark"
HEAD = f"<title>{HEADLINE}</title><h1>{HEADLINE}</h1>"
TEXT = "A mark that nobody sells anything under may be struck off, whatever stands in the register"
STORY = "".join(f"<p>{TEXT}, and it was so in {n} of the cases.</p>" for n in range(20, 26))


def reason(page: str, url: str | None = None, source: Source | None = None) -> str | None:
    try:
        extract_article(page, url, source)
    except NotAnArticle as error:
        return error.reason
    return None


def sections(target: str) -> str:
    return HEAD + "".join(
        f"<h2><a href='{target.format(n)}'>The way number {n} to lose it</a></h2><p>{TEXT} {n}.</p>"
        for n in range(7)
    )


@pytest.mark.parametrize(
    ("target", "refused"),
    [
        ("/news/way-{}", "index"),
        ("https://www.ipshelf.example/news/way-{}", "index"),
        ("#way-{}", None),
        ("https://ipshelf.example/news/ways#way-{}", None),
        ("https://courts-{}.example/ways", None),
    ],
)
def test_teasers_alone_prove_an_index(target: str, refused: str | None) -> None:
    assert reason(sections(target), "https://ipshelf.example/news/ways") == refused


def test_an_undated_text_of_teasers_is_a_list_and_a_dated_one_a_story() -> None:
    cards = "".join(
        f"<div><h2><a href='/top/{n}'>{n} The lantern of the makers of {n}</a></h2>"
        f"<p>{TEXT} {n}.</p></div>"
        for n in range(11, 17)
    )
    own = "".join(f"<p>{TEXT}, and so it was in {n} of the cases.</p>" for n in range(2, 5))
    url = "https://ipshelf.example/best-lanterns"
    assert reason(f"{HEAD}{cards}{own}", url) == "index"
    assert reason(f"{HEAD}<p>9 May 2016</p>{cards}{own}", url) is None
    elsewhere = cards.replace("'/top/", "'https://makers.example/top/")
    assert reason(f"{HEAD}{elsewhere}{own}", url) is None


def test_a_page_at_a_storys_address_of_its_source_is_not_judged_by_its_words() -> None:
    assert reason(PRODUCT, PRODUCT_URL) == "product"
    assert reason(PRODUCT, PRODUCT_URL, SOURCE) is None


def test_a_page_that_declares_itself_a_dated_story_is_not_judged_by_its_words() -> None:
    declared = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": '
        '"Harbour Lantern No. 4, Green", "datePublished": "2024-05-09"}</script></head>'
    )
    assert reason(PRODUCT.replace("</head>", declared), PRODUCT_URL) is None
    undated = declared.replace("datePublished", "dateline")
    assert reason(PRODUCT.replace("</head>", undated), PRODUCT_URL) == "product"


def test_its_words_name_what_spoke_against_a_story() -> None:
    with pytest.raises(NotAnArticle, match="address of a product"):
        extract_article(PRODUCT, PRODUCT_URL)


def test_a_front_page_that_is_one_dated_story_is_read() -> None:
    dated = f"{HEAD}<p>By Ann Lidholm | 9 May 2016</p>{STORY}"
    assert reason(dated, "https://ipshelf.example/") is None
    assert reason(dated, "https://wickmoorlanterns.example/", SOURCE) == "index"


def test_a_story_without_an_address_is_read() -> None:
    assert reason(HEAD + STORY) is None


@pytest.mark.parametrize("form", [HEAD + "<p>{}</p>", HEADLINE + "\n\n9 May 2016\n\n{}\n"])
@pytest.mark.parametrize(
    ("text", "refused"),
    [
        (f"{TEXT}, and that is all there is to it."[:150] + ".", "junk"),
        (f"{TEXT}. It was so before the war, and it is so now in every court of the coast.", None),
        ("東京の提灯の色は緑でよいと裁判所は言う。" * 3, "junk"),
        ("東京の提灯の色は緑でよいと裁判所は言う。町の人は喜んだ。" * 3, None),
    ],
)
def test_a_body_of_a_line_is_junk(form: str, text: str, refused: str | None) -> None:
    assert reason(form.format(text)) == refused
    assert reason(form.format(text), None, SOURCE) is None


def test_a_short_body_before_a_wall_is_a_teaser_if_it_has_a_date() -> None:
    cut = f"<p>{TEXT}.</p><p>Already registered? Log in to read the full story.</p>"
    assert reason(f"{HEAD}<p>9 May 2016</p>{cut}") is None
    assert reason(HEAD + cut) == "junk"


def test_a_password_field_proves_a_login_only_where_there_is_no_text() -> None:
    form = "<form><input type=password></form>"
    assert reason(f"{HEAD}{form}<p>{TEXT}.</p><p>{TEXT} again.</p>") is None
    assert reason(f"{HEAD}{form}<p>Your name, please</p>") == "login"


@pytest.mark.parametrize(
    "title",
    [
        "Diese Seite existiert leider nicht mehr",
        "Cette page n'existe plus",
        "La página solicitada no se encuentra",
        "La pagina richiesta non esiste più",
        "Sidan du söker finns inte",
        "Stránka nebyla nalezena",
        "Страница не найдена",
        "ページが見つかりませんでした",
        "403 Forbidden",
        "Index of /news",
    ],
)
def test_error_pages_of_many_languages(title: str) -> None:
    page = f"<title>{title}</title><h1>{title}</h1><p>{TEXT}.</p><p>{TEXT} again.</p>"
    assert reason(page, "https://p.example/news/gone-since-2016") == "soft_404"


NODE = Node(parent=0, tag="body", names="", id="", own_zone=None, zone=None, marked=False, start=0)
LINKED = {"linked headlines": 2.0}
CALLS = {"calls to act": 2.0}


@pytest.mark.parametrize(
    ("signs", "story", "index", "service", "other"),
    [
        (LINKED | CALLS, 0.05, 0.2, 0.75, "index"),
        (LINKED, 0.05, 0.2, 0.75, "index"),
        (CALLS, 0.05, 0.2, 0.75, None),
        (LINKED | CALLS, 0.05, 0.04, 0.91, None),
        (LINKED | CALLS, 0.005, 0.2, 0.79, "service"),
        (LINKED | CALLS, 0.2, 0.8, 0.0, None),
        ({}, 0.05, 0.95, 0.0, None),
    ],
)
def test_each_kind_that_is_proved_and_likelier_than_a_story_counts(
    signs: dict[str, float], story: float, index: float, service: float, other: str | None
) -> None:
    kinds = {"story": story, "index": index, "service": service, "product": 0.0, "forum": 0.0}
    assert find_other_kind(signs, kinds) == other


@pytest.mark.parametrize("name", ["length of the headline", "quotations"])
def test_what_speaks_for_a_story(name: str) -> None:
    assert judge_kind({name: 1.0})["story"] > judge_kind({name: 0.0})["story"]


@pytest.mark.parametrize("name", ["og:type website", "boxes of the text"])
def test_what_speaks_against_a_story(name: str) -> None:
    assert judge_kind({name: 1.0})["story"] < judge_kind({name: 0.0})["story"]


def test_the_length_of_a_wide_headline_counts() -> None:
    signs = {
        headline: read_signs(
            None,
            Declared(),
            [],
            [],
            nodes=[NODE],
            headline=headline,
            buttons="",
            has_dateline=False,
        )["length of the headline"]
        for headline in ("News", "東京の提灯の色は緑でよいと裁判所が認める", HEADLINE * 9)
    }
    short, wide, long = signs.values()
    assert short < 0.1 < 0.9 < wide <= long == 1


def test_every_sign_has_a_weight_for_every_kind() -> None:
    assert set(WEIGHTS) == {"story", *LEAST_STORY}
    assert all(set(weights) == {"bias", *AVERAGE} for weights in WEIGHTS.values())
    assert sum(judge_kind({}).values()) == pytest.approx(1)
    assert set(FITTED) - set(WEIGHTS) == {"average"}
