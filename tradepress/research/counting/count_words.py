"""Puts counts in words: what stands beside each number, and what must be known about them."""

from collections import Counter
from collections.abc import Sequence

from tradepress.archive.text_forms import counted, left_out, percent
from tradepress.research.counting.count_stories import (
    COMPARED,
    MANY,
    TIMES,
    CountRow,
    StoryCounts,
)

MOST_SHOWN = 20
"""Limits what is shown of a list that is no row of times; the others are in CSV and JSON."""


def why_no_bar(counts: StoryCounts) -> str | None:
    """Says why a picture of times is empty; None: it is not."""
    if counts.by[-1] not in TIMES or any(one.stories and one.keys[-1] for one in counts.rows):
        return None
    return (
        f"Nothing to draw: {'all stories are undated' if counts.total else 'no story was found'}."
    )


def shown(counts: StoryCounts) -> tuple[Sequence[CountRow], int]:
    """Returns the rows for a person to look at, of one key; and how many are left out.

    Stories without the value are always told.
    """
    if counts.by[0] in TIMES or len(counts.rows) <= MOST_SHOWN:
        return counts.rows, 0
    without = [row for row in counts.rows[MOST_SHOWN:] if row.keys[0] is None]
    return [*counts.rows[:MOST_SHOWN], *without], len(counts.rows) - MOST_SHOWN - len(without)


def notes_on(counts: StoryCounts) -> list[str]:
    """Returns the sum, then what the numbers leave out or count twice: a line each."""
    stories = counted(counts.total, "story", "stories")
    if counts.of is not None:
        stories += f", {percent(counts.share)} of {counts.of:,}"
    lines = [stories]
    if counts.by[0] == COMPARED:
        lines = _of_each(counts)
    if counts.copies:
        lines.append(left_out(counts.copies))
    named = " or ".join(key.replace("-", " ") for key in counts.by if key in MANY)
    if named:
        lines.append(f"A story with more than one {named} counts for each.")
    elif counts.copies and sum(row.stories for row in counts.rows) > counts.total:
        lines.append(
            f"A story counts once in each {' and '.join(counts.by)} that has a copy of it."
        )
    persons = [row.keys[counts.by.index("person")] for row in counts.rows if "person" in counts.by]
    if persons and not any(persons):
        lines.append(
            "People are looked for only where the operator turns it on: `tradepress docs mentions`"
        )
    return lines


def _of_each(counts: StoryCounts) -> list[str]:
    """Returns what each of several queries found, in one line."""
    sums = Counter[str | None]()
    for row in counts.rows:
        sums[row.keys[0]] += row.stories
    of = "" if counts.of is None else f", of {counts.of:,}"
    each = [f"{words}: {counted(number, 'story', 'stories')}" for words, number in sums.items()]
    return [f"{'; '.join(each)}{of}"]
