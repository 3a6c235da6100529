"""Declares World Trademark Review: openings above a wall; date and author on listings alone."""

from tradepress.families.lbr import ARTICLE_ID, ARTICLE_URL, FURNITURE, RIGHTS
from tradepress.source import Source

SOURCE = Source(
    name="wtr",
    publisher="World Trademark Review",
    domains=("worldtrademarkreview.com",),
    language="en",
    timezone="Europe/London",
    sections=(
        "https://www.worldtrademarkreview.com/news-and-analysis",
        "https://www.worldtrademarkreview.com/long-read",
    ),
    feeds=("https://www.worldtrademarkreview.com/rss",),
    article_url=ARTICLE_URL,
    article_id=ARTICLE_ID,
    furniture=FURNITURE,
    from_listings=("date_published", "authors"),
    completeness="teaser",
    coverage="News, analysis and special reports on trademarks, from about 2008; 72,000 pages.",
    rights=RIGHTS,
    unverified="The feed, and whether listings give an author. No mark-up was ever seen.",
)
