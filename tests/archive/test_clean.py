"""The gate, the content hash and the refs."""

import hashlib
import json
import sqlite3
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradepress.archive.clean import LONGEST_TEXT, ArticleRowError, clean, column_value, naming
from tradepress.archive.stories.content_hash import content_hash
from tradepress.archive.stories.ref import article_ref, ref_candidates
from tradepress.story import Article


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (2**63, "64 bits"),
        (-(2**63) - 1, "64 bits"),
        (float("nan"), "not a number"),
        (float("inf"), "not a number"),
        ("é" * (LONGEST_TEXT // 2 + 1), "longer"),
        (b"bytes", "bytes"),
        ({"a": [object()]}, "object"),
    ],
)
def test_what_is_refused_is_named(bad: Any, why: str) -> None:
    with pytest.raises(ArticleRowError, match=f"^body: .*{why}"), naming("body"):
        clean(bad)


def test_endless_nesting_is_refused() -> None:
    nest: list[Any] = []
    nest.append(nest)
    with pytest.raises(ArticleRowError, match="nested"):
        clean(nest)


def test_many_short_entries_can_be_too_long_together() -> None:
    with pytest.raises(ArticleRowError, match="keywords: longer"), naming("keywords"):
        column_value(["x" * 100] * (LONGEST_TEXT // 100))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(VALUES)
def test_whatever_passes_the_gate_comes_back_from_sqlite(dirty: Any) -> None:
    try:
        cleaned = clean(dirty)
    except ArticleRowError:
        return
    column = column_value(cleaned)
    connection = sqlite3.connect(":memory:")
    (back,) = connection.execute("SELECT ?", [column]).fetchone()
    connection.close()
    assert back == column
    if isinstance(dirty, list | dict):
        assert back == json.dumps(cleaned, ensure_ascii=False)


STORY = Article(
    headline="Lantern mark falls",
    body="First.\n\nSecond.",
    date_published="2017-08-04",
    authors=("Petra Holm", "Mira Osei"),
)


@pytest.mark.parametrize(
    "change",
    [
        {"body": "First.  Second."},
        {"headline": " Lantern\u00a0mark falls"},
        {"authors": ("Petra Holm", "Mira  Osei")},
        {"description": "A standfirst"},
        {"section": "Trademarks", "keywords": ("x",), "date_modified": "2020-01-01"},
    ],
)
def test_the_hash_ignores_white_space_and_what_is_not_the_story(change: dict[str, Any]) -> None:
    assert content_hash(replace(STORY, **change)) == content_hash(STORY)


@pytest.mark.parametrize(
    "change",
    [
        {"headline": "Lantern mark fails"},
        {"body": "First.\n\nSecond!"},
        {"body": None},
        {"date_published": "2017-08-05"},
        {"date_published": None},
        {"authors": ("Petra Holm",)},
        {"authors": ("Petra", "Holm Mira Osei")},
        {"corrections": ("Correction: it was a lamp.",)},
    ],
)
def test_the_hash_tells_changes_of_the_story(change: dict[str, Any]) -> None:
    assert content_hash(replace(STORY, **change)) != content_hash(STORY)


def test_refs() -> None:
    url = "HTTP://news.example/a?utm_source=x"
    digest = hashlib.sha256(b"http://news.example/a").hexdigest()
    assert article_ref("signet", "12107", url) == "signet-12107"
    assert article_ref("signet", None, url) == f"signet-{digest[:12]}"
    assert article_ref("signet", "12107@2", url) == f"signet-{digest[:12]}"
    assert list(ref_candidates("signet", "7", url))[1:3] == [
        f"signet-{digest[:12]}",
        f"signet-{digest[:16]}",
    ]
