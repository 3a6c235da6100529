"""Nothing a page holds may raise anything but NotAnArticle, or stall the one that reads it."""

import json
import tracemalloc

import pytest
from conftest import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tradepress.extraction import NotAnArticle, extract_article
from tradepress.extraction.text_lines import MOST_LINES, cut_lines
from tradepress.spiders import wipr
from tradepress.story import Article

SCRAPS = st.sampled_from(
    [
        *(
            "<p>",
            "</p>",
            "<div class='article-body'>",
            "</div>",
            "<h1>",
            "</h1>",
            "<li>",
            "<br><br>",
        ),
        *(
            "<a href='/x'>",
            "<a href='http://[bad'>",
            "</a>",
            "<time datetime='31-02-2020'>",
            "<table>",
        ),
        *(
            "<script type='application/ld+json'>",
            "</script>",
            '{"@type":"NewsArticle","author":[',
            "]}",
        ),
        *(
            "<meta property='og:title' content='",
            "'>",
            "<title>",
            "</title>",
            "<!--",
            "-->",
            "<html>",
        ),
        *(
            "4 August 2017Trademarks",
            "99 May 2024",
            "00-00-0000",
            "Already registered?",
            "\n",
            "\x00",
        ),
        *(
            "<!-- BEGIN WAYBACK TOOLBAR INSERT -->",
            "<div id='wm-ipp'>",
            "<!-- END WAYBACK TOOLBAR INSERT -->",
            "<a href='/web/20170804123456/http://[bad'>",
        ),
        *(
            "Today’s top stories:",
            "More on this story",
            "This was first published on  X.",
            "a, b, c,",
        ),
        *(
            "A court has ruled that a lantern may be green. " * 3,
            "https://",
            "\ud800",
            "\u202e",
            " | ",
        ),
    ]
)
PAGES = st.lists(SCRAPS | st.text(max_size=30), max_size=40).map("".join)
MANY = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
BODY = (
    "<p>"
    + "A court has ruled that a lantern may be green, and that is the whole story. " * 4
    + "</p>"
)


WHOLE_PAGES = [
    path.read_bytes()
    for path in sorted((ROOT / "tests" / "pages").glob("*/*"))
    if path.suffix in (".html", ".txt")
]
PLACES = st.integers(0, 1_000_000)
WOUNDS = st.lists(
    st.tuples(
        st.sampled_from(["cut", "end", "repeat", "move", "flip", "insert"]),
        PLACES,
        PLACES,
        SCRAPS | st.text(max_size=10),
    ),
    max_size=6,
)


def wounded(page: bytes, wounds: list[tuple[str, int, int, str]]) -> bytes:
    """A page of which pieces were lost, doubled, moved or overwritten."""
    for how, one, two, scrap in wounds:
        start, end = sorted((one * len(page) // 1_000_000, two * len(page) // 1_000_000))
        piece = page[start:end]
        page = {
            "cut": page[:start] + page[end:],
            "end": page[:end],
            "repeat": page[:end] + piece[:2000] * 20 + page[end:],
            "move": piece + page[:start] + page[end:],
            "flip": page[:start] + bytes(255 - byte for byte in piece[:8]) + page[start + 8 :],
            "insert": page[:start] + scrap.encode("utf-8", "replace") * 3 + page[start:],
        }[how]
    return page


def require_sound(article: Article) -> None:
    """What must be so whatever the page was like."""
    assert article.headline
    assert article.body
    for words in (article.headline, article.body):
        words.encode("utf-8")
        assert "\x00" not in words
    json.dumps([[r.value for r in readings] for readings in article.evidence.values()])
    assert all(link.url is None or link.url.startswith("http") for link in article.related_links)


def answer(page: str | bytes, **asked: object) -> Article | NotAnArticle:
    try:
        return extract_article(page, **asked)  # type: ignore[arg-type]
    except NotAnArticle as refused:
        return refused


@MANY
@given(page=st.binary(max_size=400) | PAGES.map(lambda page: page.encode("utf-8", "replace")))
def test_bytes_give_an_article_or_a_reason(page: bytes) -> None:
    found = answer(page, content_type="text/html; charset=shift_jis" if page[:1] > b"a" else None)
    assert isinstance(found, Article) or found.reason


@MANY
@given(
    page=PAGES,
    url=st.none()
    | st.text(max_size=40)
    | st.just("http://[x")
    | st.just("https://a.example/b-1234"),
)
def test_text_gives_an_article_or_a_reason(page: str, url: str | None) -> None:
    found = answer(page, url=url, source=wipr.SOURCE)
    if isinstance(found, Article):
        require_sound(found)


@pytest.mark.slow
@MANY
@given(page=st.sampled_from(WHOLE_PAGES), wounds=WOUNDS)
@pytest.mark.timeout(300)
def test_mutilated_pages_give_an_article_or_a_reason(
    page: bytes, wounds: list[tuple[str, int, int, str]]
) -> None:
    found = answer(wounded(page, wounds), url="https://a.example/b-1234", source=wipr.SOURCE)
    if isinstance(found, Article):
        require_sound(found)
    else:
        assert str(found).startswith(f"{found.reason}: ")


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("", "empty"),
        (b"   \n ", "empty"),
        ("<html><body><script>var a</script></body></html>", "empty"),
        ("<p>A court has ruled that a lantern may be green.</p>", "no_headline"),
        ("<html><head><title>Lantern</title></head><body></body></html>", "empty"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "not_html"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not_html"),
        ('<?xml version="1.0"?><rss version="2.0"><channel></channel></rss>', "not_html"),
        ('{"stories": []}', "not_html"),
        ("x" * 10_000_001, "too_large"),
        ("<p " + " ".join(f"a{i}=1" for i in range(40_000)) + ">" + BODY, "too_complex"),
        (
            '<script type="application/ld+json">{"@type":"NewsArticle"}</script>' * 10_000 + BODY,
            "too_complex",
        ),
        ("<h1>Lantern may be green</h1>" + "<div>" * 100_000 + "words", "too_complex"),
        (f"<h1>Lantern may be green</h1>{BODY}" + "<span>" * 100_000, "too_complex"),
        (b"<p>A lantern may be green.</p>" * 1_600_000, "too_large"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_refused_with_its_reason(page: str | bytes, reason: str) -> None:
    found = answer(page)
    assert isinstance(found, NotAnArticle)
    assert found.reason == reason
    assert str(found).startswith(f"{reason}: ")


@pytest.mark.parametrize(
    "noise",
    [
        '<script type="application/ld+json">{"@type":"NewsArticle"}</script>' * 900,
        f'<script type="application/ld+json">{"[" * 100_000}</script>',
        '<script type="application/ld+json">' + '{"a":' * 900 + "1" + "}" * 900 + "</script>",
        '<script type="application/ld+json">{"@type":"NewsArticle","name":"x","author":'
        + "[" * 900
        + "]" * 900
        + "}</script>",
        f'<script type="application/ld+json">{{"n": {"9" * 5000}}}</script>',
        "<!-- " * 200_000,
        "<span>" * 100,
        " " * 2_000_000,
        "<table>" + "<tr><td colspan=9007199254740991>1</td></tr>" * 20_000 + "</table>",
        "<p>" + "x, " * 100_000 + "</p>",
        "<p>By " + "and " * 50_000 + "</p>",
        f'<time datetime="{"1" * 100_000}">{"- " * 50_000}</time>',
        f'<meta name="author" content="{"Ann Bee, " * 20_000}">',
        f'<meta name="author" content="{"()" * 100_000}x">',
        f'<script type="application/ld+json">x{" " * 500_000}x</script>',
        f'<script type="application/ld+json">x; {" " * 500_000}x</script>',
        f'<time datetime="2024-01-01{" " * 6000}x">3</time>',
        "<h3>Related</h3>" * 100_000,
        "<h1>Cookies</h1>" * 100_000,
        *(
            pytest.param("".join(line.format(n) for n in range(150_000)), marks=pytest.mark.slow)
            for line in (
                "<p>Already registered? {} words</p>",
                "<p>The lantern of number {} was green by then.</p>",
            )
        ),
        "<div itemscope itemtype='http://schema.org/Article'>" * 200
        + "<b itemprop=author>Ann Bee</b>" * 100_000,
        "<script>" + ("<a" + " x" * 2100) * 2000,
    ],
    ids=lambda noise: noise[:45],
)
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_noise_does_not_cost_the_story(noise: str) -> None:
    head = "<html><head><title>Lantern may be green</title></head><body>"
    page = f"{head}<h1>Lantern may be green</h1>{BODY}{noise}</body></html>"
    found = answer(page, url="https://a.example/lantern")
    assert isinstance(found, Article)
    assert found.headline == "Lantern may be green"
    assert (found.body or "").startswith("A court has ruled")


@pytest.mark.parametrize("label", ["base64", "hex", "rot13", "idna", "undefined", "nonsense"])
def test_an_encoding_that_is_none_of_text_is_passed_over(label: str) -> None:
    page = f"<h1>Lantern may be green</h1>{BODY}".encode()
    assert isinstance(answer(page, content_type=f"text/html; charset={label}"), Article)
    assert isinstance(answer(f"<meta charset={label}>".encode() + page), Article)


@pytest.mark.slow
def test_no_part_of_a_page_is_kept_for_the_next() -> None:
    """Caches hold what many pages share, such as class names, and no more than some words of it."""
    size = 1_000_000
    tracemalloc.start()
    try:
        for n in range(10):
            words = f"{n} May 2024 {'x' * size}"
            answer(
                f"<meta property=og:site_name content='{words}'>"
                f"<meta name=author content='{words}'><meta name=date content='{words}'>"
                f"<h1>Lantern may be green</h1>{BODY}<div class='{words}' id='{words}'>x</div>"
            )
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 2 * size


def test_attributes_after_an_unfinished_tag_are_counted() -> None:
    many = " ".join(f"a{i}=1" for i in range(2000))
    found = answer(f"<h1>Lantern may be green</h1>{BODY}< {' ' * 5000}<p {many}>x</p>")
    assert isinstance(found, NotAnArticle)
    assert found.reason == "too_complex"


def test_a_text_capture_is_cut_at_so_many_lines() -> None:
    capture = f"Lantern may be green\n9 May 2016\n{'A lantern may be green, it said. ' * 5}\n"
    assert len(cut_lines(capture + "x\n" * 100_000)) == MOST_LINES


def test_attributes_inside_quotes_are_not_counted() -> None:
    page = f'<h1>Lantern may be green</h1><div data-x="{"a=1 " * 5000}">{BODY}</div>'
    assert isinstance(answer(page), Article)


@pytest.mark.parametrize("end", ["</body>", "</html>", "</body></html>", "</BODY></HTML>"])
def test_what_stands_behind_an_early_end_is_read(end: str) -> None:
    head, rest = BODY[: len(BODY) // 2], BODY[len(BODY) // 2 :]
    cut = rest.index("<p>") if "<p>" in rest else 0
    page = f"<html><body><h1>Lantern may be green</h1>{head}{rest[:cut]}{end}{rest[cut:]}"
    whole = f"<html><body><h1>Lantern may be green</h1>{BODY}</body></html>"
    assert extract_article(page).body == extract_article(whole).body
