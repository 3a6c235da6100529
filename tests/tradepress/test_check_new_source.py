"""What `sources new` declares is well; what is taken from the declaration is found again."""

import asyncio
import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from conftest import quick_first
from reading_here import Here
from sites.blogger_paper import blogger_paper
from sites.drupal_paper import drupal_paper
from sites.handmade_paper import handmade_paper
from sites.invented import PaperSite
from sites.wordpress_paper import wordpress_paper

from tradepress.jobs.check_source import SourceCheck, visit_source
from tradepress.jobs.files.file_page import FilePage
from tradepress.jobs.site_visit import PageNotHad, unknown_source
from tradepress.jobs.survey_site import SiteVisit
from tradepress.source import Source
from tradepress.survey.mend import mended
from tradepress.survey.seen_site import SeenSite
from tradepress.survey.site_survey import survey_site

HOME = "http://127.0.0.1"
DAY = dt.date(2026, 11, 27)
PAPERS = (blogger_paper, drupal_paper, handmade_paper, wordpress_paper)


def check(paper: PaperSite, source: Source) -> SourceCheck:
    return asyncio.run(visit_source(source, Here(), serving(paper), day=DAY))


def serving(paper: PaperSite) -> Any:
    async def fetch(url: str) -> FilePage:
        while (answer := paper.pages.get(url.removeprefix(HOME))) and answer.status in (301, 302):
            url = answer.headers["Location"]
        if answer is None or answer.status != 200:
            raise PageNotHad(url, "http_404", "not here")
        raw = answer.body.encode() if isinstance(answer.body, str) else answer.body
        kind = answer.headers.get("Content-Type", "text/html")
        return FilePage(page=raw, raw=raw, url=url, content_type=kind, status=200)

    return fetch


@pytest.mark.parametrize("make", quick_first(PAPERS, 1), ids=lambda make: make.__name__)
def test_what_is_taken_from_a_declaration_is_found_again(
    make: Callable[[str], PaperSite],
) -> None:
    paper = make(HOME)
    seen = SeenSite(home=f"{HOME}/", site=unknown_source(HOME))
    asyncio.run(SiteVisit(serving(paper), Here(), seen).look_over(paper.start))
    source = survey_site(seen, name="paper", today=DAY).source
    assert source.furniture
    assert check(paper, source).is_well
    assert check(paper, source).mends == ()
    for less in (replace(source, furniture=()), replace(source, article_url="/old/.*")):
        drifted = check(paper, less)
        assert not drifted.is_well
        again = mended(less, drifted.mends)
        assert all(again.is_article_url(HOME + story.path) for story in paper.stories)
        assert check(paper, again).is_well
