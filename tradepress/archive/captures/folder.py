"""Says where the raw pages of an archive lie."""

from pathlib import Path

PATTERNS = ("*.captures", "*-captures")
"""Match all names that such a folder may have."""


def capture_folder(archive: Path) -> Path:
    """Returns ``press.captures/`` beside ``press.db``, ``press-captures/`` beside ``press``.

    The endings differ, so that no two archives share a folder, whatever their names.
    """
    archive = archive.resolve()
    stem = archive.name.removesuffix(".db")
    return archive.with_name(f"{stem}.captures" if stem != archive.name else f"{stem}-captures")
