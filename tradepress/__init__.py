"""Crawls the trademark trade press into one searchable SQLite file."""

TYPE_CHECKING = False  # typing's own takes longer to import than Ctrl-C may take to be heard
if TYPE_CHECKING:
    from tradepress.archive.care.backup import backup
    from tradepress.archive.care.verify import verify
    from tradepress.archive.read_only import read_archive
    from tradepress.archive.search.story_query import StoryQuery
    from tradepress.configuration import Configuration, load_configuration
    from tradepress.jobs.backfill.backfill import backfill
    from tradepress.jobs.crawl import crawl
    from tradepress.jobs.extract_page import extract
    from tradepress.jobs.fetch import fetch
    from tradepress.jobs.health_report import health
    from tradepress.jobs.ingest import ingest
    from tradepress.jobs.inspect_file import inspect
    from tradepress.jobs.merge_archives import merge
    from tradepress.jobs.reextract import reextract
    from tradepress.jobs.withdraw_stories import withdraw
    from tradepress.research.in_one_call import cite, count, export, release
    from tradepress.research.press_archive import PressArchive as open

MODULES = {
    "archive.care.backup": ("backup",),
    "archive.care.verify": ("verify",),
    "archive.read_only": ("read_archive",),
    "archive.search.story_query": ("StoryQuery",),
    "configuration": ("Configuration", "load_configuration"),
    "jobs.backfill.backfill": ("backfill",),
    "jobs.crawl": ("crawl",),
    "jobs.extract_page": ("extract",),
    "jobs.fetch": ("fetch",),
    "jobs.health_report": ("health",),
    "jobs.ingest": ("ingest",),
    "jobs.inspect_file": ("inspect",),
    "jobs.merge_archives": ("merge",),
    "jobs.reextract": ("reextract",),
    "jobs.withdraw_stories": ("withdraw",),
    "research.in_one_call": ("cite", "count", "export", "release"),
    "research.press_archive": ("open",),
}
"""Says where the public names are, below this package."""
__all__ = [name for names in MODULES.values() for name in names]


def __getattr__(name: str) -> object:
    """Imports a name when it is used: the command line must hear Ctrl-C before that (PEP 562)."""
    for module, names in MODULES.items():
        if name in names:
            from importlib import import_module

            found = import_module(f"tradepress.{module}")
            return getattr(found, "PressArchive" if name == "open" else name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
