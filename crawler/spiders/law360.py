"""Declares Law360: a headline and opening words, which break off; the date runs into them."""

from tradepress.source import Furniture, Source

SOURCE = Source(
    name="law360",
    publisher="Law360",
    domains=("law360.com", "law360.co.uk"),
    language="en",
    timezone="America/New_York",
    day_first=False,
    feeds=("https://www.law360.com/ip/rss",),
    article_url=r"/articles/\d+(?:/[a-z0-9-]+)?/?|/amp/articles/\d+/?",
    article_id=r"/articles/(\d+)",
    furniture=(
        Furniture(pattern=r"a law360 subscription puts you at the center\b.*", cut="rest"),
        Furniture(
            pattern=r"(?:start free trial ?)?experience law360 today with a free\b.*"
            r"|law360 is on it, so you are\b.*"
        ),
        Furniture(pattern=r"(?:hello! i'm law360's automated support|try our advanced search)\b.*"),
        Furniture(
            pattern=r"(?:(?:related )?(?:sections|law firms|companies|government agencies) ?)+",
            cut="list",
        ),
    ),
    from_listings=("date_published",),
    completeness="teaser",
    policy="metadata-only",
    coverage="US litigation news; of it the intellectual property section.",
    rights="Behind a subscription. Terms of its owner LexisNexis forbid “any robot, spider, other"
    " automatic software” without written leave; seen on a mirror of the British terms, not here.",
    unverified="Its own terms: read them before you crawl it. The feed.",
)
