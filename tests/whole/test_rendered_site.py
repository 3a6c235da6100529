"""A site whose stories are drawn by scripts: crawled with a real Chromium, which has no network."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Answer, a_story
from needs import require_program
from timed_paper import Paper, serve

pytestmark = pytest.mark.slow

HOST = "www.example.com"
SHELL = """<!doctype html><html lang=en><head><title>The Gazette</title>
<link rel=stylesheet href=/style.css><link rel=prefetch href=/prefetched>
<script src=/draw.js></script></head><body><div id=root></div>
<img src=/picture.png><img src=http://news.example.com:{port}/seen.png>
<script src=http://127.0.0.1:{port}/elsewhere.js></script>
<iframe src=http://news.example.org:{port}/frame></iframe></body></html>"""
DRAW = """
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
DRAWN = ("/robots.txt", "/trademark/", "/trademark/lantern-case-number-1001", "/draw.js")


@pytest.fixture
def paper(tmp_path: Path) -> Iterator[Paper]:
    require_program("chromium", "chromium-browser")
    paper = Paper(tmp_path)
    with serve(paper):
        paper.publish(2)
        for number in ("1001", "1002"):
            path = f"/trademark/lantern-case-number-{number}"
            markup = a_story(f"Lantern case {number}").partition("<body>")[2]
            paper.pages[f"/api{path}.json"] = Answer(
                json.dumps({"markup": markup}), headers={"Content-Type": "application/json"}
            )
            paper.pages[path] = Answer(SHELL.format(port=paper.port))
        script = {"Content-Type": "text/javascript", "Cache-Control": "max-age=60"}
        paper.pages["/draw.js"] = Answer(DRAW % {"port": paper.port}, headers=script)
        paper.declare(
            "gazette",
            host=HOST,
            sections=(f"{paper.url(HOST)}/trademark/",),
            rendered=True,
        )
        yield paper


def crawl(paper: Paper, **options: str) -> subprocess.CompletedProcess[str]:
    return paper.crawl("gazette", **options)


def test_the_downloader_asks_for_all_that_a_rendered_page_is_made_of(paper: Paper) -> None:
    done = crawl(paper)
    assert done.returncode == 0, done.stdout + done.stderr
    headlines = paper.rows("SELECT headline, length(body) > 300 FROM articles ORDER BY headline")
    assert headlines == [("Lantern case 1001", 1), ("Lantern case 1002", 1)]
    print(paper.paths(), {r.host for r in paper.requests}, paper.rests(), done.stdout, done.stderr)
    print(paper.rows("SELECT kind, url, outcome, reason, status FROM fetches"))
