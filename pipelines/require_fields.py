"""A story without a headline or a body is not a story: it is dropped with the reason."""

from archive.story import Article
from pipelines.dropped import Dropped


def require_fields(item: Article) -> Article:
    """Article -> Article, or Dropped naming the missing field."""
    for name in ("headline", "body"):
        if not getattr(item, name):
            raise Dropped(f"no_{name}")
    return item
