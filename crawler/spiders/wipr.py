"""Declares World IP Review: ids in URLs; sign-up prompts, "Today's top stories" inside the body.

Features of the magazine are dated by their issue, the first of a month.
"""

from datetime import date

from tradepress.families import newton
from tradepress.source import Source

SOURCE = Source(
    name="wipr",
    publisher="World IP Review",
    domains=("worldipreview.com",),
    language="en",
    timezone="Europe/London",
    sections=("https://www.worldipreview.com/trademark/", "https://www.worldipreview.com/latest"),
    feeds=("https://www.worldipreview.com/rss",),
    article_url=newton.WIPR_ARTICLE_URL,
    article_id=newton.ARTICLE_ID,
    dated_ids=(
        (8478, date(2015, 6, 16)),
        (9986, date(2016, 5, 9)),
        (10230, date(2016, 6, 3)),
        (12341, date(2016, 10, 3)),
        (12783, date(2017, 1, 4)),
        (14415, date(2017, 8, 4)),
        (16903, date(2018, 10, 30)),
        (19128, date(2020, 1, 17)),
        (19806, date(2020, 6, 24)),
        (21977, date(2021, 12, 16)),
    ),
    section_names=newton.SECTION_NAMES,
    furniture=newton.FURNITURE,
    from_listings=("date_published",),
    coverage="Daily news of trade marks, patents and copyright from 2015; features from 2012.",
    rights=newton.RIGHTS,
    unverified="The feed, /latest, and the addresses of the sections Influential Women in IP,"
    " Artificial Intelligence and Future of IP. No mark-up was ever seen.",
)
