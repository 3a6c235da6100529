"""A source of which no text may be kept says so at once, in each command; one whose site has a page
for every path keeps its texts."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from conftest import Answer, Site, Tradepress, a_story, declare
from fault_server import Behaviour, FaultServer, head, page, raw, serve
from sites.wordpress_paper import wordpress_paper

pytestmark = pytest.mark.slow  # crawls
CONTACT = ("--contact", "press@library.example")
TDMREP = "/.well-known/tdmrep.json"
FRONT = b"<!doctype html><title>The Gazette</title><h1>Marks and makers</h1></html>"
UNSAID = "the site did not say whether it reserves text and data mining"
RESERVED = "the publisher reserves text and data mining, tdm-reservation 1 (header)"


class EveryPath(dict[str, Behaviour]):
    """What each path gives; the front page where there is nothing, its end marked by closing, as
    PHP's own server and programs behind HTTP/1.0 do."""

    def get(self, path: str, default: object = None) -> Behaviour:  # type: ignore[override]
        return self[path] if path in self else raw(head(), FRONT)


@pytest.fixture
def everywhere() -> Iterator[FaultServer]:
    with serve() as server:
        server.paths = EveryPath({"/robots.txt": page(b"", status="404 Not Found")})
        yield server


def publish(server: FaultServer, *numbers: int) -> None:
    for number in numbers:
        # Each tells of other goods: one text at two addresses would be one story.
        story = a_story(f"Lantern case {number}").replace("lanterns", f"lanterns no. {number}")
        story = story.replace("a handle", f"a handle of {number} parts")
        server.paths[f"/trademark/lantern-case-{number}"] = page(story.encode())
    links = "".join(f"<li><a href=/trademark/lantern-case-{n}>Case {n}</a>" for n in numbers)
    server.paths["/trademark/"] = page(f"<h1>Trade marks</h1><ul>{links}</ul>".encode())


def rows(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        return db.execute(sql).fetchall()


def checks(tradepress: Tradepress) -> dict[str, dict[str, str]]:
    told = json.loads(tradepress("health", "--json").stdout)
    return {one["check"]: one for one in told["findings"]}


def test_a_page_for_every_path_costs_no_text_and_what_is_unsaid_is_told_the_first_night(
    everywhere: FaultServer, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    publish(everywhere, 1001, 1002, 1003, 1004)
    declare(spiders, "gazette", f"http://127.0.0.1:{everywhere.port}")
    first = tradepress("crawl", "gazette", "--no-trial", *CONTACT)
    assert (first.returncode, first.stderr) == (0, "")
    kept = "SELECT policy, count(*), count(body) FROM articles GROUP BY policy ORDER BY policy"
    assert rows(tmp_path, kept) == [("store", 4, 4)]
    assert rows(tmp_path, "SELECT count(*) FROM captures") == [(4,)]
    assert "withheld" not in checks(tradepress)
    concluded = "a web page, as at an invented path: there is no file"
    assert f"{TDMREP} gave nothing: {concluded}" in tradepress("runs", "1").stdout
    checked = tradepress("sources", "check", "gazette", *CONTACT).stdout
    assert f"{TDMREP}: {concluded}." in checked
    assert "rights" not in checked

    everywhere.paths[TDMREP] = page(b"Back soon.", status="503 Service Unavailable")
    publish(everywhere, 1001, 1002, 1003, 1004, 1005)
    second = tradepress("crawl", "gazette", *CONTACT)
    assert second.returncode == 0
    assert f"{TDMREP}: the site is busy (HTTP 503). No text is kept until" in second.stderr
    assert f"gazette: no text may be kept of the stories read (1 of 1: {UNSAID}" in second.stderr
    assert rows(tmp_path, kept) == [("metadata-only", 1, 0), ("store", 4, 4)]
    found = checks(tradepress)["withheld"]
    assert (found["level"], found["figures"]) == (
        "problem",
        f"1 of 1: {UNSAID}, tdm-reservation unknown ({TDMREP})",
    )
    assert UNSAID in tradepress("show", "gazette-1005").stdout
    checked_again = tradepress("sources", "check", "gazette", *CONTACT)
    assert checked_again.returncode == 1
    assert f"! rights: no text may be kept of the stories read (5 of 5: {UNSAID}" in (
        checked_again.stdout
    )

    del everywhere.paths[TDMREP]
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db, db:
        db.execute("UPDATE urls SET next_due = '2020-01-01T00:00:00Z'")
    assert tradepress("crawl", "gazette", *CONTACT).returncode == 0
    assert rows(tmp_path, kept) == [("store", 5, 5)]
    assert "withheld" not in checks(tradepress)


def test_a_publisher_who_reserves_every_story_is_told_until_the_operator_agrees(
    site: Site, tradepress: Tradepress, tmp_path: Path
) -> None:
    folder = {"TRADEPRESS_SOURCES_FOLDER": "sources"}
    agreed = {**folder, "TRADEPRESS_POLICY": "metadata-only"}
    paper = wordpress_paper(site.home)
    site.pages.update(paper.pages)
    for story in paper.stories:
        plain = site.pages[story.path]
        headers = {**plain.headers, "TDM-Reservation": "1"}
        site.pages[story.path] = Answer(plain.body, plain.status, headers)
    new = tradepress("sources", "new", paper.start, "--name", "paper", *CONTACT, **folder)
    assert f": {RESERVED})" in new.stdout, new.stdout
    check = tradepress("sources", "check", "paper", *CONTACT, **folder)
    assert "! rights: no text may be kept of the stories read" in check.stdout
    assert check.returncode == 1
    crawl = tradepress("crawl", "paper", "--no-trial", *CONTACT, **folder)
    count = len(paper.stories)
    line = f"no text may be kept of the stories read ({count} of {count}: {RESERVED})"
    assert line in crawl.stderr
    health = tradepress("health", **folder).stdout
    assert "no text may be kept of the stories read since" in health
    assert 'If that is right, say policy = "metadata-only" of the source' in health
    assert "no text may be kept" not in tradepress("health", **agreed).stdout
    quiet = tradepress("sources", "check", "paper", *CONTACT, **agreed)
    assert "rights" not in quiet.stdout


def test_a_paper_that_reserves_a_page_or_two_is_not_told(
    site: Site, spiders: Path, tradepress: Tradepress
) -> None:
    links = ""
    for number in range(1001, 1006):
        page_of = a_story(f"Lantern case {number}").replace("lanterns", f"lanterns no. {number}")
        headers = {"TDM-Reservation": "1"} if number < 1003 else {}
        site.pages[f"/trademark/lantern-case-{number}"] = Answer(page_of, 200, headers)
        links += f"<li><a href=/trademark/lantern-case-{number}>Case {number}</a>"
    site.pages["/trademark/"] = Answer(f"<h1>Trade marks</h1><ul>{links}</ul>")
    declare(spiders, "gazette", site.home)
    crawl = tradepress("crawl", "gazette", "--no-trial", *CONTACT)
    assert (crawl.returncode, crawl.stderr) == (0, "")
    assert "withheld" not in checks(tradepress)
