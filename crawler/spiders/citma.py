"""Declares CITMA, British trade mark attorneys: slugs end in author and year (mb22)."""

from tradepress.source import Source

SOURCE = Source(
    name="citma",
    publisher="Chartered Institute of Trade Mark Attorneys",
    domains=("citma.org.uk",),
    language="en",
    timezone="Europe/London",
    sections=("https://www.citma.org.uk/resources.html",),
    article_url=r"/resources/(?:[a-z0-9-]+/)*[a-z0-9-]+\.html",
    coverage="News, case comments and blogs of the institute.",
    rights="Free as far as seen, parts for members alone; no terms were seen.",
    unverified="The list is a guess; mark-up was not seen.",
)
