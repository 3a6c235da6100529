"""The look at a site, with its pages at hand: whatever form its addresses have, the declaration
takes every story and no other page."""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime
from types import ModuleType

import pytest
from conftest import Answer
from sites import blogger_paper, drupal_paper, handmade_paper, invented, wordpress_paper
from sites.invented import SECTIONS, PaperSite, marked
from sites.program_paper import PAGE, program_paper

from tradepress.crawling.page_workers import PageWorkers
from tradepress.discovery.wordpress_posts import posts_at
from tradepress.jobs.files.file_page import FilePage
from tradepress.jobs.site_visit import PageNotHad, unknown_source
from tradepress.jobs.survey_site import MOST_REQUESTS, SiteVisit, concluded
from tradepress.survey.seen_site import SeenSite
from tradepress.survey.site_survey import SiteSurvey

pytestmark = pytest.mark.slow

HOME = "https://www.gazette.example"
Path = Callable[[int, datetime, str, str], str]
FORMS: dict[str, tuple[ModuleType, Path]] = {
    "wordpress, days": (wordpress_paper, lambda n, d, s, c: f"/{d:%Y/%m/%d}/{s}/"),
    "wordpress, months": (wordpress_paper, lambda n, d, s, c: f"/{d:%Y/%m}/{s}/"),
    "wordpress, numbers": (wordpress_paper, lambda n, d, s, c: f"/archives/{900 + n}"),
    "wordpress, query": (wordpress_paper, lambda n, d, s, c: f"/?p={900 + n}"),
    "wordpress, sections": (wordpress_paper, lambda n, d, s, c: f"/{c.lower()}/{s}/"),
    "wordpress, blog": (wordpress_paper, lambda n, d, s, c: f"/blog/{s}/"),
    "wordpress, root": (wordpress_paper, lambda n, d, s, c: f"/{s}/"),
    "drupal, content": (drupal_paper, lambda n, d, s, c: f"/content/{s}"),
    "drupal, years": (drupal_paper, lambda n, d, s, c: f"/news/{d:%Y}/{s}"),
    "drupal, ids": (drupal_paper, lambda n, d, s, c: f"/news/{s}-{14400 + 7 * n}"),
    "drupal, root": (drupal_paper, lambda n, d, s, c: f"/{s}"),
    "drupal, id first": (drupal_paper, lambda n, d, s, c: f"/articles/{4000 + n}/{s}"),
    "handmade, files": (handmade_paper, lambda n, d, s, c: f"/stories/{d:%Y}/{d:%m%d}.html"),
    "handmade, numbers": (handmade_paper, lambda n, d, s, c: f"/art{1000 + n}.htm"),
    "handmade, guid": (handmade_paper, lambda n, d, s, c: f"/Detail.aspx?g={guid(n)}"),
    "blogger": (blogger_paper, lambda n, d, s, c: f"/{d:%Y/%m}/{s[:39]}.html"),
}


def guid(number: int) -> str:
    return f"{number:08x}-0a1b-4c2d-8e3f-{number * 7919:012x}"


def paper_of(form: str, monkeypatch: pytest.MonkeyPatch) -> PaperSite:
    module, path = FORMS[form]
    monkeypatch.setattr(module, "invent", lambda _, **given: invented.invent(path, **given))
    paper: PaperSite = getattr(module, module.__name__.rpartition(".")[2])(HOME)
    return paper


def survey(paper: PaperSite) -> tuple[SiteSurvey, int]:
    asked = []

    async def fetch(url: str) -> FilePage:
        asked.append(url)
        answer = paper.pages.get(url.removeprefix(HOME) or "/", Answer("not here", 404))
        if answer.status != 200:
            raise PageNotHad(url, "http_404", "it answers 404")
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        return FilePage(
            page=body, raw=body, url=url, content_type=answer.headers.get("Content-Type")
        )

    async def look() -> SiteSurvey:
        with PageWorkers() as workers:
            seen = SeenSite(home=f"{HOME}/", site=unknown_source(HOME))
            await SiteVisit(fetch, workers, seen).look_over(paper.start)
            return await concluded(seen, workers, "gazette")

    return asyncio.run(look()), len(asked)


def require_right(paper: PaperSite, found: SiteSurvey) -> None:
    """Every story is taken, and no other page."""
    own, source = {story.path for story in paper.stories}, found.source
    assert [path for path in own if not source.is_article_url(HOME + path)] == []
    others = [path for path in paper.pages if path not in own and not path.startswith("/node/")]
    assert [path for path in others if source.is_article_url(HOME + path)] == [], source.article_url
    assert source.sections
    assert all(page.is_story for page in found.stories)


@pytest.mark.parametrize("form", FORMS)
def test_every_story_is_taken_and_no_other_page(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    paper = paper_of(form, monkeypatch)
    found, asked = survey(paper)
    assert asked <= MOST_REQUESTS
    require_right(paper, found)
    assert found.source.feeds


@pytest.mark.parametrize("form", FORMS)
def test_lists_alone_are_enough(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a feed nor a sitemap."""
    paper = paper_of(form, monkeypatch)
    for path in [path for path in paper.pages if "feed" in path or path.endswith(".xml")]:
        del paper.pages[path]
    found, _ = survey(paper)
    require_right(paper, found)


WALL = (
    "<div class=paywall><h2>To read the full story, subscribe today</h2>"
    "<p>Already a subscriber? <a href=/login>Log in</a></p></div>"
)


def test_openings_alone_are_said_to_be_teasers() -> None:
    paper = program_paper(HOME)
    assert survey(paper)[0].source.completeness == "body"
    for story in paper.stories:
        html = str(paper.pages[story.path].body)
        kept, _, _ = html.partition(marked(story.paragraphs[2:]))
        paper.show(story.path, kept + WALL)
    found, _ = survey(paper)
    assert found.source.completeness == "teaser"


def test_a_program_that_is_told_what_to_show() -> None:
    """No list has all stories, so that each of the menu's is needed; lists alone have dates."""
    paper = program_paper(HOME)
    found, _ = survey(paper)
    require_right(paper, found)
    lists = {f"{HOME}{PAGE}list&of={at}" for at in range(len(SECTIONS))}
    assert lists <= {*found.source.sections}
    assert {page.article and page.article.date_published for page in found.stories} <= {
        story.published.date().isoformat() for story in paper.stories
    }


def test_posts_that_wordpress_names_to_programs_are_the_list_of_all() -> None:
    paper = wordpress_paper.wordpress_paper(HOME)
    place = posts_at(f"{HOME}/wp-json/")
    door = f'<link rel="https://api.w.org/" href="{HOME}/wp-json/"><meta name=generator content=WP>'
    paper.show("/", str(paper.pages["/"].body).replace("<head>", f"<head>{door}"))
    posts = [{"link": HOME + story.path} for story in paper.stories]
    paper.pages[place.removeprefix(HOME)] = Answer(json.dumps(posts))
    found, asked = survey(paper)
    require_right(paper, found)
    assert found.source.sections == (place,)
    assert found.source.feeds
    assert asked <= MOST_REQUESTS
    told = {one.name: one.value for one in found.findings}
    assert told["software"] == ("WP",)
    count = len(paper.stories)
    assert told["reach"] == (f"{count} of about {count} stories",)
