"""What of a declaration is to be said otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any, Literal

from tradepress.source import Furniture, Selectors, Source

SelectedField = Literal["headline", "body", "date_published", "authors"]


@dataclass(frozen=True, kw_only=True)
class Added:
    """Further members of a tuple."""

    keyword: Literal["furniture", "section_names", "from_listings"]
    values: tuple[str, ...] | tuple[Furniture, ...]

    def changed(self, source: Source) -> tuple[str | Furniture, ...]:
        """What stands behind the keyword then."""
        return (*getattr(source, self.keyword), *self.values)


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A listing that stands at another address."""

    keyword: Literal["sections", "feeds", "sitemaps"]
    old: str
    new: str

    def changed(self, source: Source) -> tuple[str, ...]:
        urls: tuple[str, ...] = getattr(source, self.keyword)
        return tuple(self.new if url == self.old else url for url in urls)


@dataclass(frozen=True, kw_only=True)
class Widened:
    """A pattern that matches one form more; stories of the old forms are still known by it."""

    keyword: Literal["article_url", "article_id"]
    alternative: str

    def changed(self, source: Source) -> str:
        before: str | None = getattr(source, self.keyword)
        return self.alternative if before is None else f"{before}|{self.alternative}"


@dataclass(frozen=True, kw_only=True)
class Reselected:
    """A selector that finds a field in one place more; in old pages it is still found."""

    field: SelectedField
    alternative: str
    keyword: Literal["selectors"] = "selectors"

    def changed(self, source: Source) -> Selectors:
        before: str = getattr(source.selectors, self.field)
        return replace(source.selectors, **{self.field: f"{before}, {self.alternative}"})


Mend = Added | Moved | Reselected | Widened


def mended(source: Source, mends: Sequence[Mend]) -> Source:
    """The source with all of them."""
    return reduce(_with, mends, source)


def _with(source: Source, mend: Mend) -> Source:
    changes: dict[str, Any] = {mend.keyword: mend.changed(source)}
    return replace(source, **changes)
