"""The declared sources: names to spider classes, read from crawler/spiders."""

from importlib import import_module
from pkgutil import iter_modules

import click

import crawler.spiders
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

    :raises click.UsageError: there is none
    """
    spiders = all_spiders()
    if name not in spiders:
        raise click.UsageError(f"There is no source {name!r}; there are: {', '.join(spiders)}.")
    return spiders[name]


def spider_owning(url: str) -> type[NewsSpider] | None:
    """The source whose site an address is on."""
    return next((spider for spider in all_spiders().values() if spider.source.owns(url)), None)
