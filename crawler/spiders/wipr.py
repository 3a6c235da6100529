"""World IP Review: ids in URLs; sign-up prompts and "Today's top stories" sit inside the body."""

from crawler.news_spider import NewsSpider
from crawler.newton_media import ARTICLE_ID, FURNITURE, SECTION_NAMES, WIPR_ARTICLE_URL
from crawler.source import Source


class WiprSpider(NewsSpider):
    source = Source(
        name="wipr",
        publisher="World IP Review",
        domains=("worldipreview.com",),
        language="en",
        timezone="Europe/London",
        sections=("https://www.worldipreview.com/trademark/",),
        feeds=("https://www.worldipreview.com/rss",),
        article_url=WIPR_ARTICLE_URL,
        article_id=ARTICLE_ID,
        section_names=SECTION_NAMES,
        furniture=FURNITURE,
    )
