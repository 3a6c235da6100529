"""Every threshold of the health checks, each with its reason. docs/health.md shows them as a table.

They shall tell a break on the first run after it, at a paper with three stories a week, too, and
stay silent at weekends, over holidays, for one failed page and at papers without a rhythm.
"""

from datetime import timedelta

LEARNING = timedelta(days=28)
"""Four weeks show a paper's weekdays and weekends; before, its rhythm is not judged."""
WINDOW = timedelta(days=120)
"""How far back a source is compared with itself: four weeks of a small paper are twelve stories,
too few to tell chance from a break. It is also how long a break that nobody mends is reported."""
MOST_READINGS = 3000
"""Pages whose texts are looked at, the newest in the window: a month of a paper with 30 stories a
day."""

UNLIKELY = 1e-4
"""A rise that chance would bring less often is a break. Eight such tests a source and day give one
false alarm in three years at the very worst."""
FEWEST_FORMER = 20
"""Stories or visits before the break: with fewer, three in a row could be chance."""
FEWEST_BAD = 2
"""One story is never a break."""
LEAST_SHARE = 1 / 3
"""Of the newest that must be bad: a layout breaks for all stories, or for those of one kind."""
MUCH_SHORTER = 1 / 2
"""Of the usual median length of bodies."""
LESS_SURE = 0.95
"""Of the usual median of confidence, which lies above .93 for most pages."""
LOW_PARTS = (0.0, 0.05, 0.25)
"""Of the former lengths or confidences: a sunk one lies below the lowest of these parts. Two below
all that were say as much as ten in the lowest quarter."""
FEWEST_ALONE = 3
"""Without a history: all of at least so many stories could not be read."""

MOST_COMPARED = 60
"""Bodies of one run that are compared with one another: each with each."""
FEWEST_ALIKE = 3
"""Bodies or sentences: two stories on one judgment may quote the same sentence."""
ALIKE = 0.8
"""Part of their sentences that two bodies of different stories share."""
LONG_SENTENCE = 5
"""Words; “He declined to comment.” stands in many stories."""

SILENCE = 3
"""Times the usual longest pause between days with a new story."""
USUAL = 0.95
"""Part of the pauses (or of the intervals between runs) that are no longer than the usual longest:
one outage or one holiday does not make the next one usual."""
LEAST_SILENCE = 11
"""Days: a quiet week with both its weekends has ten."""
FEWEST_PAUSES = 5
UNKNOWN_SILENCE = 42
"""The same where fewer pauses than that are known: a monthly may come some days late."""
QUIET_DAYS = ("12-24", "01-02")
"""Days that count for no silence: the press pauses at the end of the year."""

FEWEST_LISTINGS = 5
"""Readings of an entrance that always led to stories, before its leading to none is a break."""
QUIET_SITEMAP = timedelta(days=8)
"""A news sitemap lists the stories of two days, and is rightly empty over a quiet week."""
FAILED_TWICE = 2
"""Runs: one failed page is no break, unless the site says that it is gone for good."""

LATE = 2
"""Times the usual interval between two runs."""
LEAST_LATE = timedelta(hours=36)
"""A nightly run may come some hours late."""
FEWEST_RUNS = 3
"""On different days: whoever tries a source out crawls it more often than its timer will."""

LONG_PAUSE = timedelta(hours=6)
"""A host that asks for less patience is merely busy."""
ROBOTS_NEWS = timedelta(hours=24)
"""How long a changed robots.txt is news: until the next nightly check. It is obeyed anyway."""
MOST_ROBOTS_VERSIONS = 5
"""In the window; a file that changes more often does so by itself."""

FIRST_BACKUP = timedelta(days=7)
"""After the first run: until then nothing can be lost that a crawl would not bring back."""
OLD_BACKUP = timedelta(days=8)
"""A weekly backup may come a day late."""
GROWTH = timedelta(days=28)
FULL_SOON, FULL_NOW = 60, 14
"""Days until the disk is full: a warning leaves time to buy one, a problem to make room."""
