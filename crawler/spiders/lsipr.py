"""Declares Life Sciences IP Review, WIPR's sister on its platform; some stories carry no id.

Old pages break off after a paragraph, without a word about a wall.
"""

from tradepress.families.newton import (
    ARTICLE_ID,
    FURNITURE,
    LSIPR_ARTICLE_URL,
    RIGHTS,
    SECTION_NAMES,
)
from tradepress.source import Source

SOURCE = Source(
    name="lsipr",
    publisher="Life Sciences IP Review",
    domains=("lifesciencesipreview.com",),
    language="en",
    timezone="Europe/London",
    sections=(
        "https://www.lifesciencesipreview.com/latest",
        "https://www.lifesciencesipreview.com/listing/news",
    ),
    article_url=LSIPR_ARTICLE_URL,
    article_id=ARTICLE_ID,
    section_names=SECTION_NAMES,
    furniture=FURNITURE,
    from_listings=("date_published",),
    coverage="News of patents and regulation in pharma and biotech; 2,541 stories by 2019, alive"
    " in 2026.",
    rights=RIGHTS,
    unverified="The channels of stories other than /asia/. No mark-up was ever seen.",
)
