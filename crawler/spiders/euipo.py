"""Declares EUIPO's news: one address form a language, of which the English one is followed."""

from tradepress.source import Source

SOURCE = Source(
    name="euipo",
    publisher="European Union Intellectual Property Office",
    domains=("euipo.europa.eu",),
    language="en",
    timezone="Europe/Madrid",
    sections=("https://www.euipo.europa.eu/en/news-and-events/news",),
    feeds=("https://www.euipo.europa.eu/en/news/rss",),
    article_url=r"/en/news/(?!rss$|podcasts?/?$)[a-z0-9-]+/?",
    coverage="News of the office in English since the site of today; not those of OHIM before it.",
    rights="Free; the terms of reuse were not seen. One report tells of 403 to an automated "
    "client: where that is so, nothing is fetched.",
    unverified="The feed is a guess, one of three in the wild; no page was seen, whose date is "
    "said to stand as 29/07/2026 above the headline.",
)
