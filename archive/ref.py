"""Refs: the stable public name of an article, made once and never again."""

import hashlib
import re
from collections.abc import Iterator

from archive.url_key import url_key


def article_ref(source: str, site_id: str | None, url: str) -> str:
    """``wipr-14415``, or ``ipkat-<12 hex of the URL key>`` where the site has no id.

    :raises ValueError: ``url`` has no URL key
    """
    return next(ref_candidates(source, site_id, url))


def ref_candidates(source: str, site_id: str | None, url: str) -> Iterator[str]:
    """Names in order of preference: the next one serves where the first is taken.

    :raises ValueError: ``url`` has no URL key
    """
    if site_id is not None and re.fullmatch(r"[A-Za-z0-9._-]+", site_id):
        yield f"{source}-{site_id}"
    digest = hashlib.sha256(url_key(url).encode()).hexdigest()
    for length in range(12, len(digest) + 1, 4):
        yield f"{source}-{digest[:length]}"
