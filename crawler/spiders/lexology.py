"""Declares Lexology, law firms' articles: a GUID as address; text captures lack headline, date."""

from tradepress.families.lbr import GUID
from tradepress.source import Furniture, Source

SOURCE = Source(
    name="lexology",
    publisher="Lexology",
    domains=("lexology.com",),
    language="en",
    timezone="Europe/London",
    sections=("https://www.lexology.com/",),
    article_url=rf"(?i:/library/detail\.aspx\?(?:.*&)?g={GUID}(?:&.*)?)",
    article_id=rf"(?i:[?&]g=({GUID}))",
    furniture=(
        Furniture(pattern=r"if you continue to browse lexology, we will assume\b.*"),
        Furniture(pattern=r"(?:(?:results \d+ to \d+ of \d+|most popular ?\| ?most recent) ?)+"),
    ),
    from_listings=("date_published", "authors", "section", "description"),
    completeness="headline",
    policy="metadata-only",
    coverage="Articles of law firms on all fields; those that the lists below name.",
    rights="Registration for the whole text, as remembered; the texts are the firms'. Of Law "
    "Business Research's terms only the definitions were seen, so that metadata alone are kept.",
    unverified="Any list but an author's, whose rows begin 'USA - September 19 2019'; the front "
    "page is a guess, and /rss was reported not to be found. Mark-up was not seen.",
)
