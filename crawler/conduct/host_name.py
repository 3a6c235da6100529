"""How a host is named where something is remembered of it."""

from urllib.parse import urlsplit


def host_of(url: str) -> str:
    """Lower case, with the port if one is given."""
    return urlsplit(url).netloc.rpartition("@")[2].lower()
