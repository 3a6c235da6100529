"""Makes an address on the web of words, as browsers and sites read them: the one way for all of
links, listings, redirects, files, lists and what is typed.

It is the URL standard (url.spec.whatwg.org), by Ada, which browsers' makers test, too: dot segments
are gone in whatever spelling, names are in UTS 46's, so that what is judged is what is asked for.
"""

import re

DOTS = re.compile(r"(?:[/\\]|%2f|%5c)(?:\.|%2e){1,2}(?:[/\\]|%2f|%5c|$)", re.IGNORECASE)
"""Matches a dot segment of a path, also between encoded slashes: no browser resolves those, and
many servers do, once they have decoded the path."""
ANYWHERE = "https://site.invalid"


def web_address(words: str, base: str | None = None) -> str:
    r"""Returns the http(s) address that the words mean, spelt as sent; the same for its own result.

    >>> web_address("\\a\\%2E%2e/b c", "https://faß.example/news/")
    'https://xn--fa-hia.example/b%20c'

    :param base: what they are relative to; None: they are a whole address
    :raises ValueError: they are no such address
    """
    from ada_url import join_url, normalize_url  # not for who only reads

    try:
        url: str = join_url(base, words) if base else normalize_url(words)
    except ValueError as error:  # half a letter (\ud800), too
        raise ValueError(f"not a web address: {words[:200]!r}") from error
    if not url.startswith(("https://", "http://")):
        raise ValueError(f"not an http(s) address: {words[:200]!r}")
    return url


def hides_dots(url: str) -> bool:
    """May a server find dot segments in the path that no browser does?"""
    return DOTS.search(url.partition("?")[0].partition("#")[0]) is not None


def without_dots(path: str) -> str:
    """Puts a path, or pattern of paths, of robots.txt or tdmrep.json as it stands in an address."""
    if not (path.startswith("/") and DOTS.search(path)):
        return path
    return web_address(ANYWHERE + path).removeprefix(ANYWHERE)
