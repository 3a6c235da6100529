"""The headline of pages in which the h1 holds more than it, or none of it."""

import pytest

from tradepress.extraction import extract_article
from tradepress.story import Article

STORY = (
    "<p>A court has ruled that a lantern may be green, and that is the whole of the story.</p>"
    "<p>The maker of green lanterns had asked for nothing more, and the maker of red ones has gone"
    " home to paint what is left of his own.</p>"
)
LAMP = "Lantern may be green"


def read(top: str, head: str = "", url: str | None = None) -> Article:
    return extract_article(f"<html><head>{head}</head><body>{top}{STORY}</body></html>", url)


@pytest.mark.parametrize(
    "h1",
    [
        f"<span class='overline'>Court news</span> {LAMP}",
        f"<span class='article__topline'>Eastmarsh :</span> <span>{LAMP}</span>",
        f"{LAMP} <span class='entry-section'>Courts</span>",
        f"<span>Courts</span><span>{LAMP}</span>",
    ],
    ids=["class of a kicker", "one with a colon", "label behind", "mark-up alone"],
)
def test_kicker_in_the_h1_is_no_part_of_the_headline(h1: str) -> None:
    assert read(f"<h1>{h1}</h1>", f"<title>{LAMP} | Gazette</title>").headline == LAMP


@pytest.mark.parametrize(
    "h1",
    [
        "A <em>green</em> lantern for all",
        "<b>i</b><span>Lamp wins the case</span>",
        "<span>A long first line of a headline</span><br><span>And a second</span>",
    ],
)
def test_mark_up_inside_of_a_headline_takes_nothing_off(h1: str) -> None:
    whole = h1.replace("<br>", " ")
    for mark in ("em", "b", "span"):
        whole = whole.replace(f"<{mark}>", "").replace(f"</{mark}>", "")
    assert read(f"<h1>{h1}</h1>").headline == whole


def test_part_of_the_h1_that_the_page_declares_is_the_headline() -> None:
    told = f"<meta property='og:title' content='{LAMP}'>"
    h1 = f"<h1><time>Dec 18 2025</time> {LAMP}</h1>"
    assert read(h1, told).headline == LAMP
    assert read(f"<h1>Courts: {LAMP}</h1>", told).headline == f"Courts: {LAMP}"


def test_h1_in_capitals_is_given_as_it_is_declared() -> None:
    assert read(f"<h1>{LAMP.upper()}</h1>", f"<title>{LAMP}</title>").headline == LAMP
    assert read(f"<h1>{LAMP.upper()}</h1>").headline == LAMP.upper()


@pytest.mark.parametrize(
    "title", [f"Ten past six » Blog Archive » {LAMP}", f"{LAMP} : Ten past six", LAMP]
)
def test_name_of_a_blog_in_the_h1_gives_way_to_the_printed_title(title: str) -> None:
    top = f"<h1>Ten past six</h1><h2>{LAMP}</h2>"
    url = "https://p.example/2024/lantern-may-be-green"
    assert read(top, f"<title>{title}</title>", url).headline == LAMP


@pytest.mark.parametrize("title", [f"{LAMP} | Lamp Papers", f"{LAMP} - The Lamp Papers Group"])
def test_name_of_the_site_like_its_host_is_cut_off_a_title(title: str) -> None:
    assert read("", f"<title>{title}</title>", "https://lamppapers.example/1").headline == LAMP


def test_a_part_of_the_title_that_is_printed_is_the_headline() -> None:
    top = f"<p>{LAMP}</p><p>Holm and Sons Engravers</p>"
    for title in (f"{LAMP} | Patients | North Infirmary", f"Holm and Sons Engravers | {LAMP}"):
        url = "https://holmandsonsengravers.example/lantern-may-be-green"
        assert read(top, f"<title>{title}</title>", url).headline == LAMP


def test_a_rubric_beside_a_headline_that_is_declared_whole_is_none() -> None:
    head = f"<title>{LAMP} | Glass and light</title><meta property='og:title' content='{LAMP}'>"
    assert read("<p>Glass and light</p>", head).headline == LAMP


def test_a_paragraph_in_an_h1_gives_way_to_the_declared_headline() -> None:
    told = f"<meta property='og:title' content='{LAMP}'>"
    assert read(f"<h1>{LAMP}. {'It may be blue as well. ' * 10}</h1>", told).headline == LAMP


def test_three_of_four_declarations_outvote_the_first_where_no_h1_is_shown() -> None:
    told = f"""<title>{LAMP}</title><meta name="twitter:title" content="{LAMP}">
        <meta property="og:title" content="{LAMP}">"""
    other = '<script type="application/ld+json">{"@type": "Article", "headline": "%s"}</script>'
    assert read("", told + other % "Green lanterns for all").headline == LAMP
    assert read("", told + other % "may be green").headline == "may be green"
    h1 = "<h1>Green lanterns for all</h1>"
    assert read(h1, told + other % "Green lanterns for all").headline == "Green lanterns for all"


def test_kicker_that_all_declarations_hold_is_part_of_the_headline() -> None:
    whole = f"Eastmarsh: {LAMP}"
    meta = f"<meta property='og:title' content='{whole}'>"
    data = '<script type="application/ld+json">{"@type": "Article", "headline": "%s"}</script>'
    top = f"<p>Eastmarsh</p><h1>{LAMP}</h1><p>15 December 2023</p>"
    article = read(top, meta + data % whole)
    assert article.headline == whole
    assert article.date_published == "2023-12-15"
    assert read(top, meta).headline == LAMP
    assert read(top, meta + data % LAMP).headline == LAMP
    told = f"<meta name='twitter:title' content='{LAMP}'>"
    assert read(top, meta + data % whole + told).headline == LAMP
