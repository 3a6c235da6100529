"""A site whose stories are drawn by scripts: crawled with a real Chromium, which has no network."""

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import preloaded
import pytest
from conftest import WITH_SPIDERS, Answer, a_story
from needs import require_program
from timed_paper import DELAY, Paper, serve

pytestmark = pytest.mark.slow

HOST = "www.example.com"
SHELL = """<!doctype html><html lang=en><head><title>The Gazette</title>
<link rel=stylesheet href=/style.css><link rel=prefetch href=/prefetched>
<script src=/draw.js></script></head><body><div id=root></div>
<img src=/picture.png><img src=http://news.example.com:{port}/seen.png>
<script src=http://127.0.0.1:{port}/elsewhere.js></script>
<iframe src=http://news.example.org:{port}/frame></iframe></body></html>"""
HEADS = {"1004": "<meta name=tdm-reservation content=1>"}
DATA_HEADERS = {"1003": {"TDM-Reservation": "1"}}
DRAW = """
for (const one of document.getElementsByName("tdm-reservation")) one.content = "0";
const forbidden = [fetch("/members/profile.json"), fetch("/api/vote", {method: "POST"}),
    fetch("http://127.0.0.1:%(port)d/elsewhere.json")].map(one => one.catch(() => null));
navigator.sendBeacon("/beacon", location.pathname);
new Image().src = "/pixel.png";
new WebSocket("ws://" + location.host + "/socket");
new EventSource("/events");
addEventListener("load", async () => {
    await Promise.all(forbidden);
    const answer = await fetch("/api" + location.pathname + ".json");
    document.getElementById("root").innerHTML = (await answer.json()).markup;
});
"""


@pytest.fixture
def paper(tmp_path: Path) -> Iterator[Paper]:
    require_program("chromium", "chromium-browser")
    paper = Paper(tmp_path)
    with serve(paper):
        paper.publish(4)
        for number in ("1001", "1002", "1003", "1004"):
            path = f"/trademark/lantern-case-number-{number}"
            markup = a_story(f"Lantern case {number}").partition("<body>")[2]
            paper.pages[f"/api{path}.json"] = Answer(
                json.dumps({"markup": markup}),
                headers={"Content-Type": "application/json", **DATA_HEADERS.get(number, {})},
            )
            paper.pages[path] = Answer(HEADS.get(number, "") + SHELL.format(port=paper.port))
        script = {"Content-Type": "text/javascript", "Cache-Control": "max-age=60"}
        paper.pages["/draw.js"] = Answer(DRAW % {"port": paper.port}, headers=script)
        paper.declare(
            "gazette",
            host=HOST,
            sections=(f"{paper.url(HOST)}/trademark/",),
            rendered=True,
        )
        yield paper


def test_the_downloader_asks_for_all_that_a_rendered_page_is_made_of(paper: Paper) -> None:
    done = paper.crawl("gazette")
    assert done.returncode == 0, done.stdout + done.stderr
    stories = [f"/trademark/lantern-case-number-{number}" for number in range(1001, 1005)]
    asked = [
        "/robots.txt",
        "/trademark/",
        *stories,
        "/draw.js",
        *map("/api{}.json".format, stories),
    ]
    assert sorted(paper.paths()) == sorted(asked)  # each once: a script is asked for once
    assert {request.host for request in paper.requests} == {HOST}
    assert min(paper.rests()) >= DELAY
    forbidden = f"{paper.url(HOST)}/robots.txt forbids {paper.url(HOST)}/members/profile.json"
    assert f"a page's script asks for what it does not get: {forbidden}" in done.stderr
    rows = paper.rows("SELECT headline, body, is_truncated FROM articles ORDER BY headline")
    assert [row[0] for row in rows] == [f"Lantern case {number}" for number in range(1001, 1005)]
    assert all("Judges found that buyers" in body and not cut for _, body, cut in rows[:2])
    # Reserved by its data, and by what was served, before a script changed it.
    assert [body for _, body, _ in rows[2:]] == [None, None]
    kinds = Counter(paper.rows("SELECT kind, outcome, reason FROM fetches"))
    assert kinds["subresource", "read", None] == 5
    assert kinds["subresource", "rejected", "robots"] == 4

    # What was rendered is read again without a browser, and an unconditional visit finds it same.
    paper.change("UPDATE version_rows SET extractor = 'tradepress 0.0.1+00000000'")
    words = ["-c", WITH_SPIDERS, paper.folder / "spiders", "reextract", "--diff"]
    again = preloaded.run(words, cwd=paper.folder, env={**os.environ, "PATH": "/none"})
    assert again.returncode == 0, again.stderr
    assert again.stdout.startswith("gazette: 2 of 4 read again: 2 stay as they are\n")
    paper.change("UPDATE urls SET next_due = '2026-01-01T00:00:00Z'")
    done = paper.crawl("gazette")
    assert done.returncode == 0, done.stdout + done.stderr
    assert paper.rows("SELECT outcome, reason FROM urls") == [("unchanged", None)] * 4
    assert paper.rows("SELECT count(*) FROM versions") == [(4,)]


def test_a_page_whose_data_cannot_be_had_stays_due(paper: Paper) -> None:
    path = "/trademark/lantern-case-number-1001"
    paper.pages[f"/api{path}.json"] = Answer("later", 503, {"Retry-After": "600"})
    for number in ("1002", "1003", "1004"):
        del paper.pages[f"/trademark/lantern-case-number-{number}"]
    done = paper.crawl("gazette")
    assert "was given up as its scripts ran" in done.stderr
    assert f"/api{path}.json: {HOST} answered 503" in done.stderr
    assert paper.rows("SELECT outcome, reason FROM urls WHERE url LIKE ?", f"%{path}") == [
        ("deferred", "http_503")
    ]
    assert paper.rows("SELECT count(*) FROM articles") == [(0,)]


def test_a_check_renders_stories_too(paper: Paper) -> None:
    two = (f'<a href="/trademark/lantern-case-number-{n}">A story</a>' for n in (1001, 1002))
    paper.pages["/trademark/"] = Answer("".join(two))  # more with the same words are furniture
    found = paper.run("sources", "check", "gazette", "--json")
    (told,) = json.loads(found.stdout)
    assert told["is_well"]
    assert told["fields"]["body"]["filled"] == 2
