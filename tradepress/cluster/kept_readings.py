"""What tasks have read of stored pages and texts, as JSON Lines: a line a version.

JSON, since a shard lies where others may write: it can hold nothing but values, and each is looked
over as it is taken in.
"""

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from archive.ledger.outcomes import Outcome
from archive.stories.clean_story import CleanStory, clean_story
from archive.story import Article, Link, Mention, Reading, Reservation
from tradepress.jobs.reextract_report import Problem

PAGES, TEXTS = "pages.jsonl.gz", "texts.jsonl.gz"
LEVEL = 1
"""Of gzip: a third of the time of the usual one, for a fifth more bytes."""
OBJECTS = ("related_links", "reservations", "mentions")
TUPLES = ("authors", "keywords", "corrections")


def page_line(version_id: int, digest: str, found: CleanStory | Problem) -> str:
    """
    :param digest: of the page that was read, and of what was known of it
    """
    line: dict[str, object] = {"version_id": version_id, "of": digest}
    if isinstance(found, Problem):
        return json.dumps({**line, "problem": asdict(found)})
    return json.dumps({**line, "story": fields_of(found.article)})


def text_line(version_id: int, digest: str, found: tuple[Mention, ...] | Problem) -> str:
    """
    :param digest: content hash of the version
    """
    line: dict[str, object] = {"version_id": version_id, "of": digest}
    if isinstance(found, Problem):
        return json.dumps({**line, "problem": asdict(found)})
    return json.dumps({**line, "mentions": [asdict(one) for one in found]})


def read_lines(path: Path) -> Iterator[Mapping[str, Any]]:
    """Each with ``version_id``, ``of``, and ``story``, ``mentions`` or ``problem``.

    :raises ValueError: it is none of our files
    :raises OSError: it can't be read
    """
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def story_of(line: Mapping[str, Any]) -> CleanStory | Problem:
    """
    :raises ArticleRowError: a value is none that can be stored
    :raises TypeError: a field is none of a story, or has a value of another kind
    """
    if "problem" in line:
        return problem_of(line)
    return story_with(line["story"])


def story_with(said: Mapping[str, Any]) -> CleanStory:
    """
    :param said: as :func:`fields_of` gave it; raises as :func:`story_of`
    """
    fields = dict(said)
    evidence = {
        str(name): tuple(Reading(evidence=str(how), value=value) for how, value in readings)
        for name, readings in fields.pop("evidence").items()
    }
    _require_types(fields)
    fields |= {name: tuple(fields[name]) for name in TUPLES}
    fields["related_links"] = tuple(Link(**one) for one in fields["related_links"])
    fields["reservations"] = tuple(Reservation(**one) for one in fields["reservations"])
    fields["mentions"] = tuple(Mention(**one) for one in fields["mentions"])
    return clean_story(Article(**fields, evidence=evidence))


def mentions_of(line: Mapping[str, Any]) -> tuple[Mention, ...] | Problem:
    """
    :raises TypeError: a field is none of a mention
    """
    if "problem" in line:
        return problem_of(line)
    return tuple(Mention(**one) for one in line["mentions"])


def problem_of(line: Mapping[str, Any]) -> Problem:
    problem = line["problem"]
    return Problem(**{**problem, "outcome": Outcome(problem["outcome"])})


def _require_types(fields: Mapping[str, Any]) -> None:
    """
    :raises TypeError: a text, a number or a list of texts is none
    """
    for name, value in fields.items():
        if name in TUPLES:
            is_right = all(isinstance(one, str) for one in value)
        elif name in ("confidence", "is_truncated"):
            is_right = isinstance(value, float | int | None)
        else:
            is_right = name in OBJECTS or isinstance(value, str | None)
        if not is_right:
            raise TypeError(f"{name} is {str(value)[:80]!r}")


def fields_of(article: Article) -> dict[str, Any]:
    """All that it says, but for its page, in JSON's own values."""
    fields = asdict(replace(article, evidence={}, capture=None))
    del fields["evidence"], fields["capture"]
    evidence = {
        name: [[one.evidence, one.value] for one in readings]
        for name, readings in article.evidence.items()
    }
    return {**fields, "evidence": evidence}
