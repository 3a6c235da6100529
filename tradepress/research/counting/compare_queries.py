"""Counts what several queries find, side by side: by number, or as shares of all stories."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from tradepress.archive.database import Database
from tradepress.archive.file.one_view import one_view
from tradepress.archive.search.story_query import StoryQuery
from tradepress.research.counting.count_stories import (
    COMPARED,
    CountRow,
    Keys,
    StoryCounts,
    count_stories,
    values_in_order,
    without_subject,
)

MOST_COMPARED = 4


def compare_queries(
    db: Database,
    query: StoryQuery,
    others: Sequence[str],
    by: str = "month",
    *,
    share: bool = False,
    fold: bool = True,
) -> StoryCounts:
    """Counts the stories of a query beside those of other words with the same filters.

    :param others: words, each as a query of its own
    :param by: one of COUNTED_BY
    :returns: by the words first; each query has a row for each value that one of them has. Its
        total adds up what each finds
    :raises ValueError: as :func:`count_stories`; a query has no words, two are one, or they are
        more than MOST_COMPARED
    """
    asked = [query.words or "", *others]
    if not all(asked) or not len({*asked}) == len(asked) <= MOST_COMPARED:
        raise ValueError(f"2 to {MOST_COMPARED} different queries are compared, each with words")
    queries = [replace(query, words=words) for words in asked]
    with one_view(db):
        counts = [count_stories(db, one, by, fold=fold) for one in queries]
        whole = count_stories(db, without_subject(query), by, fold=fold) if share else None
    of = {row.keys: row.stories for row in whole.rows} if whole else {}
    found = [Counter[Keys]({row.keys: row.stories for row in one.rows}) for one in counts]
    values = values_in_order(counts[0].query, by, 0, sum(found, Counter[Keys]()))
    return StoryCounts(
        query=counts[0].query,
        by=(COMPARED, by),
        fold=fold,
        rows=tuple(
            CountRow(
                keys=(words, value),
                stories=stories[(value,)],
                of=of.get((value,), 0) if whole else None,
            )
            for words, stories in zip(asked, found, strict=True)
            for value in values
        ),
        total=sum(one.total for one in counts),
        copies=sum(one.copies for one in counts),
        of=whole.total if whole else None,
    )
