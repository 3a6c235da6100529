"""Tradepress: the trademark trade press, crawled into one searchable SQLite file."""

TYPE_CHECKING = False  # typing's own takes longer to import than Ctrl-C may take to be heard
if TYPE_CHECKING:
    from archive.open import read_archive

__all__ = ["read_archive"]


def __getattr__(name: str) -> object:
    """Imported when it is used: the command line must hear Ctrl-C before that (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import archive.open

    return getattr(archive.open, name)
