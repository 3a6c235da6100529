"""A public room: of a story it gives headline, day, paper, passages and link, by whatever way."""

import asyncio
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import datasette.plugins
import pytest
from browsing import a_run, ask, opened, path, save, words
from dossiers import everything
from kept_pages import keep
from kept_pages import page as captured
from lxml import html
from room_browser import kinds_of

from tradepress.story import Mention

__all__ = ["path"]

CANARY = "zzcanary"
FILLER = "word " * 60 + "Straße 商標 "  # so that the text is kept as it is searched, too
MORE = {
    "/stories": ("", "?q=lantern", "?q=lantern&as_of=2040-01-01", "?author=x", "?source=signet"),
    "/unapi": ("?id=signet-1&format=ris", "?id=signet-1@1&format=bibtex"),
    "/stories/values": ("?facet=author", "?facet=section&q=lantern"),
}
"""What is asked beside what the links lead to."""
STORY = ("", "@1", ".ris", ".bib", ".csl.json", "@1.ris", "/changes/1/2")
STORY += ("/explain/body", "/explain/headline", "@1/explain/authors", "/explain/description")
RESULT = (".csv", ".jsonl", ".ris", ".bib", ".csl.json", ".atom", "/cite", "/cite.txt")
RESULT += ("/dossier.html", "/dossier.docx")


def fill(path: Path) -> None:
    """Two versions of a story, another at an open paper, each with the word wherever it can be."""
    with a_run(path) as writer:
        for number, source in enumerate(("signet", "signet", "makers")):
            save(
                writer,
                f"Lantern mark refused in {source}",
                f"Lantern. {FILLER} {CANARY}{number} {FILLER} {source}",
                site_id="1",
                url=f"http://{source}.example/news/lantern-1",
                source=source,
                description=f"{FILLER} {CANARY}",
                authors=[f"Petra {CANARY}"],
                keywords=[CANARY],
                corrections=[f"Correction: {CANARY}"],
                image_url="http://signet.example/x.png",
                image_caption=CANARY,
                date_published="2017-08-04",
                links=[
                    {"kind": "in_text", "text": CANARY, "url": f"http://o.example/{CANARY}"},
                    {"kind": "related", "text": CANARY, "url": "http://makers.example/about"},
                ],
                mentions=[
                    Mention(field="body", start=0, end=7, kind="person", value=f"Judge {CANARY}"),
                    Mention(field="body", start=8, end=12, kind="court", value="CJEU"),
                ],
            )
        save(writer, "About makers", source="makers", url="http://makers.example/about")
    keep(path, captured(f"<p>{CANARY}"), site_id="9")
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for table in ("articles", "version_rows"):  # a column of which nobody has decided
            db.execute(f"ALTER TABLE {table} ADD COLUMN first_sentence TEXT DEFAULT '{CANARY}'")


async def told(served: Any) -> dict[str, str]:
    """What each address says: all that links lead to, and one of each route."""
    await served.invoke_startup()
    waiting = [
        "/",
        *(f"/stories{ending}?q=lantern" for ending in RESULT),
        *(f"/story/signet-1{ending}" for ending in STORY),
        *(f"{route}{query}" for route, queries in MORE.items() for query in queries),
        *("/data", "/data.json?sql=select+body+from+articles", "/data/articles.csv"),
        *("/changed", "/stories/picture", "/stories/counts.csv", "/stories/counts.svg"),
        *(f"/reading-list{ending}" for ending in ("", ".csv", "/cite", "/cite.txt")),
        "/reading-list/dossier.html?ref=signet-1&ref=signet-1@1",
        *(
            "/saved",
            "/saved/x",
            "/saved/x.atom",
            "/saved/x/run",
            "/archive/search",
            "/archive/runs",
        ),
        *("/data/articles/1", "/data/versions/1.json", "/health", "/runs", "/run/1"),
        *("/data/searched_texts", "/data/searched_texts/1.json", "/data/searched_articles.csv"),
        "/data.json?sql=select+body+from+searched_texts",
        *(f"/stories?q={word}" for word in ("zzcanry", "zzcanray", "lantern+-zzcanry")),
        "/stories/picture?by=year&q=lantern&compare=zzcanry",
        *("/court/CJEU", "/courts", "/story/signet-1?marks=court,person"),
        *("/author/Petra%20zzcanary", "/author/Petra%20zzcanary.atom", "/court/x", "/robots.txt"),
    ]
    answers: dict[str, str] = {}
    known: set[tuple[str, str]] = set()
    asked = len(waiting)
    while waiting:
        address = waiting.pop(0)
        asked, is_asked = asked - 1, asked > 0
        if not is_asked and kinds_of(address) <= known:
            continue
        known |= kinds_of(address)
        answer = await served.client.get(address)
        assert answer.status_code < 500, address
        answers[address] = everything(answer.content) if ".docx" in address else answer.text
        waiting += [answer.headers["location"]] if "location" in answer.headers else []
        if answer.headers.get("content-type", "").startswith("text/html") and answer.text:
            links = html.fromstring(answer.text).xpath("//a/@href | //link/@href")
            here = (urljoin(f"http://localhost{address}", str(link)) for link in links)
            waiting += [
                one.removeprefix("http://localhost").partition("#")[0]
                for one in here
                if one.startswith("http://localhost/")
            ]
    return answers


@pytest.mark.slow  # asks for every kind of page and file
def test_no_way_leads_to_what_is_not_for_the_public(path: Path) -> None:
    fill(path)
    served = opened(path, is_public=True)
    try:
        answers = asyncio.run(told(served))
        routes = [
            pattern
            for listed in datasette.plugins.pm.hook.register_routes(datasette=served)
            for pattern, view in listed
            if view.__module__.startswith("browse.")
        ]
    finally:
        served.executor.shutdown()
        for database in served.databases.values():
            database.close()
    # What somebody typed is theirs.
    gave_away = [
        address for address, text in answers.items() if CANARY in text and CANARY not in address
    ]
    assert gave_away == []
    paths = [urlsplit(address).path for address in answers]
    assert [route for route in routes if not any(re.match(route, one) for one in paths)] == []
    assert "Lantern mark refused in" in answers["/stories.csv?q=lantern"]
    assert len(answers) > 50


@pytest.mark.parametrize(
    "address",
    [
        *("/data", "/data/articles", "/data.csv?sql=select+1", "/health", "/runs"),
        *(f"/data/log_{name}" for name in ("leaves", "roots", "head", "erasures", "timestamps")),
    ],
)
def test_tables_are_closed_and_a_sentence_says_so(path: Path, address: str) -> None:
    fill(path)
    [answer] = ask(path, ("GET", address, {}), is_public=True)
    assert answer.status_code == 403
    assert "closed to the public" in answer.text


def test_around_what_was_searched_for_a_passage_is_shown(path: Path) -> None:
    fill(path)
    [searched, listed] = ask(
        path, ("GET", "/stories?q=lantern", {}), ("GET", "/stories", {}), is_public=True
    )
    assert "Lantern. word word" in words(html.fromstring(searched.text), "//*[@class='passage']")
    assert html.fromstring(listed.text).xpath("//*[@class='passage']") == []


def test_of_a_text_that_is_not_shown_nothing_is_named_and_no_link_is_empty(path: Path) -> None:
    fill(path)
    asked = ("/story/signet-1?marks=court", "/court/CJEU")
    story, court = (
        html.fromstring(answer.text)
        for answer in ask(path, *(("GET", address, {}) for address in asked), is_public=True)
    )
    assert "Mentions" not in words(story)
    assert words(story, "//*[@class='links']//li").startswith("About makers in this archive, ")
    assert len(story.xpath("//*[@class='links']//li")) == 1
    assert "1 story" in words(court)
    assert "People in the texts" not in words(court)


def test_the_texts_of_an_open_source_are_shown(path: Path) -> None:
    fill(path)
    addresses = ("/story/signet-1.ris", "/story/makers-1.ris", "/stories?q=lantern")
    signet, makers, found = (
        answer.text
        for answer in ask(
            path,
            *(("GET", address, {}) for address in addresses),
            is_public=True,
            open_sources=["signet"],
        )
    )
    assert f"Petra {CANARY}" in signet
    assert CANARY not in makers
    assert found.count(CANARY) == 2  # an author, a correction


def test_beside_an_open_story_nothing_is_told_of_the_authors_of_others(path: Path) -> None:
    """A reader's result is made again for the page: not with texts, though the story has its."""
    fill(path)
    with a_run(path) as writer:
        save(writer, "Whose?", source="makers", site_id="7", authors=[f"Petra {CANARY}"])
    result = quote(f"q=author:{CANARY} OR lantern&copies=apart")
    address = f"/story/signet-1?from={result}"
    [page] = ask(path, ("GET", address, {}), is_public=True, open_sources=["signet"])
    assert "Petra" in page.text
    assert "Stories found" in page.text
    assert "Whose?" not in page.text


@pytest.mark.parametrize("asked", ["q={}", "q={}&as_of=2040-01-01", "q={}&copies=apart"])
def test_a_passage_does_not_tell_whose_the_story_is(path: Path, asked: str) -> None:
    fill(path)
    excluded = (f"lantern NOT author:{CANARY}", "lantern NOT author:nobody")
    asked_for = (f"/stories?{asked.format(quote(one))}" for one in excluded)
    own, other = (
        words(html.fromstring(answer.text), "//*[@class='passage']")
        for answer in ask(path, *(("GET", one, {}) for one in asked_for), is_public=True)
    )
    assert own == other
    assert "Lantern. word word" in own


def test_a_button_gets_of_an_open_story_what_its_file_has(path: Path) -> None:
    fill(path)
    addresses = ("/unapi?id=signet-1&format=ris", "/unapi?id=makers-1&format=ris")
    signet, makers = ask(
        path, *(("GET", one, {}) for one in addresses), is_public=True, open_sources=["signet"]
    )
    assert f"Petra {CANARY}" in signet.text
    assert CANARY not in makers.text


@pytest.mark.parametrize("ending", [".csv", ".jsonl"])
def test_no_fingerprint_tells_whether_authors_were_guessed(path: Path, ending: str) -> None:
    """Of a story that is a headline alone they are all of it that isn't known."""
    fill(path)
    with closing(sqlite3.connect(path)) as file:
        found = file.execute("SELECT content_hash FROM versions").fetchall()
    asked = ("GET", f"/stories{ending}", {})
    [shown], [public] = ask(path, asked), ask(path, asked, is_public=True)
    assert any(one in shown.text for (one,) in found)
    assert not any(one in public.text for (one,) in found)


@pytest.mark.parametrize("address", ["/~61rchive", "/arch~69ve"])
def test_no_other_name_of_the_archive_leads_to_its_tables(path: Path, address: str) -> None:
    """The index of the texts is a table: it gives them all away."""
    fill(path)
    asked = [("GET", f"{address}{rest}", {}) for rest in ("", "/articles_fts_data", ".json?sql=x")]
    for options in ({"is_public": True}, {}):
        assert [answer.status_code for answer in ask(path, *asked, **options)] == [404] * 3


def test_datasette_itself_lets_the_public_see_no_table(path: Path) -> None:
    fill(path)

    async def allowed() -> list[bool]:
        served = opened(path, is_public=True)
        await served.invoke_startup()
        asked = [("execute-sql", "archive"), ("view-database", "archive")]
        asked += [("view-table", ("archive", "articles_fts_data"))]
        return [await served.permission_allowed(None, *one) for one in asked]

    assert asyncio.run(allowed()) == [False] * 3
