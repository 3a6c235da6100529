"""Stories in data: whichever form a content system gives a text, its paragraphs are the same."""

import json
from typing import Any

import pytest

from tradepress.extraction.story_data import find_kept_back, find_story, read_objects

HEADLINE = "Lantern mark lost for want of use"
PARAGRAPHS = (
    "The court of Lantern Bay held on Monday that a lantern mark lost its force when the firm let "
    "it go, and it gave three reasons for its view.",
    "“Nobody made a lantern,” the judge said.",
    "A third paragraph tells what the firms said about that, and why nobody expected the judge to "
    "agree with the office in the matter of the smaller lamp.",
    "The last paragraph ends the story with a word on costs, which the losing firm bears, and "
    "on the appeal that it may still lodge in May.",
)
HTML = "".join(f"<p>{words.replace('nobody', '<b>nobody</b>')}</p>" for words in PARAGRAPHS)


def spans(words: str, key: str = "text", **node: object) -> list[dict[str, object]]:
    """A paragraph as runs of text, of which the middle one is bold."""
    before, _, after = words.partition("nobody")
    runs = [before, "nobody", after] if after else [words]
    return [{**node, key: run} for run in runs]


def portable(words: str) -> dict[str, object]:
    children = spans(words, _type="span", marks=["strong"])
    return {"_type": "block", "style": "normal", "children": children, "markDefs": []}


PICTURE: dict[str, Any] = {"type": "image", "caption": "A lantern that no court has looked at yet."}
TEXTS: dict[str, Any] = {
    "HTML": HTML,
    "HTML with a box of other stories": HTML
    + '<div class="related-articles"><h3>Related</h3><a href="/b">Another lamp was lost</a></div>',
    "escaped HTML": HTML.replace("<", "&lt;").replace(">", "&gt;"),
    "rendered": {"rendered": HTML, "protected": False},
    "lines": "\n".join(PARAGRAPHS),
    "blank lines": "\r\n\r\n".join(PARAGRAPHS),
    "wrapped lines": "\n\n".join(words.replace(" the ", " the\n", 1) for words in PARAGRAPHS),
    "Markdown": "\n\n".join(("![A lamp](/lamp.jpg)", *PARAGRAPHS)).replace(
        "nobody", "[**nobody**](https://lamp.example/a)"
    ),
    "list of strings": list(PARAGRAPHS),
    "Gutenberg": [
        {
            "blockName": "core/paragraph",
            "attrs": {},
            "innerBlocks": [],
            "innerHTML": f"<p>{one}</p>",
        }
        for one in PARAGRAPHS
    ],
    "blocks of WPGraphQL": [
        {"name": "core/paragraph", "attributes": {"content": one}} for one in PARAGRAPHS
    ],
    "Contentful": {
        "nodeType": "document",
        "data": {},
        "content": [
            {"nodeType": "paragraph", "content": spans(one, "value", nodeType="text")}
            for one in PARAGRAPHS
        ],
    },
    "Portable Text": [*map(portable, PARAGRAPHS), {"_type": "image", "alt": "A lamp"}],
    "EditorJS": {
        "time": 1,
        "blocks": [
            *({"type": "paragraph", "data": {"text": one}} for one in PARAGRAPHS),
            {"type": "image", "data": PICTURE},
        ],
    },
    "ProseMirror": {
        "type": "doc",
        "content": [{"type": "paragraph", "content": spans(p, type="text")} for p in PARAGRAPHS],
    },
    "Lexical": {
        "root": {"children": [{"type": "paragraph", "children": spans(p)} for p in PARAGRAPHS]}
    },
    "Slate": [{"children": spans(one)} for one in PARAGRAPHS],
    "Draft.js": {"blocks": [{"text": one, "type": "unstyled"} for one in PARAGRAPHS]},
    "text elements": [*({"type": "text", "content": one} for one in PARAGRAPHS), PICTURE],
    "syntax tree": {
        "type": "root",
        "children": [
            {"type": "element", "tag": "p", "props": {}, "children": spans(p, "value", type="text")}
            for p in PARAGRAPHS
        ],
    },
    "React elements": [["$", "p", None, {"children": one}] for one in PARAGRAPHS],
}


def story(text: object = HTML, **more: object) -> dict[str, object]:
    return {
        "title": HEADLINE,
        "slug": "lantern-lost",
        "published_at": "2026-03-05",
        "body": text,
    } | more


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_text_in_any_form_is_read(text: object) -> None:
    others = [story(f"<p>{'Something else was decided here. ' * 5}</p>", title="Another lamp")]
    data = {"page": {"article": story(text), "related": others, "config": {"x": [1, None, "y"]}}}
    for headline in (HEADLINE, HEADLINE.upper(), None):
        found = find_story(data, headline)
        assert found is not None
        assert (found.paragraphs, found.date_published) == (PARAGRAPHS, "2026-03-05")
        assert found.kept_back is None


@pytest.mark.parametrize(
    ("told", "day", "authors"),
    [
        (
            {"published_at": 1772700000000, "author": {"name": "Ada Vale"}},
            "2026-03-05T08:40:00+00:00",
            ["Ada Vale"],
        ),
        (
            {"published_at": "2026-03-05T08:40:00Z", "byline": "By Ada Vale"},
            "2026-03-05T08:40:00Z",
            ["By Ada Vale"],
        ),
        (
            {"author": {"node": {"firstName": "Ada", "lastName": "Vale"}}},
            "2026-03-05",
            ["Ada Vale"],
        ),
        (
            {"authors": {"nodes": [{"name": "Ada Vale"}, {"name": "Bo Lind"}]}},
            "2026-03-05",
            ["Ada Vale", "Bo Lind"],
        ),
        ({"published_at": True, "isPublished": "2", "updatedAt": "2026-03-06"}, None, []),
    ],
)
def test_dates_and_authors_are_told(
    told: dict[str, object], day: str | None, authors: list[str]
) -> None:
    found = find_story([story(**told)], HEADLINE)
    assert found is not None
    assert (found.date_published, list(found.authors)) == (day, authors)


def test_title_and_date_may_stand_beside_the_text() -> None:
    fields = {"title": HEADLINE, "text": HTML}
    for data in (
        {"sys": {"publishedAt": "2026-03-05"}, "fields": fields},
        {"headlines": {"basic": HEADLINE}, "display_date": "2026-03-05", "text": HTML},
        {"id": 4, "attributes": {**fields, "publishedAt": "2026-03-05"}},
        {"state": json.dumps({"article": {**fields, "publicationDate": "2026-03-05"}})},
    ):
        found = find_story(data, HEADLINE)
        assert found is not None
        assert (found.headline, found.date_published) == (HEADLINE, "2026-03-05")
        assert found.paragraphs == PARAGRAPHS


def test_of_several_whole_stories_none_is_taken_without_a_headline() -> None:
    both = [story(), story(title="Another lamp")]
    assert find_story(both, None) is None
    assert find_story(both, HEADLINE) is not None
    assert find_story(both, "A third one") is None


FLAGS: list[dict[str, object]] = [
    *({"isAccessibleForFree": said} for said in (False, "False", "https://schema.org/False", 0)),
    *(
        {name: True}
        for name in ("isPremium", "premium_content", "locked", "membersOnly", "paywalled")
    ),
    *({name: 1} for name in ("is_paid", "onlyForSubscribers", "gated", "isTruncated", "isTeaser")),
    *({"access": said} for said in ("subscriber", "PREMIUM", "members-only", "registered")),
    {"content_restrictions": {"content_code": "premium"}},
    {"visibility": "paid"},
    {"contentTier": "locked"},
    {"accessRoles": ["subscribers"]},
    {"paywall": {"mode": "hard"}},
    *({name: False} for name in ("hasAccess", "access", "canRead", "accessGranted", "public")),
    *({name: True} for name in ("abo", "isAbo", "kostenpflichtig", "payant", "abonne")),
    *({name: True} for name in ("reserve_abonnes", "suscriptores", "isSubscriptionLocked")),
    *({"premium": said} for said in (2, "Y", "ja", {"enabled": True})),
    *({"access": said} for said in ("kostenpflichtig", "betalt", "PAYANT", "付费", "有料会員")),
    {"unlocked": False, "loginRequired": True},
    {"isAccessibleForFree": {"@value": False}},
    {"isAccessibleForFree": "nein"},
    {"visibility": "only_paid"},
    {"accessLevel": "web_premium"},
    {"audience": "suscriptores"},
    {"subtype": "premium"},
    {"flags": ["premium"]},
    {"labels": ["Premium"]},
    {"entitlements": ["premium"]},
    {"subscriptionLevel": "paid"},
    {"content_code": "exclusive"},
    {"exclusive": True},
    {"metering": "hard"},
    {"__typename": "PremiumArticle"},
    {"subscription": {"required": True}},
    {"meta": '{"isPremium":true}'},
]


@pytest.mark.parametrize("flag", FLAGS, ids=str)
def test_what_keeps_a_text_back_is_named(flag: dict[str, object]) -> None:
    beside = {"article": story(), **flag}
    for data in (story(**flag), {"article": story(), "page": flag}, beside, [[beside]]):
        found = find_story(data, HEADLINE)
        assert found is not None
        assert found.kept_back is not None
    assert find_kept_back(read_objects({"page": flag}), HEADLINE) is not None


@pytest.mark.parametrize("flag", FLAGS, ids=str)
def test_what_keeps_another_text_back_is_not(flag: dict[str, object]) -> None:
    other = {"title": "Another lamp", "slug": "lamp", **flag}
    found = find_story({"article": story(), "related": [other]}, HEADLINE)
    assert found is not None
    assert found.kept_back is None


@pytest.mark.parametrize(
    "said",
    [
        {"isAccessibleForFree": True, "isPremium": False, "paywall": None, "access": "public"},
        {"teaser": "A lantern lost its mark", "preview": "/lamp.jpg", "status": "published"},
        {"access": {"level": "free"}, "locked": "false", "visibility": "public", "paid": 0},
        {"hasAccess": True, "subscription": {"url": "/subscribe", "plans": ["gold"]}},
        {"teaser": {"showPicture": True}, "members": 120, "premium": {"enabled": False}},
        {"__typename": "Article", "labels": ["Courts"], "registration": "/register"},
    ],
)
def test_what_is_for_everybody_is_not_kept_back(said: dict[str, object]) -> None:
    found = find_story(story(**said), HEADLINE)
    assert found is not None
    assert found.kept_back is None


@pytest.mark.parametrize(
    "data",
    [
        story(category={"id": 7, "title": "Plus", "isPremium": True}),
        story(content={"html": HTML, "access": {"id": 1, "name": "A", "locked": True}}),
        {
            "articles": {"17": story(id=17)},
            "locks": {"17": {"id": 17, "name": "x", "locked": True}},
        },
        {"a": story(), "nav": [{"title": "Lost", "slug": "lantern-lost", "locked": True}]},
        {"a": story(), "seo": {"title": f"{HEADLINE} – Lamp", "path": "/x", "premium": True}},
    ],
)
def test_a_flag_in_what_belongs_to_a_story_counts(data: object) -> None:
    found = find_story(data, HEADLINE)
    assert found is not None
    assert found.kept_back is not None


@pytest.mark.parametrize(
    "said",
    [
        {"last_published_at": "2026-09-09", "published_at": "2026-03-05"},
        {"published_at": "2026-09-09", "first_published_at": "2026-03-05"},
        {"publishUntil": "2027-03-01", "publishedEnd": "2027-01-01", "published": "2026-03-05"},
        {"publisherId": "2019-12-34", "published": "2026-03-05"},
        {"date": "2027-05-05", "published": "2026-03-05"},
    ],
)
def test_the_day_is_that_of_the_first_publication(said: dict[str, object]) -> None:
    found = find_story({"title": HEADLINE, **said, "body": HTML}, HEADLINE)
    assert found is not None
    assert found.date_published == "2026-03-05"


def test_a_text_that_ends_with_a_wall_is_kept_back() -> None:
    found = find_story(story(f"{HTML}<p>Subscribe to continue reading this story.</p>"), HEADLINE)
    assert found is not None
    assert found.kept_back is not None


def tangled() -> object:
    """A graph in which each object stands in the next one twice, and the last one in the first."""
    first: dict[str, object] = {"type": "paragraph", "children": "x"}
    node: dict[str, object] = first
    for _ in range(60):
        node = {"type": "section", "children": [node, node]}
    first["data"] = [node]
    return node


def deep(levels: int) -> object:
    node: object = HTML
    for _ in range(levels):
        node = {"title": HEADLINE, "date": "2026-03-05", "content": node}
    return node


CIRCLE: dict[str, Any] = {"nodes": []}
CIRCLE["nodes"].append({"node": CIRCLE})
HOSTILE: dict[str, Any] = {
    "doubled": story(tangled()),
    "deep": deep(20_000),
    "wide": {str(i): story("x" * 400, title=f"Lamp {i}") for i in range(20_000)},
    "nested strings": '["' * 50_000,
    "unclosed tags": story("<div>" * 50_000 + HTML),
    "attributes": story(f"<p {'a=1 ' * 50_000}>{HTML}"),
    "brackets": story("[" * 200_000 + "](/x) " + "*" * 200_000),
    "its own author": story(author=CIRCLE),
    "numbers": {"title": HEADLINE, "date": 10**400, "body": [10**400, HTML]},
}


@pytest.mark.slow
@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_data_made_to_hold_it_up_end(data: object) -> None:
    for headline in (HEADLINE, None):
        found = find_story(data, headline)
        assert found is None or len(found.paragraphs) < 30_000


@pytest.mark.parametrize("data", [None, 1, "", "{", [], {}, {"title": HEADLINE}, [[[]]], "[" * 900])
def test_data_without_a_story_hold_none(data: object) -> None:
    assert find_story(data, HEADLINE) is None
    assert find_story(data, None) is None
