"""Crawls the trademark trade press into one searchable SQLite file."""

TYPE_CHECKING = False  # typing's own takes longer to import than Ctrl-C may take to be heard
if TYPE_CHECKING:
    from tradepress.archive.read_only import read_archive
    from tradepress.archive.search.story_query import StoryQuery
    from tradepress.jobs.crawl import crawl
    from tradepress.research.press_archive import PressArchive as open

__all__ = ["StoryQuery", "crawl", "open", "read_archive"]


def __getattr__(name: str) -> object:
    """Imports a name when it is used: the command line must hear Ctrl-C before that (PEP 562)."""
    if name == "read_archive":
        from tradepress.archive.read_only import read_archive

        return read_archive
    if name == "StoryQuery":
        from tradepress.archive.search.story_query import StoryQuery

        return StoryQuery
    if name == "open":
        from tradepress.research.press_archive import PressArchive

        return PressArchive
    if name == "crawl":
        from tradepress.jobs.crawl import crawl

        return crawl
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
