"""Holds what a search found, as a list that a notebook shows."""

from collections.abc import Iterable, Sequence

from tradepress.archive.search.find_stories import Hit
from tradepress.archive.searched_form import MARK_END, MARK_START
from tradepress.notebook import Table

COLUMNS = ("ref", "published_day", "publisher", "headline", "url")


class Hits(Table, list[Hit]):
    """Lists the stories of a search, in its order."""

    def _table(self) -> tuple[str, Sequence[str], Iterable[Sequence[object]]]:
        unmarked = dict.fromkeys(map(ord, (MARK_START, MARK_END)))
        rows = [
            (*(getattr(hit, name) for name in COLUMNS), hit.passage.translate(unmarked))
            for hit in self
        ]
        return "Stories", (*COLUMNS, "passage"), rows
