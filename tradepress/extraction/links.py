"""Turns links as found into Links: absolute, in page order, no self, no navigation, no repeats."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from tradepress.archive.text_forms import words_key
from tradepress.archive.web_address import web_address
from tradepress.extraction.blocks import Block
from tradepress.extraction.dates import DATE, YEAR
from tradepress.extraction.walk import FoundLink
from tradepress.extraction.walls import is_door
from tradepress.source import Source
from tradepress.story import Link, Reading

LONGEST_URL = 2048
HOME = re.compile(r"(?:[\w+.-]+:)?(?://[^/?#]*)?/?\??(?:#.*)?", re.S)
"""Matches an address without a path and a query."""
BARE_DATE = re.compile(r"(?<![\d-])\d\d-\d\d-\d{4}$")
MOST_ABOVE, MOST_BELOW = 12, 8
LONGEST = 160


def absolute(href: str, base: str | None) -> str | None:
    """Returns the http(s) address a link leads to; None for other schemes, fragments, nonsense."""
    if not href.strip() or href.lstrip()[0] == "#" or len(href) > LONGEST_URL:
        return None
    try:
        return web_address(href, base)
    except ValueError:
        return None


def same_page_key(url: str) -> str:
    """Returns a key that is equal where addresses differ by scheme, ``www.``, slash or fragment."""
    bare = url.partition("#")[0].partition("://")[2]
    return bare.removeprefix("www.").rstrip("/")


def is_home(url: str) -> bool:
    return HOME.fullmatch(url) is not None


def host_of(url: str) -> str:
    """Returns the host name without ``www.``, empty if there is none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def host_names(url: str | None, source: Source | None) -> list[str]:
    """Returns what the publisher is called by its address and its source."""
    host = host_of(url or "")
    names = [host, *host.split(".")[:-1], source.publisher if source else ""]
    return [name for name in names if name]


def collect_links(
    found: Iterable[FoundLink], base: str | None, own: Iterable[str], source: Source | None
) -> tuple[Link, ...]:
    """Turns found links into Links, each once; ``own`` are the story's own addresses."""
    seen = {same_page_key(url) for url in own}
    home = host_of(base or "")
    links: list[Link] = []
    is_headed = False
    for kind, words, href, _, is_heading in found:
        url = absolute(href, base) if href else None
        if kind == "in_text" and (url is None or (is_home(url) and host_of(url) == home)):
            continue
        if kind != "in_text" and href and is_door(href):
            continue
        key = same_page_key(url) if url else words_key(words)
        if words and key not in seen:
            seen.add(key)
            site_id = source.site_id(url) if source and url else None
            link = Link(kind=kind, text=words, url=url, position=len(links), site_id=site_id)
            links.append(link)
            is_headed = is_heading
        elif links and (links[-1].url, links[-1].kind) == (url, kind) and kind != "in_text":
            # A card names its section first, then its headline, and may tell its story below.
            if is_heading > is_headed:
                links[-1] = replace(links[-1], text=words)
            elif is_heading == is_headed:
                links[-1] = replace(links[-1], text=max(links[-1].text, words, key=len))
            is_headed |= is_heading
    return tuple(links)


def list_above(blocks: Sequence[Block], at: int | None) -> list[FoundLink]:
    """Lists linked headlines with a bare date each above the date of the story, which is set like
    theirs, as old templates have them; their dates are no longer read for the story's."""
    if at is None:
        return []
    first = max(at - MOST_ABOVE, 0)
    near = range(first, min(at + MOST_BELOW, len(blocks)))
    dated = [i for i in near if len(blocks[i].text) < LONGEST and _ends_in_date(blocks[i], i > at)]
    own = next((i for i in reversed(dated) if DATE.fullmatch(blocks[i].text)), None)
    found: list[FoundLink] = []
    for i in dated if own is not None and blocks[own - 1].link_share < 1 else ():
        block = blocks[i]
        holder = block if block.links else blocks[i - 1] if i else block
        if i >= (own or 0) or not holder.links or (holder is not block and holder.link_share < 1):
            continue
        found.append(FoundLink("related", *holder.links[0]))
        block.zone = holder.zone = "listed"
    return found


def _ends_in_date(block: Block, is_below: bool) -> bool:
    """Below the headline it may be written in any way, above it without words."""
    text = block.text
    if not (is_below and YEAR.search(text)):
        return text[-1].isdigit() and bool(BARE_DATE.search(text))
    return any(match.end() == len(text) for match in DATE.finditer(text))


def judge_canonical(
    declared: str, url: str | None, source: Source | None
) -> tuple[str | None, list[Reading]]:
    """Returns the address a page declares as its own, unless it lies, and what was read."""
    canonical = absolute(declared, url)
    if canonical is None:
        return None, []
    if lie := _lie(canonical, url, source) if url else None:
        said = Reading(value=canonical, evidence=f"canonical ({lie})")
        return None, [Reading(value=None, evidence="disbelieved"), said]
    return canonical, [Reading(value=canonical, evidence="canonical")]


def _lie(canonical: str, url: str, source: Source | None) -> str | None:
    """Tells whose address it is if it isn't that of the page at ``url``."""
    if is_home(canonical) and not is_home(url):
        return "home page"
    a, b = host_of(canonical), host_of(url)
    is_same_site = a == b or a.endswith("." + b) or b.endswith("." + a)
    if not (source.owns(canonical) if source else is_same_site):
        return "other site"
    ids = (source.site_id(url), source.site_id(canonical)) if source else (None, None)
    return "other story" if None not in ids and ids[0] != ids[1] else None
