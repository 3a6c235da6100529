"""How cells of tables read, and where in SQL a mistake is."""

from pathlib import Path

import pytest
from browsing import a_run, get, page, path, save, words
from lxml import html

from tradepress.browse.words.cells import cell, is_amount
from tradepress.browse.words.sql_mistakes import place_of_mistake

__all__ = ["path"]


@pytest.mark.parametrize(
    ("column", "value", "is_one"),
    [
        *[(name, 1048, True) for name in ("word_count", "bytes", "count(*)", "stored", "found")],
        *[(name, 1048, False) for name in ("id", "run_id", "year", "first_year", "status", "pid")],
        *[("is_truncated", 1, False), ("version", 2, False), ("similarity", 0.55, True)],
        *[("stories", "1048", False), ("stories", None, False), ("stories", True, False)],
    ],
)
def test_amounts_are_told_from_keys_and_years(column: str, value: object, is_one: bool) -> None:
    assert is_amount(value, column) is is_one


def test_an_amount_has_separators_and_a_key_none() -> None:
    assert cell("bytes", 1234567, str) == '<span class="amount">1,234,567</span>'
    assert cell("id", 1234567, str) is None
    assert cell("run_id", 1234567, str) == '<a href="run/1234567">1234567</a>'


def test_keys_lead_to_the_page_of_the_room_under_their_name() -> None:
    def under(address: str) -> str:
        return f"/press/{address}"

    of_source = {"value": "signet", "label": "Signet <b>"}
    assert cell("source", of_source, under) == (
        '<a href="/press/source/signet">Signet &lt;b&gt;</a>'
    )
    assert cell("ref", "signet-1@2", under) == '<a href="/press/story/signet-1@2">signet-1@2</a>'
    assert cell("source", "../x", under) is None
    assert cell("article_id", {"value": 7, "label": None}, under) == (
        '<a href="/press/data/articles/7">7</a>'
    )


def test_a_table_shows_names_for_keys_and_leads_on(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused")
    row = page(path, "/data/fetches").xpath("//tbody/tr")[0]
    links = {words(link): link.get("href") for link in row.xpath("td/a")}
    assert links["The Signet Gazette"] == "/source/signet"
    assert links["Lantern mark refused"] == "/data/articles/1"
    for table, key, address in (("sources", "signet", "/source/signet"), ("runs", "1", "/run/1")):
        assert address in page(path, f"/data/{table}/{key}").xpath("//main//a/@href")


@pytest.mark.parametrize(
    ("sql", "said", "place"),
    [
        ("select a,\n  nosuch from b", "no such column: nosuch", "line 2, character 3"),
        ("select nosuch", "no such column: nosuch", "line 1, character 8"),
        ("select nosuch, nosuch", "no such column: nosuch", None),
        ("select nosuch, nosuches", "no such column: nosuch", "line 1, character 8"),
        ("select 1\nfrm x", 'near "x": syntax error', "line 2, character 5"),
        ("select (1))", 'near ")": syntax error', None),
        ("select", "incomplete input", "at its end"),
        ("select 1", "interrupted", None),
    ],
)
def test_the_place_of_a_mistake(sql: str, said: str, place: str | None) -> None:
    assert place_of_mistake(sql, said) == place


def test_a_mistake_is_shown_with_its_place_and_the_statement(path: Path) -> None:
    with a_run(path):
        pass
    sql = "select ref,\n nosuch from articles where ref = :ref"
    answer = get(path, "/data", sql=sql, ref="signet-1")
    tree = html.fromstring(answer.text)
    assert answer.status_code == 400
    assert "nosuch (line 2, character 2)" in words(tree, "//p[@role='alert']")
    assert tree.xpath("//textarea[@name='sql']")[0].text == sql
    assert tree.xpath("//input[@name='ref']/@value") == ["signet-1"]


def test_csv_is_a_file_that_a_spreadsheet_reads_as_utf_8(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "Über Marken")
    for address, name in (
        ("/data/articles.csv", "articles.csv"),
        ("/data.csv?sql=select+headline+from+articles", "query.csv"),
    ):
        answer = get(path, address)
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
        assert answer.content.startswith(b"\xef\xbb\xbf")
        assert answer.content.count(b"\xef\xbb\xbf") == 1
        assert "Über Marken" in answer.content.decode("utf-8-sig")
    failed = get(path, "/data.csv?sql=select+nosuch")
    assert failed.status_code == 400
    assert failed.headers["content-type"].startswith("text/plain")
