"""Declares what Law Business Research's titles (wtr, iam) share: a template, walls of five ages.

Pages of stories show neither date nor author; these stand on listings alone. Most of the walls'
wording is known for all sites.
"""

from tradepress.source import Furniture

GUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

ARTICLE_URL = (
    r"/article/[a-z0-9-]+/?|/report/special-reports/[a-z0-9-]+/article/[a-z0-9-]+/?"
    rf"|(?i:/magazine/issue/\d+/features/[^/?]+/?|/blog/detail\.aspx\?(?:.*&)?g={GUID}(?:&.*)?)"
)
"""Matches stories of today, special reports, the magazine to about 2015 and the blog to 2018."""
ARTICLE_ID = rf"(?i:[?&]g=({GUID}))"
"""Matches an id that posts of the old blog alone carry."""

FURNITURE: tuple[Furniture, ...] = (
    Furniture(pattern=r"latest content(?: ?view all)?|featured in .{2,80}", cut="list"),
    Furniture(
        pattern=r"view all(?: news)?(?: ?read more)?|read blog|full text|benefits|close"
        r"|register for more free content|(?:(?:sort options|selected filters:?|article type) ?)+"
        r"|[\d,]+ results found for your search\.?|(?:region|work area|law): [^.!?]{2,60}"
    ),
)

RIGHTS = (
    "Behind a subscription: headline and opening are open, a few stories whole. Of the publisher's"
    " standard terms (lbresearch.com) only the definitions were seen."
)
