"""Tells whether a story changed for its readers, not in white space or type: its content hash."""

import hashlib
import json
from operator import attrgetter

from tradepress.archive.text_forms import plain_type
from tradepress.story import Article

_hashed = attrgetter("headline", "body", "date_published", "authors", "corrections")


def content_hash(article: Article) -> str:
    """Hashes (SHA-256, hex) what a reader would call the story; unknown and empty are the same."""
    folded = [
        plain_type(value or "") if isinstance(value, str | None) else list(map(plain_type, value))
        for value in _hashed(article)
    ]
    return hashlib.sha256(json.dumps(folded, separators=(",", ":")).encode()).hexdigest()


def reads_the_same(article: Article, other: Article) -> bool:
    """Is all that is hashed equal, to the letter?"""
    return bool(_hashed(article) == _hashed(other))
