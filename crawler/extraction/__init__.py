"""Page to Article: pure functions that know no Scrapy, no network and no clock."""

from crawler.extraction.article import extract_article
from crawler.extraction.refusal import NotAnArticle

__all__ = ["NotAnArticle", "extract_article"]
