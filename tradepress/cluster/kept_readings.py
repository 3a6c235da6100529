"""Keeps what tasks have read of stored pages and texts, as JSON Lines: a line a version.

JSON, since a shard lies where others may write: it can hold nothing but values, and each is looked
over as it is taken in.
"""

import gzip
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, get_args

from tradepress.archive.border import border
from tradepress.archive.ledger.outcomes import Outcome
from tradepress.archive.stories.clean_story import CleanStory, clean_story
from tradepress.cluster.shards import DamagedShard
from tradepress.jobs.reextract_report import Problem
from tradepress.story import (
    Link,
    Mention,
    Reading,
    Reservation,
    SiteMarks,
    StoredArticle,
    TextField,
)
from tradepress.story_fields import LISTS

PAGES, TEXTS = "pages.jsonl.gz", "texts.jsonl.gz"
LEVEL = 1
"""Is gzip's: a third of the time of the usual one, for a fifth more bytes."""
OBJECTS = ("related_links", "reservations", "mentions")
TEXT_FIELDS: tuple[TextField, ...] = get_args(TextField)


def page_line(version_id: int, digest: str, found: CleanStory | Problem) -> str:
    """Returns the line of a page that was read.

    :param digest: of the page that was read, and of what was known of it
    """
    line: dict[str, object] = {"version_id": version_id, "of": digest}
    if isinstance(found, Problem):
        return json.dumps({**line, "problem": asdict(found)})
    return json.dumps({**line, "story": fields_of(found.article)})


def text_line(version_id: int, digest: str, found: tuple[Mention, ...] | Problem) -> str:
    """Returns the line of a text that was looked through.

    :param digest: content hash of the version
    """
    line: dict[str, object] = {"version_id": version_id, "of": digest}
    if isinstance(found, Problem):
        return json.dumps({**line, "problem": asdict(found)})
    return json.dumps({**line, "mentions": [asdict(one) for one in found]})


@contextmanager
def looked_over(task: str) -> Iterator[None]:
    """Is around all that is made of the lines of a shard.

    :param task: whose shard it is
    :raises DamagedShard: one of them is none that a worker writes
    """

    def damaged(why: str) -> DamagedShard:
        return DamagedShard(f"a line of {task} is none that a worker writes ({why})")

    with border(damaged, DamagedShard, OSError):
        try:
            yield
        except gzip.BadGzipFile as error:  # no fault of the disk
            raise ValueError(str(error)) from error


def read_lines(path: Path) -> Iterator[Mapping[str, Any]]:
    """Yields the lines, each with ``version_id``, ``of``, and ``story``, ``mentions`` or
    ``problem``.

    It and all below raise what they come upon in what is none of ours.

    :raises OSError: it can't be read
    """
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def story_of(line: Mapping[str, Any]) -> CleanStory | Problem:
    if "problem" in line:
        return problem_of(line)
    return story_with(line["story"])


def story_with(said: Mapping[str, Any]) -> CleanStory:
    """Returns the story that a line holds.

    :param said: as :func:`fields_of` gave it
    """
    fields = dict(said)
    if (marks := fields.pop("site_marks")) is not None:
        marks = SiteMarks(**marks)
    evidence = {
        str(name): tuple(Reading(evidence=str(how), value=value) for how, value in readings)
        for name, readings in fields.pop("evidence").items()
    }
    _require_types(fields)
    fields |= {name: tuple(fields.get(name, ())) for name in (*LISTS, "paragraph_odds")}
    fields["related_links"] = tuple(Link(**one) for one in fields["related_links"])
    fields["reservations"] = tuple(Reservation(**one) for one in fields["reservations"])
    texts = {name: fields[name] for name in TEXT_FIELDS}
    fields["mentions"] = _mentions(fields["mentions"], texts)
    return clean_story(StoredArticle(**fields, evidence=evidence, site_marks=marks))


def mentions_of(
    line: Mapping[str, Any], texts: Mapping[TextField, str | None]
) -> tuple[Mention, ...] | Problem:
    """Returns the mentions that a line holds, or the problem.

    :param texts: in which they are
    """
    if "problem" in line:
        return problem_of(line)
    return _mentions(line["mentions"], texts)


def problem_of(line: Mapping[str, Any]) -> Problem:
    said = line["problem"]
    "".join(said.values()).encode()
    return Problem(**{**said, "outcome": Outcome(said["outcome"])})


def _mentions(said: Any, texts: Mapping[TextField, str | None]) -> tuple[Mention, ...]:
    mentions = tuple(Mention(**one) for one in said)
    for one in mentions:
        (one.kind + one.value).encode()
        is_place = isinstance(one.start, int) and isinstance(one.end, int)
        if not (is_place and 0 <= one.start < one.end <= len(texts[one.field] or "")):
            raise ValueError(f"a mention, {one.value!r}, lies outside of its text")
    return mentions


def _require_types(fields: Mapping[str, Any]) -> None:
    """Raises TypeError where a text, a number or a list of texts is none."""
    for name, value in fields.items():
        if name in LISTS:
            is_right = isinstance(value, list) and all(isinstance(one, str) for one in value)
        elif name == "paragraph_odds":
            is_right = isinstance(value, list) and all(isinstance(one, float) for one in value)
        elif name in ("confidence", "is_truncated"):
            is_right = isinstance(value, float | int | None)
        else:
            kinds = str if name in ("source", "url") else str | None
            is_right = name in OBJECTS or isinstance(value, kinds)
        if not is_right:
            raise TypeError(f"{name} is {str(value)[:80]!r}")


def fields_of(article: StoredArticle) -> dict[str, Any]:
    """Returns all that it says, but for its page, in JSON's own values."""
    fields = asdict(replace(article, evidence={}, capture=None))
    del fields["evidence"], fields["capture"]
    evidence = {
        name: [[one.evidence, one.value] for one in readings]
        for name, readings in article.evidence.items()
    }
    return {**fields, "evidence": evidence}
