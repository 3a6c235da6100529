"""Life Sciences IP Review: WIPR's sister on the same platform; some stories carry no id."""

from crawler.families.newton import ARTICLE_ID, FURNITURE, LSIPR_ARTICLE_URL, SECTION_NAMES
from crawler.source import Source

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
)
