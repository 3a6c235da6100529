"""Links as found become Links: absolute, in page order, no self, no navigation, no repeats."""

from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

from crawler.extraction.blocks import words_key
from crawler.extraction.furniture import FoundLink
from crawler.items import Link, Reading
from crawler.source import Source

LONGEST_URL = 2048


def absolute(href: str, base: str | None) -> str | None:
    """The http(s) address a link leads to, or None: other schemes, fragments, nonsense."""
    href = href.strip()
    if not href or href[0] == "#" or len(href) > LONGEST_URL:
        return None
    try:
        url = href if href.startswith(("https://", "http://")) else urljoin(base or "", href)
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    return "".join((url if url.isascii() else url.encode("utf-8", "replace").decode()).split())


def same_page_key(url: str) -> str:
    """Equal for addresses that differ only by scheme, ``www.``, final slash or fragment."""
    bare = url.partition("#")[0].partition("://")[2]
    return bare.removeprefix("www.").rstrip("/")


def is_home(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query


def host_of(url: str) -> str:
    """Host name without ``www.``, empty if there is none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def collect_links(
    found: Iterable[FoundLink], base: str | None, own: Iterable[str]
) -> tuple[Link, ...]:
    """``own`` are the story's own addresses."""
    seen = {same_page_key(url) for url in own}
    links: list[Link] = []
    for kind, words, href, _ in found:
        url = absolute(href, base) if href else None
        if kind == "in_text" and (url is None or _is_own_home(url, base)):
            continue
        key = same_page_key(url) if url else words_key(words)
        if not words or key in seen:
            continue
        seen.add(key)
        links.append(Link(kind=kind, text=words, url=url, position=len(links)))
    return tuple(links)


def _is_own_home(url: str, base: str | None) -> bool:
    return is_home(url) and base is not None and host_of(url) == host_of(base)


def judge_canonical(
    declared: str, url: str | None, source: Source | None
) -> tuple[str | None, list[Reading]]:
    """The address a page declares as its own, unless it lies: the home page, or another site's or
    story's; and what was read."""
    canonical = absolute(declared, url)
    if canonical is None:
        return None, []
    lie = None
    if url and is_home(canonical) and not is_home(url):
        lie = "home page"
    elif url and not (source.owns(canonical) if source else _is_same_site(canonical, url)):
        lie = "other site"
    elif url and source and source.site_id(url):
        lie = None if source.site_id(canonical) in (source.site_id(url), None) else "other story"
    said = Reading(value=canonical, evidence=f"canonical ({lie})" if lie else "canonical")
    if lie:
        return None, [Reading(value=None, evidence="disbelieved"), said]
    return canonical, [said]


def _is_same_site(one: str, other: str) -> bool:
    a, b = host_of(one), host_of(other)
    return a == b or a.endswith("." + b) or b.endswith("." + a)
