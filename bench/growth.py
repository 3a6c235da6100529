"""Measures what each job costs as the archive grows: storing, searching, the reading room, care.

    python bench/growth.py STORIES [--folder FOLDER]

One size at a time, so that sizes can be compared in columns. Stories are those of
``bench/archive.py`` at six papers, in four languages, archived over two years; every twentieth was
corrected later, and none has a raw page. Of more than 100,000 stories the last 10,000 are stored
and timed, the others are copies. Times are CPU of the process that does the work, milliseconds
p50 / p95 or seconds. FOLDER keeps the archive, and what is there already is not made again; the
withdrawal comes last and changes it.
"""

# ruff: noqa: E402
import argparse
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

sys.path[0] = str(Path(__file__).parents[1])  # where bench is

from bench.archive import (
    LARGEST_STORED,
    LAST_STORED,
    SEED,
    SOURCE,
    fill,
    store,
    stories,
    vocabulary,
)
from bench.browse import BIN, of, served
from bench.care import (
    backed_up,
    measure,
    sqlite_backup,
    sqlite_check,
    verified,
    verified_quick,
    withdrawn,
)
from tradepress.archive.read_only import read_archive
from tradepress.archive.search.find_stories import search, search_and_count
from tradepress.archive.search.story_query import StoryQuery
from tradepress.story import Article

PAPERS = ("lantern", "signet", "makers", "gazette", "courier", "herald")
SOURCES = [replace(SOURCE, name=name, publisher=name.title()) for name in PAPERS]
SHARES = (45, 25, 12, 10, 6, 2)
CORRECTED = 20
"""Picks each so many-th story."""
ROUNDS = 10
MIDDLE = "2025-01-01"
"""Is a day before which half of the stories were archived."""
FILTERS = {
    "": StoryQuery(),
    "a source": StoryQuery(source=("lantern",)),
    "a section": StoryQuery(section=("News",)),
    "a language": StoryQuery(language=("en",)),
    "access": StoryQuery(access=("open",)),
    "ten years": StoryQuery(since="2010", until="2019"),
    "doubt": StoryQuery(doubtful=True),
    "held on a day": StoryQuery(as_of=MIDDLE),
    "shown on a day": StoryQuery(seen_on=MIDDLE),
}
DATES = """
    UPDATE version_rows SET date_archived = strftime(
        '%Y-%m-%dT%H:%M:%SZ', '2024-01-01',
        (article_id % 700 + 90 * (version - 1)) || ' days', (id % 86400) || ' seconds'
    ), confidence = (id * 7 % 100) / 100.0;
    UPDATE version_rows SET date_captured = date_archived;
    UPDATE articles SET (date_archived, date_captured, confidence) = (
        SELECT date_archived, date_captured, confidence FROM versions WHERE id = version_id
    );
    DELETE FROM sightings;
    INSERT INTO sightings SELECT article_id, date_captured, id FROM versions;
    UPDATE articles SET (first_seen, last_seen) = (
        SELECT min(seen_at), max(seen_at) FROM sightings WHERE article_id = articles.id
    );
    UPDATE holdings SET held_until = (
        SELECT min(date_archived) FROM versions
        WHERE article_id = holdings.article_id AND id > holdings.version_id
    );
"""


def varied(articles: Iterator[Article]) -> Iterator[Article]:
    """Yields the stories at several papers, in several languages."""
    rng = random.Random(SEED)
    for article in articles:
        yield replace(
            article,
            source=rng.choices(PAPERS, SHARES)[0],
            language=rng.choices(("en", "de", "fr", None), (80, 10, 8, 2))[0],
            access=rng.choices((None, "open", "subscription"), (50, 30, 20))[0],
        )


def corrected(articles: Iterator[Article]) -> Iterator[Article]:
    """Yields some of the stories, as they stand later."""
    for number, article in enumerate(articles):
        if number % CORRECTED == 0:
            yield replace(article, body=f"{article.body}\n\nCorrected: number {number}.")


def make_archive(path: Path, count: int) -> Iterator[tuple[str, str]]:
    """Makes the archive, and yields lines on storing."""
    first = min(count, LARGEST_STORED) - (LAST_STORED if count > LARGEST_STORED else 0)
    spent = store(path, varied(stories(first)), SOURCES)
    store(path, corrected(varied(stories(first))), SOURCES)
    connection = sqlite3.connect(path)
    connection.executescript(DATES)
    connection.close()
    stored = first
    if count > LARGEST_STORED:
        fill(path, (count - LAST_STORED) // first - 1)
        stored = LAST_STORED
        spent = store(path, varied(stories(stored, first=LARGEST_STORED)), SOURCES)
    yield "stored a CPU second", f"{stored / spent[0]:,.0f}"
    yield "by the writer", f"{stored / spent[1]:,.0f}"


def searches(path: Path) -> Iterator[tuple[str, str]]:
    """Measures searches with words that most stories have, and with rare ones."""
    words = vocabulary(random.Random(SEED))
    common, rare = words[5 : 5 + ROUNDS], words[5000 : 5000 + ROUNDS]
    with read_archive(path) as db:
        for name, some in ("rare word", rare), ("common word", common):
            spent = []
            for word in some:
                started = time.process_time()
                search(db, StoryQuery(words=word))
                spent.append((time.process_time() - started) * 1000)
            yield f"search, {name}", of(spent)
        for name, filters in FILTERS.items():
            spent = []
            for word in common:
                started = time.process_time()
                search_and_count(db, replace(filters, words=word))
                spent.append((time.process_time() - started) * 1000)
            yield f"search and count, by {name}".removesuffix(", by "), of(spent)


def pages(path: Path) -> Iterator[tuple[str, str]]:
    """Measures pages of the reading room."""
    word = vocabulary(random.Random(SEED))[10]
    with read_archive(path) as db:
        ref = next(db.query("SELECT ref FROM articles LIMIT 1"))["ref"]
    asked: dict[str, dict[str, str]] = {
        "": {},
        "by source": {"source": "lantern"},
        "by section": {"section": "News"},
        "by source and section": {"source": "lantern", "section": "News"},
        "by language": {"language": "en"},
        "since a day": {"since": "2013-01-01"},
        "with a word": {"q": word},
    }
    addresses = {
        f"stories {what}".strip(): f"/stories?{urlencode(by)}" for what, by in asked.items()
    }
    addresses |= {
        "front page": "/",
        "a story": f"/story/{ref}",
        "a source": "/source/lantern",
        "the database": "/data",
    }
    with served(str(BIN / "tradepress"), "browse", "--archive", str(path)) as server:
        for what, address in addresses.items():
            answers = [server.ask(address) for _ in range(ROUNDS)][1:]
            cpu = [answer.cpu for answer in answers if answer.cpu is not None]
            refused = [f"status {answer.status}" for answer in answers if answer.status != 200]
            yield f"page: {what}", refused[0] if refused else of(cpu)


def shown(path: Path) -> Iterator[tuple[str, str]]:
    """Measures the command with all that it starts."""
    with read_archive(path) as db:
        refs = [row["ref"] for row in db.query("SELECT ref FROM articles ORDER BY id LIMIT 10")]
    spent = []
    for ref in refs:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = (str(BIN / "tradepress"), "show", ref, "--archive", str(path))
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        spent.append(used * 1000)
    yield "the command show", of(spent)


def care(path: Path) -> Iterator[tuple[str, str]]:
    """Yields seconds, bytes read and written as multiples of the database, and what was found."""
    jobs = {
        "SQLite's backup": sqlite_backup,
        "SQLite's integrity_check": sqlite_check,
        "verify": verified,
        "verify --quick": verified_quick,
        "backup": backed_up,
        "withdraw, a story": withdrawn,
    }
    for name, job in jobs.items():
        (read, written, _, cpu, wall), word = measure(job, path)
        found = "" if "withdraw" in name else word  # else the headline
        yield name, f"{cpu} s, wall {wall} s, read {read}, written {written} {found}".rstrip()
        path.with_name("plain.db").unlink(missing_ok=True)
        shutil.rmtree(path.with_name("backups"), ignore_errors=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("stories", type=int)
    parser.add_argument("--folder", type=Path, help="keeps the archive; else it is thrown away")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as thrown_away:
        path = (arguments.folder or Path(thrown_away)) / f"stories-{arguments.stories}.db"
        print(f"| | {arguments.stories:,} |\n|---|---|", flush=True)
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            for what, said in make_archive(path, arguments.stories):
                print(f"| {what} | {said} |", flush=True)
        print(f"| MB | {path.stat().st_size / 1e6:,.0f} |", flush=True)
        for job in (searches, pages, shown, care):
            for what, said in job(path):
                print(f"| {what} | {said} |", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
