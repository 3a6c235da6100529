"""Says what of a declaration is to be told otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from tradepress.source import Furniture, Source


@dataclass(frozen=True, kw_only=True)
class Added:
    """Adds further members to a tuple."""

    keyword: Literal["furniture", "section_names"]
    values: tuple[str, ...] | tuple[Furniture, ...]

    def changed(self, source: Source) -> tuple[str | Furniture, ...]:
        """Returns what stands behind the keyword then."""
        return (*getattr(source, self.keyword), *self.values)


@dataclass(frozen=True, kw_only=True)
class Moved:
    """Moves a listing to another address."""

    keyword: Literal["sections", "feeds", "sitemaps"]
    old: str
    new: str

    def changed(self, source: Source) -> tuple[str, ...]:
        urls: tuple[str, ...] = getattr(source, self.keyword)
        return tuple(self.new if url == self.old else url for url in urls)


@dataclass(frozen=True, kw_only=True)
class Widened:
    """Adds one form to a pattern; stories of the old forms are still known by it."""

    keyword: Literal["article_url", "article_id"]
    alternative: str

    def changed(self, source: Source) -> str:
        before: str | None = getattr(source, self.keyword)
        return self.alternative if before is None else f"{before}|{self.alternative}"


Mend = Added | Moved | Widened


def mended(source: Source, mends: Sequence[Mend]) -> Source:
    """Returns the source with all of the mends."""
    for mend in mends:
        changes: dict[str, Any] = {mend.keyword: mend.changed(source)}
        source = replace(source, **changes)
    return source
