"""Names the site that an address is on, by which a paper is called that nobody has declared."""

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from tldextract import TLDExtract

VARIANT = re.compile(r"^(?:(?:www|m|mobile|amp)\.)+(?=.)")
"""Matches what stands before the host of a site for one kind of readers."""
BLOG_HOSTS = re.compile(
    r"(?:beehiiv|canalblog|eklablog|hatenablog|hautetfort|jimdo|jimdofree|livejournal|medium"
    r"|over-blog|posthaven|substack|tistory|tumblr|typepad|weebly|wordpress)\.com"
    r"|(?:edublogs|hypotheses|noblogs)\.org|(?:business|home|law|news|tech)\.blog"
    r"|bearblog\.dev|ghost\.io|over-blog\.fr"
)
"""Matches services whose subdomains are papers of their own, beside those that are suffixes."""
LONGEST_LABEL = 63
"""Bounds what stands between two dots of a host (RFC 1035)."""
ALONE = ".internal"
"""Follows a host without a dot (``intranet``, an address of IPv6) in the name of its source; the
domain is set aside for what no public name leads to."""


def site_host(url: str) -> str:
    """Returns the registrable host of an address, which is its site's: that of two blogs of one
    service is not the same (``a.blogspot.com``), that of a paper's subdomains is.

    :raises ValueError: it has no host
    """
    host = (urlsplit(url).hostname or "").removesuffix(".")
    if not all(0 < len(label) <= LONGEST_LABEL for label in host.split(".")):
        raise ValueError(f"{url[:200]} has no host")
    return _registrable(host)


def site_name(url: str) -> str:
    """Returns the name of the source that all pages of a site have where nobody declared one: its
    host. No declared source has a dot in its name.

    :raises ValueError: the address has no host
    """
    host = site_host(url)
    if ":" in host:
        host = "ip6-" + host.replace(":", "-")
    name = re.sub(r"[^a-z0-9._-]", "-", host)
    if name.startswith("-"):
        name = f"xx-{name}"  # no host that is registered begins like this (RFC 5891, 4.2.3.1)
    return name if "." in name else f"{name}{ALONE}"


def is_site_name(source: str) -> bool:
    """Is it the name of a source that nobody declared?"""
    return "." in source


def is_at(host: str, domain: str) -> bool:
    """Is a host this one, or below it?"""
    return host == domain or host.endswith(f".{domain}")


def host_of(home_url: str) -> str:
    """Returns the host of a source by its home page."""
    return (urlsplit(home_url).hostname or "").removeprefix("www.")


@cache
def known_suffixes() -> "TLDExtract":
    """Returns the public suffixes, those of private services among them, as the package has them;
    nothing is asked for or written."""
    # Here, as it brings requests along: a tenth of a second for who asks no site.
    from tldextract import TLDExtract

    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


@lru_cache(4096)
def _registrable(host: str) -> str:
    if ":" in host or re.fullmatch(r"[\d.]+", host):
        return host
    known = known_suffixes()(host)
    if not known.suffix:  # of a name that nobody lists the last word is its suffix
        return ".".join(VARIANT.sub("", host).split(".")[-2:])
    if known.domain == "www" and "." in known.suffix:  # www.gov.uk
        return known.suffix
    registered = known.top_domain_under_public_suffix or host
    if BLOG_HOSTS.fullmatch(registered):
        return ".".join(VARIANT.sub("", host).split(".")[-3:])
    return registered
