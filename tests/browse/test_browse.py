"""Datasette on an archive: what people read, what a hostile page can't do, what is set."""

import asyncio
import csv
import io
import itertools
import json
import re
import sqlite3
from pathlib import Path
from urllib.parse import quote

import pytest
from archive_rows import clock, open_writer
from browsing import (
    a_run,
    answers,
    get,
    headlines,
    opened,
    page,
    path,
    save,
    words,
)
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from tradepress.archive.stories.articles import DOUBTFUL_BELOW
from tradepress.browse.datasette_settings import described_archive
from tradepress.browse.serving.listening import HOST
from tradepress.browse.words import rendering
from tradepress.browse.words.cells import cell

__all__ = ["clock", "path"]

SCRIPT = "//script[not(@type='application/ld+json')]"
"""Finds what runs; JSON-LD is data."""
PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "'-alert(1)-'",
    "</title></textarea></pre><script>alert(1)</script>",
    "{{ 7*7 }}{% raw %}",
    "\x02<b>\x03<i>\x02",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "javascript:alert(1)",
    "<mark onmouseover=alert(1)>",
]


# The front page


def test_links_of_the_front_page_lead_somewhere(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused", date_published="2016-03-01")
        save(writer, "An undated feature", source="makers")
    links = page(path, "/").xpath("//a/@href[starts-with(., '/')]")
    assert len(links) > 10
    assert {a.status_code for a in answers(path, links)} == {200}


@pytest.mark.parametrize("is_sample", [True, False])
def test_only_a_sample_says_do_not_cite(path: Path, is_sample: bool) -> None:
    with a_run(path, is_sample=is_sample) as writer:
        ref = save(writer, "Lantern mark refused", date_published="2016-03-01")
    for address in ("/", "/data/articles", "/stories", f"/story/{ref}"):
        assert ("Invented sample: do not cite" in words(page(path, address))) is is_sample


def test_an_empty_archive_has_words(path: Path) -> None:
    with open_writer(path, command="crawl"):
        pass
    assert "No row here yet." in words(page(path, "/data/articles"))
    assert "The archive holds no stories yet." in words(page(path, "/stories", q="lantern"))
    assert "No run yet." in words(page(path, "/runs"))
    assert "draws on no source yet" in words(page(path, "/sources"))
    assert "none was seen to change" in words(page(path, "/changed"))


def test_the_words_for_doubt_name_the_threshold() -> None:
    described = described_archive()["databases"]
    said = described["data"]["tables"]["articles"]["columns"]["confidence"]
    assert f"below {DOUBTFUL_BELOW}" in said


# Hostile pages


def test_what_a_page_put_in_is_inert_on_every_page(path: Path) -> None:
    with a_run(path) as writer:
        refs = [
            save(
                writer,
                f"{payload} headline",
                f"{payload} body appeal\n\n{payload}",
                url=f"http://signet.example/news/{number}",
                description=f"{payload} description",
                authors=[payload],
                section=payload,
                keywords=[payload],
                corrections=[payload],
                date_published_raw=payload,
                confidence=0.1,
                links=[
                    {"kind": "related", "text": payload, "url": f"http://x.example/{payload}"},
                    {"kind": "in_text", "text": "x", "url": "javascript:alert(1)"},
                    {"kind": "in_text", "text": "x", "url": "data:text/html,<script>x</script>"},
                ],
            )
            for number, payload in enumerate(PAYLOADS)
        ]
    # What the writer would not have let in.
    db = sqlite3.connect(path)
    with db:
        for column in ("url", "canonical_url", "published_day", "date_published", "access"):
            if column != "access":
                for number, payload in enumerate(PAYLOADS):
                    db.execute(
                        f"UPDATE articles SET {column} = ? WHERE id = ?", [payload, number + 1]
                    )
        db.execute("UPDATE articles SET headline = ? WHERE id = 3", [PAYLOADS[6]])
        db.execute("UPDATE sources SET publisher = ? WHERE name = 'signet'", [PAYLOADS[2]])
        db.execute("UPDATE runs SET reason = ?, command = ?", [PAYLOADS[0], PAYLOADS[1]])
        read = {PAYLOADS[1]: [{"value": PAYLOADS[0], "evidence": PAYLOADS[3]}]}
        db.execute("UPDATE version_rows SET evidence = ?", [json.dumps(read)])
    db.close()
    payload = quote(PAYLOADS[4])
    addresses = [
        "/",
        "/data",
        "/data/articles",
        "/data/articles?_search=appeal",
        f"/data/articles?section={payload}&_search={payload}&_where=1%3D1--{payload}",
        "/stories?q=appeal",
        f"/stories?q={payload}&source={payload}&since={payload}&forms={payload}",
        f"/stories?source={payload}&author={payload}&order={payload}",
        "/stories/values?facet=section",
        f"/stories/values?facet=author&section={payload}",
        f"/data?sql=select+*,:x+from+articles&x={payload}",
        f"/data?sql={payload}",
        f"/story/{payload}",
        f"/{payload}",
        "/data/runs",
        *("/changed", "/runs", "/run/1", "/sources", "/source/signet", "/health"),
        "/data/versions",
        "/data/links",
        "/data/sources/signet",
        "/data/runs/1",
        "/data/versions/2",
        "/data/links/2",
        *(f"/story/{ref}" for ref in refs),
        *(f"/story/{ref}@1" for ref in refs),
    ]
    for address, answer in zip(addresses, answers(path, addresses), strict=True):
        assert answer.status_code < 500, (address, answer.text)
        if answer.status_code == 302:
            continue
        tree = html.fromstring(answer.text)
        ours = "ancestor::p[@class='cite']"  # citations have italics of their own
        assert not tree.xpath(f"{SCRIPT} | //img | //iframe | //b | //i[not({ours})]"), address
        assert not tree.xpath("//svg[not(@aria-hidden)]"), address
        attributes = {(str(name), value) for node in tree.iter() for name, value in node.items()}
        assert not [name for name, _ in attributes if name.startswith("on")], address
        for name, value in attributes:
            if name in ("href", "action", "src"):
                assert re.match(r"(https?://|[/?#])", value), (address, value)
    assert "49" not in words(page(path, f"/story/{refs[5]}"), "//h1")


def test_links_out_of_a_table_have_no_opener(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused")
    for address in ("/data/locations", "/data?sql=select+url+from+locations"):
        links = page(path, address).xpath("//td/a[starts-with(@href, 'http://signet')]")
        assert links
        assert all("noopener" in link.get("rel") for link in links)


def test_csv_runs_no_formula_and_loses_nothing(path: Path) -> None:
    long_body = "=cmd()\n\n" + 'He said "no", twice.\n' * 20_000
    with a_run(path) as writer:
        save(writer, "=HYPERLINK(1)", long_body)
        save(writer, "@SUM(1)", "- a list\n- of two")
    answer = get(path, "/data/articles.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["headline"] for row in rows] == ["'=HYPERLINK(1)", "'@SUM(1)"]
    assert rows[0]["body"] == "'" + long_body
    assert rows[1]["body"] == "'- a list\n- of two"
    assert rows[0]["url"] == "http://signet.example/news/hyperlink-1"
    numbers = get(path, "/data.csv", sql="select -1.5 as a, '-1' as b, '-1+1' as c")
    assert numbers.text.removeprefix("\ufeff").split() == ["a,b,c", "-1.5,-1,'-1+1"]
    raw = get(path, "/data/articles.json", _shape="array").json()
    assert raw[0]["headline"] == "=HYPERLINK(1)"


@pytest.mark.parametrize(
    "address",
    [
        *("/", "/data/articles", "/data/articles.json", "/data/articles.csv"),
        *("/robots.txt", "/static/tradepress.css", "/nowhere", "/data?sql=drop", "/story/x"),
        "/-/versions",
    ],
)
def test_every_answer_has_the_security_headers(path: Path, address: str) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused")
    headers = get(path, address).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"  # a form says where it comes from
    assert "noindex" in headers["x-robots-tag"]


def test_robots_are_kept_out(path: Path) -> None:
    with a_run(path):
        pass
    assert get(path, "/robots.txt").text == "User-agent: *\nDisallow: /\n"


def test_nobody_writes_or_downloads_the_archive(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused")
    before = path.read_bytes()
    for address in (
        "/data?sql=delete+from+articles",
        "/data?sql=with+x+as+(select+1)+delete+from+articles",
        "/data?sql=attach+'/tmp/x.db'+as+x",
        "/data.db",
    ):
        assert get(path, address).status_code in (400, 403, 404)
    served = opened(path)

    async def write() -> None:
        await served.invoke_startup()
        await served.get_database("data").execute_write("DELETE FROM articles")

    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        asyncio.run(write())
    served.executor.shutdown()
    assert path.read_bytes() == before


def test_a_visitors_mistake_prints_no_traceback(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with a_run(path):
        pass
    for address in ("/data/nope", "/data/articles/99", "/data?sql=drop+table+x"):
        answer = get(path, address)
        assert answer.status_code in (400, 404)
        assert len(html.fromstring(answer.text).xpath("//h1")) == 1
    assert get(path, "/data/articles/99.json").json()["error"] == "Record not found"
    captured = capsys.readouterr()
    assert "Traceback" not in captured.out + captured.err


# Pages as such


def test_pages_are_fit_for_screen_readers_and_need_no_script(path: Path) -> None:
    with a_run(path) as writer:
        for number in range(40):
            ref = save(
                writer, f"Buckle number {number}", date_published=f"2016-01-{number % 28 + 1:02}"
            )
    addresses = [
        *("/", "/data", "/data/articles", "/help/searching", "/stories?q=buckle"),
        *(f"/story/{ref}", f"/story/{ref}@1", f"/story/{ref}/changes/1/1", "/story/nosuch"),
        *("/stories?q=nosuch", "/stories?q=buckle+OR", "/stories/values?facet=source"),
        *("/data/runs", "/data/versions", "/data/versions/1", "/data?sql=select+:a"),
        *("/data/articles?source=signet&headline__contains=x", "/data/nope"),
    ]
    for address, answer in zip(addresses, answers(path, addresses), strict=True):
        tree = html.fromstring(answer.text)
        assert tree.get("lang") == "en"
        assert len(tree.xpath("//h1")) == 1, address
        assert len(tree.xpath("//main")) == 1
        assert tree.xpath("//title")[0].text
        ids = tree.xpath("//@id")
        assert len(ids) == len(set(ids)), address
        assert not tree.xpath(f"{SCRIPT} | //style | //@style"), address
        for field in tree.xpath("//input[not(@type='hidden')] | //select | //textarea"):
            named = field.get("aria-label") or field.xpath("ancestor::label")
            assert named or field.get("id") in tree.xpath("//label/@for"), (address, field.attrib)
        levels = [int(node.tag[1]) for node in tree.xpath("//h1 | //h2 | //h3")]
        assert all(b - a <= 1 for a, b in itertools.pairwise(levels)), address


def test_a_list_says_what_it_was_narrowed_by(path: Path) -> None:
    with a_run(path) as writer:
        for source in ("signet", "makers"):
            save(writer, f"Lantern mark refused in {source}", source=source, section="Designs")
    tree = page(path, "/data/articles?section=Designs&_search=lantern&_where=source='makers'")
    found = words(tree, "//p[@class='found']")
    for said in ("1 row", "source='makers'", 'section = "Designs"', 'search matches "lantern"'):
        assert said in found
    assert tree.xpath("//p[@class='found']/a[.='all rows']/@href") == ["/data/articles"]


def test_every_table_and_column_that_people_see_is_described(path: Path) -> None:
    with open_writer(path, command="crawl"):
        pass
    described = described_archive()
    tables = described["databases"]["data"]["tables"]
    served = opened(path)

    async def visible() -> dict[str, list[str]]:
        await served.invoke_startup()
        database = served.get_database("data")
        hidden = await database.hidden_table_names()
        names = [name for name in await database.table_names() if name not in hidden]
        return {name: await database.table_columns(name) for name in names}

    columns = asyncio.run(visible())
    served.executor.shutdown()
    assert "articles" in columns
    shown = {name: table for name, table in tables.items() if not table.get("hidden")}
    assert {name: sorted(table["columns"]) for name, table in shown.items()} == {
        name: sorted(names) for name, names in columns.items()
    }
    for name, table in shown.items():
        assert table["title"], name
        assert table["description"], name
        assert all(table["columns"].values()), name


def test_every_table_has_a_page(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused", date_published="2016-03-01")
    links = page(path, "/data").xpath("//dl[@class='listed']/dt/a/@href")
    assert len(links) > 10
    for link, answer in zip(links, answers(path, links), strict=True):
        assert answer.status_code == 200, link


# How it is served


def test_the_settings_keep_pages_quick_and_the_archive_at_home(path: Path) -> None:
    with open_writer(path, command="crawl"):
        pass
    assert HOST == "127.0.0.1"
    served = opened(path)
    expected = {
        "suggest_facets": False,
        "allow_download": False,
        "facet_time_limit_ms": 1000,
        "sql_time_limit_ms": 2000,
        "max_returned_rows": 1000,
        "trace_debug": False,
        "template_debug": False,
    }
    assert {name: served.setting(name) for name in expected} == expected
    assert (served.cors, served.immutables) == (False, set())
    assert served.setting("default_page_size") <= 50
    asyncio.run(served.invoke_startup())
    assert set(served.databases) == {"data", "_internal"}
    assert served.databases["data"].is_mutable
    served.executor.shutdown()


@pytest.mark.parametrize("name", ["news.db", "Archive #2 (100%25)?.sqlite", "ärchiv.db"])
def test_the_archive_is_called_archive_whatever_its_file_is_called(
    tmp_path: Path, name: str
) -> None:
    with a_run(tmp_path / name) as writer:
        save(writer, "Lantern mark refused")
    assert headlines(page(tmp_path / name, "/stories")) == ["Lantern mark refused"]
    assert page(tmp_path / name, "/data") is not None


def test_what_is_written_meanwhile_is_seen(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused")
    served = opened(path)

    async def count() -> int:
        answer = await served.client.get("/data/articles.json?_shape=array&_nl=on")
        return len(answer.text.splitlines())

    async def before_and_after() -> tuple[int, int, int]:
        await served.invoke_startup()
        before = await count()
        with a_run(path) as writer:
            save(writer, "Kettle shape upheld")
            during = await count()
        return before, during, await count()

    assert asyncio.run(before_and_after()) == (1, 1, 2)
    served.executor.shutdown()


# Values as words


@pytest.mark.parametrize(
    "address",
    [
        *("javascript:alert(1)", "data:text/html,x", "vbscript:x", "//host/x", "/news/x", "http:x"),
        *("http://", "https:///x", "file:///etc/passwd", " http://a.example/", "java\nscript:x"),
        *(
            "http://a.example/\n",
            "http://a.example/<b>",
            "http://a\\b.example",
            "http://[x/",
            "",
            None,
        ),
        *("http://a.example/\"onmouseover='x'", 7),
    ],
)
def test_only_web_addresses_become_links(address: object) -> None:
    assert "<a" not in rendering.web_link(address)
    assert "<a" not in (cell("url", address, str) or "")


def test_web_addresses_become_links() -> None:
    assert rendering.web_link("HTTPS://a.example/?a=1&b=2", "<b>") == (
        '<a href="HTTPS://a.example/?a=1&amp;b=2" rel="noopener noreferrer nofollow">&lt;b&gt;</a>'
    )


@given(st.text(alphabet=st.sampled_from("\x02\x03<>&\"'amrk /\n")))
def test_marks_make_no_other_tags(text: str) -> None:
    shown = rendering.marked(text)
    assert {*re.findall(r"<\s*/?([^>]*)>", shown)} <= {"mark"}
    assert "\x02" not in shown
    assert shown.count("<mark>") == shown.count("</mark>")


@given(st.text())
def test_no_value_breaks_the_words_for_it(text: str) -> None:
    for show in (rendering.in_days, rendering.in_minutes, rendering.names, rendering.fields):
        show(text)
    for column in ("ref", "url", "authors", "evidence", "body"):
        cell(column, text, str)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("2017-08-04", "4 August 2017"),
        ("2017-08-04T23:30:00-05:00", "4 August 2017"),
        (None, "undated"),
        ("", "undated"),
        ("2017-13-40", "2017-13-40"),
    ],
)
def test_days_read_as_the_publisher_printed_them(value: str | None, shown: str) -> None:
    assert rendering.in_days(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("2026-11-24T08:05:41Z", "24 November 2026, 08:05 UTC"),
        ("2026-11-24T08:05:41+00:00", "24 November 2026, 08:05 UTC"),
        ("2026-11-24T08:05:41-05:00", "24 November 2026, 08:05 -05:00"),
        (None, "not known"),
        ("soon", "soon"),
    ],
)
def test_instants_read_with_their_zone(value: str | None, shown: str) -> None:
    assert rendering.in_minutes(value) == shown
