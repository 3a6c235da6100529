"""Holds Scrapy's item pipelines, for the ``ITEM_PIPELINES`` of a project of one's own.

The steps that a story passes before (``tradepress/steps``) are taken where its page is read, or by
this pipeline where a spider of one's own yields an ``Article``.
"""

from tradepress.crawling.save_to_archive import SaveToArchive

__all__ = ["SaveToArchive"]
