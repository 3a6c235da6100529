"""Whatever is asked of the pages: never a failure of ours, always words that help."""

from pathlib import Path
from urllib.parse import quote

import pytest
from browsing import a_run, get, path, save, words
from datasette.database import QueryInterrupted
from lxml import html

__all__ = ["path"]

ARTICLES = "/data/articles"
JSON = "/data/articles.json"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (f"{ARTICLES}?_sort=nosuch", "Cannot sort table by nosuch"),
        (f"{ARTICLES}?_sort=id&_sort_desc=id", "Cannot use _sort and _sort_desc at the same time"),
        (f"{ARTICLES}?_facet_size=1,2", "_facet_size must be a whole number, or max."),
        (f"{ARTICLES}?_facet_size=%C2%B2", "_facet_size must be a whole number, or max."),
        (f'{ARTICLES}?_facet={{"a":1}}', "_facet must be the name of a column."),
        (f"{ARTICLES}?_where=%00", "null character"),
        (f"{ARTICLES}?_timelimit=x", "_timelimit must be a whole number."),
        (f"{ARTICLES}?_ttl=%C2%B2", "_ttl must be a whole number."),
        (f"{JSON}?_json_infinity=", "_json_infinity must be on or off."),
        (
            f"{ARTICLES}?_through=[1]",
            "_through must be a JSON object with table",
        ),
        (f'{ARTICLES}?_through={{"table":"x","column":"y","value":"1"}}', "Invalid _through"),
        (f"{ARTICLES}?id__in=[", "id__in must be values with commas between them, or a JSON list."),
        (f"{ARTICLES}?id__in=[[1]]", "id__in must be values"),
        (f"{ARTICLES}?id__gt={'9' * 30}", "too large"),
        (f"{ARTICLES}?id__gt=%C2%B2", "id__gt: ² is no number."),
        ("/data/former_versions?_next=x", "_next must be a whole number."),
        ("/data/near_duplicates/1", "You did not supply a value"),
        ("/data.csv", "CSV is made of a table or a query"),
        ("/data.csv?sql=select+nosuch", "The query could not be run"),
        ("/data.csv?sql=drop+table+articles", "Statement must be a SELECT"),
        ("/data/articles.csv?_sort=nosuch", "Cannot sort table by nosuch"),
    ],
)
def test_what_can_not_be_answered_is_said_in_words(path: Path, address: str, said: str) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused")
    answer = get(path, address)
    assert answer.status_code == 400
    shown = answer.text
    if answer.headers["content-type"].startswith("text/html"):
        shown = words(html.fromstring(answer.text), "//p[@role='alert']")
    assert said in shown


@pytest.mark.parametrize(
    "address",
    [
        f"{ARTICLES}?_col=headline",
        f"{ARTICLES}?_nocol=headline&_search=lantern",
        f"{ARTICLES}?_json=raw&_json=headline",
        f"{JSON}?_json=raw&_json=headline&_json=authors",
        "/data?sql=" + quote("select 'x' as reservations"),
        "/data?sql=" + quote("select '[1]' as reservations, '[' as authors, '{' as evidence"),
        "/data?sql=" + quote("select '[{\"term\": 1}]' as reservations"),
        "/data?sql=" + quote("select search_stories('[1]'), search_stories('x')"),
        "/data/versions/1?_extras=nosuch&_json=raw",
    ],
)
def test_a_value_that_is_not_the_expected_json_is_shown(path: Path, address: str) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused")
    assert get(path, address).status_code == 200


@pytest.mark.parametrize("address", [f"{ARTICLES}.csv", ARTICLES])
def test_a_list_that_takes_too_long_says_so(
    path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused")

    async def interrupted(_: object, sql: str, *__: object, **___: object) -> None:
        raise QueryInterrupted(Exception("interrupted"), sql, {})

    monkeypatch.setattr("datasette.app.Datasette.execute", interrupted)
    monkeypatch.setattr("datasette.database.Database.table_exists", interrupted)
    answer = get(path, address)
    assert answer.status_code == 400
    assert "This took too long and was stopped." in answer.text


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("delete from articles where ref = :ref", "Statement must be a SELECT"),
        ("selct headline from articles", "Statement must be a SELECT"),
        ("select nosuch from articles where ref = :ref", "no such column: nosuch"),
        ("select 1; select 2", "one statement at a time"),
    ],
)
def test_a_query_that_can_not_be_run_stays_in_the_editor(path: Path, sql: str, said: str) -> None:
    with a_run(path):
        pass
    answer = get(path, "/data", sql=sql, ref="signet-1")
    assert answer.status_code == 400
    tree = html.fromstring(answer.text)
    assert said in words(tree, "//p[@role='alert']")
    assert tree.xpath("//textarea[@name='sql']")[0].text == sql
    if ":ref" in sql:
        assert tree.xpath("//input[@name='ref']/@value") == ["signet-1"]
    assert tree.xpath("//form[@class='sql']/@action") == ["/data"]


def test_a_query_that_takes_too_long_stays_in_the_editor(path: Path) -> None:
    with a_run(path):
        pass
    sql = "with recursive c(n) as (select 1 union all select n+1 from c) select max(n) from c"
    tree = html.fromstring(get(path, "/data", sql=sql, _timelimit="1").text)
    assert "took too long" in words(tree, "//p[@role='alert']")
    assert tree.xpath("//textarea[@name='sql']")[0].text == sql
