"""What leaves the archive as a file: whole, or said not to be, and inert in a spreadsheet."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from browsing import a_run, column, get, page, path, save, words

from tradepress.browse import datasette_settings
from tradepress.browse.words.rendering import inert_csv_cell

__all__ = ["path"]


def links(tree: Any) -> dict[str, str]:
    """Address of each export by its words."""
    return {words(link): link.get("href") for link in tree.xpath("//p[@class='exports']/a")}


def rows_of(answer: Any) -> list[dict[str, str]]:
    """Of a CSV, as a spreadsheet reads it."""
    return [*csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))]


def refs(path: Path, address: str) -> list[str]:
    """Of the stories in a file."""
    answer = get(path, address)
    assert answer.status_code == 200, answer.text
    if "csv" in address.partition("?")[0]:
        return [row["ref"] for row in rows_of(answer)]
    if "_nl=on" in address:
        return [json.loads(line)["ref"] for line in answer.text.splitlines()]
    loaded = answer.json()
    at = loaded["columns"].index("ref")
    return [row["ref"] if isinstance(row, dict) else row[at] for row in loaded["rows"]]


@pytest.fixture
def few_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Datasette gives at most ten rows at once."""
    monkeypatch.setitem(datasette_settings.SETTINGS, "max_returned_rows", 10)
    monkeypatch.setitem(datasette_settings.SETTINGS, "default_page_size", 6)


@pytest.mark.usefixtures("few_rows")
def test_the_csv_of_a_list_is_whole_on_every_page_of_it(path: Path) -> None:
    with a_run(path) as writer:
        saved = {
            save(writer, f"Buckle ruling {number}", date_published=f"2017-08-{number + 1:02}")
            for number in range(25)
        }
        save(writer, "Another story")
    first = page(path, "/data/articles", _search="buckle")
    [second] = first.xpath("//a[@rel='next']/@href")
    for tree in (first, page(path, second.removeprefix("http://localhost"))):
        found = refs(path, links(tree)["CSV"])
        assert len(found) == 25
        assert set(found) == saved
        for name in ("JSON of the first 10", "newline-delimited JSON of the first 10"):
            assert len(refs(path, links(tree)[name])) == 10
        assert "next_url has the rest" in words(tree, "//p[@class='exports']")


def save_three_days(path: Path) -> list[str]:
    """Many stories on each; their refs."""
    with a_run(path) as writer:
        return [
            save(writer, f"Buckle ruling {number}", date_published=f"2017-08-0{number // 20 + 1}")
            for number in range(45)
        ]


@pytest.mark.usefixtures("few_rows")
@pytest.mark.parametrize("narrowed", ["", "?_search=buckle", "?section=Designs"])
def test_stories_of_one_day_are_each_on_one_page(path: Path, narrowed: str) -> None:
    with a_run(path) as writer:
        for number in range(16):
            save(writer, f"Buckle ruling {number}", date_published="2017-08-04", section="Designs")
    seen: list[str] = []
    address: str | None = f"/data/articles{narrowed}"
    while address:
        tree = page(path, address.removeprefix("http://localhost"))
        seen += column(tree, "headline")
        address = next(iter(tree.xpath("//a[@rel='next']/@href")), None)
    assert seen == [f"Buckle ruling {number}" for number in range(16)]


@pytest.mark.parametrize("table", ["articles", "runs", "sources"])
@pytest.mark.parametrize("order", ["_sort=source", "_sort_desc=started", "_sort=name"])
def test_no_list_comes_in_an_order_that_rows_may_share(path: Path, table: str, order: str) -> None:
    """Datasette would show such rows on two pages, or on none."""
    with a_run(path) as writer:
        save(writer, "Buckle ruling")
    for ending in ("", ".csv", ".json"):
        answer = get(path, f"/data/{table}{ending}?{order}")
        assert answer.status_code == 400
        assert "Cannot sort table by" in answer.text


def named(answer: Any) -> str | None:
    """The name that a file is saved under, if it gives one."""
    found = re.fullmatch(
        'attachment; filename="(.+)"', answer.headers.get("content-disposition", "")
    )
    return found[1] if found else None


@pytest.mark.usefixtures("few_rows")
@pytest.mark.parametrize("query", ["", "?_search=buckle"])
def test_the_plain_address_of_a_csv_gives_the_whole_list(path: Path, query: str) -> None:
    saved = save_three_days(path)
    answer = get(path, f"/data/articles.csv{query}")
    found = [row["ref"] for row in rows_of(answer)]
    assert sorted(found) == sorted(saved)
    assert named(answer) == "articles.csv"


@pytest.mark.usefixtures("few_rows")
@pytest.mark.parametrize("table", ["versions", "links", "urls", "sources", "near_duplicates"])
def test_the_plain_address_of_any_table_gives_all_its_rows(path: Path, table: str) -> None:
    with a_run(path) as writer:
        for number in range(12):
            link = {"kind": "related", "url": f"http://signet.example/{number}", "text": "More"}
            save(writer, f"Buckle ruling {number}", links=[link])
    [[rows]] = get(path, "/data.json", sql=f"select count(*) from {table}").json()["rows"]
    assert len(get(path, f"/data/{table}.csv").text.splitlines()) == rows + 1


@pytest.mark.usefixtures("few_rows")
def test_a_page_that_was_asked_for_as_csv_is_called_one(path: Path) -> None:
    with a_run(path) as writer:
        for number in range(9):
            save(writer, f"Buckle ruling {number}")
    answer = get(path, "/data/articles.csv?_size=5")
    assert len(answer.text.splitlines()) == 6
    assert named(answer) == "articles-one-page.csv"


@pytest.mark.usefixtures("few_rows")
def test_rows_of_sql_that_are_cut_are_in_a_file_called_so(path: Path) -> None:
    with a_run(path) as writer:
        for number in range(12):
            for body in ("The first text of it.", "Quite another text, of more words."):
                save(writer, f"Buckle ruling {number}", body)
    sql = quote("select * from articles")
    for address, name in [
        (f"/data.csv?sql={sql}", "data-first-10-rows.csv"),
        (f"/data.csv?sql={sql}&_size=max&_dl=1", "data-first-10-rows.csv"),
        (f"/data.json?_shape=array&sql={sql}", "data-first-10-rows.json"),
        (f"/data.json?sql={sql}", None),  # it has `truncated`
        (f"/data.csv?sql={sql}+limit+10", "query.csv"),
        ("/data/runs.csv?_size=max", "runs-one-page.csv"),
    ]:
        assert named(get(path, address)) == name, address


@pytest.mark.usefixtures("few_rows")
def test_a_list_that_fits_is_whole_in_every_file(path: Path) -> None:
    with a_run(path) as writer:
        saved = {save(writer, f"Buckle ruling {number}") for number in range(9)}
    files = links(page(path, "/data/articles"))
    for name in ("CSV", "JSON", "newline-delimited JSON"):
        assert set(refs(path, files[name])) == saved


@pytest.mark.usefixtures("few_rows")
def test_rows_of_sql_that_are_cut_are_called_so(path: Path) -> None:
    with a_run(path) as writer:
        for number in range(12):
            save(writer, f"Buckle ruling {number}")
    cut = words(page(path, "/data", sql="select * from articles"), "//main")
    assert "More than 10 rows, of which these are the first." in cut
    assert "These first 10 rows as JSON or CSV" in cut
    whole = words(page(path, "/data", sql="select * from articles limit 3"), "//main")
    assert "These rows as JSON or CSV" in whole


def test_a_csv_that_breaks_says_so_on_its_last_line(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(datasette_settings.SETTINGS, "max_csv_mb", 1)
    with a_run(path) as writer:
        for number in range(3):
            save(writer, f"Buckle ruling {number}", "=long " * 100_000)
    text = get(path, "/data/articles.csv?_stream=on").text
    assert text.splitlines()[-1].startswith("The list ends here and is not whole: CSV contains")


@pytest.mark.parametrize(
    "value",
    [
        *("=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", "\n=1+1"),
        *("＝1+1", "＋1+1", "－1+1", "＠SUM(1)"),  # full width, as Japanese and Chinese type them
        *("﹦1+1", "﹢1+1", "﹣1+1", "﹫SUM(1)", "−1+1", "⁼1+1", "₊1+1"),
        *(
            " =1+1",
            "\u00a0=1+1",
            "\u3000＝1+1",
            "\ufeff=1+1",
            "\u200b=1+1",
            "\x00=1+1",
            "\n\n\t @x",
        ),
        *("+１", "-1e", "--1", "- a list\n- of two"),
    ],
)
def test_a_cell_that_a_spreadsheet_may_run_is_text(value: str) -> None:
    assert inert_csv_cell(value) == "'" + value


@pytest.mark.parametrize(
    "value", ["", "a=b", "a-b", "-1", "+1.5", "-2e-3", "x@y.example", "’tis", "1−2", " plain", "\n"]
)
def test_numbers_and_words_stay_as_they_are(value: str) -> None:
    assert inert_csv_cell(value) == value
