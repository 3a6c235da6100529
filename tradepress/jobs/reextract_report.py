"""Counts what one run of today's rules over stored pages changes, and shows it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tradepress.archive.file.rows import Row
from tradepress.archive.ledger.outcomes import Outcome
from tradepress.archive.rereading import Change, Reread, VersionsHeld, makes_version
from tradepress.archive.searched_form import UNITS, compiled
from tradepress.archive.stories.clean_story import CleanStory
from tradepress.notebook import Table
from tradepress.story import Mention

WIDTH = 70
LEAD = 20
"""Bounds those of the WIDTH characters of an example that may stand before what changed."""
MOST_SHOWN = 3
"""Bounds the paragraphs or entries of one example."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """Is a version that today's rules don't read; it keeps what it has."""

    ref: str
    """Is a ref with the version: ``signet-12107@1``."""
    source: str
    outcome: Outcome
    """Is REJECTED: by the rules; or FAILED: the page is not to be had, or a defect."""
    reason: str
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """Holds what today's rules make of a version's page."""

    story: CleanStory
    fields: Row
    """Is what is compared (``tradepress.archive.rereading.FIELDS``)."""
    changed: Mapping[str, Change]


@dataclass(kw_only=True, slots=True)
class FieldTally:
    """Counts what became of one field of one source."""

    changed: int = 0
    filled: int = 0
    lost: int = 0
    examples: list[Row] = field(default_factory=list)


@dataclass(kw_only=True, slots=True)
class SourceTally:
    """Counts what became of the versions of one source."""

    versions: int
    no_capture: int
    read_before: int
    """Counts versions read by these rules, or by the same page's later version."""
    is_declared: bool
    """Is False where there are no rules for it any more."""
    read: int = 0
    new: int = 0
    """Counts versions that get (with --apply: got) a new one."""
    same: int = 0
    not_read: int = 0
    fields: dict[str, FieldTally] = field(default_factory=dict)


@dataclass(kw_only=True, slots=True)
class MentionTally:
    """Counts what became of the mentions of all texts, of current versions and former ones."""

    texts: int = 0
    due: int = 0
    """Counts texts not looked through by these rules yet; all, where that was asked."""
    looked_through: int = 0
    changed: int = 0
    """Counts texts that name something else by these rules."""
    found: int = 0
    """Counts mentions that are new."""
    lost: int = 0
    examples: list[Row] = field(default_factory=list)


@dataclass(kw_only=True, slots=True)
class Report(Table):
    """Holds all of one run."""

    run: int | None = None
    """Is the run's number; None: nothing was written."""
    most_examples: int = 3
    """Bounds the examples of each source and field."""
    sources: dict[str, SourceTally] = field(default_factory=dict)
    mentions: MentionTally = field(default_factory=MentionTally)
    problems: list[Problem] = field(default_factory=list)

    @property
    def read(self) -> int:
        return sum(tally.read for tally in self.sources.values())

    @property
    def exit_code(self) -> int:
        """Returns 1 if something could not be read."""
        return int(bool(self.problems))

    def _table(self) -> tuple[str, Sequence[str], Iterable[Sequence[object]]]:
        names = ("versions", "read", "new", "same", "not_read")
        rows = [
            (source, *(getattr(of, name) for name in names)) for source, of in self.sources.items()
        ]
        return "Stored pages read again", ("source", *names), rows

    def count(self, held: VersionsHeld, *, due: int, is_declared: bool) -> None:
        """Counts what the archive holds of a source; to be told before its versions."""
        self.sources[held.source] = SourceTally(
            versions=held.versions,
            no_capture=held.no_capture,
            read_before=held.versions - held.no_capture - due if is_declared else 0,
            is_declared=is_declared,
        )

    def add(self, read: Reread, outcome: Comparison | Problem) -> None:
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
            examples.sort(key=lambda entry: (-entry.get("words_gone", 0), entry["ref"]))
            of_field.examples = examples[: self.most_examples]

    def add_mentions(self, name: str, before: Sequence[Mention], now: Sequence[Mention]) -> None:
        """Adds what became of the mentions of one version.

        :param name: of the version, ``signet-12107@1``
        """
        tally = self.mentions
        tally.looked_through += 1
        gone, added = (
            [*(Counter(one) - Counter(other))] for one, other in ((before, now), (now, before))
        )
        if not gone and not added:
            return
        tally.changed += 1
        tally.found += len(added)
        tally.lost += len(gone)
        if len(tally.examples) < self.most_examples:
            sides = {"gone": gone, "added": added}
            words = {
                side: [f"{one.kind}: {one.value}" for one in these[:MOST_SHOWN]]
                for side, these in sides.items()
            }
            tally.examples.append({"ref": name, **words})


def example(name: str, old: Any, new: Any) -> Row:
    """Returns one change for people and programs, shortened.

    :returns: ``old`` and ``new``; of lists the first entries that are ``gone`` and ``added``; of
        bodies the first paragraphs so, each with its number before, and ``words_gone`` and
        ``words_added``; a letter where scripts set no spaces is one
    """
    if name == "body":
        words = [Counter(compiled(UNITS).findall(body or "")) for body in (old, new)]
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
    return {
        name: shorten(value, beside or "") if isinstance(value, str) else value
        for name, value, beside in (("old", old, new), ("new", new, old))
    }


def shorten(text: str, beside: str = "") -> str:
    """Returns at most ``WIDTH`` characters, from a little before where it parts from another
    text."""
    pairs = enumerate(zip(text, beside, strict=False))
    same = next((i for i, (one, other) in pairs if one != other), min(len(text), len(beside)))
    start = max(0, same - LEAD)
    end = start + WIDTH
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")


def _parted(old: list[str], new: list[str]) -> tuple[list[tuple[int, str]], ...]:
    """Returns the first entries that only one list has, with their numbers, shortened."""
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
    """Returns a name or keyword as it is; a link as one line."""
    return entry if isinstance(entry, str) else " ".join(filter(None, (f"{entry[0]}:", *entry[1:])))
