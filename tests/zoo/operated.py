"""A site operated as somebody without help would, and what came of it held against the truth."""

import json
import os
import re
import sqlite3
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from statistics import fmean
from typing import Literal, get_args

import preloaded

ROOT = Path(__file__).parent.parent.parent
NAME = "paper"
CONTACT = ("--contact", "tests@library.example")
COMMANDS: dict[str, tuple[str, ...]] = {
    "check": ("sources", "check", NAME),
    "apply": ("sources", "check", NAME, "--apply"),
    "trial": ("crawl", NAME),
    "crawl": ("crawl", NAME, "--no-trial"),
}
"""What is typed after ``sources new``, in this order."""

Aspect = Literal[
    "reached", "foreign", "headline", "day", "minute", "authors", "section", "body", "related"
]
ASPECTS: tuple[Aspect, ...] = get_args(Aspect)


@dataclass(frozen=True, kw_only=True)
class Expected:
    """Is what the archive must hold of one story; None and empty: there is nothing to know."""

    address: str
    """Absolute."""
    headline: str
    published: datetime | date
    """Is a ``datetime``, or a day where the minute isn't judged."""
    authors: tuple[str, ...] = ()
    section: str | None = None
    lines: tuple[str, ...]
    """Paragraphs, quotations and points of lists."""
    unprinted: frozenset[Aspect] = frozenset()
    """Are fields that no page and no feed tells of: unknown is right, too, and nothing else is."""


@dataclass(frozen=True, kw_only=True)
class RelatedLink:
    words: str
    address: str | None


@dataclass(frozen=True, kw_only=True)
class StoredStory:
    """Is what the archive holds of one story."""

    address: str
    headline: str
    published: str | None
    """Is in ISO 8601: a day, or with offset when the time is known."""
    authors: tuple[str, ...]
    section: str | None
    body: str
    related: tuple[RelatedLink, ...]


@dataclass(frozen=True, kw_only=True)
class Typed:
    """Is what a command said."""

    exit_code: int
    output: str
    requests: int


@dataclass(frozen=True, kw_only=True)
class Operated:
    typed: Mapping[str, Typed]
    """``new``, then those of ``COMMANDS``."""
    declaration: str
    """The source's file in the end; empty if there is none."""
    stored: tuple[StoredStory, ...]


def operate(address: str, folder: Path, requests: Callable[[], int]) -> Operated:
    """Type the commands in an empty folder; one that fails ends nothing, as the next shows.

    :param requests: how many requests the site has answered so far
    """
    typed: dict[str, Typed] = {}
    for word, command in {
        "new": ("sources", "new", address, "--name", NAME),
        **COMMANDS,
    }.items():
        before = requests()
        done = preloaded.run(
            ["-m", "tradepress", *command, *CONTACT], cwd=folder, env=_environment()
        )
        typed[word] = Typed(
            exit_code=done.returncode,
            output=done.stdout + done.stderr,
            requests=requests() - before,
        )
    file = folder / "sources" / f"{NAME}.py"
    return Operated(
        typed=typed,
        declaration=file.read_text() if file.exists() else "",
        stored=stored_stories(folder / "archive.db"),
    )


def _environment() -> dict[str, str]:
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TRADEPRESS_", "SCRAPY_"))
    }
    return {
        **inherited,
        "PYTHONPATH": str(ROOT),
        "TRADEPRESS_ALLOW_ADDRESSES": "127.0.0.1",
        "TRADEPRESS_SOURCES_FOLDER": "sources",
    }


def stored_stories(archive: Path) -> tuple[StoredStory, ...]:
    """All stories of an archive; none if there is none."""
    if not archive.exists():
        return ()
    with closing(sqlite3.connect(archive)) as db:
        db.row_factory = sqlite3.Row
        links = db.execute("SELECT * FROM links WHERE kind <> 'in_text'").fetchall()
        return tuple(
            StoredStory(
                address=row["url"],
                headline=row["headline"],
                published=row["date_published"],
                authors=tuple(json.loads(row["authors"])),
                section=row["section"],
                body=row["body"] or "",
                related=tuple(
                    RelatedLink(words=link["text"], address=link["url"])
                    for link in links
                    if link["version_id"] == row["version_id"]
                ),
            )
            for row in db.execute("SELECT * FROM articles ORDER BY url")
        )


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Holds what is wrong by aspect: a line for each story that has the fault."""

    of: int
    """Stories that the site has."""
    faults: Mapping[Aspect, list[str]]
    f1_of_words: list[float] = field(default_factory=list)
    """Of each text that was reached."""

    def report(self) -> str:
        """A line for each aspect, and below it what is wrong."""
        mean = f"{fmean(self.f1_of_words):.4f}" if self.f1_of_words else "unknown"
        lines = [f"{self.of} stories, mean F1 of words {mean}"]
        for aspect in ASPECTS:
            wrong = self.faults[aspect]
            lines += [f"{aspect}: {len(wrong)} wrong", *(f"    {one}" for one in wrong)]
        return "\n".join(lines)


def compare(stored: Sequence[StoredStory], expected: Iterable[Expected]) -> Comparison:
    """Hold what is stored against the truth."""
    own = {_key(story.address): story for story in expected}
    faults: dict[Aspect, list[str]] = {aspect: [] for aspect in ASPECTS}
    f1_of_words: list[float] = []
    reached: Counter[str] = Counter()
    for row in stored:
        story = own.get(_key(row.address))
        if story is None:
            faults["foreign"].append(f"{row.address} “{row.headline}”")
            continue
        reached[_key(row.address)] += 1
        f1_of_words.append(f1_of(row.body, story.lines))
        judged: dict[Aspect, str] = {
            "headline": _differs(row.headline, story.headline),
            "day": _wrong_day(row.published, story.published),
            "minute": _wrong_minute(row.published, story.published),
            "authors": _differs(" + ".join(row.authors), " + ".join(story.authors)),
            "section": _differs(row.section or "", story.section or ""),
            "body": wrong_words(row.body, story.lines),
            "related": _wrong_links(row, own),
        }
        for aspect, wrong in judged.items():
            if wrong and not (aspect in story.unprinted and _is_unknown(row, aspect)):
                faults[aspect].append(f"{row.address} {wrong}")
    faults["reached"] = [story.address for key, story in own.items() if not reached[key]]
    faults["foreign"] += [f"{key} is stored {n} times" for key, n in reached.items() if n > 1]
    return Comparison(of=len(own), faults=faults, f1_of_words=f1_of_words)


def _is_unknown(row: StoredStory, aspect: Aspect) -> bool:
    return {
        "authors": not row.authors,
        "section": row.section is None,
        "minute": row.published is None or len(row.published) == len("2025-01-01"),
    }.get(aspect, False)


def f1_of(body: str, lines: Sequence[str]) -> float:
    """The F1 of words that a text has, against its lines as they are."""
    has, shall = _words(body), _words(" ".join(lines))
    both = (has & shall).total()
    return 2 * both / (has.total() + shall.total()) if both else 0.0


def wrong_words(body: str, lines: Sequence[str]) -> str:
    """What a text has too much and what it lacks; empty if it is right."""
    has, shall = _words(body), _words(" ".join(lines))
    if has == shall:
        return ""
    more = [line for line in body.split("\n") if _words(line) - shall]
    less = [line for line in lines if _words(line) - has]
    return f"F1 {f1_of(body, lines):.3f}, too much in {more}, missing of {less}"


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", unicodedata.normalize("NFC", text)))


def _key(address: str) -> str:
    return re.sub(r"(?:/|/index\.html|\.html)$", "", address.partition("#")[0])


def _plain(text: str) -> str:
    """A text whatever quotation marks and spaces a generator makes of it."""
    text = re.sub(r"['‘’]", "’", unicodedata.normalize("NFC", text))
    return " ".join(re.sub(r'["“”]', "”", text).split())


def _differs(value: str, shall: str) -> str:
    return "" if _plain(value) == _plain(shall) else f"“{value}”, not “{shall}”"


def _wrong_day(value: str | None, shall: datetime | date) -> str:
    day = shall.date() if isinstance(shall, datetime) else shall
    return _differs((value or "")[:10], day.isoformat())


def _wrong_minute(value: str | None, shall: datetime | date) -> str:
    """Wrong where a minute is to be had; where it is not, the day alone is judged."""
    if not isinstance(shall, datetime) or value is None:
        return "" if not isinstance(shall, datetime) else "no date"
    moment = datetime.fromisoformat(value)
    if len(value) == len("2025-01-01"):
        return f"“{value}” without the minute {shall.isoformat()}"
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=shall.tzinfo)
    return "" if moment == shall else f"“{value}”, not {shall.isoformat()}"


def _wrong_links(row: StoredStory, own: Mapping[str, Expected]) -> str:
    """Each leads to another story and bears its headline."""
    wrong = []
    for link in row.related:
        other = own.get(_key(link.address or ""))
        if other is None:
            wrong.append(f"“{link.words}” leads to {link.address}")
        elif bad := _differs(link.words, other.headline):
            wrong.append(bad)
    return "; ".join(wrong)
