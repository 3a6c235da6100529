"""Declares Bloomberg Law: openings above a wall, in UTC; its government edition shows the same."""

from tradepress.source import Furniture, Source

SOURCE = Source(
    name="bloomberglaw",
    publisher="Bloomberg Law",
    domains=("bloomberglaw.com", "bgov.com"),
    language="en",
    timezone="UTC",
    day_first=False,
    sections=("https://news.bloomberglaw.com/ip-law",),
    article_url=r"/ip-law/[a-z0-9-]+/?",
    article_id=r"/ip-law/([a-z0-9-]+)",
    furniture=(Furniture(pattern=r"multiple"),),
    from_listings=("date_published",),
    completeness="teaser",
    coverage="US news of patents, trademarks and copyright.",
    rights="Behind a subscription: headline and opening are open. Its terms were not seen.",
    unverified="The section page, and whether it lists its stories without a script.",
)
