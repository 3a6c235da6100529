"""A story without a headline or a body is not a story: it is dropped with the reason."""

from scrapy.exceptions import DropItem

from crawler.items import Article


class RequireFields:
    """Article -> Article, or DropItem naming the missing field."""

    def process_item(self, item: Article) -> Article:
        for name in ("headline", "body"):
            if not getattr(item, name):
                raise DropItem(f"no_{name}")
        return item
