"""Reads the list of posts that WordPress offers to programs: its REST API, a hundred a page.

It is walked as a section is. Texts come from the posts' own pages alone: a wall may stand there.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from tradepress.archive.text_forms import one_line, without_markup
from tradepress.discovery.candidates import (
    Candidate,
    Candidates,
    NotAListing,
    own_address,
    require_size,
    sorted_out,
)
from tradepress.discovery.listed_dates import lastmod
from tradepress.extraction.people import read_names
from tradepress.source import Source

PER_PAGE = 100
FIELDS = "link,date,date_gmt,modified,modified_gmt,title,_links.author,_embedded"
"""Are asked for alone. Names of sections would cost the site four times as much."""
QUERY = f"per_page={PER_PAGE}&_embed=author&_fields={FIELDS}"
PAGE = re.compile(r"&page=(\d+)$")


def posts_at(api: str) -> str:
    """Returns the address of the list.

    :param api: as pages declare it, by ``<link rel="https://api.w.org/">``
    """
    return f"{api}wp/v2/posts{'&' if '?' in api else '?'}{QUERY}"


def read_posts(page: bytes, url: str, source: Source) -> Candidates:
    """Reads one page of it. One with posts has a next one: a site may cap or filter its pages, and
    the last has no other sign than what comes behind it.

    :raises NotAListing: it is too large, or no such list
    """
    require_size(page)
    try:
        posts = json.loads(page.decode("utf-8-sig", "replace"), parse_int=float)
    except (ValueError, RecursionError) as error:
        raise NotAListing("unreadable", "this is not a list of posts") from error
    if not isinstance(posts, list):
        raise NotAListing("unreadable", "this is not a list of posts")
    found = sorted_out(_candidates(posts, url, source), source)
    if not posts:
        return found
    number = int(match[1]) if (match := PAGE.search(url)) else 1
    further = Candidate(url=f"{PAGE.sub('', url)}&page={number + 1}")
    return replace(found, pages=(further,))


def _candidates(posts: list[Any], url: str, source: Source) -> Iterator[Candidate]:
    for post in posts:
        link, authors = _at(post, "link"), _at(post, "_embedded", "author")
        address = own_address(link, url, source) if isinstance(link, str) else None
        names = [_at(one, "name") for one in authors] if isinstance(authors, list) else []
        title = _at(post, "title", "rendered")
        if address is not None:
            yield Candidate(
                url=address,
                date_listed=_instant(post, "date"),
                lastmod=lastmod(_instant(post, "modified")),
                listed_by="feed",
                headline=one_line(without_markup(str(title or ""))) or None,
                authors=read_names(
                    [str(name) for name in names if name], declared=True, is_known=True
                ),
            )


def _instant(post: Any, name: str) -> str | None:
    """Returns what is told in the time of the site and in UTC as an instant with offset."""
    try:
        here = datetime.fromisoformat(_at(post, name))
        offset = here - datetime.fromisoformat(_at(post, f"{name}_gmt"))
        return here.replace(tzinfo=timezone(offset)).isoformat()
    except (TypeError, ValueError):
        return None


def _at(value: Any, *path: str) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value
