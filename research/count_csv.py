"""Counts as CSV: a row for each combination of values, as a table program wants it."""

import csv
import io
from collections.abc import Iterator, Sequence

from research.count_stories import Counts


def csv_of_counts(counts: Counts) -> Iterator[bytes]:
    """The lines: what was counted by, ``stories``, and if a share was asked for ``of`` and
    ``share`` (0 to 1). Nothing stands where a story has no value, or there is nothing to be a part
    of."""
    with_share = counts.of is not None
    yield _line([*counts.by, "stories", *(["of", "share"] if with_share else [])])
    for row in counts.rows:
        share = None if row.share is None else round(row.share, 6)
        yield _line([*row.keys, row.stories, *([row.of, share] if with_share else [])])


def _line(values: Sequence[str | float | None]) -> bytes:
    with io.StringIO(newline="") as stream:
        csv.writer(stream).writerow(values)
        return stream.getvalue().encode()
