"""No private, loopback or link-local address is dialled, whatever name or redirect led to it."""

from collections.abc import Sequence
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Self

from scrapy.exceptions import UsageError
from scrapy.resolver import CachingThreadedResolver
from scrapy.settings import BaseSettings
from scrapy.utils.misc import load_object
from twisted.internet.error import DNSLookupError

from tradepress.configuration import load_configuration

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.internet.base import ReactorBase
    from twisted.internet.defer import Deferred

# Named one by one because ipaddress.is_global of older Pythons has gaps.
NOT_PUBLIC = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/128",
        "::1/128",
        "::ffff:0:0/96",
        "64:ff9b::/96",
        "fc00::/7",
        "fe80::/10",
        "ff00::/8",
    )
)


refused: dict[str, str] = {}
"""Maps a host name to the address it was refused for. Twisted reports a refusal as a failed lookup
without its reason, so whoever explains the failure looks here."""


def is_public(address: str) -> bool:
    """Is this IP address (text form) one of the public internet?"""
    parsed = ip_address(address)
    return not any(parsed in network for network in NOT_PUBLIC if network.version == parsed.version)


class PublicAddressResolver(CachingThreadedResolver):
    """Resolves as Scrapy does (IPv4) and refuses what is not public, on the address dialled.

    Addresses listed in TRADEPRESS_ALLOW_ADDRESSES are let through, else those of the operator's
    configuration. They are read once per process: a spider's own settings can't widen them.
    """

    allowed: frozenset[str] = frozenset()

    @classmethod
    def from_crawler(cls, crawler: "Crawler", reactor: "ReactorBase") -> Self:
        resolver = super().from_crawler(crawler, reactor)
        listed = crawler.settings.get("TRADEPRESS_ALLOW_ADDRESSES")
        allowed = load_configuration().allow_addresses if listed is None else listed
        words = allowed.split(",") if isinstance(allowed, str) else allowed
        resolver.allowed = frozenset(filter(None, map(str.strip, words)))
        return resolver

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> "Deferred[str]":
        def require_public(address: str) -> str:
            if address not in self.allowed and not is_public(address):
                refused[name] = address
                raise DNSLookupError(f"{name} is at {address}, which is not a public address")
            return address

        # RFC 6761, 6.3: such a name is this machine, of which not all systems know.
        here = "127.0.0.1" if name.endswith(".localhost") else name
        return super().getHostByName(here, timeout).addCallback(require_public)


def require_resolver(settings: BaseSettings) -> None:
    """Raises UsageError where names are resolved by something that guards no addresses."""
    name = settings["TWISTED_DNS_RESOLVER"]
    if not issubclass(load_object(name), PublicAddressResolver):
        raise UsageError(
            f"TWISTED_DNS_RESOLVER is {name}, which lets private addresses be dialled. "
            "Leave that setting alone."
        )
