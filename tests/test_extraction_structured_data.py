"""JSON-LD and meta: broken blocks are read as far as they go, the page's own article is chosen."""

import pytest

from crawler.extraction.people import is_names, read_names
from crawler.extraction.structured_data import Declared, parse_json_ld, read_declared
from crawler.extraction.tree import parse_tree


def declared(head: str, url: str | None = None) -> Declared:
    root = parse_tree(f"<html><head>{head}</head><body><p>x</p></body></html>")
    assert root is not None
    return read_declared(root, url)


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


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Petra Holm", ("Petra Holm",)),
        ("By Mara O'Dell and Jon de Witt, Staff Writers", ("Mara O'Dell", "Jon de Witt")),
        ("Von Gundula Öllerer", ("Gundula Öllerer",)),
        ("Reporter: Barnaby Dixcott", ("Barnaby Dixcott",)),
        ("Síle O’Neill; Síle O’Neill", ("Síle O’Neill",)),
        ("The Signet Gazette", ()),
        ("Staff Reporter", ()),
        ("Associated Press", ()),
        ("By", ()),
        ("https://a.example/authors/petra", ()),
    ],
)
def test_names_in_a_byline(line: str, names: tuple[str, ...]) -> None:
    assert read_names([line], publishers=["The Signet Gazette"]) == names


def test_line_of_names_alone() -> None:
    assert is_names("Yevgenia Strand and Matthias O’Dargan")
    assert not is_names("Lantern makers settle over shade")
