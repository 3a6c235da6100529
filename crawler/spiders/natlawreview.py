"""Declares The National Law Review, of law firms: text captures begin with the first paragraph."""

from tradepress.source import Furniture, Source

SOURCE = Source(
    name="natlawreview",
    publisher="The National Law Review",
    domains=("natlawreview.com",),
    language="en",
    timezone="America/Chicago",
    day_first=False,
    sections=("https://natlawreview.com/type-of-law/intellectual-property",),
    feeds=("https://natlawreview.com/recent-content/rss.xml",),
    article_url=r"/article/[a-z0-9-]+/?",
    furniture=(Furniture(pattern=r"more on .{2,60} here ?>*"),),
    coverage="Articles of American law firms on all fields of law.",
    rights="Free; the texts are the firms'. No terms were seen.",
    unverified="The section is a guess; the feed was seen as a link, and holds all fields.",
)
