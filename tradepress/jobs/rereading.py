"""One run of today's rules over stored pages, and what they change."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from scrapy.exceptions import DropItem
from sqlite_utils import Database

from archive.clean import ArticleRowError
from archive.ledger.outcomes import Outcome
from archive.rereading import (
    SAME_BY,
    Change,
    Reread,
    becomes_teaser,
    changes,
    fields_read,
    load_rereads,
    makes_version,
    record_rereading,
    save_rereading,
)
from archive.run import Run
from archive.story import Article
from crawler.extraction import NotAnArticle, extract_article
from crawler.page_workers import NoWorkers, PageWorkers, TooComplex
from crawler.source import Source
from pipelines.apply_policy import judge_policy
from pipelines.normalize_text import normalize_text
from pipelines.require_fields import require_fields
from tradepress.pages import UnreadableFile, read_stored_page

BATCH = 50
"""Stories committed together."""
WIDTH = 70
LEAD = 20
"""Characters of an example, and how many of them may stand before what changed."""
MOST_SHOWN = 3
"""Paragraphs or entries of one example."""

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """A version that today's rules don't read; it keeps what it has."""

    ref: str
    """With the version: ``signet-12107@1``."""
    source: str
    outcome: Outcome
    """REJECTED: by the rules; FAILED: the page is not to be had, or a defect."""
    reason: str
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What today's rules make of a version's page."""

    article: Article
    fields: Row
    """What is compared (``archive.rereading.FIELDS``)."""
    changed: Mapping[str, Change]


@dataclass(kw_only=True, slots=True)
class FieldTally:
    """What became of one field of one source."""

    changed: int = 0
    filled: int = 0
    lost: int = 0
    examples: list[Row] = field(default_factory=list)


@dataclass(kw_only=True, slots=True)
class SourceTally:
    """What became of the versions of one source."""

    versions: int
    no_capture: int
    read_before: int
    """By these rules, or by the same page's later version."""
    is_declared: bool
    """False: there are no rules for it any more."""
    read: int = 0
    new: int = 0
    """Get (with --apply: got) a new version."""
    same: int = 0
    not_read: int = 0
    fields: dict[str, FieldTally] = field(default_factory=dict)


@dataclass(kw_only=True, slots=True)
class Report:
    """All of one run."""

    most_examples: int
    sources: dict[str, SourceTally] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def read(self) -> int:
        return sum(tally.read for tally in self.sources.values())

    def count(self, row: Row, *, due: int, is_declared: bool) -> None:
        """What the archive holds of a source; to be told before its versions."""
        self.sources[row["source"]] = SourceTally(
            versions=row["versions"],
            no_capture=row["no_capture"],
            read_before=row["versions"] - row["no_capture"] - due if is_declared else 0,
            is_declared=is_declared,
        )

    def add(self, read: Reread, outcome: Reading | Problem) -> None:
        tally = self.sources[read.source]
        tally.read += 1
        if isinstance(outcome, Problem):
            tally.not_read += 1
            self.problems.append(outcome)
            return
        if makes_version(outcome.changed):
            tally.new += 1
        else:
            tally.same += 1
        for name, change in outcome.changed.items():
            of_field = tally.fields.setdefault(name, FieldTally())
            setattr(of_field, change, getattr(of_field, change) + 1)
            shown = {"ref": read.name, **example(name, read.fields[name], outcome.fields[name])}
            # Bodies that lose most come first; of the rest the oldest.
            examples = [*of_field.examples, shown]
            examples.sort(key=lambda entry: -entry.get("words_gone", 0))
            of_field.examples = examples[: self.most_examples]


Settle = Callable[[Reread, Reading | Problem], Reading | Problem]


async def reread_versions(
    version_ids: Sequence[int],
    db: Database,
    sources: Mapping[str, Source],
    captures: Path,
    workers: PageWorkers,
    report: Report,
    *,
    settle: Settle,
    after_batch: Callable[[], None],
) -> None:
    """Read these versions' pages again, by the extraction and the pipelines of every way in.

    :param settle: told of each version, in order; what it returns is reported
    :param after_batch: called after so many that they are to be committed
    :raises NoWorkers: no page can be read
    """
    for start in range(0, len(version_ids), BATCH):
        reads = load_rereads(db, version_ids[start : start + BATCH])
        tasks = (_read_again(read, sources[read.source], captures, workers) for read in reads)
        for read, found in zip(reads, await asyncio.gather(*tasks), strict=True):
            outcome = found if isinstance(found, Problem) else _judge(db, read, found)
            report.add(read, settle(read, outcome))
        after_batch()


def only_compare(read: Reread, outcome: Reading | Problem) -> Reading | Problem:
    """Write nothing."""
    return outcome


def apply_to(run: Run, extractors: Mapping[str, str]) -> Settle:
    """Store what changed, and write each outcome into the ledger.

    :param extractors: source to the name of its rules
    """

    def settle(read: Reread, outcome: Reading | Problem) -> Reading | Problem:
        extractor = extractors[read.source]
        if isinstance(outcome, Reading) and makes_version(outcome.changed):
            try:
                save_rereading(run, read, outcome.article, extractor=extractor)
            except ArticleRowError as error:
                outcome = _problem(read, Outcome.REJECTED, "unstorable", error)
        elif isinstance(outcome, Reading):
            record_rereading(run, read, Outcome.UNCHANGED, SAME_BY + extractor)
        if isinstance(outcome, Problem):
            record_rereading(run, read, outcome.outcome, outcome.reason)
        return outcome

    return settle


def example(name: str, old: Any, new: Any) -> Row:
    """One change for people and programs, shortened.

    :returns: ``old`` and ``new``; of lists the first entries that are ``gone`` and ``added``; of
        bodies the first paragraphs so, each with its number before, and ``words_gone`` and
        ``words_added``
    """
    if name == "body":
        words = [Counter((body or "").split()) for body in (old, new)]
        gone, added = _parted(*((body or "").split("\n\n") for body in (old, new)))
        return {
            "words_gone": (words[0] - words[1]).total(),
            "words_added": (words[1] - words[0]).total(),
            "gone": [f"{number}: {text}" for number, text in gone],
            "added": [f"{number}: {text}" for number, text in added],
        }
    if isinstance(old, list):
        gone, added = _parted(*([_one_line(entry) for entry in value] for value in (old, new)))
        return {"gone": [text for _, text in gone], "added": [text for _, text in added]}
    if isinstance(old, str) and isinstance(new, str):
        return {"old": shorten(old, new), "new": shorten(new, old)}
    return {
        name: shorten(value) if isinstance(value, str) else value
        for name, value in (("old", old), ("new", new))
    }


def shorten(text: str, beside: str = "") -> str:
    """At most ``WIDTH`` characters, from a little before where it parts from another text."""
    pairs = enumerate(zip(text, beside, strict=False))
    same = next((i for i, (one, other) in pairs if one != other), min(len(text), len(beside)))
    start = max(0, same - LEAD)
    end = start + WIDTH
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")


def _parted(old: list[str], new: list[str]) -> tuple[list[tuple[int, str]], ...]:
    """The first entries that only one of the lists has, with their numbers, shortened."""
    gone, added = _missing(old, new), _missing(new, old)
    return tuple(
        [
            (number, shorten(text, others[i][1] if i < len(others) else ""))
            for i, (number, text) in enumerate(these[:MOST_SHOWN])
        ]
        for these, others in ((gone, added), (added, gone))
    )


def _missing(these: list[str], others: list[str]) -> list[tuple[int, str]]:
    left = Counter(others)
    missing = []
    for number, text in enumerate(these, 1):
        left[text] -= 1
        if left[text] < 0:
            missing.append((number, text))
    return missing


def _one_line(entry: Any) -> str:
    """A name or keyword as it is; a link as one line."""
    return entry if isinstance(entry, str) else " ".join(filter(None, (f"{entry[0]}:", *entry[1:])))


async def _read_again(
    read: Reread, source: Source, captures: Path, workers: PageWorkers
) -> Article | Problem:
    seen_at = datetime.fromisoformat(read.date_captured) if read.date_captured else None
    try:
        page = read_stored_page(captures, read.capture)
        article = await workers.run(
            extract_article,
            page,
            read.capture["url"],
            source,
            content_type=read.capture["content_type"],
            seen_at=seen_at,
        )
        article = replace(article, source=source.name, url=read.url, policy=source.policy)
        return normalize_text(require_fields(article))
    except UnreadableFile as error:
        return _problem(read, Outcome.FAILED, "capture", error)
    except (NotAnArticle, TooComplex) as error:
        return _problem(read, Outcome.REJECTED, error.reason, error)
    except DropItem as error:
        return _problem(read, Outcome.REJECTED, str(error), error)
    except NoWorkers:
        raise
    except Exception as error:  # a defect of ours on one page must not keep back all after it
        return _problem(read, Outcome.FAILED, type(error).__name__, f"{error} (a defect)")


def _judge(db: Database, read: Reread, article: Article) -> Reading | Problem:
    if judge_policy(article) != "store":
        # No text of it may be stored by now; what was kept while it might stays as it was read.
        return Reading(article=article, fields=read.fields, changed={})
    try:
        fields = fields_read(db, read.source, article)
    except ArticleRowError as error:
        return _problem(read, Outcome.REJECTED, "unstorable", error)
    if becomes_teaser(read.fields, fields):
        words = "today's rules give a teaser; the full text is kept"
        return _problem(read, Outcome.REJECTED, "teaser", words)
    return Reading(article=article, fields=fields, changed=changes(read.fields, fields))


def _problem(read: Reread, outcome: Outcome, reason: str, words: object) -> Problem:
    return Problem(
        ref=read.name, source=read.source, outcome=outcome, reason=reason, words=str(words)
    )
