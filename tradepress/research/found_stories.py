"""What a search found, as a list that a notebook shows."""

from typing import TYPE_CHECKING

from tradepress.archive.search.find_stories import Hit
from tradepress.archive.search.small_index import MARK_END, MARK_START
from tradepress.notebook import html_table, pandas_table

if TYPE_CHECKING:
    import pandas

COLUMNS = ("ref", "published_day", "publisher", "headline", "url")


class Hits(list[Hit]):
    """The stories of a search, in its order."""

    def to_pandas(self) -> "pandas.DataFrame":
        """Give a row for each story, without passages.

        :raises ImportError: pandas is not installed; says how to have it
        """
        return pandas_table(COLUMNS, [[getattr(hit, name) for name in COLUMNS] for hit in self])

    def _repr_html_(self) -> str:
        rows = [
            (hit.published_day, hit.publisher, hit.ref, hit.headline, _plain(hit.passage))
            for hit in self
        ]
        return html_table(["day", "paper", "ref", "headline", "passage"], rows, caption="Stories")


def _plain(passage: str) -> str:
    return passage.replace(MARK_START, "").replace(MARK_END, "")
