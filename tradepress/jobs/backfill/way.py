"""Names the ways by which a back-fill has the past of a source."""

from enum import StrEnum


class Way(StrEnum):
    """Says where the past of a source comes from."""

    WAYBACK = "wayback"
    COMMONCRAWL = "commoncrawl"
    CCNEWS = "ccnews"
    SITEMAP = "sitemap"
    SECTIONS = "sections"
