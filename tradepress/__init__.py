"""Tradepress: the trademark trade press, crawled into one searchable SQLite file."""

TYPE_CHECKING = False  # typing's own takes longer to import than Ctrl-C may take to be heard
if TYPE_CHECKING:
    from archive.read_only import read_archive
    from archive.search.story_query import StoryQuery
    from research.press_archive import PressArchive as open
    from tradepress.jobs.crawl import crawl

__all__ = ["StoryQuery", "crawl", "open", "read_archive"]


def __getattr__(name: str) -> object:
    """Imported when it is used: the command line must hear Ctrl-C before that (PEP 562)."""
    if name == "read_archive":
        import archive.read_only

        return archive.read_only.read_archive
    if name == "StoryQuery":
        import archive.search.story_query

        return archive.search.story_query.StoryQuery
    if name == "open":
        import research.press_archive

        return research.press_archive.PressArchive
    if name == "crawl":
        import tradepress.jobs.crawl

        return tradepress.jobs.crawl.crawl
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
