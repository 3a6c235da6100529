"""Declares USPTO's news and updates: the address leaves out small words, ends near 100 letters."""

from tradepress.source import Source

SOURCE = Source(
    name="uspto",
    publisher="United States Patent and Trademark Office",
    domains=("uspto.gov",),
    language="en",
    timezone="America/New_York",
    day_first=False,
    sections=("https://www.uspto.gov/about-us/news-updates",),
    feeds=("https://www.uspto.gov/rss.xml",),
    article_url=r"/about-us/news-updates/[a-z0-9-]+/?",
    coverage="News of the office, patents and trademarks alike. No decisions of the board, no "
    "notices in the Official Gazette.",
    rights="Free; works of the government of the United States. The site's terms were not seen.",
    unverified="No page was seen. List and feed are named in others' files, one of which found "
    "the feed to work; whether it holds only news is not known.",
)
