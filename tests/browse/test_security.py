"""Browsing under attack: who is answered, and what no answer gives away."""

import asyncio
import re
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from browsing import a_run, answers, ask, browsing, get, headlines, opened, path, save
from conftest import ROOT
from lxml import html
from needs import reason

from tradepress.archive.clean import LONGEST_TEXT
from tradepress.archive.withdrawal.withdrawn_people import person_key, withdraw_person
from tradepress.browse.addresses.kept_refs import cookie_name
from tradepress.browse.asking import limits
from tradepress.browse.asking.limits import letters_written
from tradepress.browse.serving.gate import is_known_host
from tradepress.browse.words.cells import cell
from tradepress.browse.words.rendering import names

__all__ = ["path"]


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "localhost:8001", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:8001"),
        *(
            "127.1.2.3:80",
            "[::1]",
            "[::1]:8001",
            "press.library.example",
            "Press.Library.example:8",
        ),
    ],
)
def test_this_machine_and_what_the_operator_named_are_known(host: str) -> None:
    assert is_known_host(host, ["Press.library.example"])


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "evil.example:8001", "localhost.evil.example", "127.0.0.1.evil.example"),
        *("evil.example#localhost", "localhost@evil.example", "localhost:80:80", "localhost evil"),
        *("", ":8001", "192.168.0.7", "0.0.0.0", "[::]", "[::1", "::1", "2130706433", "127.1"),
        *("press.library.example.", "xpress.library.example", "[fe80::1]", "lоcalhost"),
    ],
)
def test_no_other_host_is_known(host: str) -> None:
    assert not is_known_host(host, ["press.library.example"])


@pytest.mark.parametrize("address", ["/", "/data/articles.json", "/static/tradepress.css"])
def test_a_name_that_was_made_to_point_here_gets_nothing(path: Path, address: str) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused")
    [refused] = ask(path, ("GET", address, {"Host": "evil.example:8001"}))
    assert refused.status_code == 400
    assert refused.text == (
        "This archive is not served under that host name; "
        "start `tradepress browse` with --public-host to allow it.\n"
    )
    assert refused.headers["x-content-type-options"] == "nosniff"


def test_a_web_server_in_front_is_answered_under_its_name(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused")
    asked = ("GET", "/data/articles.json", {"Host": "press.library.example"})
    [named] = ask(path, asked, public_hosts=["press.library.example"])
    assert named.status_code == 200
    [unnamed] = ask(path, asked)
    assert unnamed.status_code == 400


def test_nobody_can_guess_whose_name_was_withdrawn(path: Path) -> None:
    """A hash of a name tells whoever guesses the name; a reason may hold it."""
    with a_run(path) as writer:
        save(writer, "Lantern mark refused")
        withdraw_person(writer.transaction, "Petra Holm", "asked for by Petra Holm")
    listed, table, row, asked, counted = answers(
        path,
        [
            "/data",
            "/data/withdrawn_people",
            f"/data/withdrawn_people/{person_key('Petra Holm')}",
            "/data.json?sql=select+name_hash+as+x+from+withdrawn_people",
            "/data.json?sql=select+count(*)+from+withdrawn_people+where+reason+like+'%25Holm%25'",
        ],
    )
    assert listed.status_code == 200
    assert "withdrawn_people" not in listed.text
    assert [table.status_code, row.status_code] == [400, 400]
    for refused in (asked, counted):
        assert refused.status_code == 400
        assert "prohibited" in refused.json()["error"]


@pytest.mark.parametrize("table", ["sqlite_dbpage", "sqlite_stmt", "log_leaves", "log_head"])
def test_no_table_of_sqlite_leads_round_what_is_not_shown(path: Path, table: str) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused")
    for sql in (f"SELECT * FROM {table}", f"SELECT count(*) FROM {table}"):
        refused, by_filter = answers(
            path,
            [
                "/data.json?sql=" + quote(sql),
                "/data/articles.json?_where=" + quote(f"({sql.replace('*', '1')}) IS NOT NULL"),
            ],
        )
        assert (refused.status_code, by_filter.status_code) == (400, 400), sql
        # A SQLite that is built without it has none.
        told = refused.json()["error"]
        assert "prohibited" in told or "not authorized" in told or "no such table" in told


def test_every_user_of_this_machine_reads_a_room_without_a_password(path: Path) -> None:
    """Said in docs/explanation/threats.md: who is on this machine is asked nothing."""
    with a_run(path) as writer:
        ref = save(writer, "Lantern mark refused", "Nobody else was to read of the quince.")
    assert "quince" in answers(path, [f"/story/{ref}"])[0].text


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "MOVE"])
def test_the_archive_can_only_be_read(path: Path, method: str) -> None:
    with a_run(path):
        pass
    addresses = ("/", "/data", "/data/articles", "/stories", "/story/x", "/-/messages")
    for answer in ask(path, *((method, address, {}) for address in addresses)):
        assert answer.status_code == 405
        assert answer.headers["allow"] == "GET, HEAD"
        assert answer.text == "This archive can only be read: ask with GET.\n"


@pytest.mark.parametrize(
    ("site", "destination", "status"),
    [
        ("cross-site", "image", 403),
        ("cross-site", "empty", 403),
        ("same-site", "script", 403),  # another port of this machine
        ("cross-site", "iframe", 403),
        ("cross-site", "document", 200),  # a link in a letter
        ("same-origin", "style", 200),
        ("none", "document", 200),
    ],
)
def test_pages_of_other_sites_can_link_here_and_load_nothing(
    path: Path, site: str, destination: str, status: int
) -> None:
    with a_run(path):
        pass
    sent = {"Sec-Fetch-Site": site, "Sec-Fetch-Dest": destination}
    [answer] = ask(path, ("GET", "/data?sql=select+1", sent))
    assert answer.status_code == status


ENDLESS = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) "
LONG = "hex(zeroblob(7000000))"
TOO_LONG = [
    "SELECT zeroblob(1000000000)",
    "SELECT randomblob(1000000000)",
    f"SELECT replace({LONG}, '0', hex(zeroblob(1000)))",
]
TOO_MUCH = [
    "SELECT " + ", ".join(["zeroblob(16000000)"] * 200),
    f"SELECT json_array({', '.join([LONG] * 100)})",
    ENDLESS + "SELECT randomblob(1000000) FROM c",
    ENDLESS + f"SELECT json_group_array({LONG}) FROM c",
    ENDLESS + f"SELECT max(length(x)) FROM (SELECT {LONG} || n AS x FROM c ORDER BY x)",
]
"""Each takes gigabytes if it may."""
AS_MUCH_AS_IT_MAY = ENDLESS + "SELECT zeroblob(10600) FROM c LIMIT 1000"


@pytest.mark.parametrize("sql", TOO_LONG)
def test_a_value_that_no_archive_holds_is_refused(path: Path, sql: str) -> None:
    with a_run(path):
        pass
    for where in ("/data", "/data.json"):
        answer = get(path, where, sql=sql)
        assert answer.status_code == 400
        assert "too big" in answer.text
    [by_filter] = answers(path, ["/data/articles?_where=" + quote(f"({sql}) IS NOT NULL")])
    assert by_filter.status_code in (200, 400)  # SQLite may see that there is no row to ask of


@pytest.mark.slow
def test_the_longest_story_is_read_and_a_page_of_them_too(path: Path) -> None:
    body = "é" * (LONGEST_TEXT // 2)
    with a_run(path) as writer:
        for number in range(3):
            given = {"description": body, "date_published": "2017-08-04"}
            save(writer, f"Long {number}", body, site_id=str(number + 1), **given)
    [listed, story, rows, own] = answers(
        path,
        [
            *("/stories", "/story/signet-1", "/data/articles.json?_shape=array"),
            "/data.json?_shape=array&sql=select+*+from+articles+order+by+body",
        ],
    )
    assert len(headlines(html.fromstring(listed.text))) == 3
    assert body in story.text
    assert {row["body"] for row in rows.json()} == {row["body"] for row in own.json()} == {body}


@pytest.mark.parametrize(
    "sql",
    [
        "select * from pragma_hard_heap_limit",
        "select 1 where 1 in (select 1 from pragma_soft_heap_limit)",
        "select fts3_tokenizer('simple')",
        "select load_extension('x')",
    ],
)
def test_what_changes_the_server_is_refused(path: Path, sql: str) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused")
    refused, by_filter = answers(
        path, ["/data?sql=" + quote(sql), "/data/articles?_where=" + quote(f"1 in ({sql})")]
    )
    assert (refused.status_code, by_filter.status_code) == (400, 400)


@pytest.mark.parametrize(
    ("value", "letters"),
    [
        ("plain", 7),
        ("é\x01", 14),
        ("<'", 12),
        (b"\0" * 10, 62),
        (b"\xff" * 30, 40),
    ],
)
def test_a_value_counts_as_what_it_becomes_in_an_answer(value: str | bytes, letters: int) -> None:
    assert letters_written(value) == letters


def test_what_grows_in_json_is_refused_by_what_it_grows_to(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_run(path):
        pass
    monkeypatch.setattr(limits, "MOST_RESULT", 50_000)
    for sql in ("zeroblob(10000)", "replace(hex(zeroblob(5000)), '0', char(1))"):
        answer = get(path, "/data.json", sql=f"SELECT {sql}")
        assert (answer.status_code, limits.TOO_MUCH in answer.text) == (400, True)
    assert get(path, "/data.json", sql="SELECT hex(zeroblob(5000))").status_code == 200


def test_a_list_of_thousands_is_shown_by_its_first_names() -> None:
    listed = "[" + "1," * 2000 + "1]"
    assert names(listed) == [*["1"] * 50, "and 1,951 more"]
    assert names("[" + "1," * 49 + "1]") == ["1"] * 50
    shown = cell("authors", listed, str)
    assert shown is not None
    assert len(shown) < 300


@pytest.mark.parametrize("value", ['["{}"]', '{{"a": "{}"}}', "\x02{}\x03", "http://a.example/{}"])
def test_a_cell_as_long_as_a_book_is_shortened(value: str) -> None:
    assert cell("authors", value.format("x" * 50), str) is not None
    assert cell("authors", value.format("x" * 50_000), str) is None  # Datasette shortens it


# A process of its own, and queries that take their two seconds.
@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason=reason("/proc"))
def test_no_query_takes_the_machines_memory(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused")
    with browsing(path) as served:
        for sql in (TOO_LONG[0], *TOO_MUCH):
            assert status_of(f"{served.home}/data?sql={quote(sql)}") == 400, sql
        escaped = ENDLESS + f"SELECT replace({LONG}, '0', char(1)) FROM c LIMIT 2"
        assert status_of(f"{served.home}/data.json?sql={quote(escaped)}") == 400
        assert status_of(f"{served.home}/data.json?sql={quote(AS_MUCH_AS_IT_MAY)}") == 200
        assert status_of(served.home) == 200
        status = Path(f"/proc/{served.process.pid}/status").read_text()
    [peak] = re.findall(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    assert int(peak) < 700_000


def status_of(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=120) as answer:
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_nobody_learns_where_the_archive_lies(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused")
    own = [
        *("databases", "metadata", "plugins", "settings", "versions", "threads", "actor", "config"),
        *("permissions", "messages", "allow-debug", "patterns", "logout", "auth-token"),
    ]
    sql = "select * from pragma_database_list"
    addresses = [
        *("/", "/.json", "/data", "/data.json", "/data.db", "/_internal", "/_memory"),
        *(f"/-/{name}{ending}" for name in own for ending in ("", ".json")),
        *(f"/data{ending}?sql={quote(sql)}" for ending in ("", ".json", ".csv")),
        f"/data/articles?_where={quote(f'1 in (select file from ({sql}))')}",
    ]
    for address, answer in zip(addresses, answers(path, addresses), strict=True):
        assert str(path.parent) not in answer.text, address
        assert str(ROOT) not in answer.text, address
        if address.startswith("/-/"):
            assert answer.status_code == 404, address


@pytest.mark.parametrize(
    "sent", ["a{b=1", "a[b]=1", "x", '="', "é=ü", f"x={'a' * 10_000}", "\x01=2", 'b="; c=3']
)
def test_a_cookie_of_another_server_breaks_no_page_and_hides_none_of_ours(
    path: Path, sent: str
) -> None:
    with a_run(path) as writer:
        ref = save(writer, "Lantern mark refused")
    ours = f"{cookie_name(path)}={ref}"
    for line in (f"{sent}; {ours}", f"{ours}; {sent}"):
        headers = {"Cookie": line.encode("utf-8")}
        [answer] = ask(path, ("GET", "/reading-list", headers))
        assert answer.status_code == 200
        assert "Lantern mark refused" in answer.text


@pytest.mark.parametrize("address", ["//evil.example/", "/\\evil.example/", "/\\\\evil.example/x/"])
def test_no_address_leads_to_another_host(path: Path, address: str) -> None:
    with a_run(path):
        pass
    told = asyncio.run(answer_to(path, address.encode()))
    assert (told["status"], dict(told["headers"]).get(b"location")) == (404, None)


async def answer_to(path: Path, raw_path: bytes) -> Any:
    """The start of an answer; no client sends such a path."""
    served = opened(path)
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    asked = {"type": "http", "method": "GET", "headers": [(b"host", b"localhost")]}
    asked |= {"path": raw_path.decode(), "raw_path": raw_path, "query_string": b""}
    await served.invoke_startup()
    await served.app()(asked, None, send)
    return sent[0]


@pytest.mark.parametrize(
    "address",
    [
        "/stories?" + "&".join(f"firm=a{number}" for number in range(101)),
        "/stories?q=" + "a" * 8000,
        "/stories?case=" + "é" * 1400,
        "/stories.csv?" + "&".join(f"court=a{number}" for number in range(101)),
        "/stories/values?facet=author&" + "&".join(f"author=a{number}" for number in range(101)),
        "/data/articles?" + "&".join(["_facet=section"] * 101),
    ],
)
def test_an_address_that_would_fill_each_link_of_its_page_is_refused(
    path: Path, address: str
) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused")
    [answer] = ask(path, ("GET", address, {}))
    assert answer.status_code == 400
    assert "at most" in answer.text or "ask for less" in answer.text
    assert len(answer.text) < 10_000


def test_the_longest_address_is_answered_in_a_page_of_bearable_length(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused")
    asked = "&".join(f"firm=a{number:070}" for number in range(100))
    [answer] = ask(path, ("GET", f"/stories?{asked}", {}))
    assert answer.status_code == 200
    assert len(answer.text) < 4_000_000
