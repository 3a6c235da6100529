"""Declares Managing IP: one story has six addresses, two ids, of which only the slug is the same.

Slugs of less than four words, as ``editorial``, come again and prove nothing.
"""

from tradepress.source import Furniture, Source

SOURCE = Source(
    name="managingip",
    publisher="Managing IP",
    domains=("managingip.com",),
    language="en",
    timezone="Europe/London",
    feeds=(
        "https://www.managingip.com/rss/home",
        "https://www.managingip.com/section/patents/rss",
    ),
    article_url=r"/article/[a-z0-9]{10,24}(?:/[a-z0-9-]+){1,2}/?"
    r"|/(?:Article|Blog|TopicListArticle)/\d+/(?:[^/?]+/)?[^/?]+\.html",
    article_id=r"/((?:[^/?-]+-){3,}[^/?]+?)(?:\.html)?/?(?:\?|$)",
    furniture=(
        Furniture(pattern=r"managing ip is part of .*|[\w-]+-comp\.jpe?g"),
        Furniture(pattern=r"accessibility \| terms of use \| .*"),
        Furniture(pattern=r"more from across (?:our )?site(?: and .*)?", cut="list"),
    ),
    from_listings=("date_published", "authors"),
    completeness="teaser",
    coverage="News of trade marks, patents and copyright; show dailies of INTA until 2016.",
    rights="Behind a subscription, the weekly round-ups open. Its terms were not seen.",
    unverified="The feeds, and where stories of today say their date. No mark-up was ever seen.",
)
