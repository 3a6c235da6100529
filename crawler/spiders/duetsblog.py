"""Declares DuetsBlog, on LexBlog: signed in the first line; lists cut posts and add the title."""

from tradepress.source import Furniture, Source

SOURCE = Source(
    name="duetsblog",
    publisher="DuetsBlog",
    cited_as="blog",
    domains=("duetsblog.com",),
    language="en",
    timezone="America/Chicago",
    day_first=False,
    sections=("https://www.duetsblog.com/",),
    feeds=("https://www.duetsblog.com/feed/",),
    article_url=r"/\d{4}/\d{2}/articles/[a-z0-9-]+/[a-z0-9-]+/?",
    furniture=(Furniture(pattern=r"continue reading\b.{0,200}"),),
    coverage="Trademarks and marketing, 2009 to about 2020; seemingly asleep since.",
    rights="Free; the authors' copyright. No licence was seen.",
    unverified="The feed is a guess; whether the site still answers.",
)
