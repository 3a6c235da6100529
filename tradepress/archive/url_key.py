"""Makes URL keys: one spelling for each address, so that a page is known again."""

import re
from functools import lru_cache
from urllib.parse import unquote_plus, urlsplit

from tradepress.archive.web_address import web_address

TRACKING = re.compile(
    r"utm_\w+|mtm_\w+|pk_(?:campaign|kwd|source|medium|content)|hsa_\w+|_hs(?:enc|mi)|__hs\w+"
    r"|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|twclid|ttclid|yclid|igshid|li_fat_id"
    r"|mc_cid|mc_eid|mkt_tok|oly_anon_id|oly_enc_id|vero_id|_ga|_gl|ref_src|ref_url"
    r"|doing_wp_cron|cmpid|__twitter_impression",
    re.IGNORECASE,
)
"""Matches names of query parameters that say how a reader came, not what the page is."""

PLAIN = re.compile(
    r"https?://(?!.{254})(?:(?!xn--)[a-z0-9-]{1,63}\.)+[a-z]{2,63}/"
    r"(?:[A-Za-z0-9_~-][A-Za-z0-9_.~-]*/)*(?:[A-Za-z0-9_~-][A-Za-z0-9_.~-]*)?"
)
"""Matches addresses that are keys already, as most are: the whole way takes twenty times longer."""
USER_INFO = re.compile(r"^(https?://)[^/\\]*@", re.IGNORECASE)
USUAL_PORT = re.compile(r"^(?:(http://[^/:]+):80|(https://[^/:]+):443)(?=[/?]|$)", re.IGNORECASE)
MOST_LAYERS = 8
"""Limits percent-encodings of percent-encodings, unwound before an address is refused."""


@lru_cache(maxsize=10_000)
def url_key(url: str) -> str:
    """Returns the canonical spelling of an http(s) address; it is the same for its own result.

    Host lower-case and in punycode; user info, default port, fragment, tracking parameters and
    an empty query dropped; dot segments resolved; query sorted. Scheme, ``www.`` and a trailing
    slash stay as they are: those are joined only where a page proves it.

    >>> url_key("HTTP://News.Example:80/a/../b?utm_source=x&q=1#top")
    'http://news.example/b?q=1'

    :raises ValueError: not an http(s) address with a host
    """
    if PLAIN.fullmatch(url):
        return url
    key = url
    for _ in range(MOST_LAYERS):
        key, before = _fold(key), key
        if key == before:
            return key
    raise ValueError(f"address is encoded over and over: {url[:200]!r}")


def bare_key(key: str) -> str:
    """Returns a URL key less what changes when a site moves to https: scheme, ``www.`` and a slash
    at the end.

    >>> bare_key("http://www.news.example/a/")
    'news.example/a'
    """
    return key.partition("://")[2].removeprefix("www.").rstrip("/")


def without_tracking(url: str) -> str:
    """Returns the address as it stands, less fragment, user and password, usual port, and what says
    how a reader came.

    >>> without_tracking("http://news.example:80/a?utm_source=x&q=1#top")
    'http://news.example/a?q=1'
    """
    head, _, query = url.partition("#")[0].partition("?")
    head = USUAL_PORT.sub(r"\1\2", USER_INFO.sub(r"\1", head))
    kept = _untracked(query)
    return f"{head}?{kept}" if kept else head


def _untracked(query: str) -> str:
    return "&".join(
        part
        for part in query.split("&")
        if part and not TRACKING.fullmatch(unquote_plus(part.partition("=")[0]))
    )


def _fold(url: str) -> str:
    from w3lib.url import canonicalize_url  # loads all of email and http: not for who only reads

    head, mark, query = web_address(url).partition("#")[0].partition("?")
    parts = urlsplit(head)
    host = _host(parts.hostname or "")
    if parts.port is not None:
        host = f"{host}:{parts.port}"
    kept = _untracked(query)
    key = canonicalize_url(f"{parts.scheme}://{host}{parts.path}" + (mark and f"?{kept}"))
    return key.removesuffix("?")


def _host(name: str) -> str:
    if ":" in name:
        return f"[{name}]"
    name = name.removesuffix(".")
    if not re.fullmatch(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*", name) or len(name) > 253:
        raise ValueError(f"not a host name: {name[:200]!r}")
    return name
