"""Sets an operator's words, and the conduct that nothing may loosen, over a crawl's settings."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from scrapy.exceptions import UsageError
from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings, Settings

from tradepress.conduct.private_addresses import require_resolver
from tradepress.configuration import (
    SHORTEST_DELAY,
    Configuration,
    ConfigurationError,
    is_contact,
    load_configuration,
)
from tradepress.crawling.scrapy_settings import ADDONS, DOWNLOAD_HANDLERS, DOWNLOADER_MIDDLEWARES
from tradepress.rights.asked_policy import asked_policy
from tradepress.source import Source

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

PACE = {
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "CONCURRENT_REQUESTS_PER_IP": 0,  # would take the place of the line above
    "DOWNLOAD_SLOTS": {},
    "DOWNLOAD_DELAY_JITTER": 0,  # what is set is kept each time, not on average
    "AUTOTHROTTLE_MAX_DELAY": 60.0,
}
MIDDLEWARES = [name for name, place in DOWNLOADER_MIDDLEWARES.items() if place is not None]
"""Names the middlewares of ours; no page is asked for without one of them."""
NO_DELAY = {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False}
"""Is for sites on loopback alone: the sample papers (reached by their proxy), tests and bench."""
CONFIGURED = "TRADEPRESS_CONFIGURED"
"""Is set with the operator's words, at the project's priority: what a command line or a spider sets
of that name stands at another one."""
ABOVE_ALL = 100
"""Scrapy's highest named priority, ``cmdline``, is 40."""


class TradepressAddon:
    """Sets what Scrapy asks it for as a crawl starts, after all other settings."""

    def __init__(self, source: Source | None) -> None:
        self.source = source

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        return cls(getattr(crawler.spidercls, "source", None))

    def update_settings(self, settings: BaseSettings) -> None:
        """Raises UsageError where the settings can't be used, or not with the source."""
        add_configuration(settings)
        if self.source is not None:
            hold_conduct(settings, self.source)


def require_addon(settings: BaseSettings, source: Source) -> None:
    """Requires the add-on that holds the conduct, which is no matter of settings.

    :raises UsageError: as the add-on would; of a crawler that starts Scrapy shows a traceback, of
        one that is being made it tells the words alone
    """
    settings.set("ADDONS", {**settings.getdict("ADDONS"), **ADDONS}, ABOVE_ALL)
    add_configuration(settings)
    hold_conduct(settings.copy(), source)


def add_configuration(settings: BaseSettings) -> None:
    """Sets the operator's words, if that was not done: ``scrapy crawl`` reads them here.

    :raises UsageError: the configuration can't be used
    """
    if settings.getpriority(CONFIGURED) == SETTINGS_PRIORITIES["project"]:
        return
    try:
        configuration = load_configuration()
    except ConfigurationError as error:
        raise UsageError(str(error)) from error
    settings.setdict(operator_settings(configuration), "project")


def project_settings(configuration: Configuration, given: Mapping[str, Any]) -> Settings:
    """Returns the settings of the project, the operator's over them, and those given over all."""
    settings = Settings()
    settings.setmodule("tradepress.crawling.scrapy_settings", priority="project")
    settings.setdict(operator_settings(configuration), priority="project")
    settings.setdict(dict(given), priority="cmdline")
    return settings


def operator_settings(configuration: Configuration) -> dict[str, Any]:
    """Returns the Scrapy settings that an operator's words become."""
    limits, sources = configuration.limits, configuration.source.items()
    return {
        CONFIGURED: True,
        "TRADEPRESS_CONTACT": configuration.contact,
        "TRADEPRESS_ARCHIVE": str(configuration.archive),
        "TRADEPRESS_SOURCES_FOLDER": str(configuration.sources.folder or ""),
        "TRADEPRESS_ALLOW_ADDRESSES": list(configuration.allow_addresses),
        "TRADEPRESS_RESERVE_MB": limits.reserve_mb,
        "TRADEPRESS_CAPTURES": configuration.captures,
        "TRADEPRESS_POLICY": configuration.policy,
        "TRADEPRESS_PEOPLE": configuration.mentions.people,
        "TRADEPRESS_POLICIES": {name: own.policy for name, own in sources if own.policy},
        # How much of a section is walked in one run; older stories are the back-fill's work.
        "TRADEPRESS_LISTING_PAGES": limits.listing_pages,
        "TRADEPRESS_REVISITS": limits.revisits,
        "TRADEPRESS_URLS": limits.urls,
        "TRADEPRESS_DEADLINE": limits.deadline.total_seconds(),
        "DOWNLOAD_DELAY": limits.delay,
        "TRADEPRESS_DELAYS": {name: own.delay for name, own in sources if own.delay},
    }


def hold_conduct(settings: BaseSettings, source: Source) -> None:
    """Sets what no setting of a source or a command line may loosen: pace, name and rights.

    :raises UsageError: nobody says who runs this crawl of a real site, or nobody serves the
        sample; or a setting goes around the pace, the address guard, robots.txt or a pause
    """
    require_handlers(settings)
    require_resolver(settings)
    require_middlewares(settings)
    # The pages of a section and the story behind the last, with room for redirects.
    depth = settings.getint("TRADEPRESS_LISTING_PAGES") + 10
    settings.set("DEPTH_LIMIT", depth, "spider")
    settings.set("TRADEPRESS_POLICY", asked_policy(settings, source), ABOVE_ALL)
    if source.sample or _is_loopback(source):
        settings.setdict(NO_DELAY, ABOVE_ALL)
    else:
        own = settings.getdict("TRADEPRESS_DELAYS").get(source.name, 0.0)
        delay = max(settings.getfloat("DOWNLOAD_DELAY"), SHORTEST_DELAY, own)
        settings.setdict({**PACE, "DOWNLOAD_DELAY": delay}, ABOVE_ALL)
    if source.sample:
        if not settings.get("SAMPLE_PROXY"):
            raise UsageError(
                f"{source.name} is the bundled sample; `tradepress demo` serves and crawls it."
            )
        return
    contact = settings.get("TRADEPRESS_CONTACT")
    if not contact:
        raise UsageError(
            "A crawl of a real site must say who runs it: give --contact ADDRESS or set "
            "TRADEPRESS_CONTACT to a mail or web address."
        )
    if not is_contact(contact):
        raise UsageError(f"The contact {contact!r} is not a mail or web address.")
    settings.set("USER_AGENT", f"{settings['USER_AGENT']} (+{contact})", ABOVE_ALL)


def require_handlers(settings: BaseSettings) -> None:
    """Other download handlers know no pace, and may resolve names past the address guard.

    :raises UsageError: http or https has another one
    """
    handlers = settings.getwithbase("DOWNLOAD_HANDLERS")
    for scheme in ("http", "https"):
        if handlers[scheme] != DOWNLOAD_HANDLERS[scheme]:
            raise UsageError(
                f"DOWNLOAD_HANDLERS names {handlers[scheme]} for {scheme}; only "
                f"{DOWNLOAD_HANDLERS[scheme]} keeps the pace and the address guard. "
                "Leave that setting alone."
            )


def require_middlewares(settings: BaseSettings) -> None:
    """Raises UsageError where one of our middlewares is switched off."""
    chosen = settings.getwithbase("DOWNLOADER_MIDDLEWARES")
    for name in MIDDLEWARES:
        if chosen.get(name) is None:
            raise UsageError(
                f"DOWNLOADER_MIDDLEWARES leaves out {name}, without which nothing is crawled. "
                "Leave that setting alone, or add to what the settings of Tradepress have."
            )


def _is_loopback(source: Source) -> bool:
    return all(domain in ("localhost", "127.0.0.1") for domain in source.domains)
