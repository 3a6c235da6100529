"""Declares IPWatchdog: an address may end in a number or not, so that the slug is the id."""

from tradepress.families.wordpress import DATED_POST
from tradepress.source import Furniture, Source

SOURCE = Source(
    name="ipwatchdog",
    publisher="IPWatchdog",
    domains=("ipwatchdog.com",),
    language="en",
    timezone="America/New_York",
    day_first=False,
    sections=("https://ipwatchdog.com/",),
    feeds=("https://ipwatchdog.com/feed/",),
    article_url=rf"{DATED_POST}(?:id(?:=|%3D)\d+/?)?",
    article_id=r"^/\d{4}/\d\d/\d\d/([\w%-]+)",
    furniture=(Furniture(pattern=r"there are currently .{1,12} comments\b.*", cut="rest"),),
    coverage="Mostly patents, with trade marks and copyright, of the US and the EU, since 1999.",
    rights="Free, no wall. No terms on copies were seen; the privacy policy says nothing of them.",
    unverified="The mark-up of today's template; whether old numbered addresses lead to new ones.",
)
