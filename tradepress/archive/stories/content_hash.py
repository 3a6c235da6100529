"""Tells whether a story changed for its readers, not in white space or type: its content hash."""

import hashlib
import json

from tradepress.archive.text_forms import plain_type
from tradepress.story import Article


def content_hash(article: Article) -> str:
    """Hashes (SHA-256, hex) what a reader would call the story; unknown and empty are the same."""
    hashed = (
        article.headline,
        article.body,
        article.date_published,
        article.authors,
        article.corrections,
    )
    folded = [
        plain_type(value or "") if isinstance(value, str | None) else list(map(plain_type, value))
        for value in hashed
    ]
    return hashlib.sha256(json.dumps(folded, separators=(",", ":")).encode()).hexdigest()
