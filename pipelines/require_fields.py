"""A story without a headline or a body is not a story: it is dropped with the reason."""

from scrapy.exceptions import DropItem

from archive.story import Article


def require_fields(item: Article) -> Article:
    """Article -> Article, or DropItem naming the missing field."""
    for name in ("headline", "body"):
        if not getattr(item, name):
            raise DropItem(f"no_{name}")
    return item
