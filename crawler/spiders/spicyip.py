"""Declares SpicyIP, an Indian blog on WordPress: weekly reviews have a text under each headline."""

from tradepress.source import Furniture, Source

SOURCE = Source(
    name="spicyip",
    publisher="SpicyIP",
    cited_as="blog",
    domains=("spicyip.com",),
    language="en",
    timezone="Asia/Kolkata",
    sections=("https://spicyip.com/",),
    feeds=("https://spicyip.com/feed",),
    article_url=r"/\d{4}/\d{2}/[a-z0-9-]+\.html",
    furniture=(
        Furniture(pattern=r"highlights of the week|other posts"),
        Furniture(pattern=r"other ip developments", cut="list", kind="related"),
    ),
    coverage="Posts on Indian intellectual property since 2005, as remembered; weekly reviews.",
    rights="Free; the authors' copyright. No licence was seen. Others repost its texts whole.",
    unverified="One address was seen, its text only in a copy elsewhere; the feed as a link.",
)
