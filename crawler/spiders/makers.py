"""Declares Marks & Makers, the bundled sister paper; most of its pages are of the older form."""

from tradepress.families.sample import FURNITURE
from tradepress.source import Source

SOURCE = Source(
    name="makers",
    publisher="Marks & Makers",
    domains=("marksandmakers.example",),
    language="en",
    timezone="Europe/London",
    sections=("http://marksandmakers.example/listing/news",),
    feeds=("http://marksandmakers.example/rss",),
    sitemaps=("http://marksandmakers.example/sitemap.xml",),
    article_url=r"/(?:news|article|members)/[a-z0-9-]+|/[a-z0-9-]+-\d{4,6}",
    article_id=r"-(\d{4,6})$",
    section_names=("Trademarks", "Brands", "Domains"),
    furniture=FURNITURE,
    sample=True,
)
