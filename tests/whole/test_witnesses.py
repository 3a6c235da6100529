"""Days that a page shows are held against what feed, list and address say, night after night."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import Literal

import pytest
from conftest import Answer, Site, Tradepress
from sites.lantern_paper import DECLARATION, Lantern, LanternStory
from sqlite_utils import Database

pytestmark = pytest.mark.slow  # crawls
CONTACT = ("--contact", "press@library.example")
TODAY = "14 November 2026"
Theme = Literal["own", "cards", "today"]


@dataclass(frozen=True, kw_only=True)
class Themed(Lantern):
    """The Lantern in another theme: ``cards`` prints no day of the story, but those of four others
    below it; ``today`` prints the day of the visit beside each headline, and lists say no day."""

    theme: Theme = "own"

    def _story(self, story: LanternStory) -> str:
        if self.theme == "own":
            return super()._story(story)
        text = "".join(f"<p>{escape(line)}</p>" for line in story.paragraphs)
        name = self.names[story.section]
        if self.theme == "today":
            line = f"<p class=meta>{TODAY} | {name} | {story.author}</p>"
            inner = f"<article><h1>{escape(story.headline)}</h1>{line}<div>{text}</div></article>"
            return self._page(story.headline, inner)
        cards = "".join(
            f"<li><h3><a href='{self.path(other)}'>{escape(other.headline)}</a></h3>"
            f"<time datetime='{other.day}T08:00:00+00:00'>{other.day:%B %d, %Y}</time></li>"
            for other in [one for one in self.stories if one is not story][:4]
        )
        inner = f"<h1>{escape(story.headline)}</h1><div>{text}</div><h2>More</h2><ul>{cards}</ul>"
        return self._page(story.headline, inner)

    def pages(self) -> dict[str, tuple[str, str]]:
        pages = super().pages()
        if self.theme == "today":
            del pages["/feed.xml"]
            for path, (kind, text) in pages.items():
                pages[path] = (kind, text.replace("<time datetime='2", "<i title='-2"))
        return pages


def next_night(archive: Path) -> None:
    """All stories are to be asked for again."""
    db = Database(archive)
    with db.conn:
        db.execute("UPDATE urls SET state = 'due', next_due = NULL, etag = NULL")
    db.close()


def crawl(
    site: Site,
    tradepress: Tradepress,
    archive: Path,
    paper: Lantern,
    *,
    pages: Mapping[str, tuple[str, str]] | None = None,
) -> str:
    site.pages = {
        path: Answer(text, headers={"Content-Type": content_type})
        for path, (content_type, text) in (pages or paper.pages()).items()
    }
    if archive.exists():
        next_night(archive)
    given = ("--no-trial", "--archive", str(archive), *CONTACT)
    told = tradepress("crawl", "lantern", *given)
    assert told.returncode == 0, told.stdout + told.stderr
    return told.stdout + told.stderr


def days(archive: Path) -> dict[str, str]:
    rows = Database(archive).query("SELECT ref, date_published FROM articles")
    return {row["ref"]: row["date_published"][:10] for row in rows}


def health(tradepress: Tradepress, archive: Path) -> str:
    return tradepress("health", "--source", "lantern", "--archive", str(archive)).stdout


@pytest.fixture
def archive(spiders: Path, site: Site, tmp_path: Path) -> Path:
    (spiders / "lantern.py").write_text(DECLARATION.format(home=site.home))
    return tmp_path / "archive.db"


def test_days_of_other_stories_are_none_of_the_story(
    site: Site, tradepress: Tradepress, archive: Path
) -> None:
    paper = Themed(home=site.home)
    known = {ref: held[1] for ref, held in paper.held().items()}
    crawl(site, tradepress, archive, Themed(home=site.home, stories=paper.stories[5:]))
    crawl(site, tradepress, archive, Themed(home=site.home, theme="cards"))
    assert days(archive) == known
    versions = Database(archive).query("SELECT count(*) AS n FROM versions WHERE version > 1")
    assert next(iter(versions))["n"] <= len(known) - 5  # texts lose their furniture, days stay
    told = health(tradepress, archive)
    assert "dates:" in told
    assert "dated anew" not in told


def test_a_layout_that_shows_other_days_is_told_and_makes_no_versions(
    site: Site, tradepress: Tradepress, archive: Path
) -> None:
    crawl(site, tradepress, archive, Themed(home=site.home))
    before = days(archive)
    told = crawl(site, tradepress, archive, Themed(home=site.home, theme="today"))
    count = len(before) - 1  # one is of that very day
    assert f"{count} known stories are dated anew: a new layout?" in told
    assert days(archive) == before
    assert list(Database(archive).query("SELECT 1 FROM versions WHERE version > 1")) == []
    assert f"{count} known stories are dated anew: a new layout?" in health(tradepress, archive)
    crawl(site, tradepress, archive, Themed(home=site.home))
    assert "dated anew" not in health(tradepress, archive)


def test_a_day_that_lists_say_too_is_the_papers(
    site: Site, tradepress: Tradepress, archive: Path
) -> None:
    paper = Themed(home=site.home)
    crawl(site, tradepress, archive, paper)
    moved = tuple(replace(one, day=one.day - dt.timedelta(days=9)) for one in paper.stories)
    told = crawl(site, tradepress, archive, Themed(home=site.home, stories=moved))
    assert "dated anew" not in told
    assert days(archive) == {
        ref: held[1] for ref, held in Themed(home=site.home, stories=moved).held().items()
    }


def test_one_story_may_be_dated_anew(site: Site, tradepress: Tradepress, archive: Path) -> None:
    paper = Themed(home=site.home)
    crawl(site, tradepress, archive, paper)
    first, *rest = paper.stories
    moved = (replace(first, day=first.day - dt.timedelta(days=9)), *rest)
    told = crawl(site, tradepress, archive, Themed(home=site.home, stories=moved))
    assert "dated anew" not in told
    assert days(archive)[f"lantern-{first.number}"] == moved[0].day.isoformat()


def test_pages_that_disagree_with_the_feed_are_told_from_the_first_night(
    site: Site, tradepress: Tradepress, archive: Path
) -> None:
    paper = Themed(home=site.home)
    late = tuple(replace(one, day=one.day - dt.timedelta(days=40)) for one in paper.stories)
    pages = Themed(home=site.home, stories=late).pages()
    pages["/feed.xml"] = paper.pages()["/feed.xml"]
    crawl(site, tradepress, archive, paper, pages=pages)
    told = health(tradepress, archive)
    # Without a pause between requests a first story may be read while the feed still is.
    said = re.search(r"say different dates \(([45]) of the \1 newest stories", told)
    assert said, told
    count = int(said[1])
    rows = Database(archive).query("SELECT confidence FROM articles ORDER BY confidence")
    least_sure = [row["confidence"] for row in rows]
    assert least_sure[count - 1] < least_sure[count]
