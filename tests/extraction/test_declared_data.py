"""A page that a script draws is read with the data that its source declares, and no further."""

import json
from dataclasses import replace
from typing import Any

import pytest
from sites.lantern_paper import LanternStory
from sites.script_paper import SHELL, STORIES, SYSTEMS, System, html_of

from tradepress.archive.stories.clean_story import article_in
from tradepress.crawling.page_reading import PageToRead, read_page
from tradepress.extraction import NotAnArticle, extract_article
from tradepress.extraction.declared_data import values_at
from tradepress.source import DataFields, Furniture, Source
from tradepress.story import Article, Capture

HOME = "https://www.lantern.example"
REST = SYSTEMS[0]
STORY = STORIES[0]
FRAME = SHELL.format(head="")
SECRET = STORY.paragraphs[-1][-60:]
"""Stands at the end of the story's text."""


def source_of(system: System, **more: Any) -> Source:
    stated: dict[str, Any] = {
        "name": "lantern",
        "publisher": "The Lantern",
        "domains": ("lantern.example",),
        "language": "en",
        "timezone": "Europe/London",
        **system.declared(HOME),
        **more,
    }
    return Source(**stated)


def read(
    data: object, page: str = FRAME, source: Source | None = None, story: LanternStory = STORY
) -> Article:
    text = data if isinstance(data, bytes) else json.dumps(data).encode()
    address = HOME + REST.page(story)
    return extract_article(page.encode(), address, source or source_of(REST), data=text)


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda one: one.name)
@pytest.mark.parametrize("story", STORIES, ids=lambda one: str(one.number))
def test_the_story_is_read_whatever_the_system(system: System, story: LanternStory) -> None:
    article = read(system.data(story), source=source_of(system), story=story)
    assert article.headline == story.headline
    assert article.body == "\n\n".join(story.paragraphs)
    assert (article.date_published or "")[:10] == story.day.isoformat()
    assert article.authors == (story.author,)
    assert article.site_id == str(story.number)
    evidence = {name: article.evidence[name][0].evidence for name in ("headline", "body")}
    assert evidence == {"headline": "story_data", "body": "story_data"}


@pytest.mark.parametrize(
    "head",
    [
        "<meta property='og:title' content='The Lantern'>",
        "<meta property='og:title' content='Trademark news every day | The Lantern'>",
    ],
)
def test_what_the_frame_calls_every_page_is_no_headline(head: str) -> None:
    assert read(REST.data(STORY), SHELL.format(head=head)).headline == STORY.headline


def test_furniture_and_links_hold_as_on_pages() -> None:
    link = "<p>As <a href='/marks/the-other-case-20733'>an earlier ruling</a> had it, so it is.</p>"
    sign = "<p>The Lantern letter: sign up.</p>"
    data = REST.data(STORY)
    data["article"]["content"] = html_of(STORY) + link + sign
    rule = Furniture(pattern="the lantern letter: .*")
    article = read(data, source=source_of(REST, furniture=(rule,)))
    assert (article.body or "").endswith("had it, so it is.")
    assert [one.url for one in article.related_links] == [f"{HOME}/marks/the-other-case-20733"]


def test_declared_fields_go_before_what_is_found_by_itself() -> None:
    data = {
        "page": {"h": STORY.headline, "t": [{"p": one} for one in STORY.paragraphs[:2]]},
        "when": [{"on": "2026-11-03"}],
        "by": [{"n": "Ada Quill"}, {"n": "Joan Tyndlow"}],
        "top": {
            "title": "A longer one",
            "datePublished": "2026-11-02",
            "body": html_of(STORIES[1]),
        },
        "rubric": "Shapes",
    }
    fields = DataFields(
        headline="page.h",
        body="page.t.*.p",
        date_published="when.0.on",
        authors="by.*.n",
        section="rubric",
    )
    article = read(data, source=source_of(REST, data_fields=fields))
    assert article.headline == STORY.headline
    assert article.body == "\n\n".join(STORY.paragraphs[:2])
    assert article.date_published == "2026-11-03"
    assert article.authors == ("Ada Quill", "Joan Tyndlow")
    assert article.section == "Shapes"


def test_where_the_body_is_declared_it_may_be_short() -> None:
    data = {"t": STORY.headline, "b": "The office has let the lantern mark pass without a word."}
    with pytest.raises(NotAnArticle, match="holds no story"):
        read(data)
    fields = DataFields(headline="t", body="b")
    assert read(data, source=source_of(REST, data_fields=fields)).body == data["b"]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("a.0.b", [1]),
        ("a.*.b", [1, 2]),
        ("*.1.b", [2]),
        ("a.9.b", []),
        ("a.b", []),
        ("c.d", []),
        ("a.²", []),
    ],
)
def test_a_dotted_path_leads_through_lists_and_objects(path: str, found: list[object]) -> None:
    assert values_at({"a": [{"b": 1}, {"b": 2}], "c": None}, path) == found


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "story_data_no_json"),
        (b"<!doctype html><p>Not found", "story_data_no_json"),
        (b"[" * 100_000, "story_data_no_json"),
        (b"\xff\xfe\x00", "story_data_no_json"),
        (b"null", "story_data_no_story"),
        (b'{"error": "not found"}', "story_data_no_story"),
        (b'{"title": "A list", "date": "2026-11-01", "items": []}', "story_data_no_story"),
        (json.dumps([BY.data(STORY) for BY in SYSTEMS[:1]] * 0).encode(), "story_data_no_story"),
    ],
)
def test_data_that_hold_none_are_refused_by_name(data: bytes, reason: str) -> None:
    with pytest.raises(NotAnArticle) as refused:
        read(data)
    assert refused.value.reason == reason


def test_what_a_page_calls_itself_goes_before_its_data() -> None:
    gone = "<html><title>Page not found</title><h1>Page not found</h1><div id=root></div>"
    with pytest.raises(NotAnArticle, match="soft_404"):
        read(REST.data(STORY), gone)


def flagged(**flags: object) -> Any:
    data = REST.data(STORY)
    data["article"] |= flags
    return data


def beside(**flags: object) -> Any:
    return REST.data(STORY) | flags


TEASER = f"<p>{STORY.paragraphs[0]}</p>"
WALL = (
    "<div class=paywall><p>Subscribe to continue reading. Already a subscriber? Log in.</p></div>"
)
CALL = (
    "<div class=paywall><a href=/subscribe>Subscribe to go on</a> <a href=/login>Log in</a></div>"
)
CLOSED_HEAD = (
    '<script type="application/ld+json">{"@type": "NewsArticle", '
    '"isAccessibleForFree": false}</script>'
)
WALLED = {
    "free": (flagged(isAccessibleForFree=False), FRAME),
    "premium": (flagged(isPremium=True), FRAME),
    "paid": (flagged(visibility="paid"), FRAME),
    "locked": (flagged(locked=True), FRAME),
    "members": (flagged(membersOnly="true"), FRAME),
    "level": (flagged(accessLevel="subscriber"), FRAME),
    "paywall": (beside(paywall={"kind": "hard"}), FRAME),
    "words in the text": (flagged(content=html_of(STORY) + WALL), FRAME),
    "declared by the page": (REST.data(STORY), SHELL.format(head=CLOSED_HEAD)),
    "a wall on the page": (REST.data(STORY), FRAME.replace("<div id=root>", f"{CALL}<div>")),
    "a teaser and a wall": (
        REST.data(STORY),
        FRAME.replace("<div id=root>", f"<h1>{STORY.headline}</h1>{TEASER}{WALL}<div>"),
    ),
    "a teaser": (
        REST.data(STORY),
        FRAME.replace("<div id=root>", f"<h1>{STORY.headline}</h1>{TEASER}<div>"),
    ),
}

OWN_TEXT = {"a teaser": STORY.paragraphs[0], "a teaser and a wall": STORY.paragraphs[0]}


@pytest.mark.parametrize("completeness", ["body", "teaser", "headline"])
@pytest.mark.parametrize("form", WALLED)
def test_what_is_for_subscribers_is_never_taken_as_text(form: str, completeness: str) -> None:
    data, page = WALLED[form]
    assert SECRET in json.dumps(data, ensure_ascii=False)
    source = source_of(REST, completeness=completeness)
    if completeness == "body" and form not in OWN_TEXT:
        with pytest.raises(NotAnArticle, match="not everybody may read it") as refused:
            read(data, page, source)
        assert SECRET not in str(refused.value)
        return
    article = read(data, page, source)
    assert SECRET not in repr(article)
    assert STORY.paragraphs[1] not in repr(article)
    assert article.body == OWN_TEXT.get(form)
    if form not in OWN_TEXT:
        assert (article.headline, article.access) == (STORY.headline, "subscription")


def captured(data: object, page: str, completeness: str) -> Capture | None:
    """The page with its story, as a crawl stores it."""
    text, address = json.dumps(data).encode(), HOME + REST.page(STORY)
    capture = Capture(url=address, body=page.encode(), status=200)
    asked = PageToRead(body=capture.body, capture=capture, policy="store", data=text)
    read = read_page(asked, source_of(REST, completeness=completeness))
    loaded = replace(capture, data=Capture(url=address, body=text, status=200))
    return article_in(read.captured(loaded)).capture


@pytest.mark.parametrize("form", WALLED)
def test_data_from_which_no_text_was_taken_are_not_kept(form: str) -> None:
    capture = captured(*WALLED[form], "headline")
    assert capture is not None
    assert capture.data is None


def test_data_from_which_the_text_was_taken_are_kept_beside_the_page() -> None:
    capture = captured(REST.data(STORY), FRAME, "body")
    assert capture is not None
    assert capture.data is not None


def test_a_page_with_a_text_of_its_own_is_read_as_it_is() -> None:
    own = f"<article><h1>{STORY.headline}</h1>{html_of(STORIES[1])}</article>"
    page = FRAME.replace("<div id=root>", f"{own}<div>")
    assert replace(read(REST.data(STORY), page), capture=None) == read(b"nothing", page)


@pytest.mark.parametrize(
    ("fields", "more", "end"),
    [
        (DataFields(headline="article.seo", body="article.content"), {"isPremium": True}, ""),
        (DataFields(headline="article.kicker", body="article.content"), {"isPremium": True}, ""),
        (DataFields(body="article.content"), {"access": "subscribers"}, ""),
        (
            DataFields(headline="article.seo", body="article.content"),
            {},
            "<p>Subscribe to continue reading this story.</p>",
        ),
    ],
)
def test_a_headline_of_its_own_loses_no_flag(
    fields: DataFields, more: dict[str, object], end: str
) -> None:
    data = REST.data(STORY)
    data["article"] |= {"seo": "Quite another headline of it", "kicker": "Lamps", **more}
    data["article"]["content"] += end
    with pytest.raises(NotAnArticle, match="not everybody may read it"):
        read(data, source=source_of(REST, data_fields=fields))
