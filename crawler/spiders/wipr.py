"""World IP Review: ids in URLs; sign-up prompts and "Today's top stories" sit inside the body."""

from datetime import date

from crawler.families.newton import ARTICLE_ID, FURNITURE, SECTION_NAMES, WIPR_ARTICLE_URL
from crawler.source import Source

SOURCE = Source(
    name="wipr",
    publisher="World IP Review",
    domains=("worldipreview.com",),
    language="en",
    timezone="Europe/London",
    sections=("https://www.worldipreview.com/trademark/",),
    feeds=("https://www.worldipreview.com/rss",),
    article_url=WIPR_ARTICLE_URL,
    article_id=ARTICLE_ID,
    dated_ids=(
        (8478, date(2015, 6, 16)),
        (9986, date(2016, 5, 9)),
        (12341, date(2016, 10, 3)),
        (12783, date(2017, 1, 4)),
        (14415, date(2017, 8, 4)),
        (16903, date(2018, 10, 30)),
        (19128, date(2020, 1, 17)),
        (19806, date(2020, 6, 24)),
        (21977, date(2021, 12, 16)),
    ),
    section_names=SECTION_NAMES,
    furniture=FURNITURE,
)
