"""`tradepress sources new` on sites of many kinds, and the crawl that follows: nobody helps."""

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import preloaded
import pytest
from conftest import ROOT, Answer, Site, Tradepress
from sites.blogger_paper import blogger_paper
from sites.drupal_paper import drupal_paper
from sites.handmade_paper import handmade_paper
from sites.invented import InventedStory, PaperSite
from sites.wordpress_paper import wordpress_paper

from tradepress.sample.manifest import load_manifest

pytestmark = pytest.mark.slow

PAPERS: dict[str, Callable[[str], PaperSite]] = {
    "wordpress": wordpress_paper,
    "blogger": blogger_paper,
    "drupal": drupal_paper,
    "handmade": handmade_paper,
}
CONTACT = ("--contact", "tests@library.example")
FOLDER = {"TRADEPRESS_SOURCES_FOLDER": "sources"}
MOST = 25
LEAST_STORED = 0.95


def stored(folder: Path) -> dict[str, dict[str, object]]:
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        db.row_factory = sqlite3.Row
        rows = db.execute("SELECT url, headline, date_published, body FROM articles").fetchall()
    return {row["url"]: dict(row) for row in rows}


def is_right(row: dict[str, object] | None, story: InventedStory) -> bool:
    return (
        row is not None
        and row["headline"] == story.headline
        and str(row["date_published"])[:10] == story.published.date().isoformat()
        and row["body"] == "\n\n".join(story.paragraphs)
    )


@pytest.mark.parametrize("kind", PAPERS)
def test_a_site_is_declared_and_crawled(
    kind: str, site: Site, tradepress: Tradepress, tmp_path: Path
) -> None:
    paper = PAPERS[kind](site.home)
    site.pages.update(paper.pages)
    done = tradepress("sources", "new", paper.start, "--name", "paper", *CONTACT, **FOLDER)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(site.paths()) <= MOST + 1  # the conduct asks for robots.txt
    format_of(tmp_path / "sources" / "paper.py")
    source = json.loads(tradepress("sources", "show", "paper", "--json", **FOLDER).stdout)
    assert source["sections"]
    assert source["feeds"]
    assert source["furniture"]
    crawled = tradepress("crawl", "paper", "--no-trial", *CONTACT, **FOLDER)
    rows = stored(tmp_path)
    own = {paper.home + story.path: story for story in paper.stories}
    assert rows.keys() <= own.keys(), done.stdout
    right = [url for url, story in own.items() if is_right(rows.get(url), story)]
    assert len(right) >= LEAST_STORED * len(own), done.stdout + crawled.stdout


def format_of(file: Path) -> None:
    """It is as ruff leaves it."""
    ruff = Path(sys.executable).with_name("ruff")
    command = [ruff, "format", "--check", "--config", ROOT / "pyproject.toml", file]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + file.read_text()


SAMPLE = """
import sys
from dataclasses import replace
from pathlib import Path
from tradepress.configuration import Configuration
from tradepress.declared_sources import look_in, source_named
from tradepress.jobs.crawl import run_crawl
from tradepress.jobs.survey_site import survey_address, write_source
from tradepress.sample.proxy import sample_settings
from tradepress.sample.server import SamplePapers

asked, folder = Configuration(contact="tests@library.example"), Path("sources")
with SamplePapers() as papers:
    settings = {**sample_settings(papers.proxy_url), "LOG_LEVEL": "CRITICAL"}
    survey = survey_address(sys.argv[1], asked, name="paper", settings=settings, sample=True)
    print(len(papers.requests))
    write_source(survey, folder)
    look_in(folder)
    run_crawl(
        [replace(source_named("paper"), sample=True)], asked,
        archive=Path("archive.db"), command="crawl", settings=settings,
    )
"""


@pytest.mark.parametrize("host", ["signetgazette", "marksandmakers"])
def test_the_sample_papers_are_declared_and_crawled(host: str, tmp_path: Path) -> None:
    home = f"http://{host}.example/"
    environment = {
        **{name: value for name, value in os.environ.items() if "TRADEPRESS" not in name},
        "PYTHONPATH": str(ROOT),
    }
    done = preloaded.run(["-c", SAMPLE, home], cwd=tmp_path, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout) <= MOST + 1
    rows = {url.replace("://www.", "://"): row for url, row in stored(tmp_path).items()}
    told = [
        story
        for story in load_manifest()["stories"]
        if story["urls"][0].startswith(home) and not story["disallowed"]
    ]
    assert rows.keys() <= {url for story in told for url in story["urls"]}
    right = 0
    for story in told:
        row = next((rows[url] for url in story["urls"] if url in rows), None)
        right += row is not None and (
            row["headline"] == story["headline"]
            and row["date_published"] == story["date_published"]
            and hashlib.sha256(str(row["body"]).encode()).hexdigest() == story["sha256"]
        )
    assert right >= LEAST_STORED * len(told)


def test_a_feed_alone_is_enough(site: Site, tradepress: Tradepress, tmp_path: Path) -> None:
    """A front page made by a script, and a firm hand at the door of all lists."""
    paper = wordpress_paper(site.home)
    own = {story.path for story in paper.stories}
    site.pages.update({path: page for path, page in paper.pages.items() if path in own})
    site.pages["/feed/"] = paper.pages["/feed/"]
    site.pages["/"] = Answer("<html><body><div id=app></div><script>go()</script></body></html>")
    done = tradepress("sources", "new", site.home, "--name", "paper", "--json", *CONTACT, **FOLDER)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert told["source"]["feeds"] == [f"{site.home}/feed/"]
    assert told["source"]["sections"] == []
    crawled = tradepress("crawl", "paper", "--no-trial", *CONTACT, **FOLDER)
    listed = {paper.home + story.path: story for story in paper.stories[:10]}
    rows = stored(tmp_path)
    assert rows.keys() == listed.keys(), crawled.stdout
    assert all(is_right(rows[url], story) for url, story in listed.items())


def test_the_address_of_a_feed_will_do(site: Site, tradepress: Tradepress) -> None:
    paper = drupal_paper(site.home)
    site.pages.update(paper.pages)
    address = f"{site.home}/rss.xml"
    done = tradepress("sources", "new", address, "--name", "paper", "--json", *CONTACT, **FOLDER)
    told = json.loads(done.stdout)
    assert told["source"]["feeds"] == [address]
    assert told["source"]["sections"] == [f"{site.home}/news"]
