"""Declares Mondaq, law firms' articles: three forms of page, two of address, a number a story."""

import re

from tradepress.source import Furniture, Source

FIRM = re.compile(r"^(?:[A-Z]{2,3}\n)?.+\nContributor\n.+\n", re.M)


def without_firm(page: str, url: str | None) -> str:
    """Removes the firm, which text captures name above its contributor's box, as if a person."""
    return FIRM.sub("", page, count=1)


SOURCE = Source(
    name="mondaq",
    publisher="Mondaq",
    domains=("mondaq.com",),
    language="en",
    timezone="Europe/London",
    sections=("https://www.mondaq.com/intellectual-property",),
    feeds=("https://www.mondaq.com/rss/India/",),
    article_url=r"/[a-z-]+/(?!x/)[a-z0-9-]+/\d{6,7}/[^/]+|/[a-z-]+/x/\d{6,7}/[^/]+/[^/]+",
    article_id=r"/(\d{6,7})/",
    furniture=(Furniture(pattern=r"article"),),
    prepare_page=without_firm,
    from_listings=("date_published", "authors", "description"),
    completeness="headline",
    policy="metadata-only",
    coverage="Articles of law firms of all countries and fields since the 1990s; only those in "
    "the lists below are found. The same text often stands at the firm's own site.",
    rights="Registration for the whole text; the texts are the firms'. Terms were not seen, so "
    "that only metadata are kept.",
    unverified="The section is a guess, the feed was seen as a link alone. Mark-up was not seen.",
)
