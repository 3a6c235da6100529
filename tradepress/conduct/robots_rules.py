"""Reads the text of a robots.txt by RFC 9309: which lines are whose, and what they allow.

Paths are matched by Protego. The groups are ours: with Protego a Crawl-delay ends a group and an
agent may be named by its first letters, and either way a Disallow can be lost.
"""

import math
import re
import string
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote

from protego import Protego

from tradepress.archive.web_address import without_dots

LARGEST = 500 * 1024
"""Bounds the bytes that are read (RFC 9309, 2.5)."""
LINE = re.compile(r"(user agent|crawl delay|[\w-]+)\s*[:\s]\s*(.*)", re.I)
AGENT = re.compile(r"[\w-]+|\*(?!\S)")
SPELLINGS = {
    "useragent": "user-agent",
    "user agent": "user-agent",
    "crawl delay": "crawl-delay",
    **dict.fromkeys(("dissallow", "dissalow", "disalow", "diasllow", "disallaw"), "disallow"),
}
RULES = ("allow", "disallow")
OF_THE_SITE = ("sitemap", "site-map", "sitemaps", "host")
"""Names the lines that belong to no group."""
SITEMAP = re.compile(r"^[ \t]*site-?maps?[ \t]*:[ \t]*([^\s#]+)", re.I | re.M)

BLANK = string.whitespace + "\ufeff"
"""Is white space and the mark of a byte order, which editors leave within a file, too."""

Groups = Mapping[str, list[tuple[str, str]]]
"""Maps an agent (lower case, or ``*``) to its lines, as (field in lower case, value)."""


def decode_robots(body: bytes) -> str:
    """Decodes the part of a robots.txt that counts; bytes that are no UTF-8 stay what they are."""
    return body[:LARGEST].removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")


def is_html(text: str) -> bool:
    """Is this a web page, sent in place of a robots.txt? One that names an agent is none, in
    whatever way it begins."""
    return has_markup(text) and not parse_robots(text)


def has_markup(text: str) -> bool:
    """Does it begin as a web page, or another file of elements?"""
    return text.lstrip(BLANK).startswith("<")


def parse_robots(text: str) -> Groups:
    """Groups the lines of a robots.txt: only Allow and Disallow end a list of agents.

    Any other line (Crawl-delay, Content-Signal, …) counts for the agents named so far.
    """
    if has_markup(text):  # lines end where tags are; what a comment says counts, as ever
        text = text.replace("<", "\n<").replace(">", ">\n")
    groups: dict[str, list[tuple[str, str]]] = {}
    agents: list[str] = []
    has_rules = False
    for line in re.split(r"[\r\n]+", text):
        match = LINE.match(line.partition("#")[0].strip(BLANK))
        if match is None:
            continue
        field, value = match[1].lower(), match[2]
        field = SPELLINGS.get(field, field)
        if field == "user-agent":
            if has_rules:
                agents, has_rules = [], False
            token = AGENT.match(value)
            agents.append((token[0] if token else value).lower())
            groups.setdefault(agents[-1], [])
        elif field not in OF_THE_SITE:
            has_rules = has_rules or field in RULES
            for agent in dict.fromkeys(agents):
                groups[agent].append((field, value))
    return groups


class RobotsRules:
    """Holds what a robots.txt says to one agent."""

    def __init__(self, text: str, agent: str) -> None:
        self.groups = parse_robots(text)
        lines = self.groups.get(agent.lower(), self.groups.get("*", []))
        self._paths = _paths(tuple(lines))
        self.crawl_delay = max(
            (_seconds(value) for field, value in lines if field == "crawl-delay"), default=0.0
        )
        """Is how many seconds it asks to leave between two requests."""
        self.sitemaps = tuple(SITEMAP.findall(text))
        """Holds the addresses of sitemaps, as they stand there."""

    def allows(self, url: str) -> bool:
        """May the agent ask for this address?"""
        return self._paths.can_fetch(url, "*")


def forbids(lines: tuple[tuple[str, str], ...], url: str) -> bool:
    """Do the lines of one agent forbid this address?"""
    return not _paths(lines).can_fetch(url, "*")


@lru_cache(maxsize=16)
def _paths(lines: tuple[tuple[str, str], ...]) -> Protego:
    rules = (
        f"{field}: "
        + without_dots(quote(value.encode("utf-8", "surrogateescape"), safe=string.punctuation))
        for field, value in lines
        if field in RULES
    )
    return Protego.parse("\n".join(("User-agent: *", *rules)))


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        return 0.0
    return max(0.0, seconds) if math.isfinite(seconds) else 0.0
