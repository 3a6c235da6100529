"""Declares UK Intellectual Property Office on GOV.UK, shared with all of government; before 2014 on
a site of its own, whose releases have their day in the address alone."""

import re

from tradepress.extraction import NotAnArticle
from tradepress.source import Source

HEAD = re.compile(r"^(.+)\n(From:\n.+\nPublished\n.+\n(?:Last updated\n.+\n)?)", re.M)
RELATED = '<nav class="gem-c-related-navigation'


def as_story(page: str, url: str | None) -> str:
    """Moves a text capture's lead, which stands above the office's name, behind the dates; in HTML
    related content is no navigation. Stories of other offices are none of this source."""
    is_signed = re.search(r">From:</dt>|^From:$", page, re.M)
    if is_signed and "Intellectual Property Office" not in page:
        raise NotAnArticle("other_publisher", "another office of the government published it")
    return HEAD.sub(r"\2\1\n", page, count=1).replace(RELATED, RELATED.replace("nav", "div", 1))


SOURCE = Source(
    name="ukipo",
    publisher="UK Intellectual Property Office",
    domains=("www.gov.uk", "ipo.gov.uk"),
    language="en",
    timezone="Europe/London",
    feeds=("https://www.gov.uk/government/organisations/intellectual-property-office.atom",),
    article_url=r"/government/news/[a-z0-9-]+"
    r"|/press/press-release/press-release-\d{4}/press-release-\d{8}\.htm",
    ignored_url=r"/(?:guidance|government/(?!news/)[a-z-]+)/.+",
    prepare_page=as_story,
    coverage="News and press releases of the office: on GOV.UK since about 2014, older ones on "
    "ipo.gov.uk. Guidance, statistics and consultations of its feed are left out.",
    rights="Open Government Licence v3.0 for GOV.UK, as remembered and not seen; free.",
    unverified="The mark-up of GOV.UK, its content API and the feed; whether releases on "
    "ipo.gov.uk still answer.",
)
