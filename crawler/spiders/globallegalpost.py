"""Declares The Global Legal Post: a sign-up form and privacy statement stand above each story."""

from tradepress.source import Furniture, Source

SOURCE = Source(
    name="globallegalpost",
    publisher="The Global Legal Post",
    domains=("globallegalpost.com",),
    language="en",
    timezone="Europe/London",
    sections=("https://www.globallegalpost.com/news",),
    feeds=("https://www.globallegalpost.com/rss-news",),
    article_url=r"/news/[a-z0-9-]+-\d{6,}/?",
    article_id=r"-(\d{6,})/?$",
    furniture=(
        Furniture(
            pattern=r"(?:sign up for our free daily newsletter)?\W*your privacy - please read"
            r" carefully\b.*|data protection statement"
            r"|below we explain how we will communicate with you\b.*"
            r"|e-?mail your news and story ide.*"
        ),
    ),
    coverage="The business of law firms, intellectual property among it.",
    rights="Free; no terms were seen.",
    unverified="The list of news; the feed was seen as a link in one file.",
)
