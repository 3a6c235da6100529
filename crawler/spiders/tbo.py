"""Declares Trademarks & Brands Online, an archive of 2012 to about 2017; only old pages were seen.

World IP Review took its features over under the same slugs, without their dates.
"""

from datetime import date

from tradepress.families.newton import ARTICLE_ID, FURNITURE, RIGHTS, SECTION_NAMES, TBO_ARTICLE_URL
from tradepress.source import Source

SOURCE = Source(
    name="tbo",
    publisher="Trademarks & Brands Online",
    domains=("trademarksandbrandsonline.com",),
    language="en",
    timezone="Europe/London",
    sections=(
        "https://www.trademarksandbrandsonline.com/listing/news",
        "https://www.trademarksandbrandsonline.com/listing/branding",
    ),
    article_url=TBO_ARTICLE_URL,
    article_id=ARTICLE_ID,
    dated_ids=((4678, date(2016, 4, 15)), (4704, date(2016, 5, 9))),
    section_names=SECTION_NAMES,
    furniture=FURNITURE,
    from_listings=("date_published", "authors"),
    coverage="News and features about brands and counterfeits, 2012 to about 2017.",
    rights=f"{RIGHTS} Nearly all that was seen is open.",
    unverified="Whether the site still answers, and the listing of news. No mark-up was ever seen.",
)
