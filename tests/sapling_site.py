"""A young paper through the simulated year: its numbers grow, and its addresses drift slowly."""

import datetime as dt
from collections.abc import Collection
from typing import ClassVar

from living_papers import Trouble
from sites.young_paper import YoungPaper

from tradepress.crawling.page_workers import PageWorkers
from tradepress.jobs.check_source import visit_source
from tradepress.jobs.files.file_page import FilePage
from tradepress.jobs.site_visit import PageNotHad
from tradepress.sample.editions import Page, SampleSite
from tradepress.source import Source
from tradepress.survey.address_rule import learn_article_url
from tradepress.survey.mend import mended

FORM, LATER_FORMS = "/?p={n}", ("/analysis/{s}/", "/opinion/{n}.html")
FIRST_NUMBERS = range(85, 96)
"""With the first day's story they fill front page and feed."""
STEP = 17
"""How far numbers go on from story to story, as other things get some."""
ONE_IN = 10


class SaplingSite(SampleSite):
    """The paper, and its declaration as it was learned of the first stories and mended since."""

    host: ClassVar = "sapling.example"

    def __init__(self, *, quiet: Collection[dt.date]) -> None:
        self.home = f"http://{self.host}"
        self.quiet = quiet
        self.paper = YoungPaper(home=self.home)
        rule = learn_article_url(self.paper.publish(FORM, FIRST_NUMBERS), ())
        assert rule is not None
        self.source = Source(
            name="sapling",
            publisher="The Sapling",
            domains=(self.host,),
            language="en",
            timezone="Europe/London",
            sections=(f"{self.home}/",),
            feeds=(f"{self.home}/feed.xml",),
            article_url=rule.pattern,
            article_id=rule.article_id,
            sample=True,
        )
        self.forms, self.drifted = [FORM], 0
        self.number = FIRST_NUMBERS[-1]
        self.trouble: Trouble | None = None
        self.day: dt.date | None = None

    def next_day(self, day: dt.date, trouble: Trouble | None) -> None:
        """A story on each working day; by what drifts the first of another form comes that day."""
        self.day, self.trouble = day, trouble
        if day.weekday() > 4 or day in self.quiet:
            return
        if trouble == "drifting":
            self.forms.append(LATER_FORMS[len(self.forms) - 1])
            self.drifted = 0
        self.number += STEP
        is_other = len(self.forms) > 1 and self.drifted % ONE_IN == 0
        self.paper.publish(self.forms[-1] if is_other else FORM, [self.number], day=day)
        self.drifted += 1

    def page(self, path: str, query: str = "") -> Page:
        if self.trouble == "down":
            return Page(body=b"Back soon.", content_type="text/plain", status=503)
        page = self.paper.page(f"{path}?{query}" if query else path)
        if page is None:
            return Page(body=b"not here", status=404)
        return Page(body=page[1].encode(), content_type=page[0])

    async def mend(self, workers: PageWorkers) -> None:
        """What `sources check --apply` makes of the declaration."""

        async def fetch(url: str) -> FilePage:
            page = self.paper.page(url.removeprefix(self.home))
            if page is None:
                raise PageNotHad(url, "http_404", "not here")
            raw = page[1].encode()
            return FilePage(page=raw, raw=raw, url=url, content_type=page[0], status=200)

        assert self.day is not None
        check = await visit_source(self.source, workers, fetch, day=self.day)
        self.source = mended(self.source, check.mends)
