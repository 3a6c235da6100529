"""Declares The Signet Gazette, a bundled, invented paper in World IP Review's template family."""

from tradepress.families.sample import FURNITURE
from tradepress.source import Source

SOURCE = Source(
    name="signet",
    publisher="The Signet Gazette",
    domains=("signetgazette.example",),
    language="en",
    timezone="Europe/London",
    sections=tuple(
        f"http://signetgazette.example/{section}/"
        for section in ("trademark", "design", "copyright", "enforcement", "news")
    ),
    feeds=("http://signetgazette.example/rss",),
    sitemaps=("http://signetgazette.example/sitemap.xml",),
    article_url=r"/(?:trademark|design|copyright|enforcement|news|article|members)/[a-z0-9-]+"
    r"|/[a-z0-9-]+-\d{4,6}",
    article_id=r"-(\d{4,6})$",
    section_names=("Trademarks", "Designs", "Copyright", "Enforcement"),
    furniture=FURNITURE,
    sample=True,
)
