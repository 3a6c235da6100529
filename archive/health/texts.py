"""What a new layout of a paper does to its stories, although they can still be read."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import TypeVar

from archive.health.finding import Finding, Level
from archive.health.history import History, Story
from archive.health.rules import (
    ALIKE,
    FEWEST_ALIKE,
    LEAST_SHARE,
    LESS_SURE,
    LONG_SENTENCE,
    MOST_COMPARED,
    MUCH_SHORTER,
)
from archive.health.shift import Rise, Sink, risen, sunk

Value = TypeVar("Value", bool, float)
SENTENCE_ENDS = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+|\n+")

FIELDS: tuple[tuple[str, str, Level, Callable[[Story], bool | None]], ...] = (
    ("date", "stories have no date", "problem", lambda story: story.date_published is None),
    (
        "body",
        "stories have no body",
        "problem",
        lambda story: not story.body if story.may_have_body else None,
    ),
    ("authors", "stories name no author", "warning", lambda story: story.authors == "[]"),
    (
        "teasers",
        "only the beginnings of stories are served",
        "warning",
        lambda story: None if story.is_truncated is None else bool(story.is_truncated),
    ),
)
"""Name of the check, what it says, its level, and which stories are bad."""


def find_missing_fields(history: History) -> Iterator[Finding]:
    """A field that stories had is missing in the newest."""
    for check, what, level, is_bad in FIELDS:
        if (rise := _rise(history, is_bad)) is not None:
            yield _finding(history, check, level, what, rise.figures, rise.run_id)


def find_short_bodies(history: History) -> Iterator[Finding]:
    """The newest bodies are far shorter than before."""
    stories = {reading.story for reading in history.readings}
    words = {story: len((story.body or "").split()) for story in stories}
    sink = _sink(history, lambda story: words[story] or None, MUCH_SHORTER)
    if sink is not None:
        figures = f"median {sink.now:.0f} words, before {sink.usual:.0f}"
        what = "bodies are suddenly short"
        yield _finding(history, "short", "problem", what, figures, sink.run_id)


def find_low_confidence(history: History) -> Iterator[Finding]:
    """The extractor itself is less sure than before."""
    sink = _sink(history, lambda story: story.confidence, LESS_SURE)
    if sink is not None:
        figures = f"median {sink.now:.2f}, before {sink.usual:.2f}"
        what = "bodies are less surely the story than before"
        yield _finding(history, "confidence", "warning", what, figures, sink.run_id)


def find_alike_bodies(history: History) -> Iterator[Finding]:
    """Different stories of the newest have the same body, as when a notice is taken for it."""
    newest = _newest(history)
    sentences = {story.ref: _sentences(story.body or "") for story in newest if story.body}
    alike = {
        ref
        for pair in combinations(sentences, 2)
        for ref in pair
        if _resemblance(*(sentences[ref] for ref in pair)) >= ALIKE
    }
    if len(alike) >= max(FEWEST_ALIKE, LEAST_SHARE * len(sentences)):
        figures = f"{len(alike)} of the {len(sentences)} newest"
        what = "different stories have the same body"
        yield _finding(history, "alike", "problem", what, figures, history.readings[-1].run_id)


def find_furniture(history: History) -> Iterator[Finding]:
    """A sentence stands in many of the newest bodies and stood in none before."""
    counts = Counter(
        sentence for story in _newest(history) for sentence in _sentences(story.body or "")
    )
    for sentence, count in counts.most_common(3):
        if count < 2:
            return

        def has_sentence(story: Story, sentence: str = sentence) -> bool | None:
            return sentence in story.body if story.body else None

        rise = _rise(history, has_sentence)
        if rise is not None and rise.bad >= FEWEST_ALIKE:
            words = sentence if len(sentence) <= 60 else sentence[:59] + "…"
            what = f"the same sentence stands in many bodies: “{words}”"
            yield _finding(history, "furniture", "problem", what, rise.figures, rise.run_id)
            return


def _rise(history: History, is_bad: Callable[[Story], bool | None]) -> Rise | None:
    """Among all stories that were read, or among new ones alone: old pages may keep their layout.

    :param is_bad: None: nothing can be said of the story
    """
    every, of_new = (
        [
            (run_id, [own_id if bad else None for bad, own_id in stories])
            for run_id, stories in _measured(history, is_bad, new=new)
        ]
        for new in (False, True)
    )
    if not every or not any(every[-1][1]):
        return None
    return risen(every) or risen(of_new)


def _sink(history: History, measure: Callable[[Story], float | None], part: float) -> Sink | None:
    """The same for a number, as :func:`sunk` has it."""
    every, of_new = (_measured(history, measure, new=new) for new in (False, True))
    sink = sunk(every, part) or sunk(of_new, part)
    return sink if sink and min(every[-1][1])[0] <= sink.now else None


def _measured(
    history: History, measure: Callable[[Story], Value | None], *, new: bool
) -> list[tuple[int, list[tuple[Value, int]]]]:
    """Run by run, each value with the story's id; without runs that say nothing."""
    runs = [
        (
            run_id,
            [
                (value, story.article_id)
                for story in stories
                if (value := measure(story)) is not None
            ],
        )
        for run_id, stories in history.readings_by_run(new=new)
    ]
    return [(run_id, values) for run_id, values in runs if values]


def _finding(
    history: History, check: str, level: Level, what: str, figures: str, run_id: int
) -> Finding:
    example = next(r.story for r in reversed(history.readings) if r.run_id >= run_id)
    return Finding(
        source=history.source,
        check=check,
        level=level,
        what=what,
        figures=figures,
        since=history.started(run_id),
        step=f"Compare `tradepress show {example.ref}` with its page; mend the rules in "
        f"crawler/spiders/{history.source}.py, then `tradepress reextract`.",
    )


def _newest(history: History) -> list[Story]:
    """Those of the last run that read some, and as many more as a comparison needs."""
    if not history.readings:
        return []
    last = history.readings[-1].run_id
    of_last = sum(reading.run_id == last for reading in history.readings)
    size = min(max(FEWEST_ALIKE, of_last), MOST_COMPARED)
    return list({r.story.article_id: r.story for r in history.readings[-size:]}.values())


def _sentences(body: str) -> set[str]:
    """Those long enough to be nobody's habit."""
    parts = (part.strip() for part in SENTENCE_ENDS.split(body))
    return {part for part in parts if len(part.split()) >= LONG_SENTENCE}


def _resemblance(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0
