"""Gives Scrapy, by ``scrapy.cfg``, the settings of ``tradepress.crawling.scrapy_settings``."""

from tradepress.crawling.scrapy_settings import *  # noqa: F403
