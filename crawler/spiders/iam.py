"""Declares IAM, World Trademark Review's sister for patents: its dek opens the text again."""

import re

from tradepress.families.lbr import ARTICLE_ID, ARTICLE_URL, FURNITURE, RIGHTS
from tradepress.source import Source


def without_strong(page: str, url: str | None) -> str:
    """Removes tags that show as words in pages of 2018."""
    return re.sub(r"(?:<|&lt;)/?strong(?:>|&gt;)", "", page)


SOURCE = Source(
    name="iam",
    publisher="IAM",
    domains=("iam-media.com",),
    language="en",
    timezone="Europe/London",
    sections=("https://www.iam-media.com/sector/life-sciences",),
    feeds=("https://www.iam-media.com/rss",),
    article_url=ARTICLE_URL,
    article_id=ARTICLE_ID,
    furniture=FURNITURE,
    prepare_page=without_strong,
    from_listings=("date_published", "authors"),
    completeness="teaser",
    coverage="News and analysis of patents and their licensing, seen from 2017.",
    rights=RIGHTS,
    unverified="The feed; listings other than of sectors; special reports and old magazine"
    " addresses, which are those of World Trademark Review. No mark-up was ever seen.",
)
