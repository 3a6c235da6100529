"""Content hash: tells whether a story changed in more than its white space."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

HASHED = ("headline", "body", "date_published", "authors", "corrections")


def content_hash(article: Mapping[str, Any]) -> str:
    """SHA-256 (hex) over what a reader would call the story; absent and empty are the same.

    :param article: names of the design; authors and corrections are sequences of strings
    """
    folded = [
        [_fold(entry) for entry in value] if isinstance(value, list | tuple) else _fold(value)
        for value in (article.get(name) or "" for name in HASHED)
    ]
    return hashlib.sha256(json.dumps(folded, separators=(",", ":")).encode()).hexdigest()


def _fold(text: str) -> str:
    return " ".join(text.split())
