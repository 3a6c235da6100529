"""`tradepress sources new` on sites of many kinds, and the crawl that follows: nobody helps."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from conftest import Site, Tradepress
from sites.invented import InventedStory, PaperSite
from sites.wordpress_paper import wordpress_paper

PAPERS: dict[str, Callable[[str], PaperSite]] = {"wordpress": wordpress_paper}
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


@pytest.mark.slow
@pytest.mark.parametrize("kind", PAPERS)
def test_a_site_is_declared_and_crawled(
    kind: str, site: Site, tradepress: Tradepress, tmp_path: Path
) -> None:
    paper = PAPERS[kind](site.home)
    site.pages.update(paper.pages)
    done = tradepress("sources", "new", paper.start, "--name", "paper", *CONTACT, **FOLDER)
    assert done.returncode == 0, done.stdout + done.stderr
    asked = [path for path in site.paths() if not path.startswith("/.well-known")]
    assert len(asked) <= MOST + 1
    shown = tradepress("sources", "show", "paper", "--json", **FOLDER)
    source = json.loads(shown.stdout)
    assert source["sections"]
    assert source["feeds"]
    assert len(source["furniture"]) == len(paper.furniture)
    crawled = tradepress("crawl", "paper", "--no-trial", *CONTACT, **FOLDER)
    rows = stored(tmp_path)
    own = {paper.home + story.path: story for story in paper.stories}
    assert rows.keys() <= own.keys(), done.stdout
    right = [url for url, story in own.items() if is_right(rows.get(url), story)]
    assert len(right) >= LEAST_STORED * len(own), done.stdout + crawled.stdout
