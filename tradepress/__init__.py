"""Tradepress: the trademark trade press, crawled into one searchable SQLite file."""

from archive.open import open_archive

__all__ = ["open_archive"]
