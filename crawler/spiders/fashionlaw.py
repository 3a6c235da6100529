"""Declares The Fashion Law: stories stand below the root; offers of its digests in their text."""

from tradepress.source import Furniture, Source

SOURCE = Source(
    name="fashionlaw",
    publisher="The Fashion Law",
    domains=("thefashionlaw.com",),
    language="en",
    timezone="America/New_York",
    day_first=False,
    sections=("https://www.thefashionlaw.com/",),
    feeds=("https://www.thefashionlaw.com/feed/",),
    article_url=r"/(?!terms-(?:of|and)-|about-the-fashion-law|become-a-member|sign-up-)"
    r"[a-z0-9]+(?:-[a-z0-9]+){2,}/?",
    furniture=(
        Furniture(pattern=r"professional digest|all of the important news and exclusive .*"),
    ),
    coverage="Law and business of fashion; stories, weekly briefings.",
    rights="Metered membership, as remembered: only what is openly served is kept. No terms seen.",
    unverified="How a metered page shows its wall; whether slugs of one or two words are "
    "stories (none is taken for one).",
)
