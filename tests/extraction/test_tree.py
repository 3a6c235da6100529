"""The parsed page holds the words that browsers show, wherever its ends stand."""

import pytest

from tradepress.extraction import tree
from tradepress.extraction.tree import Element, parse_tree, words_of

FAR = "<p>Filler.</p>" * (tree.TAIL // 10)


def _body(page: str) -> Element:
    root = parse_tree(page)
    assert root is not None
    body = root.find("body")
    assert body is not None
    return body


@pytest.mark.parametrize("end", ["</body>", "</html>", "</BODY></HTML>", "</body></html>"])
@pytest.mark.parametrize("after", ["", FAR], ids=["near the end", "far above it"])
def test_words_behind_an_early_end_stand_in_the_body(end: str, after: str) -> None:
    body = _body(f"<html><body><div><p>Above.</p>{end}<p>Below.</p>{after}</div></body></html>")
    assert [p.text for p in body.findall("div/p")][:2] == ["Above.", "Below."]


@pytest.mark.parametrize(
    "page",
    [
        "<p>Above.</p><p>Below.",
        "<body><p>Above.</p><div><span>Below.</span>",
        "<body><p>Above.</p><p>Below.</p></body></html><!-- end -->\n",
        "<body><p>Above.</p><p>Below.</p><script>let end = '</body>'",
        "<body><p>Above.</p><p>Below.</p><!-- never closed",
        "<html><p>Above.</p><p>Below.</p></html>" + " " * 2 * tree.TAIL,
    ],
)
def test_the_mark_at_the_end_leaves_no_trace(page: str) -> None:
    body = _body(page)
    words = [words_of(e) for e in body.iter("p", "span")]
    assert words == ["Above.", "Below."]
    assert next(body.iter(tree.MARK), None) is None
    assert tree.MARK not in words_of(body)


def test_an_early_end_costs_a_second_reading_and_nothing_else_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[bytes] = []
    parse = tree._parse
    monkeypatch.setattr(tree, "_parse", lambda data: read.append(data) or parse(data))
    parse_tree(f"<html><body>{FAR}</body></html>")
    assert len(read) == 1
    parse_tree(f"<html><body><p>Above.</p></html>{FAR}")
    assert len(read) == 3


@pytest.mark.parametrize(
    ("attribute", "is_shown"),
    [
        ("shadowrootmode=open", True),  # as browsers read and SingleFile writes it
        ("shadowroot=open", True),  # as they did before 2023
        ('shadowmode="open"', True),  # MHTML of Chrome
        ("id=shadowrootmode", False),
        ("", False),
    ],
)
def test_the_inside_of_a_component_is_shown_and_that_of_a_template_is_not(
    attribute: str, is_shown: bool
) -> None:
    body = _body(
        f"<body><paper-story><template {attribute}><p>Inside.</p></template></paper-story>"
    )
    assert (body.find("paper-story/div/p") is not None) == is_shown
