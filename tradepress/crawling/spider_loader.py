"""Makes the spider of a declared source, as the crawl and the ``scrapy`` command have it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Self

from scrapy import Request
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

from tradepress.configuration import ConfigurationError, load_configuration
from tradepress.crawling.news_spider import NewsSpider
from tradepress.declared_sources import (
    NoSuchSource,
    all_sources,
    look_in,
    source_named,
    source_names,
)
from tradepress.source import Source


def spider_class(source: Source, kind: type[NewsSpider] = NewsSpider) -> type[NewsSpider]:
    """Makes a spider of this kind for a source; ``wipr`` has a ``WiprSpider``."""
    fields = {"source": source, "name": source.name, "__module__": __name__}
    return type(f"{source.name.title()}Spider", (kind,), fields)


class SourceLoader:
    """Finds spiders by the names of sources, as Scrapy's ``SPIDER_LOADER_CLASS``."""

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        folder = settings.get("TRADEPRESS_SOURCES_FOLDER")
        try:
            look_in(Path(folder) if folder else load_configuration().sources.folder)
        except ConfigurationError as error:
            raise UsageError(str(error)) from error
        return cls()

    def load(self, spider_name: str) -> type[NewsSpider]:
        """Returns the spider of that name; raises KeyError where there is no such source."""
        try:
            return spider_class(source_named(spider_name))
        except NoSuchSource as error:
            raise KeyError(str(error)) from None

    def list(self) -> Sequence[str]:
        return source_names()

    def find_by_request(self, request: Request) -> Sequence[str]:
        """Returns the names of the sources whose site is asked."""
        return [source.name for source in all_sources() if source.owns(request.url)]
