"""All that Datasette itself answers to: below /data for who reads here, closed to the public."""

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from browsing import answers, ask, get, opened, path
from test_public import CANARY, fill

__all__ = ["path"]

SQL = "select body, authors from articles union all select body, evidence from versions"
TABLES = [
    *("", ".json", ".csv", f"?sql={quote(SQL)}", f".json?sql={quote(SQL)}&_shape=array"),
    f".csv?sql={quote(SQL)}",
    *(f"/{table}{ending}" for table in ("articles", "articles_fts", "versions", "links")
      for ending in ("", ".json", ".csv", ".json?_shape=objects", "/1", "/1.json")),
    "/articles?_search=lantern",
    "/articles.json?_where=body+like+'%25z%25'",
]  # fmt: skip
"""Of the archive, below its name."""
OWN = [
    *(
        "databases",
        "metadata",
        "plugins",
        "settings",
        "versions",
        "threads",
        "password-tool",
        "actor",
        "config",
        "login",
    ),
    *("permissions", "messages", "allow-debug", "patterns", "logout", "auth-token", "config.json"),
    *("static/app.css", "static-plugins/x/y", "static-plugins/tradepress/y"),
]
OTHERS = [
    *(
        "/",
        "/.json",
        "/.jsono",
        "/favicon.ico",
        "/static/tradepress.css",
        "/:memory:/x",
        "/robots.txt",
    ),
    *("/data.db", "/_internal", "/_internal/databases", "/_internal.db", "/_memory"),
    *(f"/-/{name}{ending}" for name in OWN for ending in ("", ".json")),
]


OPEN = {"/", "/robots.txt", "/.json", "/.jsono", "/favicon.ico", "/static/tradepress.css"}


def asked(name: str) -> list[str]:
    return [*(f"/{name}{address}" for address in TABLES), *OTHERS]


async def routes_of(served: Any) -> list[Any]:
    await served.invoke_startup()
    return [
        pattern
        for pattern, view in served._routes()
        if "browse." not in getattr(view, "__module__", "")
    ]


@pytest.mark.parametrize("is_public", [False, True])
def test_every_route_of_datasette_is_asked_below(path: Path, is_public: bool) -> None:
    fill(path)
    served = opened(path, is_public=is_public)
    routes = asyncio.run(routes_of(served))
    served.executor.shutdown()
    paths = [urlsplit(address).path for address in asked("data")]
    assert len(routes) > 10
    assert [one for one in routes if not any(one.match(where) for where in paths)] == []


@pytest.mark.parametrize("name", ["data", "archive", "Data", "d%61ta", "~64ata"])
def test_the_public_gets_no_word_of_a_text_by_any_route(path: Path, name: str) -> None:
    fill(path)
    given = ask(path, *(("GET", address, {}) for address in asked(name)), is_public=True)
    for address, answer in zip(asked(name), given, strict=True):
        assert CANARY not in answer.text, address
        if address not in OPEN:  # not said to be there, or elsewhere
            assert answer.status_code in (301, 302, 400, 403, 404), address


def test_the_connection_of_a_public_room_itself_holds_no_text(path: Path) -> None:
    """Should a route be missed."""
    fill(path)
    served = opened(path, is_public=True)

    async def texts() -> Any:
        await served.invoke_startup()
        return (await served.get_database("data").execute(SQL)).rows

    assert {tuple(row) for row in asyncio.run(texts())} == {(None, None)}
    served.executor.shutdown()


def test_who_reads_here_finds_the_tables_and_nothing_of_datasette_itself(path: Path) -> None:
    fill(path)
    for address, answer in zip(asked("data"), answers(path, asked("data")), strict=True):
        if address.startswith("/data/") or "?" in address or address == "/data":
            assert answer.status_code == (302 if address == "/data/articles/1" else 200), address
        elif address not in OPEN | {"/data.json"}:
            assert answer.status_code in (301, 400, 403, 404), address
        assert answer.status_code < 500, address


@pytest.mark.parametrize(
    ("cited", "now"),
    [
        ("/archive", "/data"),
        ("/archive?sql=select+1&x=%C3%A9", "/data?sql=select+1&x=%C3%A9"),
        ("/archive.json?sql=select+1", "/data.json?sql=select+1"),
        ("/archive/articles/1", "/story/signet-1"),
        ("/archive/articles/1.json", "/data/articles/1.json"),
        ("/archive/versions/2", "/data/versions/2"),
        (
            "/archive/articles?source=signet&_sort_desc=word_count&_next=3,4",
            "/data/articles?source=signet",
        ),
        ("/archive/runs.csv", "/data/runs.csv"),
    ],
)
def test_an_address_that_was_cited_leads_on(path: Path, cited: str, now: str) -> None:
    fill(path)
    answer = get(path, cited)
    assert (answer.status_code, answer.headers["location"]) == (302, now)
    assert get(path, now).status_code == 200


@pytest.mark.parametrize("ending", ["", ".json", "/2", "/2.json"])
def test_a_view_has_the_pages_of_its_table_and_all_texts(path: Path, ending: str) -> None:
    fill(path)
    assert get(path, f"/data/version_rows{ending}").status_code == 200
    assert get(path, f"/data/versions{ending}").status_code == 200
    rows = get(path, "/data/versions/2.json?_shape=objects").json()["rows"]
    assert rows[0]["body"]
