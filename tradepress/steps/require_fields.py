"""A story without a headline is not a story, nor one without a body unless less can't be had."""

from tradepress.steps.dropped import Dropped
from tradepress.story import AnyArticle


def require_fields(item: AnyArticle) -> AnyArticle:
    """Returns the story, or raises Dropped naming the missing field."""
    if not item.headline:
        raise Dropped("no_headline")
    if not item.body and item.completeness == "body":
        raise Dropped("no_body")
    return item
