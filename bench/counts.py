"""Measures what counting costs: stories by month, source, author and court, of all and of a search.

    python bench/counts.py [STORIES] [--folder FOLDER]

Stories are those of ``bench/growth.py``, a tenth of them stored and the others copies, each with up
to eleven mentions at random. CPU seconds, the second time. FOLDER keeps the archive, and what is
there already is not made again.
"""

# ruff: noqa: E402
import argparse
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[1])  # where bench is

from bench.archive import SEED, fill, store, stories, vocabulary
from bench.growth import DATES, MIDDLE, SOURCES, corrected, varied
from tradepress.archive.read_only import read_archive
from tradepress.archive.search.story_query import StoryQuery
from tradepress.research.counting.count_stories import count_stories

KINDS = ("court", "office", "case", "firm", "us-docket", "cjeu", "statute")
COPIES = "UPDATE articles SET duplicate_group = id - id % 20 WHERE id % 20 < 3"
"""Marks a seventh of the stories as copies."""
BY = ("month", "source", "author", "court", "number", "source year")


def make_archive(path: Path, count: int) -> None:
    store(path, varied(stories(count // 10)), SOURCES)
    store(path, corrected(varied(stories(count // 10))), SOURCES)
    connection = sqlite3.connect(path)
    connection.executescript(DATES)
    connection.close()
    fill(path, 9)
    connection = sqlite3.connect(path)
    ids = [row[0] for row in connection.execute("SELECT id FROM versions")]
    connection.executemany("INSERT INTO mentions VALUES (?, 'body', ?, ?, ?, ?)", mentions(ids))
    connection.execute(COPIES)
    connection.commit()
    connection.close()


def mentions(ids: list[int]) -> Iterator[tuple[int, int, int, str, str]]:
    """A few values are frequent, most are rare."""
    rng = random.Random(SEED)
    for version_id in ids:
        for place in range(rng.randrange(12)):
            kind = rng.choice(KINDS)
            value = f"{kind} {min(int(rng.expovariate(0.05)), 400)}"
            yield version_id, place * 50, place * 50 + 20, kind, value


def measure(path: Path) -> None:
    words = vocabulary(random.Random(SEED))
    queries = {
        "all stories": StoryQuery(),
        "common word": StoryQuery(words=words[5]),
        "rare word": StoryQuery(words=words[5000]),
        "one source": StoryQuery(source=("lantern",)),
        "of a former day": StoryQuery(as_of=MIDDLE),
    }
    print(f"{'':<16}{'stories':>9}" + "".join(f"{by:>13}" for by in BY))
    with read_archive(path) as db:
        for name, query in queries.items():
            spent = []
            for by in BY:
                count_stories(db, query, by.split())
                started = time.process_time()
                counts = count_stories(db, query, by.split())
                spent.append(time.process_time() - started)
            print(f"{name:<16}{counts.total:>9,}" + "".join(f"{one:>13.3f}" for one in spent))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stories", nargs="?", type=int, default=100_000)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = (given.folder or Path(folder)) / f"counts-{given.stories}.db"
        path.parent.mkdir(exist_ok=True)
        if not path.exists():
            make_archive(path, given.stories)
        measure(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
