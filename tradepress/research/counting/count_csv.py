"""Writes counts as CSV: a row for each combination of values, as a table program wants it."""

from collections.abc import Iterator

from tradepress.research.counting.count_stories import StoryCounts
from tradepress.research.export.csv_file import csv_line


def csv_of_counts(counts: StoryCounts) -> Iterator[bytes]:
    """Yields the lines: what was counted by, ``stories``, and if a share was asked for ``of``
    and ``share`` (0 to 1). Nothing stands where a story has no value, or there is nothing to be
    a part of. Inert in a spreadsheet, as an export is."""
    with_share = counts.of is not None
    yield csv_line([*counts.by, "stories", *(["of", "share"] if with_share else [])])
    for row in counts.rows:
        share = None if row.share is None else round(row.share, 6)
        yield csv_line([*row.keys, row.stories, *([row.of, share] if with_share else [])])
