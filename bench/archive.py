"""Measures how fast the archive stores and finds, beside raw ``executemany`` of the same rows.

    python bench/archive.py [--sizes 10000,100000,1000000]

Stories are synthetic, and as long as real ones: 1,000 words in the median (6.5 KB, a tenth has over
20 KB), drawn from a vocabulary whose frequencies fall as in real texts, with 7 links in the median,
2.8 KB of evidence, a version, a fingerprint, an address in the frontier and an outcome each. So
were the 1,488 stories of as many real pages. Times are CPU of this process. "by the writer" leaves
out what a crawl has the page workers make of a story. "raw" is
``executemany`` of the same rows into the same tables with their keys and indexes, committed as
often, but without full text, references and questions asked: less can't be spent on keeping them.
An archive of more than 100,000 stories is filled with copies of the first ones under
new names, up to the last 10,000, which are stored and timed as all are.
"""

import argparse
import itertools
import math
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from tradepress.archive.file.full_text import index_texts
from tradepress.archive.frontier.sources import SourceRow
from tradepress.archive.ledger.outcomes import OUTCOMES, RunKind
from tradepress.archive.open import open_archive
from tradepress.archive.read_only import read_archive
from tradepress.archive.search.find_stories import count_hits, search
from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.stories.clean_story import clean_story
from tradepress.story import Link, Reading, StoredArticle

Row = dict[str, Any]

SEED = 2026
VOCABULARY, PARAGRAPH = 30_000, 32
WORDS, WORDS_SPREAD, FEWEST_WORDS, MOST_WORDS = 960, 0.9, 80, 10_000
LINKS, LINKS_SPREAD = 7, 1.1
"""Are the medians of real stories, and how far the logarithms of theirs spread."""
BATCH, ROUNDS = 50, 40
LARGEST_STORED, LAST_STORED = 100_000, 10_000
SITE = "https://lantern.example"
TABLES = ("articles", "version_rows", "links", "locations", "urls", "fetches")
OF_ARTICLES = ("fingerprints", "fingerprint_bands", "fingerprints_waiting", "sightings", "holdings")
"""Names tables whose rows go by the story and have no number of their own."""
EVIDENCE = {
    "headline": ("json-ld", "h1", "og:title", "twitter:title", "title"),
    "description": ("json-ld", "og:description", "meta description", "twitter:description"),
    "image_url": ("json-ld", "og:image", "twitter:image"),
    "section": ("json-ld", "article:section"),
    "authors": ("json-ld", "meta author", "byline"),
    "keywords": ("json-ld", "meta keywords"),
    "language": ("json-ld", "html lang", "source"),
    "date_published": ("json-ld", "article:published_time", "dateline"),
    "canonical_url": ("canonical", "og:url"),
}
"""Maps fields to what gave them, as often as in real stories."""
SOURCE = SourceRow(
    name="lantern",
    publisher="The Lantern Review",
    home_url=f"{SITE}/",
    language="en",
    timezone="Europe/London",
    is_sample=True,
)


def vocabulary(rng: random.Random) -> list[str]:
    """Makes pronounceable words, the most frequent first, all different."""
    syllables = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
    words: dict[str, None] = {}
    while len(words) < VOCABULARY:
        words["".join(rng.choices(syllables, k=rng.choice((2, 2, 3, 3, 4))))] = None
    return list(words)


def stories(count: int, first: int = 0) -> Iterator[StoredArticle]:
    """Yields so many stories from this number on, with their links; the same for the same
    arguments."""
    rng = random.Random(SEED + first)
    words = vocabulary(random.Random(SEED))
    weights = list(itertools.accumulate(1 / (rank + 10) for rank in range(VOCABULARY)))
    for number in range(first, first + count):
        length = min(max(FEWEST_WORDS, _about(rng, WORDS, WORDS_SPREAD)), MOST_WORDS)
        drawn = rng.choices(words, cum_weights=weights, k=length)
        paragraphs = [
            " ".join(drawn[at : at + PARAGRAPH]).capitalize() + "."
            for at in range(0, length, PARAGRAPH)
        ]
        day = f"{2000 + number % 26}-{number % 12 + 1:02}-{number % 28 + 1:02}"
        links = tuple(
            Link(
                kind="related" if position % 4 == 0 else "in_text",
                text=" ".join(drawn[position : position + 4]),
                url=address_of(rng.randrange(first + count)),
                position=position,
            )
            for position in range(_about(rng, LINKS, LINKS_SPREAD))
        )
        article = StoredArticle(
            source="lantern",
            site_id=str(number),
            url=address_of(number),
            canonical_url=address_of(number),
            headline=" ".join(drawn[:8]).capitalize(),
            description=" ".join(drawn[8:32]).capitalize() + ".",
            body="\n\n".join(paragraphs),
            date_published=day,
            date_published_raw=day,
            authors=(f"Ann {words[number % 500].capitalize()}",),
            section=("News", "Analysis", "Cases")[number % 3],
            keywords=tuple(drawn[:8]),
            image_url=f"{SITE}/pictures/{drawn[0]}-{drawn[1]}-{number}.jpg",
            language="en",
            related_links=links,
        )
        yield replace(
            article,
            evidence={
                name: tuple(
                    Reading(value=getattr(article, name), evidence=evidence) for evidence in gave
                )
                for name, gave in EVIDENCE.items()
            },
        )


def address_of(number: int) -> str:
    return f"{SITE}/news/{2000 + number % 26}/trade-marks-and-designs/story-{number}"


def _about(rng: random.Random, median: int, spread: float) -> int:
    return int(median * math.exp(rng.gauss(0, spread)))


def store(
    path: Path,
    articles: Iterator[StoredArticle],
    sources: Sequence[SourceRow] = (SOURCE,),
    *,
    batch: int = BATCH,
) -> tuple[float, float]:
    """Returns CPU seconds for storing these stories as a crawl does: all, and the writer's."""
    spent = [*storing(path, articles, sources, batch=batch)]
    return sum(map(sum, spent)), sum(written for _, written in spent)


def storing(
    path: Path,
    articles: Iterator[StoredArticle],
    sources: Sequence[SourceRow] = (SOURCE,),
    *,
    batch: int = BATCH,
) -> Iterator[tuple[float, float]]:
    """Stores these stories, and yields CPU seconds of each commit: before the writer, and its."""
    with (
        open_archive(path, command="bench") as archive,
        archive.run(RunKind.CRAWL, sources=sources) as run,
    ):
        for some in batched(articles, batch):
            started = time.process_time()
            clean = [clean_story(article) for article in some]
            prepared = time.process_time()
            for story in clean:
                run.stories.save(story, extractor="bench")
            run.transaction.commit()
            yield prepared - started, time.process_time() - prepared


def fill(path: Path, copies: int) -> None:
    """Adds so many copies of all stories, under names, addresses and ids of their own."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA cache_size=-256000")
    keys = {"article_id": "articles", "version_id": "version_rows", "url_id": "urls"}
    keys["target_id"] = "articles"
    last = {t: connection.execute(f"SELECT max(id) FROM {t}").fetchone()[0] for t in TABLES}
    for copy in range(1, copies + 1):
        # Versions come first: of a story that is there, triggers would take them for former ones.
        for table in ("version_rows", "articles", *TABLES[2:], *OF_ARTICLES):
            named = {
                row[1]: f'"{row[1]}"' for row in connection.execute(f"PRAGMA table_info({table})")
            }
            key = "id" if "id" in named else "article_id"
            of = keys | {"id": table}
            for name in named:
                if name in of:
                    named[name] = f"{name} + {copy * last[of[name]]}"
                elif name in ("ref", "site_id", "url", "url_key", "other_key"):
                    named[name] = f"{name} || '.{copy}'"
            columns = '", "'.join(named)
            connection.execute(
                f'INSERT INTO {table} ("{columns}") SELECT {", ".join(named.values())} '
                f"FROM {table} WHERE {key} <= {last[of[key]]}"
            )
        connection.execute("BEGIN")
        index_texts(connection)
        connection.execute("COMMIT")
    sums = ", ".join(f"{name} = {name} * {copies + 1}" for name in ("urls", *OUTCOMES))
    connection.execute(f"UPDATE runs SET {sums}")
    connection.close()


def storing_raw(path: Path, archive: Path, *, batch: int = BATCH) -> Iterator[float]:
    """Stores the rows of that archive in the same tables, and yields CPU seconds of each commit."""
    open_archive(path, command="bench").close()
    source = sqlite3.connect(archive)
    target = sqlite3.connect(path, isolation_level=None)
    for (name,) in target.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
        target.execute(f"DROP TRIGGER {name}")
    target.execute("PRAGMA synchronous=FULL")
    inserts = {}
    for table in TABLES:
        columns = [row[1] for row in source.execute(f"PRAGMA table_info({table})")]
        names = ", ".join(f'"{name}"' for name in columns)
        insert = f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})"
        inserts[insert] = source.execute(f"SELECT {names} FROM {table} ORDER BY id")
    (links,) = source.execute(
        "SELECT (SELECT count(*) FROM links) / (SELECT count(*) FROM articles) + 1"
    ).fetchone()
    while True:
        size = {insert: batch * (links if "INTO links" in insert else 1) for insert in inserts}
        rows = {insert: cursor.fetchmany(size[insert]) for insert, cursor in inserts.items()}
        if not any(rows.values()):
            break
        started = time.process_time()
        target.execute("BEGIN")
        for insert, some in rows.items():
            target.executemany(insert, some)
        target.execute("COMMIT")
        yield time.process_time() - started
    source.close()
    target.close()


def batched(items: Iterator[Any], size: int) -> Iterator[list[Any]]:
    while batch := list(itertools.islice(items, size)):
        yield batch


def timed(call: Callable[[str], object], queries: list[str]) -> str:
    """Returns ``p50 / p95`` in milliseconds of wall time."""
    spent = []
    for query in queries:
        started = time.perf_counter()
        call(query)
        spent.append((time.perf_counter() - started) * 1000)
    return f"{statistics.median(spent):.1f} / {statistics.quantiles(spent, n=20)[-1]:.1f}"


def queries(db: Database) -> dict[str, list[str]]:
    """Returns words and phrases as often as they are searched for."""
    rng = random.Random(SEED)
    words = vocabulary(random.Random(SEED))
    bodies = [row["body"] for row in db.query("SELECT body FROM articles WHERE id <= 400")]
    phrases = []
    for body in rng.choices(bodies, k=ROUNDS):
        drawn = body.replace("\n", " ").split()
        at = rng.randrange(len(drawn) - 2)
        phrases.append(f'"{drawn[at]} {drawn[at + 1]}"')
    return {
        "common word": rng.choices(words[5:25], k=ROUNDS),
        "rare word": rng.choices(words[5000:20_000], k=ROUNDS),
        "phrase": phrases,
    }


def measure(size: int) -> Row:
    """Measures one line of the table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archive.db"
        timed_stories = size
        if size <= LARGEST_STORED:
            ours, writer = store(path, stories(size))
        else:
            store(path, stories(LARGEST_STORED - LAST_STORED))
            fill(path, (size - LAST_STORED) // (LARGEST_STORED - LAST_STORED) - 1)
            timed_stories = LAST_STORED
            ours, writer = store(path, stories(LAST_STORED, first=LARGEST_STORED))
        raw = sum(storing_raw(Path(folder) / "raw.db", path))
        db = read_archive(path)
        asked = queries(db)
        row = {
            "stories": f"{size:,}",
            "stored a CPU second": f"{timed_stories / ours:,.0f}",
            "by the writer": f"{timed_stories / writer:,.0f}",
            "raw": f"{size / raw:,.0f}",
            "ours / raw": f"{ours / timed_stories / (raw / size):.1f}",
            "KB a story": f"{path.stat().st_size / size / 1024:.1f}",
            **{
                f"{name}, ms p50 / p95": timed(
                    lambda words: search(db, StoryQuery(words=words)), some
                )
                for name, some in asked.items()
            },
            "count of a common word": timed(
                lambda words: count_hits(db, StoryQuery(words=words)), asked["common word"]
            ),
        }
        db.close()
    return row


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", default="10000,100000", help="numbers of stories")
    arguments = parser.parse_args()
    head: list[str] = []
    for size in map(int, arguments.sizes.split(",")):
        row = measure(size)
        if not head:
            head = list(row)
            print(f"| {' | '.join(head)} |\n|{'---|' * len(head)}")
        print(f"| {' | '.join(row.values())} |", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
