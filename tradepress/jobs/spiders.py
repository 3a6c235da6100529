"""The declared sources: names to spider classes, read from crawler/spiders."""

from difflib import get_close_matches
from importlib import import_module
from pkgutil import iter_modules

from scrapy.exceptions import UsageError

import crawler.spiders
from archive.story import POLICIES
from crawler.configuration import (
    LONGEST_SHOWN,
    Configuration,
    ConfigurationError,
    is_contact,
)
from crawler.news_spider import NewsSpider


def all_spiders() -> dict[str, type[NewsSpider]]:
    """Every declared source by name, in alphabetical order."""
    spiders: dict[str, type[NewsSpider]] = {}
    for module_info in iter_modules(crawler.spiders.__path__, "crawler.spiders."):
        module = import_module(module_info.name)
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, NewsSpider) and value != NewsSpider:
                spiders[value.source.name] = value
    return dict(sorted(spiders.items()))


def spider_named(name: str) -> type[NewsSpider]:
    """The source of that name.

    :raises UsageError: there is none
    """
    spiders = all_spiders()
    if name not in spiders:
        raise UsageError(f"There is no source {name!r}; there are: {', '.join(spiders)}.")
    return spiders[name]


def configured_spiders(configuration: Configuration) -> list[type[NewsSpider]]:
    """What is crawled where no source is named, in the operator's order."""
    spiders = all_spiders()
    if configuration.sources:
        return [spiders[name] for name in dict.fromkeys(configuration.sources)]
    return [spider for spider in spiders.values() if not spider.source.sample]


def require_crawlable(configuration: Configuration) -> None:
    """
    :raises ConfigurationError: no crawl takes it: its contact is none, or it names a source that
        there is not, or one of the sample, or would keep more of a source than its declaration
        allows
    """
    place = configuration.file or "The environment"
    if configuration.contact is not None and not is_contact(configuration.contact):
        raise ConfigurationError(
            f"{place}: contact is {configuration.contact[:LONGEST_SHOWN]!r}; it must be a mail or "
            'web address, such as "you@library.example"'
        )
    if not (configuration.sources or configuration.source):
        return
    known = {name: spider.source for name, spider in all_spiders().items()}
    real = [name for name, source in known.items() if not source.sample]
    for key, name in (
        *(("sources", name) for name in configuration.sources),
        *(("source", name) for name in configuration.source),
    ):
        if name not in real:
            near = get_close_matches(name, real, 1)
            words = f"did you mean {near[0]}?" if near else f"there are: {', '.join(real)}."
            raise ConfigurationError(f"{place}: {key} names {name!r}, which is no source; {words}")
    for name, own in configuration.source.items():
        least = known[name].policy
        if own.policy is not None and POLICIES.index(own.policy) < POLICIES.index(least):
            raise ConfigurationError(
                f"{place}: source.{name}.policy is {own.policy!r}, but {known[name].publisher} is "
                f"{least!r} by its declaration, and an operator may only be stricter."
            )


def spider_owning(url: str) -> type[NewsSpider] | None:
    """The source whose site an address is on."""
    return next((spider for spider in all_spiders().values() if spider.source.owns(url)), None)
