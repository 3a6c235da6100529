from datetime import date

from crawler.source import Furniture, Selectors, Source

SOURCE = Source(
    name="gazette",
    publisher="The Gazette",
    domains=("gazette.example",),
    language="en",
    timezone="Europe/London",
    sections=("https://gazette.example/news/",),
    feeds=("https://gazette.example/feed",),
    article_url=r"/news/[a-z0-9-]+-\d+",
    article_id=r"-(\d+)$",
    dated_ids=((1234, date(2017, 8, 4)), (1300, date(2018, 8, 4))),
    section_names=("Designs",),
    furniture=(Furniture(pattern=r"Already registered\?.*", cut="rest"), Furniture(pattern="More on this story", cut="list", kind="related")),
    selectors=Selectors(headline="h1", body="div.body > p"),
    from_listings=("authors",),
    policy="store",
    verified=date(2026, 11, 27),
)
