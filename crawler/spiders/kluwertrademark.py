"""Declares Kluwer Trademark Blog: moved to a host that other blogs share; its slugs moved along, so
that one is the id of a post on both hosts."""

from tradepress.families.wordpress import DATED_POST
from tradepress.source import Furniture, Source

SOURCE = Source(
    name="kluwertrademark",
    publisher="Kluwer Trademark Blog",
    cited_as="blog",
    domains=("trademarkblog.kluweriplaw.com", "legalblogs.wolterskluwer.com"),
    language="en",
    timezone="Europe/Amsterdam",
    sections=("https://legalblogs.wolterskluwer.com/trademark-blog/",),
    feeds=("https://trademarkblog.kluweriplaw.com/feed/",),
    article_url=rf"{DATED_POST}|/trademark-blog/(?!(?:about|editorial|privacy|terms)-)\w+(?:-\w+)+/?",
    article_id=r"^(?:/\d{4}/\d\d/\d\d|/trademark-blog)/([\w%-]+)",
    furniture=(
        Furniture(pattern=r"continue reading(?: ?leave a comment)?|\d+ articles available"),
    ),
    coverage="Trade mark cases of the EU and its states, the UK and the US, since December 2015.",
    rights="Free, no wall. The publisher's terms name kluweriplaw.com among its sites; their text "
    "was not seen.",
    unverified="The new host: no post of it was seen, nor whether the slugs of old posts stayed, "
    "nor whether the feed of the old host moved along.",
)
