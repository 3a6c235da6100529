"""Gives Scrapy, by ``scrapy.cfg``, the settings of ``tradepress.crawling.settings``."""

from tradepress.crawling.settings import *  # noqa: F403
