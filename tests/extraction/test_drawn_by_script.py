"""Pages that a script draws: the story in their data, and never what a wall hides."""

from collections.abc import Mapping
from typing import Any

import pytest
from drawn_pages import (
    FORMS,
    HEADLINE,
    HTML,
    NEEDS_SCRIPT,
    PARAGRAPHS,
    ROOT,
    SECRET,
    URL,
    data,
    ld,
    page,
    script,
    story,
)

from tradepress.extraction import NotAnArticle, extract_article
from tradepress.extraction.story_data import NAMES
from tradepress.source import Source
from tradepress.story import Article

LAMP = Source(
    name="lamp",
    publisher="The Lamp",
    domains=("lamp.example",),
    language="en",
    timezone="Europe/London",
    sections=("https://lamp.example/news",),
    article_url=r"/news/[\w-]+-[\w-]+",
    completeness="teaser",
)
TEASER = f"<h1>{HEADLINE}</h1><p>{PARAGRAPHS[0]}</p>"
SHORT = f"<h1>{HEADLINE}</h1><p>A court took a lantern's mark from Quillory.</p>"
TITLED = f"<h1>{HEADLINE}</h1>"


def rendered() -> Article:
    shown = f"<article><h1>{HEADLINE}</h1><p>By Ada Vale</p>{HTML}</article>"
    return extract_article(page("", shown=shown), URL)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("title", [f"{HEADLINE} | The Lamp", HEADLINE, "The Lamp"])
@pytest.mark.parametrize("shown", [ROOT, f"{ROOT}{TITLED}", f"<main>{TITLED}</main>"])
def test_data_give_what_the_page_shows_once_it_is_drawn(form: Any, title: str, shown: str) -> None:
    found = extract_article(page(form(story()), title=title, shown=shown), URL)
    assert found.body == rendered().body == "\n\n".join(PARAGRAPHS)
    assert (found.headline, found.authors) == (HEADLINE, ("Ada Vale",))
    assert (found.date_published or "")[:10] == "2026-03-05"
    assert found.completeness == "body"
    assert found.is_truncated is False


def test_evidence_says_where_the_data_stand() -> None:
    found = extract_article(page(FORMS["Next"](story()), title="The Lamp"), URL)
    for name in ("body", "headline", "date_published", "authors"):
        assert found.evidence[name][0].evidence == "__NEXT_DATA__", name
    assert found.evidence["confidence"][0].evidence == "data"


def test_links_and_furniture_of_a_text_in_data_are_as_everywhere() -> None:
    other = '<a href="/news/another-lamp-was-lost">Another lamp was lost</a>'
    box = f'<div class="related-posts">{other}</div>'
    text = HTML.replace("Monday", '<a href="/news/monday">Monday</a>') + box
    found = extract_article(page(FORMS["Next"](story(body=text))), URL)
    assert found.body == "\n\n".join(PARAGRAPHS)
    assert "https://lamp.example/news/monday" in {link.url for link in found.related_links}


CUT = (
    ("a link in its paragraph", f"<p>{PARAGRAPHS[0][:60]}… <a href=/abo>Weiterlesen</a></p>"),
    ("more behind dots", f"<p>{PARAGRAPHS[0][:138]}… Read more</p>"),
    ("under 40 letters", f"<p>{PARAGRAPHS[0][:36]}</p>"),
    ("in a button", f"<button>{PARAGRAPHS[0]}</button>"),
    ("wide", "<p>裁判所は月曜日、商標は失効したと判断した。</p>"),
)
PUSHED = "'premium':'yes','page':location.pathname + location.search"
BESIDE = (
    script('var story = {"id": 5, "premium": true};'),
    script("window.isPremium = true;"),
    script(f"dataLayer.push({{{PUSHED}}})"),
    script(f"gtag('event', 'page_view', {{{PUSHED}}})"),
    script("a1=function(b){return b};" * 3000) + script("window.state={locked:true,f:x=>1}"),
    script('{"isPremium": true,}', "type=application/json"),
    script('{"@type": "NewsArticle", "isPremium": true,,}', "type=application/ld+json"),
    data({"isAccessibleForFree": {"@type": "Boolean", "@value": False}}),
    """<div data-story='{"premium": true}'></div>""",
    '<meta content="false" itemprop="isAccessibleForFree">',
    *(
        f'<meta property="article:content_tier" content="{tier}">'
        for tier in ("premium", "paid", "subscriber", "Locked")
    ),
    '<article data-premium="true"></article>',
    '<div class="story premium"></div>',
    '<div data-access="subscribers"></div>',
)
WORDS = (
    "<div>Article réservé aux abonnés</div>",
    "<div>Mit Plus weiterlesen</div>",
    "<span class=badge>PLUS</span>",
)
OWN = f"<p>{PARAGRAPHS[0]}</p>" * 3
WALLED: Mapping[str, str] = {
    "teaser, wall and flag": page(
        ld(story(isAccessibleForFree=False)),
        shown=f"{TEASER}<p>Subscribe to continue reading this story.</p>",
    ),
    "teaser and flag": page(ld(story(isAccessibleForFree="False")), shown=TEASER),
    "teaser alone, JSON-LD": page(ld(story()), shown=TEASER),
    "teaser alone, Next": page(FORMS["Next"](story()), shown=f"<div id=__next>{TEASER}</div>"),
    "teaser alone, Next's app router": page(FORMS["Next's app router"](story()), shown=TEASER),
    "teaser alone, attribute": page(FORMS["attribute"](story()), shown=TEASER),
    "short teaser, Nuxt 2": page(FORMS["Nuxt 2"](story()), shown=f"<div id=__nuxt>{SHORT}</div>"),
    "teaser without a stop": page(
        FORMS["Apollo"](story(excerpt="A court took a lantern's mark from Quillory")),
        shown=f"{TITLED}<h2>A court took a lantern's mark from Quillory</h2>",
    ),
    "teaser, the rest hidden": page(
        ld(story()),
        shown=f'{TEASER}<div class="premium" style="display:none">{HTML}</div>',
    ),
    "teaser, the rest as description": page(
        f'<meta name="description" content="{" ".join(PARAGRAPHS * 3)}">' + ld(story()),
        shown=TEASER,
    ),
    "teaser, the rest as JSON-LD's description": page(
        ld(story(description=" ".join(PARAGRAPHS * 3))), shown=TEASER
    ),
    "nothing shown, flag in the state": page(FORMS["Redux"](story(isPremium=True))),
    "nothing shown, level of access": page(FORMS["Remix"](story(access="subscribers"))),
    "nothing shown, flag in another script": page(
        FORMS["Next"](story()) + data({"page": {"contentTier": "premium"}})
    ),
    "nothing shown, a part is not free": page(
        FORMS["Nuxt 3"](story())
        + data(
            {"@type": "WebPage", "hasPart": {"isAccessibleForFree": False}},
            kind="application/ld+json",
        )
    ),
    "nothing shown, flag in a script that is run": page(
        FORMS["Next"](story()) + script("if (user) { show({isAccessibleForFree : !1, x: false}) }")
    ),
    "nothing shown, maker of walls": page(
        FORMS["Gatsby"](story())
        + '<script src="https://cdn.tinypass.com/api/tinypass.min.js"></script>'
    ),
    "nothing shown, class of a wall": page(
        FORMS["SvelteKit"](story()), shown='<div id="root"><div class="paywall"></div></div>'
    ),
    "wall's words alone": page(
        FORMS["Angular"](story()), shown=f"{TITLED}<div>Subscribe to continue reading.</div>"
    ),
    "the text in data ends with a wall": page(
        FORMS["Astro"](story(body=f"{HTML}<p>Subscribe to continue reading this story.</p>"))
    ),
    "a password is asked for": page(
        FORMS["plain JSON"](story()), shown=f"{TITLED}<form><input type=password></form>"
    ),
    "tag of what is locked": page(
        '<meta property="article:content_tier" content="locked">' + FORMS["Next"](story())
    ),
    **{f"teaser, {how}": page(FORMS["Next"](story()), shown=TITLED + shown) for how, shown in CUT},
    **{f"beside, {words[:60]}": page(FORMS["Next"](story()) + words) for words in BESIDE},
    **{f"shown, {words}": page(FORMS["Next"](story()), shown=TITLED + words) for words in WORDS},
    "another story's text in the story": page(
        FORMS["Next"](story(body=OWN, nextStory={"slug": "b", "isPremium": True, "html": HTML * 3}))
    ),
}


@pytest.mark.parametrize("html", WALLED.values(), ids=WALLED)
@pytest.mark.parametrize("source", [None, LAMP], ids=["any site", "teasers"])
def test_what_a_wall_hides_is_not_read_out_of_data(html: str, source: Source | None) -> None:
    try:
        kept = repr(extract_article(html, URL, source))
    except NotAnArticle as error:
        kept = str(error)
    assert not [word for word in SECRET if word in kept]


@pytest.mark.parametrize(
    ("name", "teaser"),
    [
        (name, PARAGRAPHS[0])
        for name in WALLED
        if name.startswith("teaser") and "stop" not in name and name[8:] not in dict(CUT)
    ],
)
def test_a_teaser_is_kept_as_it_is_shown(name: str, teaser: str) -> None:
    found = extract_article(WALLED[name], URL, LAMP)
    assert found.body == teaser
    assert found.evidence["body"][0].evidence == "element"


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_page_that_shows_its_text_is_read_as_ever(form: Any) -> None:
    text = "".join(f"<p>{words} So it was, said the clerk.</p>" for words in PARAGRAPHS)
    shown = f"<article><h1>{HEADLINE}</h1>{text}</article>"
    with_data, without = (
        extract_article(page(one, shown=shown), URL) for one in (form(story(author="Ada Vale")), "")
    )
    assert with_data.body == without.body
    assert with_data.evidence["body"] == without.evidence["body"]


ABOUT = "The Lamp is a paper of the bay and tells its readers all that happens there. " * 8


@pytest.mark.parametrize(
    ("other", "title"),
    [
        ({"title": "The Lamp", "cookieNotice": ABOUT}, f"{HEADLINE} | The Lamp"),
        ({"name": "The Lamp", "date": "2020-01-01", "body": ABOUT}, f"{HEADLINE} | The Lamp"),
        ({"name": "Courts", "date": "2020-01-01", "body": ABOUT}, f"{HEADLINE} | Courts"),
        ({"name": "Ada Vale", "date": "2020-01-01", "body": ABOUT}, f"{HEADLINE} | Ada Vale"),
        ({"title": HEADLINE, "date": "2020-01-01", "seoText": ABOUT}, HEADLINE),
        ({"title": HEADLINE, "date": "2020-01-01", "excerpt": ABOUT}, HEADLINE),
        ({"title": HEADLINE, "x": [{"slug": "z", "articleBody": ABOUT}]}, HEADLINE),
    ],
)
def test_what_is_of_the_site_is_no_story(other: dict[str, object], title: str) -> None:
    with pytest.raises(NotAnArticle, match="nothing in its data"):
        extract_article(page(data(other), title=title), URL)
    found = extract_article(page(data(other) + FORMS["Next"](story()), title=title), URL)
    assert found.body == "\n\n".join(PARAGRAPHS)


@pytest.mark.parametrize("name", ["nextStory", "readNext", "replies", "terms", "topics"])
def test_what_stands_in_a_story_is_not_its_text(name: str) -> None:
    longer: list[object] = [{"title": "Another", "text": ABOUT * 3}]
    for other in (longer, longer[0], ABOUT * 3):
        found = extract_article(page(FORMS["Next"](story(**{name: other}))), URL)
        assert found.body == "\n\n".join(PARAGRAPHS)


def test_short_lines_in_html_are_the_text_beside_a_sign_of_a_script() -> None:
    lines = [f"Lamp {number} of the bay went out." for number in range(9)]
    shown = f"<h1>{HEADLINE}</h1>" + "".join(f"<p>{line}</p>" for line in lines)
    found = extract_article(page("", shown=shown), URL)
    assert found.body == "\n\n".join(lines)


SENTENCES = {
    "en": "You need to enable JavaScript to run this app.",
    "de": "Bitte aktivieren Sie JavaScript, um diese Seite zu sehen.",
    "fr": "Veuillez activer JavaScript pour afficher cette page.",
    "es": "Es necesario habilitar JavaScript para ver esta página.",
    "it": "Per vedere questa pagina è necessario abilitare JavaScript.",
    "pt": "Você precisa habilitar o JavaScript para ver esta página.",
    "nl": "Schakel JavaScript in om deze pagina te bekijken.",
    "sv": "Du behöver slå på JavaScript för att se sidan.",
    "da": "Siden kræver JavaScript.",
    "no": "Du må slå på JavaScript for å se siden.",
    "fi": "Sivu vaatii JavaScriptin.",
    "pl": "Ta strona wymaga włączenia JavaScript.",
    "cs": "Pro zobrazení stránky povolte JavaScript.",
    "hu": "Az oldalhoz engedélyezze a JavaScriptet.",
    "ro": "Este necesar să activați JavaScript.",
    "tr": "Bu sayfa için JavaScript etkinleştirilmelidir.",
    "ru": "Для просмотра страницы включите JavaScript.",
    "uk": "Увімкніть JavaScript, щоб побачити сторінку.",
    "el": "Ενεργοποιήστε τη JavaScript για να δείτε τη σελίδα.",
    "ja": "このページを表示するにはJavaScriptを有効にしてください。",
    "zh": "请启用 JavaScript 以查看此页面。",
    "ko": "이 페이지를 보려면 JavaScript를 활성화하세요.",
    "ar": "يرجى تفعيل JavaScript لعرض هذه الصفحة.",
}


@pytest.mark.parametrize("words", SENTENCES.values(), ids=SENTENCES)
def test_a_sentence_for_whom_runs_no_script_shows_that_one_draws(words: str) -> None:
    html = f"<title>{HEADLINE}</title><h1>{HEADLINE}</h1><noscript>{words}</noscript>"
    with pytest.raises(NotAnArticle) as caught:
        extract_article(html, URL)
    assert caught.value.reason == "script"
    assert words in caught.value.words


@pytest.mark.parametrize(
    ("html", "reason", "words"),
    [
        (page("", shown=ROOT), "script", "“root” holds no text"),
        (
            "<title>X</title><body><app-root></app-root></body>",
            "script",
            "“app-root” holds no text",
        ),
        ("<body><div id='__next'><span>Loading</span></div></body>", "script", "“__next”"),
        (
            f"<h1>{HEADLINE}</h1>" + "<script src='/a.js'></script>" * 3,
            "script",
            "beside 3 scripts",
        ),
        (
            page(FORMS["Redux"](story(isPremium=True))),
            "script",
            "not everybody may read it (isPremium)",
        ),
        (
            page(FORMS["Next"](story(title="Another one")), shown=ROOT),
            "script",
            "nothing in its data",
        ),
        ("<html><body></body></html>", "empty", "no words"),
        (f"<h1>{HEADLINE}</h1>", "no_body", "no paragraph"),
        (
            f"<h1>{HEADLINE}</h1><noscript>Enable JavaScript to view the comments.</noscript>",
            "no_body",
            "no paragraph",
        ),
    ],
)
def test_a_page_without_text_says_whether_a_script_draws_it(
    html: str, reason: str, words: str
) -> None:
    with pytest.raises(NotAnArticle) as caught:
        extract_article(html, URL)
    assert caught.value.reason == reason
    assert words in caught.value.words


def test_a_source_of_teasers_takes_what_a_drawn_page_declares() -> None:
    meta = '<meta name="description" content="A court took a mark.">'
    found = extract_article(page(meta), URL, LAMP)
    assert (found.completeness, found.description) == ("teaser", "A court took a mark.")


LISTING = page(
    FORMS["Next"]({"posts": [story(title=f"Lamp {i}", slug=f"lamp-{i}") for i in range(9)]}),
    title="The Lamp",
)
DOUBLED = [{"a": place + 1, "b": place + 1} for place in range(1, 60)]
INNER = [dict.fromkeys(NAMES["inner"], place) for place in (3, 4, 5)]
TITLES = [dict.fromkeys(NAMES["titles"], 2)] * 400
HOSTILE: Mapping[str, str] = {
    "half a value": page(script('window.__STATE__ = {"a": [' + '{"b": "c", ' * 20_000)),
    "many assignments": page(script("a1={b:[c,{d:" * 30_000)),
    "many quotes": page(script("x=" + "['" * 100_000)),
    "calls in calls": page(script("window.state = " + "f(" * 100_000)),
    "deep JSON": page(script("[" * 200_000, "type='application/json'")),
    "long list of names": page(
        script("x=(function(" + "a," * 24_000 + "b){return {" + "c:a," * 24_000)
    ),
    "bad row": page(script('self.__next_f.push([1,"1:Tzz,abc\\n2:T-5,x\\n:\\n3:T99999999,x"])')),
    "row of itself": page(script('self.__next_f.push([1,"1:{\\"a\\":\\"$1\\"}\\n2:[\\"$2\\"]"])')),
    "circle of references": page(
        script('window.__APOLLO_STATE__={"ROOT_QUERY":{"__ref":"A"},"A":{"b":{"__ref":"A"}}}')
    ),
    "numbers": page(script(f"window.state = [{'9' * 5000}, 1e999, -.5.5, 0x1F, {'1' * 5000}]")),
    "listing": LISTING,
    "a graph as its own key": page(data([{"a": 1}, *DOUBLED, {"x": 0}, {"_1": 0}])),
    "a place of 5,000 digits": page(data([{"_" + "9" * 5000: 0}, {"a": 1}])),
    "a long name of a date": page(data({"publish" * 12_000 + "-": 1})),
    "a long word before no value": page(script("a" * 1_000_000)),
    "javascript": page("", shown=f"<noscript>{'javascript ' * 27_000}</noscript>"),
    "titles of titles": page(data([{"o": 1}, [*range(6, 406)], *INNER, {"z": 0}, *TITLES])),
}


@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE)
def test_data_that_hold_no_story_give_none(html: str) -> None:
    with pytest.raises(NotAnArticle) as caught:
        extract_article(html, URL)
    assert caught.value.reason in ("script", "too_complex")


def test_needs_script_stands_for_no_text() -> None:
    words = NEEDS_SCRIPT.replace("noscript", "div")
    found = extract_article(page(FORMS["Next"](story()), shown=f"{ROOT}{words}"), URL)
    assert found.body == "\n\n".join(PARAGRAPHS)
