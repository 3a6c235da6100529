"""Saves stories to the archive: the only place where one comes into it."""

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self, cast

from scrapy.exceptions import DropItem

from tradepress.archive.frontier.listed_story import listing_at
from tradepress.archive.run import Run
from tradepress.archive.stories.clean_story import CleanStory
from tradepress.archive.stories.stories import QUARANTINED, Quarantined
from tradepress.archive.witnesses import are_near
from tradepress.crawling.source_report import SourceReport
from tradepress.steps.dropped import Dropped
from tradepress.steps.prepare import prepare
from tradepress.story import Article, StoredArticle

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


FEWEST_REDATED = 3
REDATED_SHARE = 1 / 3
"""Are how many known stories show another day in one crawl, and what part of those looked at, where
it is the layout that has changed."""


class SaveToArchive:
    """Saves a story and gives it on; returns after the commit that contains it.

    Known stories with another day and nothing else wait for the end of the crawl: many of them at
    once are a new layout, and no versions.
    """

    def __init__(
        self, run: Run, report: SourceReport, extractor: str, *, people: bool = False
    ) -> None:
        self.run = run
        self.report = report
        self.redated: list[CleanStory] = []
        self.extractor = extractor
        """Is the name of the rules that read the stories."""
        self.people = people
        """Tells to look for people in the texts, too."""

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        spider = cast("Any", crawler.spider)  # a NewsSpider
        people = crawler.settings.getbool("TRADEPRESS_PEOPLE")
        return cls(spider.run, spider.report, spider.extractor, people=people)

    async def process_item(self, item: CleanStory | Article) -> CleanStory | Article:
        """Saves one story, and waits for the commit.

        :param item: a CleanStory has taken the steps; an Article, from a spider of somebody's
            own, takes them here
        :raises ValueError: it belongs to no source
        :raises DropItem: it is not to be stored; or it can't be, and lies in quarantine
        """
        try:
            story = item if isinstance(item, CleanStory) else self._prepare(item)
            if isinstance(story, CleanStory) and self.run.stories.is_redated(story):
                self.redated.append(story)
                return item
            self.run.stories.save(story, extractor=self.extractor)
        except Dropped as error:
            raise DropItem(error.reason) from error
        except Quarantined as error:
            await self.run.transaction.committed()
            raise DropItem(f"{QUARANTINED}: {error}") from error
        await self.run.transaction.committed()
        return item

    def close_spider(self) -> None:
        """Saves the stories that show another day."""
        if not self.redated:
            return
        # A list may have been read after the story.
        for story in [one for one in self.redated if self._is_listed(one)]:
            self.redated.remove(story)
            with suppress(Quarantined):
                self.run.stories.save(story, extractor=self.extractor)
        count, visits = len(self.redated), self.report.reread + self.report.unchanged
        is_layout = count >= max(FEWEST_REDATED, REDATED_SHARE * visits)
        for story in self.redated:
            with suppress(Quarantined):
                self.run.stories.save(story, extractor=self.extractor, keeps_day=is_layout)
        self.run.transaction.commit()
        if is_layout:
            self.report.notes.append(
                f"{count} known stories are dated anew: a new layout? Their former days stay. "
                f"`tradepress sources check {self.report.source}` says how days are read; what is "
                "mended then is read again by `tradepress reextract`."
            )

    def _is_listed(self, story: CleanStory) -> bool:
        """Does a list say by now what the page does?"""
        listed = listing_at(self.run.addresses, story.article.url).date_published
        return bool(listed and are_near(story.article.date_published or "", listed))

    def _prepare(self, item: Article) -> StoredArticle:
        if item.source is None:
            raise ValueError("a story belongs to a source")
        return prepare(StoredArticle.of(item, source=item.source), people=self.people)
