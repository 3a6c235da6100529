"""A crawl goes on from what came from saved pages, once somebody declares their site."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from conftest import Answer, Site, Tradepress, a_story, declare

pytestmark = pytest.mark.slow

CRAWL = ("crawl", "gazette", "--contact", "archive@library.example", "--no-trial")
NUMBERS = range(9001, 9006)
TOLD = "SELECT ref, url, headline, date_published FROM articles ORDER BY url"


def path_of(number: int) -> str:
    return f"/news/lantern-case-{number}"


def rows(archive: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(archive)) as connection:
        found = connection.execute(query).fetchall()
        connection.commit()
        return found


def publish(site: Site, number: int, headline: str) -> None:
    url = f"{site.home}{path_of(number)}"
    page = a_story(headline).replace("</head>", f"<link rel=canonical href='{url}'></head>")
    site.pages[path_of(number)] = Answer(page)


def cited(tradepress: Tradepress, ref: str) -> str:
    answer = tradepress("cite", ref)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def test_stories_of_saved_pages_keep_refs_versions_and_citations(
    tradepress: Tradepress, spiders: Path, site: Site, tmp_path: Path
) -> None:
    for number in NUMBERS:
        publish(site, number, f"Lantern case {number}")
    for number in (9001, 9002, 9003):
        page = site.pages[path_of(number)].body
        assert isinstance(page, str)
        (tmp_path / f"{number}.html").write_text(page)
    saved = tradepress("ingest", *(f"{number}.html" for number in (9001, 9002, 9003)))
    assert saved.returncode == 0, saved.stderr
    archive = tmp_path / "archive.db"
    before = rows(archive, TOLD)
    assert [ref.rpartition("-")[0] for ref, *_ in before] == ["127.0.0.1"] * 3
    citations = {ref: cited(tradepress, ref) for ref, *_ in before}

    declare(spiders, "gazette", site.home, timezone="UTC")
    site.pages["/robots.txt"] = Answer("User-agent: *\nAllow: /\n")
    links = "".join(f"<li><a href='{path_of(number)}'>Case</a></li>" for number in NUMBERS)
    site.pages["/trademark/"] = Answer(f"<h1>News</h1><ul>{links}</ul>")
    assert tradepress(*CRAWL).returncode == 0
    assert rows(archive, TOLD)[:3] == before
    assert rows(archive, "SELECT DISTINCT source FROM articles") == [("gazette",)]
    assert rows(archive, "SELECT count(*), max(version) FROM articles") == [(5, 1)]
    # A file is cited by the day on which it was kept; the crawl has seen the page, and the
    # declaration has the paper's name.
    for ref, words in citations.items():
        said = cited(tradepress, ref).replace("The Gazette", "127.0.0.1")
        seen, kept = r"Archived \d{4}-[\d:T-]+Z", r"Kept \d{4}-\d\d-\d\d"
        assert re.sub(seen, "HERE", said) == re.sub(kept, "HERE", words)
        assert "HERE" in re.sub(kept, "HERE", words)

    # A change of one that came from a file is its second version; no story comes twice.
    publish(site, 9002, "Lantern case 9002 goes to appeal")
    asked = len(site.requests)
    rows(archive, "UPDATE urls SET next_due = '2026-01-01T00:00:00Z' RETURNING 1")
    assert tradepress(*CRAWL).returncode == 0
    assert path_of(9002) in [path for path, _ in site.requests[asked:]]
    changed = "SELECT ref, version FROM articles WHERE version > 1"
    assert rows(archive, changed) == [(before[1][0], 2)]
    assert rows(archive, "SELECT count(*) FROM articles") == [(5,)]
