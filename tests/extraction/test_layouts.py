"""Ways in which publishers set a story: each of these pages holds the same one."""

import pytest

from tradepress.extraction import NotAnArticle, extract_article
from tradepress.extraction.blocks import Block
from tradepress.extraction.body import drop_bio, trim
from tradepress.extraction.sentences import ends_sentence

HEADLINE = "Eastmarsh closes its old lantern works"
STORY = [
    "The council of Eastmarsh voted on Tuesday to close the old lantern works, which ends two"
    " centuries of glassmaking on the river.",
    "About 140 people will lose their work by the end of March, says a letter that the paper saw.",
    "“We have fought for this place for ten years,” said Petra Holm, who leads the works council.",
    "The decision surprised many.",
    "The owners had said in spring that the ovens would burn until 2030, and the town had paid for"
    " a new road to the gates.",
    "A spokesman declined to say anything about the talks with a possible buyer from the north.",
]
PARAGRAPHS = "".join(f"<p>{text}</p>" for text in STORY)
TITLE = f"<h1>{HEADLINE}</h1>"
COMMENT = "I have never liked these works, and I say that as one who has lived next door for years."
COMMENTS = "".join(f"<div class=y8><b>User {n}</b><p>{COMMENT}</p></div>" for n in range(40))
TEASER = "Bakers and painters fall out over the name of a bridge"
TEASERS = "".join(f"<li><a href=/n/{n}>{TEASER}</a></li>" for n in range(40))
BROKEN = "<br>\n<br>".join(STORY)
MENU = "<a href=/a>Home</a><br><a href=/b>World</a><br><a href=/c>Business</a>"
BANNER = "We and our partners store data on your device, and read it, to show you what you like. "

LAYOUTS = {
    "line breaks with white space": f"{TITLE}<div>{BROKEN}</div>",
    "line breaks with a blank": f"{TITLE}<div>{'<br/>&nbsp;<br/>'.join(STORY)}</div>",
    "a box for each paragraph": TITLE
    + "".join(f"<div class='elementor-widget w-text'><p>{text}</p></div>" for text in STORY),
    "categories named like furniture": "<div class='post status-publish hentry category-industrial"
    f" tag-donations'>{TITLE}{PARAGRAPHS}</div><div class=comments>{COMMENTS}</div>",
    "a list of news above the headline": "<div><h3>Latest news</h3>"
    f"<ul><li><a href=/q>{TEASER}</a></li></ul>{TITLE}{PARAGRAPHS}</div>",
    "such a list above a headline that is no h1": "<div><h2>Latest news</h2>"
    f"<ul><li><a href=/q>{TEASER}</a></li></ul><h2>{HEADLINE}</h2>{PARAGRAPHS}</div>",
    "parts with a class word of their own": f"{TITLE}<div class='article__body part-1'>"
    + PARAGRAPHS.replace("<p>The d", "</div><div class='article__body part-2'><p>The d")
    + "</div>",
    "a kicker in a heading that is no h1": f"<div><p>{BANNER}</p><h3>On the river:"
    f" {HEADLINE}</h3>{PARAGRAPHS}</div>",
    "boxes that are widgets of some kind": TITLE
    + "".join(f"<div class='c-text-widget__content'><p>{text}</p></div>" for text in STORY)
    + "<div class=widget><p>The paper has been printed in Eastmarsh since the year 1926.</p></div>",
    "columns of a table": f"<table><tr><td>{MENU}</td><td><b>{HEADLINE}</b><br><br>"
    f"{BROKEN}</td><td><a href=/q>{TEASER}</a><br><a href=/r>{TEASER} again</a></td></tr></table>",
    "comments in elements that say nothing": f"<div><div>{TITLE}<div>{PARAGRAPHS}</div></div>"
    f"<div class=z9><h3>40 comments</h3>{COMMENTS}</div></div>",
    "many teasers below": f"<div>{TITLE}{PARAGRAPHS}</div><div><ul>{TEASERS}</ul></div>",
    "a banner of a consent manager": f"<div id=onetrust-sdk><p>{BANNER * 4}</p><p>{BANNER * 4}</p>"
    f"</div><div>{TITLE}{PARAGRAPHS}</div>",
    "a button that nothing closes": "<div><button class=menu-button><div><span>Menu</button>"
    f"{TITLE}<div>{PARAGRAPHS}</div></div></div>",
    "a navigation that nothing closes": f"<nav class=navbar><div><ul><li><a href=/a>Home</a></li>"
    f"</ul><div>{TITLE}<div>{PARAGRAPHS}</div></div>",
    "a notice for readers without scripts that nothing closes": "<noscript><p>Please allow"
    f" scripts.</p><div>{TITLE}<div>{PARAGRAPHS}</div></div>",
    "a drawing that nothing closes": f"<div><svg><path d=M0>{TITLE}{PARAGRAPHS}</div>",
    "such a drawing above the last paragraph": TITLE
    + "".join(f"<p>{text}</p>" for text in STORY[:-1])
    + f"<svg><path d=M0><p>{STORY[-1]}</p>",
    "a drawing with words of its own": f"{TITLE}{PARAGRAPHS}<svg><foreignObject><p>Bridge</p>"
    "</foreignObject></svg>",
    "elements that hold nothing": f"{TITLE}<p>{STORY[0]}</p><embed src=a><source src=b>"
    + "".join(f"<p>{text}</p>" for text in STORY[1:]),
    "hidden tabs": f"{TITLE}"
    + "".join(f"<div class=tab style='display:none'><p>{text}</p></div>" for text in STORY),
    "a box of offers that nothing closes": f"<div>{TITLE}<p>{STORY[0]}</p><div class=cta-box>"
    + "".join(f"<p>{text}</p>" for text in STORY[1:])
    + "</div>",
    "a sub-heading that nothing closes": f"<div>{TITLE}<h2>{PARAGRAPHS}</h2></div>",
    "a lead in a head of its own": f"<header class=article-header>{TITLE}<p class=standfirst>"
    f"{STORY[0]}</p></header><div class=article-body>"
    + "".join(f"<p>{text}</p>" for text in STORY[1:])
    + "</div>",
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_story_is_read_whatever_its_layout(layout: str) -> None:
    page = f"<html><head><title>{HEADLINE}</title></head><body>{LAYOUTS[layout]}</body></html>"
    article = extract_article(page, "https://p.example/works")
    assert (article.body or "").split("\n\n") == STORY
    assert article.headline == HEADLINE


def test_the_rows_of_a_table_stand_together() -> None:
    rows = [f"{n} Lantern {n} {n * 7}" for n in range(1, 30)]
    table = "".join(f"<tr><td>{'</td><td>'.join(row.split())}</td></tr>" for row in rows)
    page = f"<title>{HEADLINE}</title><article>{TITLE}{PARAGRAPHS}<table>{table}</table></article>"
    body = (extract_article(page).body or "").split("\n\n")
    assert body == [*STORY, *rows]


def body_of(*parts: str, head: str = TITLE) -> list[str]:
    page = f"<title>{HEADLINE}</title><article>{head}{''.join(parts)}</article>"
    return (extract_article(page).body or "").split("\n\n")


def test_cells_that_are_paragraphs_stand_together() -> None:
    rows = [(f"Lantern {n}", f"{n * 7} marks") for n in range(1, 12)]
    table = "".join(f"<tr><td><p>{a}</p></td><td><p>{b}</p></td></tr>" for a, b in rows)
    head = "<thead><tr><th>Which</th><th>What it costs</th></tr></thead>"
    cells = ["Which What it costs", *(cell for row in rows for cell in row)]
    assert body_of(PARAGRAPHS, f"<table>{head}<tbody>{table}</tbody></table>") == [*STORY, *cells]


def test_a_section_may_have_the_name_of_the_story() -> None:
    again = f"<h2>{HEADLINE}</h2><p>{COMMENT}</p>"
    assert body_of(PARAGRAPHS, again) == [*STORY, HEADLINE, COMMENT]


def test_an_element_with_the_role_of_a_heading_is_one() -> None:
    heading = "<div role=heading aria-level=3 class=t1>What the owners say</div>"
    below = f"<p>{COMMENT}</p>"
    assert body_of(PARAGRAPHS, heading, below) == [*STORY, "What the owners say", COMMENT]


def test_a_part_of_a_paragraph_that_is_not_shown_is_not_read() -> None:
    hidden = " <a href=/edit style='display: none'>edit</a>"
    assert body_of(PARAGRAPHS.replace("surprised many.", f"surprised many.{hidden}")) == STORY


def test_a_box_without_something_is_not_named_by_it() -> None:
    parts = [f"<div class='text no-advertising'><p>{text}</p></div>" for text in STORY]
    assert body_of(*parts) == STORY


def test_a_box_for_subscribers_of_some_paragraphs_is_no_text() -> None:
    box = "".join(f"<p>{COMMENT} It has cost us {n} friends.</p>" for n in range(3))
    parts = [f"<p>{text} {text} {text}</p>" for text in STORY]
    body = body_of(*parts, f"<div class=newsletter-signup>{box}</div>")
    assert not any(COMMENT in text for text in body)


def test_a_label_between_lead_and_byline_goes_with_the_byline() -> None:
    line = "<h4>Glass</h4><div>By Petra Holm</div><div>26 November 2026</div>"
    lead, *rest = STORY
    text = "".join(f"<p>{words}</p>" for words in rest)
    assert body_of(f"<p>{lead}</p>{line}{text}") == STORY


def test_slides_within_each_other_are_one_story() -> None:
    slides = ""
    for n in range(30, 0, -1):
        slides = (
            f"<div class=slide><h2>Lantern {n}</h2><p>{COMMENT} So says no. {n}.</p>{slides}</div>"
        )
    body = body_of(slides)
    assert body[0] == "Lantern 1"
    assert body[-1] == f"{COMMENT} So says no. 30."
    assert len(body) == 60


def test_readings_beside_their_signs_are_no_words() -> None:
    ruby = "<ruby>提灯<rp>（</rp><rt>ちょうちん</rt><rp>）</rp></ruby>"
    page = f"<title>{HEADLINE}</title>{TITLE}<p>{ruby}は緑でもよい。</p>{PARAGRAPHS}"
    assert (extract_article(page).body or "").split("\n\n")[0] == "提灯は緑でもよい。"


def test_a_lead_without_a_text_is_no_story() -> None:
    page = f"<title>{HEADLINE}</title><main>{TITLE}<div class=dek>{STORY[0]}</div></main>"
    with pytest.raises(NotAnArticle):
        extract_article(page, "https://p.example/works")


def test_parts_whose_titles_are_no_headings_are_one_story() -> None:
    halves = (HEADLINE, STORY[:2]), ("What the town says", STORY[2:])
    parts = "".join(
        f"<div class=part><div class=t1>{title}</div><p>{'</p><p>'.join(texts)}</p></div>"
        for title, texts in halves
    )
    body = (extract_article(f"<title>{HEADLINE}</title><main>{parts}</main>").body or "").split(
        "\n\n"
    )
    assert body == [*STORY[:2], "What the town says", *STORY[2:]]


def test_a_table_of_results_is_no_byline() -> None:
    rows = [f"{n}. Boyd, Ansel 1992 Marsh Club {n},07 m" for n in range(1, 9)]
    table = "".join(f"<tr><td>{row}</td></tr>" for row in rows)
    page = f"<title>{HEADLINE}</title><main>{TITLE}<table>{table}</table>{PARAGRAPHS}</main>"
    assert (extract_article(page).body or "").split("\n\n") == [*rows, *STORY]


def test_a_sign_of_a_smile_ends_a_sentence() -> None:
    assert ends_sentence("And that is how I like it 😉")
    assert ends_sentence("Rose gold with long earrings (:")
    assert not ends_sentence("And that is how I like it")


def test_a_lead_need_not_be_a_sentence() -> None:
    lead = "Two centuries of glassmaking on the river end with a vote of the council"
    head = f"<header>{TITLE}<h2 class=pageHead_elementLead__x1>{lead}</h2></header>"
    page = f"<title>{HEADLINE}</title><main>{head}<div class=text>{PARAGRAPHS}</div></main>"
    assert (extract_article(page).body or "").split("\n\n") == [lead, *STORY]


def test_words_beside_a_picture_are_no_text() -> None:
    beside = "<div class=x1><div><img src=/a.jpg></div><div class=x2>{}</div></div>"
    author, caption = map(beside.format, ("By Petra Holm", "The ovens of the works in spring."))
    text = PARAGRAPHS.replace("<p>The d", f"{caption}<p>The d")
    page = f"<title>{HEADLINE}</title><main>{TITLE}{author}<div>{text}</div></main>"
    article = extract_article(page)
    assert (article.body or "").split("\n\n") == STORY
    assert article.authors == ("Petra Holm",)


def test_what_a_figure_quotes_is_text() -> None:
    quote = (
        f"<figure><blockquote><p>{STORY[2]}</p></blockquote><figcaption>P. H.</figcaption></figure>"
    )
    text = PARAGRAPHS.replace(f"<p>{STORY[2]}</p>", quote)
    page = f"<title>{HEADLINE}</title><main>{TITLE}<div>{text}</div></main>"
    assert (extract_article(page).body or "").split("\n\n") == STORY


@pytest.mark.parametrize("label", ["Czytaj więcej", "Schon gelesen?", "Lee también", "Read more"])
def test_a_box_of_another_story_goes_with_its_excerpt(label: str) -> None:
    box = (
        f"<div><div><p class=s1>{label}</p></div><div class=f1><a href=/n/1>{TEASER}</a></div>"
        f"<p class=s2>The bridge bears one name since 1926, and bakers want another.</p></div>"
    )
    text = PARAGRAPHS.replace("<p>The d", f"{box}<p>The d")
    page = f"<title>{HEADLINE}</title><main>{TITLE}<div>{text}</div></main>"
    article = extract_article(page, "https://p.example/works")
    assert (article.body or "").split("\n\n") == STORY
    assert [link.url for link in article.related_links] == ["https://p.example/n/1"]


def test_nothing_below_more_of_the_paper_is_the_story() -> None:
    teasers = "".join(
        f"<h3><a href=/n/{n}>{TEASER} {n}</a></h3><p>{STORY[4]} {n}</p>" for n in range(4)
    )
    page = (
        f"<title>{HEADLINE}</title><meta property=og:site_name content='Marsh Gazette'>"
        f"<main>{TITLE}{PARAGRAPHS}<h2>More Marsh Gazette</h2>{teasers}</main>"
    )
    assert (extract_article(page).body or "").split("\n\n") == STORY


def test_code_keeps_its_lines_and_its_comments() -> None:
    code = "<pre><code>light(1)\n<span class=comment># green</span>\n\nlight(2)</code></pre>"
    last = f"<p>{STORY[-1]}</p>"
    page = f"<title>{HEADLINE}</title><div>{TITLE}{PARAGRAPHS.replace(last, code + last)}</div>"
    assert "\n\nlight(1)\n# green\nlight(2)" in (extract_article(page).body or "")


def test_many_menus_with_a_paragraph_each_are_read_in_linear_time() -> None:
    menus = "<nav><p>Home</p></nav>" * 40_000
    page = f"<title>{HEADLINE}</title>{TITLE}{PARAGRAPHS}{menus}"
    assert (extract_article(page).body or "").split("\n\n") == STORY


def test_a_heading_that_names_the_site_is_no_headline() -> None:
    page = (
        "<title>Eastmarsh closes its works｜東報</title><meta property=og:site_name content=東報>"
        f"<h1>東報</h1><h2>Eastmarsh closes its works</h2>{PARAGRAPHS}"
    )
    assert extract_article(page).headline == "Eastmarsh closes its works"


@pytest.mark.parametrize(
    "title",
    [
        "Results of the vote in Eastmarsh",
        "10 results that shaped the vote",
        "Archive fever grips the town",
        "How to prove you are human",
        "Just a moment of silence for the works",
    ],
)
def test_short_story_with_a_title_like_a_refusal_is_read(title: str) -> None:
    page = f"<title>{title}</title><h1>{title}</h1><p>{STORY[0]}</p><p>{STORY[1]}</p>"
    assert extract_article(page).headline == title


@pytest.mark.parametrize(
    "title",
    [
        "Results for “lantern”",
        "30 results found",
        "Archive for March 2024",
        "Please verify you are human",
        "Just a moment...",
        "Attention Required! | Wall",
    ],
)
def test_page_that_calls_itself_no_story_is_refused(title: str) -> None:
    with pytest.raises(NotAnArticle):
        extract_article(f"<title>{title}</title><h1>{title}</h1><p>{STORY[0]}</p>")


def test_a_table_of_the_story_is_no_caption() -> None:
    table = "<figure class=wp-block-table><table><tr><td>2020<td>140 jobs</table></figure>"
    page = f"{TITLE}<div>{PARAGRAPHS.replace('<p>The o', table + '<p>The o')}</div>"
    assert "2020 140 jobs" in (extract_article(page).body or "").split("\n\n")


@pytest.mark.parametrize(
    "line", ["13 марта 2024 г. 14:05", "13 Mart 2024 Çarşamba 14:05", "13 مارس 2024"]
)
def test_dates_of_other_languages(line: str) -> None:
    article = extract_article(f"<html lang=ru>{TITLE}<div>{line}</div>{PARAGRAPHS}</html>")
    assert article.date_published == "2024-03-13"


@pytest.mark.parametrize(
    "words", ["„So geht es nicht.“", "‚Nein.‘", "（終わり。）", "لماذا؟", "یہ ختم ہوا۔"]
)
def test_sentences_end_in_other_scripts(words: str) -> None:
    assert ends_sentence(words)


@pytest.mark.parametrize(
    "words",
    [
        "Picture this: a firm loses its name overnight.",
        "Image is everything.",
        "Credit where it is due.",
    ],
)
def test_a_short_first_sentence_is_no_picture_credit(words: str) -> None:
    blocks = [Block(text=text, tag="p", group=n) for n, text in enumerate((words, *STORY))]
    trim(blocks, HEADLINE, "")
    assert blocks[0].is_open


@pytest.mark.parametrize(
    ("words", "is_bio"),
    [
        ("Jamal Aziz is the fifth journalist killed in the region this year.", False),
        ("Ana Ruiz was the first woman writer to win the prize.", False),
        ("Ana Ruiz is a writer who lives in Eastmarsh.", True),
    ],
)
def test_a_last_sentence_about_a_writer_may_be_news(words: str, is_bio: bool) -> None:
    blocks = [Block(text=text) for text in (*STORY, words)]
    drop_bio(blocks, ())
    assert (len(blocks) == len(STORY)) is is_bio


def test_a_card_that_is_one_link_bears_its_heading_and_not_its_teaser() -> None:
    cards = "".join(
        f"<article><a href=/costs-{n}/><h3>{TEASER} {n}</h3><p>{COMMENT}</p></a></article>"
        for n in range(3)
    )
    page = f"<article>{TITLE}{PARAGRAPHS}</article><section><h2>Read more</h2>{cards}</section>"
    links = extract_article(page, "http://gazette.example/works/").related_links
    assert [link.text for link in links] == [f"{TEASER} {n}" for n in range(3)]


@pytest.mark.parametrize(
    "text",
    [
        "This is The Lantern, a brand new site by Petra Holm that's just getting started. Things"
        " will be up and running here shortly, but you can subscribe in the meantime if you'd like"
        " to stay up to date and receive emails when new content is published!",
        "Welcome to WordPress. This is your first post. Edit or delete it, then start writing!",
    ],
)
def test_the_first_post_of_the_software_is_no_story(text: str) -> None:
    declared = '<script type="application/ld+json">{"@type": "Article"}</script>'
    with pytest.raises(NotAnArticle, match="software"):
        extract_article(f"{declared}<h1>Coming soon</h1><article><p>{text}</p></article>")
